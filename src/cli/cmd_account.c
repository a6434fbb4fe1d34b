/* relata account: one account of all the reports given. All are read first; then they are joined. */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/ingest.h"
#include "engine/engine.h"
#include "mark/place.h"
#include "show/show.h"
#include "story/story.h"

enum { O_FORMAT, O_LANG, O_ASOF, O_RULE, O_PACKS, O_DATE, O_STORE, O_SELECT, O_N = O_SELECT + RL_SELECT_N };
static const rl_cli_option options[] = {
    {"--format", "text|md|html|json",
     "text for a terminal (the default), Markdown, one self-contained page, or JSON"},
    {"--lang", "TAG", "the language to write in: one of relata packs list; en where not given"},
    {"--as-of", "DAY", "what was known on that day: later reports and posts are left out"},
    {"--rule", "NAME",
     "which figure is the best of a series: newest_official (the default), most_origins, low_best_high, "
     "conservative; docs/methods.md"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {"--date", "DAY", "ISO 8601: the day of reports that carry none"},
    {"--store", "PATH", "the reports of a store in place of files; those that all of these hold for:"},
    RL_SELECT_OPTIONS_AS("--report-lang"),
    {0}};

typedef struct {
    rl_packs *packs;
    rl_reader *reader;
    rl_arena *mem;
    rl_read_options read;
    RL_VEC(rl_account_input) inputs;
    RL_VEC(rl_story_print) prints; /* of each: copies are told by them */
} job;

static rl_str keep(job *j, rl_str s)
{
    return s.len ? rl_arena_copy(j->mem, s) : (rl_str){0};
}

static rl_status one(void *ctx, const rl_report *report, rl_error *err)
{
    job *j = ctx;
    rl_report *r = RL_NEW(j->mem, rl_report, 1);
    rl_reading *reading = RL_NEW(j->mem, rl_reading, 1);
    rl_account_input *in = RL_PUSH(j->mem, j->inputs);
    rl_story_print *print = RL_PUSH(j->mem, j->prints);
    rl_blocks blocks;
    rl_names *names;
    if (!r || !reading || !in || !print)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "too many reports for one account");
    *r = (rl_report){.id = keep(j, report->id),
                     .text = keep(j, report->text),
                     .title = keep(j, report->title),
                     .outlet = keep(j, report->outlet),
                     .url = keep(j, report->url),
                     .lang = keep(j, report->lang),
                     .published = keep(j, report->published)};
    rl_status st = rl_reader_names(j->reader, &names, err);
    if (!st)
        st = rl_read_blocks(j->mem, j->reader, r, &j->read, reading, &blocks, err);
    if (!st && rl_story_read(j->mem, j->packs, names, r, reading, blocks.at, blocks.n, print))
        st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (st) {
        j->inputs.n--;
        j->prints.n--;
        return st;
    }
    *in = (rl_account_input){.report = r, .reading = reading};
    return RL_OK;
}

/* Which report has its text from which, for rl_account_options. */
static const uint32_t *copies(job *j)
{
    rl_copy_link *links = RL_NEW(j->mem, rl_copy_link, j->prints.n + 1);
    uint32_t *of = RL_NEW(j->mem, uint32_t, j->prints.n + 1);
    if (!links || !of || rl_copies_find(j->mem, j->prints.at, j->prints.n, links))
        return NULL;
    rl_copies_origins(links, j->prints.n, of);
    return of;
}

