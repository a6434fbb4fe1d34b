/* relata review: decisions on claims, reports and series, from the command line. */
#include <stdlib.h>

#include "cli/ingest.h"
#include "desk/review.h"

enum { O_STORE, O_BY, O_WHY, O_VALUE, O_WHOM, O_PLACE, O_DATE, O_SOURCE, O_SEEN, O_FORMAT, O_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--by", "NAME", "who decides; RELATA_REVIEWER where not given"},
    {"--why", "TEXT", "the reason, kept with the decision"},
    {"--value", "VALUE",
     "amend: 12, 10-15, \"at_least 12\" (more_than, at_most, less_than, about), or tens, hundreds ..."},
    {"--whom", "WHOM", "amend: any, security, protester, civilian, child ..."},
    {"--place", "NAME", "amend: a place by its name (Almaty, Almaty/KZ), or - for none"},
    {"--date", "DAY", "amend: ISO 8601, or - for none"},
    {"--source", "NAME", "amend: who says it, or - for the report itself"},
    {"--seen", "N", "refuse where somebody decided on the same after decision N"},
    {"--format", "text|jsonl", "log: a line each for people (the default) or for programs"},
    {0}};

typedef struct {
    const char *const *v;
    rl_store *store;
    rl_arena *mem;
    const char *by;
} job;

/* ---- what is put in a claim's stead ---- */

static bool value_json(rl_buf *out, const char *z)
{
    static const rl_qualifier lower[] = {RL_Q_AT_LEAST, RL_Q_MORE_THAN},
                              upper[] = {RL_Q_AT_MOST, RL_Q_LESS_THAN};
    rl_str s = rl_str_z(z), head;
    uint64_t a, b;
    for (int i = RL_V_SEVERAL; i < RL_V_N; i++)
        if (rl_str_is(s, rl_vague_name((rl_vague)i))) {
            rl_buf_f(out, "{\"vague\":\"%s\",\"qualifier\":\"vague\"}", z);
            return true;
        }
    if (rl_str_uint(s, INT64_MAX, &a)) {
        rl_buf_f(out, "{\"low\":%llu,\"high\":%llu,\"qualifier\":\"exact\"}", (unsigned long long)a,
                 (unsigned long long)a);
        return true;
    }
    rl_str rest = s;
    if (rl_str_cut(&rest, '-', &head) && rl_str_uint(head, INT64_MAX, &a) &&
        rl_str_uint(rest, INT64_MAX, &b)) {
        rl_buf_f(out, "{\"low\":%llu,\"high\":%llu,\"qualifier\":\"range\"}", (unsigned long long)a,
                 (unsigned long long)b);
        return a <= b;
    }
    rest = s;
    if (!rl_str_cut(&rest, ' ', &head) || !rl_str_uint(rest, INT64_MAX, &a))
        return false;
    for (int i = 0; i < 2; i++) {
        if (rl_str_is(head, rl_qualifier_name(lower[i])))
            rl_buf_f(out, "{\"low\":%llu,\"high\":null,\"qualifier\":\"%s\"}", (unsigned long long)a,
                     rl_qualifier_name(lower[i]));
        if (rl_str_is(head, rl_qualifier_name(upper[i])))
            rl_buf_f(out, "{\"low\":null,\"high\":%llu,\"qualifier\":\"%s\"}", (unsigned long long)a,
                     rl_qualifier_name(upper[i]));
    }
    if (rl_str_is(head, rl_qualifier_name(RL_Q_ABOUT)))
        rl_buf_f(out, "{\"low\":%llu,\"high\":%llu,\"qualifier\":\"about\"}", (unsigned long long)a,
                 (unsigned long long)a);
    return out->len && out->ptr[out->len - 1] == '}';
}

static bool amendment(const job *j, rl_buf *out)
{
    static const struct {
        int option;
        const char *key;
    } slots[] = {{O_WHOM, "whom"}, {O_PLACE, "place"}, {O_DATE, "date"}, {O_SOURCE, "source"}};
    rl_buf_c(out, '{');
    if (j->v[O_VALUE]) {
        rl_buf_z(out, "\"value\":");
        if (!value_json(out, j->v[O_VALUE])) {
            fprintf(stderr,
                    "relata review: --value is a number, a range like 10-15, a qualifier and a number "
                    "(at_least 12), or a "
                    "word like tens, not '%s'\n",
                    j->v[O_VALUE]);
            return false;
        }
    }
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        const char *z = j->v[slots[i].option];
        if (!z)
            continue;
        rl_buf_f(out, "%s\"%s\":", out->len > 1 ? "," : "", slots[i].key);
        if (!strcmp(z, "-"))
            rl_buf_z(out, "null");
        else
            rl_buf_json(out, rl_str_z(z));
    }
    rl_buf_c(out, '}');
    return !out->st;
}

