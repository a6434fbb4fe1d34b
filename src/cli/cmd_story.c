/* relata story: what a reader decides about stories, kept with why and by whom, and undone; and the log of a story. */
#include <stdlib.h>
#include <time.h>

#include "cli/ingest.h"
#include "store/decide.h"
#include "store/story.h"

enum { O_STORE, O_WHY, O_BY, O_PACKS, O_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--why", "TEXT", "the reason, kept with the decision; must be given"},
    {"--by", "NAME", "who decides; the name of the user where not given"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {0}};

typedef struct {
    rl_ingest g;
    rl_arena *mem;
    const char *why, *by;
} job;

static rl_status story_id(job *j, const char *name, char out[17], rl_error *err)
{
    rl_store_story s;
    rl_status st = rl_store_story_find(j->g.store, j->mem, rl_str_z(name), &s, err);
    memcpy(out, s.id, sizeof s.id);
    return st;
}

typedef struct {
    rl_store_id id;
    size_t n;
} one_report;

static rl_status found(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    one_report *o = ctx;
    (void)mem;
    (void)err;
    o->id = r->id;
    o->n++;
    return RL_OK;
}

static rl_status report_id(job *j, const char *name, char out[33], rl_error *err)
{
    rl_store_select sel = {.id = rl_str_z(name)};
    one_report o = {0};
    rl_status st = rl_store_each(j->g.store, &sel, found, &o, err);
    if (!st && o.n != 1)
        st = rl_fail(err, RL_ENOTFOUND, j->g.store ? NULL : name, 0, 0,
                     o.n ? "more than one report is called %s" : "no report is called %s", name);
    rl_store_id_hex(o.id, out);
    return st;
}

static rl_status decide(job *j, rl_decision_what what, const char *target, const rl_buf *data, rl_error *err)
{
    rl_decision out, d = {.what = what,
                          .who = rl_str_z(j->by),
                          .why = rl_str_z(j->why),
                          .target = rl_str_z(target),
                          .data = rl_buf_str(data),
                          .at_ms = rl_now_ms()};
    bool stale;
    rl_status st = data->st ? rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory")
                            : rl_store_decide(j->g.store, j->mem, &d, -1, &stale, &out, err);
    if (!st)
        printf("decision %lld\n", (long long)out.n);
    return st;
}

static rl_status merge(job *j, char **v, rl_error *err)
{
    char a[17], b[17], target[40];
    rl_buf data = {0};
    rl_status st = story_id(j, v[0], a, err);
    if (!st)
        st = story_id(j, v[1], b, err);
    if (!st && !strcmp(a, b))
        st = rl_fail(err, RL_EUSAGE, NULL, 0, 0, "they are one story already");
    snprintf(target, sizeof target, "story:%s", a);
    rl_buf_f(&data, "{\"into\":\"%s\"}", b);
    if (!st)
        st = decide(j, RL_DECIDE_MERGE, target, &data, err);
    rl_buf_clear(&data);
    return st;
}

static rl_status split(job *j, char **v, int n, rl_error *err)
{
    char a[17], r[33], target[40];
    rl_buf data = {0};
    rl_status st = story_id(j, v[0], a, err);
    snprintf(target, sizeof target, "story:%s", a);
    rl_buf_z(&data, "{\"reports\":[");
    for (int i = 1; !st && i < n; i++) {
        st = report_id(j, v[i], r, err);
        rl_buf_f(&data, "%s\"%s\"", i > 1 ? "," : "", r);
    }
    rl_buf_z(&data, "]}");
    if (!st)
        st = decide(j, RL_DECIDE_SPLIT, target, &data, err);
    rl_buf_clear(&data);
    return st;
}

static rl_status pin(job *j, char **v, rl_error *err)
{
    char a[17], r[33], target[48];
    rl_buf data = {0};
    rl_status st = report_id(j, v[0], r, err);
    if (!st)
        st = story_id(j, v[1], a, err);
    snprintf(target, sizeof target, "report:%s", r);
    rl_buf_f(&data, "{\"story\":\"%s\"}", a);
    if (!st)
        st = decide(j, RL_DECIDE_PIN, target, &data, err);
    rl_buf_clear(&data);
    return st;
}

static rl_status undo(job *j, const char *number, rl_error *err)
{
    uint64_t n;
    rl_decisions all = {0};
    rl_buf data = {0};
    char target[RL_DECISION_TARGET_MAX + 1];
    if (!rl_str_uint(rl_str_z(number), INT64_MAX - 1, &n) || !n)
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "undo takes the number of a decision, not '%s'", number);
    rl_decision_select sel = {.after = (int64_t)n - 1, .before = (int64_t)n + 1};
    rl_status st = rl_store_decisions(j->g.store, j->mem, &sel, &all, err);
    if (!st && all.n != 1)
        st = rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "there is no decision %s", number);
    if (st)
        return st;
    snprintf(target, sizeof target, "%.*s", (int)all.at[0].target.len, all.at[0].target.ptr);
    rl_buf_f(&data, "{\"n\":%llu}", (unsigned long long)n);
    st = decide(j, RL_DECIDE_UNDO, target, &data, err);
    rl_buf_clear(&data);
    return st;
}

