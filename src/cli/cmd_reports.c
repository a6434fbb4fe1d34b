/* relata reports: which reports a store holds, by day. Nothing that a clock told is printed, so that the same reports
 * print the same, however they came in. */
#include <stdlib.h>

#include "cli/ingest.h"
#include "show/show.h"

enum { O_STORE, O_FORMAT, O_SELECT, O_N = O_SELECT + RL_SELECT_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--format", "table|jsonl|csv", "table for people (the default), or JSON Lines or CSV for programs"},
    RL_SELECT_OPTIONS,
    {0}};

typedef struct {
    rl_store *store;
    char format; /* t j c */
} job;

static void day_of(const rl_store_report *r, char out[16])
{
    rl_date d = r->r.day;
    snprintf(out, 16, "%s", "");
    if (rl_date_known(d))
        snprintf(out, 16, "%04d-%02u-%02u", d.year, d.month, d.day);
}

static void key(rl_buf *b, const char *name, rl_str v)
{
    rl_buf_f(b, ",\"%s\":", name);
    if (v.len)
        rl_buf_json(b, v);
    else
        rl_buf_z(b, "null");
}

static void json(rl_buf *b, const rl_store_report *r, const rl_store_sightings *seen,
                 const rl_store_revisions *rev)
{
    char id[33], day[16];
    rl_store_id_hex(r->id, id);
    day_of(r, day);
    rl_buf_f(b, "{\"id\":\"%s\",\"doc\":", id);
    rl_buf_json(b, r->origin.doc);
    rl_buf_z(b, ",\"title\":");
    rl_buf_json(b, r->r.title);
    key(b, "day", rl_str_z(day));
    key(b, "day_inferred", r->r.day_reason);
    key(b, "published", r->r.published);
    key(b, "modified", r->r.modified);
    rl_buf_z(b, ",\"authors\":");
    rl_buf_add(b, r->r.authors.len ? r->r.authors : RL_STR("[]"));
    key(b, "outlet", r->r.outlet);
    key(b, "lang", r->r.lang);
    key(b, "url", r->r.url);
    key(b, "section", r->r.section);
    key(b, "kind", r->r.kind);
    rl_buf_f(
        b,
        ",\"bytes\":%lld,\"claims\":%lld,\"happenings\":%lld,\"revision\":%zu,\"revisions\":%zu,\"seen\":[",
        (long long)r->raw_bytes, (long long)r->nclaims, (long long)r->nhappenings, rev->mine + 1,
        rev->mine < rev->n ? rev->n : rev->n + 1);
    for (size_t i = 0; i < seen->n; i++) {
        rl_buf_z(b, i ? ",{\"doc\":" : "{\"doc\":");
        rl_buf_json(b, seen->at[i].doc);
        rl_buf_z(b, ",\"input\":");
        rl_buf_json(b, seen->at[i].input);
        rl_buf_c(b, '}');
    }
    rl_buf_z(b, "]}\n");
}