/* ---- targets ---- */

/* CLAIM, or REPORT:CLAIM. */
static rl_status claim_target(job *j, const char *name, rl_buf *out, rl_error *err)
{
    char hex[33];
    rl_store_id report;
    rl_status st = RL_OK;
    rl_buf_z(out, "claim:");
    if (!strchr(name, ':')) {
        st = rl_store_claim_report(j->store, rl_str_z(name), &report, err);
        rl_store_id_hex(report, hex);
        rl_buf_f(out, "%s:", hex);
    }
    rl_buf_z(out, name);
    return st;
}

static rl_status one_report(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    rl_buf *out = ctx;
    (void)mem;
    if (out->len)
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0,
                       "more than one report is called that: give more of its digits");
    rl_buf_f(out, "report:%s", r->name);
    return RL_OK;
}

/* The first digits of its name, its doc, or its address. */
static rl_status report_target(job *j, const char *name, rl_buf *out, rl_error *err)
{
    rl_store_select sel = {.id = rl_str_z(name)};
    rl_status st = rl_store_each(j->store, &sel, one_report, out, err);
    if (!st && !out->len)
        st = rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "%s: no such report is in the store", name);
    return st;
}

/* ---- telling ---- */

static void tell(rl_buf *b, const rl_decision *d, bool lost)
{
    char at[25];
    rl_decision_time(d->at_ms, at);
    rl_buf_f(b, "%lld  %.16s  ", (long long)d->n, at);
    rl_buf_add(b, d->who);
    rl_buf_f(b, "  %s ", rl_decision_name(d->what));
    rl_buf_add(b, d->target);
    if (d->data.len > 2) {
        rl_buf_c(b, ' ');
        rl_buf_add(b, d->data);
    }
    if (d->why.len) {
        rl_buf_z(b, ": ");
        for (size_t i = 0; i < d->why.len; i++)
            rl_buf_c(b, (unsigned char)d->why.ptr[i] < ' ' ? ' ' : d->why.ptr[i]);
    }
    if (d->undone_by)
        rl_buf_f(b, " [undone by %lld]", (long long)d->undone_by);
    else if (lost)
        rl_buf_z(b, " [not found in what is read now]");
    rl_buf_c(b, '\n');
}

static rl_status list(job *j, const char *target, rl_error *err)
{
    rl_decisions all;
    rl_buf b = {0};
    bool jsonl = j->v[O_FORMAT] && !strcmp(j->v[O_FORMAT], "jsonl");
    rl_decision_select sel = {.target = rl_str_z(target)};
    rl_status st = rl_store_decisions(j->store, j->mem, &sel, &all, err);
    for (size_t i = 0; !st && i < all.n; i++) {
        bool found = true;
        st = rl_store_decision_found(j->store, &all.at[i], &found, err);
        if (jsonl) {
            rl_decision_json(&b, &all.at[i]);
            rl_buf_c(&b, '\n');
        } else {
            tell(&b, &all.at[i], !found);
        }
    }
    if (!st && !rl_cli_write(&b))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    rl_buf_clear(&b);
    return st;
}

static rl_status decide(job *j, rl_decision_what what, rl_str target, rl_str data, rl_error *err)
{
    uint64_t seen = 0;
    bool stale;
    rl_buf b = {0};
    rl_decision d = {.at_ms = rl_now_ms(),
                     .what = what,
                     .who = rl_str_z(j->by),
                     .why = rl_str_z(j->v[O_WHY]),
                     .target = target,
                     .data = data},
                out;
    if (j->v[O_SEEN] && !rl_str_uint(rl_str_z(j->v[O_SEEN]), INT64_MAX, &seen))
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "--seen is the number of a decision, not '%s'",
                       j->v[O_SEEN]);
    rl_status st =
        rl_store_decide(j->store, j->mem, &d, j->v[O_SEEN] ? (int64_t)seen : -1, &stale, &out, err);
    if (st)
        return st;
    tell(&b, &out, false);
    if (stale) {
        fprintf(stderr, "relata review: nothing is written: somebody decided on it meanwhile: %.*s",
                (int)b.len, b.ptr);
        st = RL_ERANGE;
    } else if (!rl_cli_write(&b)) {
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    }
    rl_buf_clear(&b);
    return st;
}

