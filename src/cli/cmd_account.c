/* relata account: one account of all the reports given. All are read first; then they are joined. */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/prints.h"
#include "engine/engine.h"
#include "mark/place.h"
#include "show/show.h"

enum {
    O_FORMAT,
    O_LANG,
    O_ASOF,
    O_RULE,
    O_REDACT,
    O_VERIFY,
    O_MAP,
    O_SOURCE,
    O_PACKS,
    O_DATE,
    O_STORE,
    O_SELECT,
    O_N = O_SELECT + RL_SELECT_N
};
static const rl_cli_option options[] = {
    {"--format", "NAME",
     "text for a terminal (the default), md, html (one self-contained page), json, csv (with HXL tags), "
     "jsonl, "
     "geojson, atom, acled, ucdp: docs/exports.md"},
    {"--lang", "TAG", "the language to write in: one of relata packs list; en where not given"},
    {"--as-of", "TIME",
     "what was known then: later reports and posts are left out. ISO 8601, a day (to its end) or a time (UTC "
     "where it has no zone)"},
    {"--rule", "NAME",
     "which figure is the best of a series: newest_official (the default), most_origins, low_best_high "
     "(ucdp's), "
     "conservative (acled's); docs/methods.md"},
    {"--redact", NULL,
     "without names and handles of persons who hold no office; docs/exports.md tells its limits"},
    {"--verify", "HASH", "print nothing, and exit 0 only where the account is the one with that xxh3_128"},
    {"--map", "COLUMNS",
     "of sheets of figures (.csv, .xlsx) among the files: which column is what, as "
     "date=Day,place=Town,killed=Dead; "
     "@FILE: a file that holds it; docs/inputs.md"},
    {"--source", "NAME",
     "what a sheet is called, where none of its columns says who speaks; its file's name where not given"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {"--date", "DAY", "ISO 8601: the day of reports that carry none"},
    {"--store", "PATH", "the reports of a store in place of files; those that all of these hold for:"},
    RL_SELECT_OPTIONS_AS("--report-lang"),
    {0}};

static bool pick_rule(const char *name, rl_spread_rule *out)
{
    if (rl_spread_rule_parse(rl_str_z(name), out))
        return true;
    fprintf(
        stderr,
        "relata account: --rule is newest_official, most_origins, low_best_high or conservative, not '%s'\n",
        name);
    return false;
}

/* A day, or a time of day. */
static bool as_of(const char *value, rl_account_options *out)
{
    rl_str s = rl_str_z(value);
    int64_t minute;
    if (!value || (s.len <= 10 && rl_date_parse(s, &out->as_of)))
        return true;
    if (rl_minute_parse(s, &minute)) {
        int32_t day = (int32_t)(minute / 1440 - (minute % 1440 < 0));
        out->as_of = rl_date_from_days(day);
        out->as_of_minute = (uint16_t)(minute - (int64_t)day * 1440 + 1);
        return true;
    }
    fprintf(stderr,
            "relata account: --as-of is a day (2022-01-06) or a time (2022-01-06T14:30+06:00), not '%s'\n",
            value);
    return false;
}

static const rl_show_format *pick_format(const char *name)
{
    size_t n;
    const rl_show_format *all = rl_show_formats(&n), *f = rl_show_format_of(name);
    if (f)
        return f;
    fprintf(stderr, "relata account: --format is ");
    for (size_t i = 0; i < n; i++)
        fprintf(stderr, "%s%s", all[i].name, i + 2 < n ? ", " : i + 1 < n ? " or " : "");
    fprintf(stderr, ", not '%s'\n", name);
    return NULL;
}

static rl_str place_name(const rl_packs *packs, const rl_place *place, const char *lang)
{
    return rl_place_name(packs, place, rl_str_z(lang));
}

/* Is it the account that was cited? */
static rl_status verify(rl_show *s, const rl_account *a, const char *hash, rl_error *err)
{
    char is[33];
    rl_show_account_hash(s, a, is);
    return !strcasecmp(is, hash) ? RL_OK
                                 : rl_fail(err, RL_ENOTFOUND, NULL, 0, 0,
                                           "the account is another: its xxh3_128 is %s, not %.64s", is, hash);
}

static rl_status print(rl_print_job *j, const rl_account *a, const rl_show_format *format,
                       const char *const *v, rl_error *err)
{
    struct winsize w = {0};
    bool tty = isatty(STDOUT_FILENO);
    rl_buf out = {0};
    rl_show *show;
    if (tty)
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &w);
    rl_show_options so = {.packs = j->packs,
                          .lang = v[O_LANG],
                          .place_name = place_name,
                          .columns = w.ws_col,
                          .colour = tty && !getenv("NO_COLOR")};
    rl_status st = rl_show_open(&so, &show, err);
    if (st)
        return st;
    if (v[O_VERIFY]) {
        st = verify(show, a, v[O_VERIFY], err);
    } else {
        format->write(show, &out, a);
        if (!rl_cli_write(&out) || fflush(stdout))
            st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    }
    rl_buf_clear(&out);
    rl_show_close(show);
    return st;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    char *map = NULL;
    rl_error err = {0};
    rl_print_job j = {0};
    rl_account_options opt = {.holds = rl_place_contains};
    rl_account a;
    rl_store_select sel = {0};
    if (!rl_cli_options(&rl_cmd_account, &argc, argv, v, &help))
        return 2;
    if (help || (argc < 2 && !v[O_STORE])) {
        rl_cli_help(&rl_cmd_account);
        return help ? 0 : 2;
    }
    const rl_show_format *format = pick_format(v[O_FORMAT] ? v[O_FORMAT] : "text");
    if (!format || !rl_cli_day(&rl_cmd_account, "--date", v[O_DATE], &j.read.date) ||
        !as_of(v[O_ASOF], &opt) || (v[O_RULE] && !pick_rule(v[O_RULE], &opt.rule)))
        return 2;
    if (!v[O_RULE] && format->has_rule)
        opt.rule = format->rule;
    if (!rl_select_of(&rl_cmd_account, v + O_SELECT, &sel) ||
        !rl_cli_map(&rl_cmd_account, v[O_MAP], v[O_SOURCE], &map))
        return 2;
    j.map = rl_str_z(map);
    rl_status st = RL_EIO;
    if (rl_prints_open(&j, v[O_PACKS])) {
        rl_copy_link *links;
        uint32_t *origins;
        bool there = rl_prints_read_stories(&j, v[O_STORE], &sel, argc, argv);
        rl_prints_days(&j);
        st = there ? rl_prints_copies(&j, &links, &origins, &err) : RL_ENOTFOUND;
        opt.origin_of_report = st ? NULL : origins;
        if (!st)
            st = rl_prints_review(&j, &err);
        rl_prints_rules(&j, &opt);
        if (!st)
            st = rl_account_make(j.mem, j.packs, j.inputs.at, j.inputs.n, &opt, &a, &err);
        if (!st && v[O_REDACT])
            st = rl_show_redact(j.mem, &a, &a);
        if (!st && j.inputs.n)
            st = print(&j, &a, format, v, &err);
        if (st && there)
            rl_cli_error(&err);
    }
    size_t faults = j.faults;
    rl_prints_close(&j);
    free(map);
    return st || faults ? 1 : 0;
}

const rl_command rl_cmd_account = {
    "account",
    "account [--format NAME] [--lang TAG] [--as-of TIME] [--rule NAME] [--redact] FILE... | --store PATH",
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
    "relata account --as-of 2022-01-06T14:30+06:00 reports.jsonl\twhat was known then\n"
    "relata account --format csv --redact reports.jsonl > figures.csv\tfor a spreadsheet, without private "
    "names\n"
    "relata account --store almaty.store 9f3c\tof one story of relata stories\n"
    "relata account --map date=Day,place=Town,killed=Dead --source 'our desk' *.txt figures.xlsx\twith "
    "figures kept by hand\n"
    "relata account --store almaty.store --place Kazakhstan\tof reports that were added before\n",
    run};