static int by_days(const void *a, const void *b)
{
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

/* The middle one of the days of reports on the same country; false where none has a day. */
static bool middle_day(const job *j, rl_str country, int32_t *out)
{
    size_t n = 0;
    int32_t *days = calloc(j->inputs.n + 1, sizeof *days);
    for (size_t i = 0; days && i < j->inputs.n; i++) {
        const rl_reading *r = j->inputs.at[i].reading;
        if (rl_date_known(r->date) && rl_str_eq(r->home.country, country))
            days[n++] = rl_date_days(r->date);
    }
    if (n) {
        qsort(days, n, sizeof *days, by_days);
        *out = days[n / 2];
    }
    free(days);
    return n > 0;
}

/* A report that tells only its weekday, among reports on the same country that have days: the nearest such day. */
static void infer_days(job *j)
{
    int32_t *found = calloc(j->inputs.n + 1, sizeof *found);
    for (size_t i = 0; found && i < j->inputs.n; i++) {
        const rl_reading *r = j->inputs.at[i].reading;
        int32_t middle;
        if (rl_date_known(r->date) || r->weekday < 0 || !middle_day(j, r->home.country, &middle))
            continue;
        int off = (r->weekday - rl_date_weekday(rl_date_from_days(middle)) + 7) % 7;
        found[i] = middle + (off > 3 ? off - 7 : off);
    }
    for (size_t i = 0; found && i < j->inputs.n; i++) {
        if (!found[i])
            continue;
        rl_reading *again = RL_NEW(j->mem, rl_reading, 1);
        rl_read_options opt = {.date = rl_date_from_days(found[i])};
        if (!again || rl_read_report(j->mem, j->reader, j->inputs.at[i].report, &opt, again, NULL))
            continue;
        again->date.inferred = true;
        again->date_reason =
            RL_STR("the weekday it calls today or yesterday, near the days of the reports read with it");
        j->inputs.at[i].reading = again;
    }
    free(found);
}

static bool pick_rule(const char *name, rl_spread_rule *out)
{
    for (int i = 0; i < RL_SPREAD_N; i++)
        if (!strcmp(name, rl_spread_rule_name((rl_spread_rule)i))) {
            *out = (rl_spread_rule)i;
            return true;
        }
    fprintf(
        stderr,
        "relata account: --rule is newest_official, most_origins, low_best_high or conservative, not '%s'\n",
        name);
    return false;
}

static bool day_option(const char *name, const char *v, rl_date *out)
{
    if (!v || rl_date_parse(rl_str_z(v), out))
        return true;
    fprintf(stderr, "relata account: %s is a day like 2022-01-06, not '%s'\n", name, v);
    return false;
}

static rl_str place_name(const rl_packs *packs, const rl_place *place, const char *lang)
{
    return rl_place_name(packs, place, rl_str_z(lang));
}

static rl_status print(job *j, const rl_account *a, const char *format, const char *lang, rl_error *err)
{
    struct winsize w = {0};
    bool tty = isatty(STDOUT_FILENO);
    rl_buf out = {0};
    rl_show *show;
    if (tty)
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &w);
    rl_show_options so = {.packs = j->packs,
                          .lang = lang,
                          .place_name = place_name,
                          .columns = w.ws_col,
                          .colour = tty && !getenv("NO_COLOR")};
    rl_status st = rl_show_open(&so, &show, err);
    if (st)
        return st;
    if (!strcmp(format, "json"))
        rl_show_account_json(&out, a);
    else if (!strcmp(format, "md"))
        rl_show_account_md(show, &out, a);
    else if (!strcmp(format, "html"))
        rl_show_account_html(show, &out, a);
    else
        rl_show_account_text(show, &out, a);
    if (!rl_cli_write(&out) || fflush(stdout))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    rl_buf_clear(&out);
    rl_show_close(show);
    return st;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    job j = {0};
    rl_account_options opt = {.holds = rl_place_contains};
    rl_account a;
    rl_store_select sel = {0};
    if (!rl_cli_options(&rl_cmd_account, &argc, argv, v, &help))
        return 2;
    if (help || (argc < 2 && !v[O_STORE])) {
        rl_cli_help(&rl_cmd_account);
        return help ? 0 : 2;
    }
    const char *format = v[O_FORMAT] ? v[O_FORMAT] : "text";
    if (strcmp(format, "text") && strcmp(format, "md") && strcmp(format, "html") && strcmp(format, "json")) {
        fprintf(stderr, "relata account: --format is text, md, html or json, not '%s'\n", format);
        return 2;
    }
    if (!day_option("--date", v[O_DATE], &j.read.date) || !day_option("--as-of", v[O_ASOF], &opt.as_of) ||
        (v[O_RULE] && !pick_rule(v[O_RULE], &opt.rule)))
        return 2;
    if (!rl_select_of(&rl_cmd_account, v + O_SELECT, &sel))
        return 2;
    if (rl_packs_open(v[O_PACKS], &j.packs, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    j.mem = rl_arena_new(RL_ACCOUNT_ARENA);
    j.reader = rl_reader_new(j.packs);
    size_t faults = 0;
    if (j.mem && j.reader && v[O_STORE])
        faults += rl_store_reports(v[O_STORE], &sel, one, &j);
    for (int i = 1; j.mem && j.reader && i < argc; i++)
        faults += rl_input_each(argv[i], one, &j);
    if (j.mem && j.reader)
        infer_days(&j);
    if (j.mem && j.reader)
        opt.origin_of_report = copies(&j);
    rl_status st = j.mem && j.reader
                       ? rl_account_make(j.mem, j.packs, j.inputs.at, j.inputs.n, &opt, &a, &err)
                       : rl_fail(&err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && j.inputs.n)
        st = print(&j, &a, format, v[O_LANG] ? v[O_LANG] : "en", &err);
    if (st)
        rl_cli_error(&err);
    rl_reader_free(j.reader);
    rl_arena_free(j.mem);
    rl_packs_close(j.packs);
    return st || faults ? 1 : 0;
}

const rl_command rl_cmd_account = {
    "account",
    "account [--format text|md|html|json] [--lang TAG] [--as-of DAY] [--rule NAME] FILE... | --store PATH",
    "one sourced account of all the reports given",
    "Reads every FILE (as relata claims does) and joins what they say: for each measure, whom and place a "
    "dated series of figures\n"
    "with who says them and how they stand (current, superseded, contested, denied, part of another), the "
    "spread between them, the\n"
    "happenings on one time line, and the words behind every figure. The order of the files changes nothing.",
    options,
    "relata account *.txt\ton the terminal\n"
    "relata account --lang ar --format html *.txt > account.html\tin Arabic, as a page that needs no "
    "network\n"
    "relata account --as-of 2022-01-06 reports.jsonl\twhat was known that day\n"
    "relata account --store almaty.store --place Kazakhstan\tof reports that were added before\n",
    run};