static rl_status each(job *j, rl_decision_what what, int n, char **names, rl_error *err)
{
    rl_status st = RL_OK;
    rl_buf data = {0};
    if (what == RL_DECIDE_AMEND && !amendment(j, &data))
        return RL_ERANGE;
    for (int i = 0; !st && i < n; i++) {
        rl_buf target = {0};
        st = what == RL_DECIDE_RETRACT ? report_target(j, names[i], &target, err)
                                       : claim_target(j, names[i], &target, err);
        if (!st)
            st = decide(j, what, rl_buf_str(&target), rl_buf_str(&data), err);
        rl_buf_clear(&target);
    }
    rl_buf_clear(&data);
    return st;
}

static rl_status act(job *j, const char *word, int n, char **names, bool *usage, rl_error *err)
{
    rl_decision_what what = rl_decision_of(rl_str_z(word));
    char data[200], target[RL_DECISION_TARGET_MAX + 1];
    switch (what) {
    case RL_DECIDE_CONFIRM:
    case RL_DECIDE_REJECT:
    case RL_DECIDE_AMEND:
    case RL_DECIDE_RETRACT:
        *usage = n < 1;
        return *usage ? RL_OK : each(j, what, n, names, err);
    case RL_DECIDE_RULE:
        if ((*usage = n != 3))
            return RL_OK;
        snprintf(target, sizeof target, "series:%s:%s", names[0], names[1]);
        snprintf(data, sizeof data, "{\"rule\":\"%.100s\"}", names[2]);
        return decide(j, what, rl_str_z(target), rl_str_z(data), err);
    case RL_DECIDE_UNDO:
        *usage = n != 1;
        snprintf(data, sizeof data, "{\"n\":%.20s}", n == 1 ? names[0] : "");
        return *usage ? RL_OK : decide(j, what, (rl_str){0}, rl_str_z(data), err);
    default:
        *usage = true;
        return RL_OK;
    }
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help, usage = false;
    rl_error err = {0};
    job j = {.v = v};
    if (!rl_cli_options(&rl_cmd_review, &argc, argv, v, &help))
        return 2;
    if (help || argc < 2) {
        rl_cli_help(&rl_cmd_review);
        return help ? 0 : 2;
    }
    bool log = !strcmp(argv[1], "log");
    j.by = v[O_BY] ? v[O_BY] : getenv("RELATA_REVIEWER");
    if (!log && (!j.by || !*j.by)) {
        fputs("relata review: --by NAME (or RELATA_REVIEWER) says who decides\n", stderr);
        return 2;
    }
    j.mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = j.mem ? rl_store_open(rl_store_path(v[O_STORE]), log ? RL_STORE_READ : RL_STORE_WRITE, 0,
                                         &j.store, &err)
                         : rl_fail(&err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && log && argc <= 3)
        st = list(&j, argc == 3 ? argv[2] : "", &err);
    else if (!st && !log)
        st = act(&j, argv[1], argc - 2, argv + 2, &usage, &err);
    else
        usage = !st;
    if (usage)
        fprintf(stderr, "relata review: usage: relata %s\n", rl_cmd_review.synopsis);
    if (st && err.message[0])
        rl_cli_error(&err);
    rl_store_close(j.store);
    rl_arena_free(j.mem);
    return usage ? 2 : st ? 1 : 0;
}

const rl_command rl_cmd_review = {
    "review",
    "review confirm|reject CLAIM... | review amend CLAIM... --value V ... | review retract REPORT... | "
    "review "
    "rule STORY KEY "
    "NAME | review undo N | review log [TARGET]",
    "keep a reviewer's judgement: confirm, reject, amend claims; retract reports; undo; the log",
    "Writes down what somebody decided, with who, when and why, in the store's log, which only grows: relata "
    "account, the "
    "page and every export\n"
    "show it from then on. CLAIM is a claim's id (relata claims), alone or as REPORT:CLAIM; REPORT the first "
    "digits of a "
    "report's name, its doc or address.\n\n"
    "A rejected claim is in no series; it is still listed, as rejected. An amended one says what was put in "
    "its stead, and "
    "what it said. Nothing of a\n"
    "retracted report counts. rule chooses how low, best and high of one series are read: STORY its story, "
    "KEY "
    "measure/whom/place/kind (place by its\n"
    "GeoNames id, else its name), NAME as in relata account --rule. undo takes decision N back. Decisions "
    "outlive relata "
    "redo: one whose claim reading\n"
    "no longer finds is told as such by review log. Stories are merged and split by relata story.",
    options,
    "relata review --by Dimitra --why \"counted twice\" reject 3f2a9c017be40d55\tout of the series\n"
    "relata review --by Dimitra --value \"at_least 12\" --place Almaty amend 3f2a9c017be40d55\tsomething in "
    "its stead\n"
    "relata review --by Omar undo 7\ttake decision 7 back\n"
    "relata review log --format jsonl\tall of it, the newest first\n",
    run};