/* ---- the log ---- */

static rl_status event(void *ctx, const rl_store_story_event *e, rl_error *err)
{
    char id[33], at[32];
    time_t t = (time_t)(e->at_ms / 1000);
    struct tm tm;
    (void)ctx;
    (void)err;
    rl_store_id_hex(e->report_id, id);
    gmtime_r(&t, &tm);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
    printf("%s  %.8s  %-7.*s", at, id, (int)e->what.len, e->what.ptr);
    if (e->was.len)
        printf("  %.*s ->", (int)e->was.len, e->was.ptr);
    printf("  %.*s", (int)e->is.len, e->is.ptr);
    rl_store_id_hex(e->likest_id, id);
    if (e->likest)
        printf("  likest to %.8s (%.2f)", id, e->score);
    putchar('\n');
    return RL_OK;
}

static rl_status tell_log(job *j, const char *name, rl_error *err)
{
    rl_store_story s;
    rl_status st = name ? rl_store_story_find(j->g.store, j->mem, rl_str_z(name), &s, err) : RL_OK;
    return st ? st : rl_store_story_log(j->g.store, name ? &s : NULL, event, NULL, err);
}

static rl_status carry_out(job *j, int argc, char **argv, rl_error *err)
{
    const char *word = argv[1];
    if (!strcmp(word, "merge") && argc == 4)
        return merge(j, argv + 2, err);
    if (!strcmp(word, "split") && argc >= 4)
        return split(j, argv + 2, argc - 2, err);
    if (!strcmp(word, "pin") && argc == 4)
        return pin(j, argv + 2, err);
    if (!strcmp(word, "undo") && argc == 3)
        return undo(j, argv[2], err);
    return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "usage: relata %s", rl_cmd_story.synopsis);
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    job j = {.g = {.quiet = true}};
    if (!rl_cli_options(&rl_cmd_story, &argc, argv, v, &help))
        return 2;
    if (help || argc < 2) {
        rl_cli_help(&rl_cmd_story);
        return help ? 0 : 2;
    }
    bool log = !strcmp(argv[1], "log") && argc <= 3;
    j.why = v[O_WHY];
    j.by = v[O_BY] ? v[O_BY] : getenv("USER") ? getenv("USER") : "user";
    if (!log && !j.why) {
        fputs("relata story: --why must say the reason\n", stderr);
        return 2;
    }
    rl_stop_watch();
    j.mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = RL_EIO;
    if (j.mem &&
        rl_ingest_open(&j.g, v[O_PACKS], rl_store_path(v[O_STORE]), log ? RL_STORE_READ : RL_STORE_WRITE)) {
        st = log ? tell_log(&j, argc > 2 ? argv[2] : NULL, &err) : carry_out(&j, argc, argv, &err);
        if (st)
            rl_cli_error(&err);
    }
    bool well = rl_ingest_close(&j.g, NULL); /* which places what the decision touches */
    rl_arena_free(j.mem);
    return st == RL_EUSAGE ? 2 : st || !well ? 1 : 0;
}

const rl_command rl_cmd_story = {
    "story",
    "story merge STORY INTO | story split STORY REPORT... | story pin REPORT STORY | story undo N | story "
    "log [STORY]",
    "decide which reports are of one story; tell why they are",
    "Stories are found by relata; a reader may know better. merge says that two stories are one. split takes "
    "reports out of "
    "a story: they are a\nstory of their own. pin puts a report into a story. Each decision is kept with "
    "--why and --by, holds "
    "whatever comes later, and has a number:\nundo takes it back. Later reports join the stories as they "
    "then are.\n\n"
    "log tells of each report when and why it came into the story, and what was merged, split and "
    "renamed.\n\n"
    "STORY is a name of relata stories --store, or its first digits, also one that it had before; REPORT a "
    "name of relata "
    "reports, its first digits,\nits document or address.",
    options,
    "relata story merge 9f3c 41aa --why 'one fire, two districts'\tthe first goes into the second\n"
    "relata story split 9f3c 3f2a9c01 --why 'another fire'\tout of it\n"
    "relata story undo 7 --why 'mistaken'\ttake decision 7 back\n"
    "relata story log 9f3c\twhy its reports are in it\n",
    run};