/* RFC 4180; a cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void cell(rl_buf *b, rl_str s, const char *after)
{
    bool formula = s.len && strchr("=+-@\t\r", s.ptr[0]);
    rl_buf_z(b, formula ? "\"'" : "\"");
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            rl_buf_c(b, '"');
        rl_buf_c(b, s.ptr[i]);
    }
    rl_buf_f(b, "\"%s", after);
}

static void csv(rl_buf *b, const rl_store_report *r)
{
    char id[33], day[16];
    rl_store_id_hex(r->id, id);
    day_of(r, day);
    rl_buf_f(b, "%s,%s,", id, day);
    cell(b, r->r.lang, ",");
    cell(b, r->r.outlet, ",");
    cell(b, r->r.title, ",");
    cell(b, r->r.url, ",");
    cell(b, r->origin.doc, ",");
    rl_buf_f(b, "%lld,%lld\r\n", (long long)r->nclaims, (long long)r->nhappenings);
}

static void column(rl_buf *b, rl_str s, size_t width)
{
    rl_buf plain = {0};
    rl_show_plain(&plain, s, width);
    rl_buf_add(b, rl_buf_str(&plain));
    size_t w = rl_show_width(rl_buf_str(&plain));
    for (; w < width; w++)
        rl_buf_c(b, ' ');
    rl_buf_z(b, "  ");
    rl_buf_clear(&plain);
}

static void row(rl_buf *b, const rl_store_report *r)
{
    char id[33], day[16];
    rl_store_id_hex(r->id, id);
    day_of(r, day);
    rl_buf_f(b, "%.8s  ", id);
    column(b, rl_str_z(day), 10);
    column(b, r->r.lang, 5);
    rl_buf_f(b, "%5lld  ", (long long)r->nclaims);
    column(b, r->r.outlet, 20);
    rl_show_plain(b, r->r.title.len ? r->r.title : r->origin.doc, 60);
    rl_buf_c(b, '\n');
}

static rl_status one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    job *j = ctx;
    rl_buf b = {0};
    rl_store_sightings seen;
    rl_store_revisions rev;
    rl_status st = j->format == 'j' ? rl_store_seen(j->store, mem, r->n, &seen, err) : RL_OK;
    if (!st && j->format == 'j')
        st = rl_store_revisions_of(j->store, mem, r->n, &rev, err);
    if (!st && j->format == 'j')
        json(&b, r, &seen, &rev);
    else if (!st && j->format == 'c')
        csv(&b, r);
    else if (!st)
        row(&b, r);
    if (!st && !rl_cli_write(&b))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    rl_buf_clear(&b);
    return st;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    rl_store_select sel = {0};
    job j = {.format = 't'};
    if (!rl_cli_options(&rl_cmd_reports, &argc, argv, v, &help))
        return 2;
    if (help) {
        rl_cli_help(&rl_cmd_reports);
        return 0;
    }
    const char *format = v[O_FORMAT] ? v[O_FORMAT] : "table";
    if (argc > 1 || (strcmp(format, "table") && strcmp(format, "jsonl") && strcmp(format, "csv"))) {
        fprintf(stderr,
                argc > 1 ? "relata reports: takes no file: '%s'\n"
                         : "relata reports: --format is table, jsonl or csv, not '%s'\n",
                argc > 1 ? argv[1] : format);
        return 2;
    }
    if (!rl_select_of(&rl_cmd_reports, v + O_SELECT, &sel))
        return 2;
    j.format = format[0];
    rl_status st = rl_store_open(rl_store_path(v[O_STORE]), RL_STORE_READ, 0, &j.store, &err);
    if (!st && j.format == 'c')
        fputs("id,day,lang,outlet,title,url,doc,claims,happenings\r\n", stdout);
    else if (!st && j.format == 't')
        fputs("report    day         lang   claims  outlet                title\n", stdout);
    if (!st)
        st = rl_store_each(j.store, &sel, one, &j, &err);
    if (!st && fflush(stdout))
        st = rl_fail(&err, RL_EIO, NULL, 0, 0, "the output is not whole");
    if (st)
        rl_cli_error(&err);
    rl_store_close(j.store);
    return st ? 1 : 0;
}

const rl_command rl_cmd_reports = {
    "reports",
    "reports [--store PATH] [--format table|jsonl|csv] [--since DAY] [--until DAY] [--lang TAG] [--place "
    "NAME] [--outlet NAME] [--match WORDS]",
    "the reports of a store",
    "Lists the reports of a store in order of their days, those without a day last. What is asked for must "
    "all hold.\n\n"
    "--match finds words as they are written, in any case, with or without vowel marks, in simplified or "
    "traditional characters.",
    options,
    "relata reports --place Kazakhstan --since 2022-01-04\treports with a claim or happening there\n"
    "relata reports --match '\"state of emergency\" Almaty'\tthe three words together, and the fourth "
    "anywhere\n"
    "relata reports --format jsonl --lang el\tfor programs\n",
    run};
