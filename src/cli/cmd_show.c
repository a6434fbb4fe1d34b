/* relata show: all that a store knows of a report: its text, its claims, where it was seen, what its revisions
 * changed; or its bytes as they came. */
#include <stdlib.h>
#include <time.h>

#include "cli/ingest.h"
#include "pack/pack.h"
#include "show/show.h"

enum { O_STORE, O_FORMAT, O_SELECT, O_N = O_SELECT + RL_SELECT_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--format", "text|claims|happenings|body|raw",
     "all of it (the default), its claims or happenings as JSON Lines, its text alone, or its bytes as they "
     "came"},
    RL_SELECT_OPTIONS,
    {0}};

typedef struct {
    rl_store *store;
    char format; /* t c h b r */
    size_t n;
} job;

static void field(rl_buf *b, const char *name, rl_str v)
{
    if (!v.len)
        return;
    rl_buf_f(b, "%-12s", name);
    rl_show_plain(b, v, 0);
    rl_buf_c(b, '\n');
}

static void at_time(rl_buf *b, int64_t ms)
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    char z[32] = "?";
    if (gmtime_r(&t, &tm))
        strftime(z, sizeof z, "%Y-%m-%dT%H:%M:%SZ", &tm);
    rl_buf_z(b, z);
}

static void head(rl_buf *b, const rl_store_report *r)
{
    char id[33], z[64] = "";
    rl_store_id_hex(r->id, id);
    rl_show_plain(b, r->r.title.len ? r->r.title : r->origin.doc, 0);
    rl_buf_z(b, "\n\n");
    field(b, "report", rl_str_z(id));
    field(b, "doc", r->origin.doc);
    if (rl_date_known(r->r.day))
        snprintf(z, sizeof z, "%04d-%02u-%02u", r->r.day.year, r->r.day.month, r->r.day.day);
    field(b, "day", rl_str_z(z));
    field(b, "because of", r->r.day_reason);
    field(b, "published", r->r.published);
    field(b, "modified", r->r.modified);
    field(b, "authors", r->r.authors.len > 2 ? r->r.authors : (rl_str){0});
    field(b, "outlet", r->r.outlet);
    field(b, "language", r->r.lang);
    field(b, "address", r->r.url);
    field(b, "section", r->r.section);
    rl_buf_f(b, "%-12s%lld bytes, %.*s%s%.*s%s%s\n", "came as", (long long)r->raw_bytes, (int)r->r.kind.len,
             r->r.kind.ptr, r->r.charset.len ? " in " : "", (int)r->r.charset.len, r->r.charset.ptr,
             r->r.mended ? " (declared otherwise)" : "", r->r.cut ? ", cut at a limit" : "");
    if (!r->current)
        rl_buf_z(b, "            read by another relata or other packs than these: relata redo\n");
}

static rl_status seen(job *j, rl_arena *mem, rl_buf *b, const rl_store_report *r, rl_error *err)
{
    rl_store_sightings s;
    rl_status st = rl_store_seen(j->store, mem, r->n, &s, err);
    for (size_t i = 0; !st && i < s.n; i++) {
        rl_buf_f(b, "%-12s", i ? "" : "seen");
        at_time(b, s.at[i].at_ms);
        rl_buf_z(b, "  ");
        rl_show_plain(b, s.at[i].doc, 0);
        if (!rl_str_eq(s.at[i].doc, s.at[i].input)) {
            rl_buf_z(b, " in ");
            rl_show_plain(b, s.at[i].input, 0);
        }
        rl_buf_c(b, '\n');
    }
    return st;
}

static void change(rl_buf *b, const rl_store_diff *d)
{
    static const char *const names[] = {"same", "added", "changed", "gone"};
    const rl_store_line *const two[] = {d->was, d->is};
    for (size_t i = 0; i < 2; i++)
        if (two[i]) {
            rl_buf_f(b, "{\"change\":\"%s\",\"claim\":",
                     d->kind == RL_DIFF_CHANGED ? i ? "to" : "from" : names[d->kind]);
            rl_buf_add(b, two[i]->line);
            rl_buf_z(b, "}\n");
        }
}

static rl_status compare_with(job *j, rl_arena *mem, rl_buf *b, int64_t was, int64_t is, rl_error *err)
{
    rl_store_lines a, c;
    rl_store_diffs d;
    rl_status st = rl_store_claims(j->store, mem, was, &a, err);
    if (!st)
        st = rl_store_claims(j->store, mem, is, &c, err);
    if (!st)
        st = rl_store_compare(mem, &a, &c, &d, err);
    if (st)
        return st;
    rl_buf_f(b, "%-12sagainst the one before: %zu claims as they were, %zu added, %zu changed, %zu gone\n",
             "", d.same, d.added, d.changed, d.gone);
    for (size_t i = 0; i < d.n; i++)
        if (d.at[i].kind != RL_DIFF_SAME)
            change(b, &d.at[i]);
    return RL_OK;
}

static rl_status revisions(job *j, rl_arena *mem, rl_buf *b, const rl_store_report *r, rl_error *err)
{
    rl_store_revisions v;
    rl_status st = rl_store_revisions_of(j->store, mem, r->n, &v, err);
    if (st || v.n < 2 || v.mine >= v.n)
        return st;
    rl_buf_f(b, "%-12s%zu of %zu at ", "revision", v.mine + 1, v.n);
    rl_show_plain(b, v.address, 0);
    rl_buf_c(b, '\n');
    return v.mine ? compare_with(j, mem, b, v.at[v.mine - 1], r->n, err) : RL_OK;
}

static void print_lines(rl_buf *b, const rl_store_lines *l)
{
    for (size_t i = 0; i < l->n; i++) {
        rl_buf_add(b, l->at[i].line);
        rl_buf_c(b, '\n');
    }
}

static rl_status happenings(job *j, rl_arena *mem, rl_buf *b, const rl_store_report *r, rl_error *err)
{
    rl_store_lines l;
    rl_status st = rl_store_happenings(j->store, mem, r->n, &l, err);
    if (!st)
        print_lines(b, &l);
    return st;
}

static rl_status claims(job *j, rl_arena *mem, rl_buf *b, const rl_store_report *r, rl_error *err)
{
    rl_store_lines l;
    rl_status st = rl_store_claims(j->store, mem, r->n, &l, err);
    if (!st)
        print_lines(b, &l);
    return st;
}

static rl_status all_of_it(job *j, rl_arena *mem, rl_buf *b, const rl_store_report *r, rl_error *err)
{
    head(b, r);
    rl_status st = seen(j, mem, b, r, err);
    if (!st)
        st = revisions(j, mem, b, r, err);
    if (st)
        return st;
    rl_buf_c(b, '\n');
    rl_str rest = r->r.body, line;
    while (rest.len) { /* line by line: what would steer a terminal is taken out */
        rl_str_cut(&rest, '\n', &line);
        rl_show_plain(b, line, 0);
        rl_buf_c(b, '\n');
    }
    rl_buf_f(b, "\n%lld claims, %lld happenings\n", (long long)r->nclaims, (long long)r->nhappenings);
    st = claims(j, mem, b, r, err);
    return st ? st : happenings(j, mem, b, r, err);
}

static rl_status one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    job *j = ctx;
    rl_buf b = {0};
    rl_str raw;
    rl_status st = RL_OK;
    if (j->n++ && j->format == 't')
        rl_buf_z(&b, "\n\n");
    if (j->format == 'r') {
        st = rl_store_raw(j->store, mem, r->n, &raw, err);
        if (!st)
            rl_buf_add(&b, raw);
    } else if (j->format == 'b') {
        rl_buf_add(&b, r->text);
        rl_buf_c(&b, '\n');
    } else if (j->format == 'h') {
        st = happenings(j, mem, &b, r, err);
    } else if (j->format == 'c') {
        st = claims(j, mem, &b, r, err);
    } else {
        st = all_of_it(j, mem, &b, r, err);
    }
    if (!st && !rl_cli_write(&b))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the output is not whole");
    rl_buf_clear(&b);
    return st;
}

static rl_status named(job *j, rl_store_select sel, const char *name, rl_error *err)
{
    size_t before = j->n;
    sel.id = rl_str_z(name);
    rl_status st = rl_store_each(j->store, &sel, one, j, err);
    if (!st && name && j->n == before)
        st = rl_fail(err, RL_ENOTFOUND, name, 0, 0,
                     "no report of that name, document or address is in the store");
    return st;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help, any = false;
    rl_error err = {0};
    rl_store_select sel = {0};
    job j = {0};
    if (!rl_cli_options(&rl_cmd_show, &argc, argv, v, &help))
        return 2;
    for (int i = 0; i < RL_SELECT_N; i++)
        any |= v[O_SELECT + i] != NULL;
    if (help || (argc < 2 && !any)) {
        rl_cli_help(&rl_cmd_show);
        return help ? 0 : 2;
    }
    const char *format = v[O_FORMAT] ? v[O_FORMAT] : "text";
    if (strcmp(format, "text") && strcmp(format, "claims") && strcmp(format, "happenings") &&
        strcmp(format, "body") && strcmp(format, "raw")) {
        fprintf(stderr, "relata show: --format is text, claims, happenings, body or raw, not '%s'\n", format);
        return 2;
    }
    if (!rl_select_of(&rl_cmd_show, v + O_SELECT, &sel))
        return 2;
    j.format = format[0];
    rl_packs *packs = NULL;
    size_t faults = 0;
    rl_status st = rl_store_open(rl_store_path(v[O_STORE]), RL_STORE_READ, 0, &j.store, &err);
    if (!st)
        st = rl_packs_open(NULL, &packs, &err);
    if (!st)
        st = rl_store_extraction(j.store, RL_VERSION, rl_packs_checksum(packs), &err);
    if (!st && argc < 2)
        st = named(&j, sel, NULL, &err);
    for (int i = 1; !st && i < argc; i++) {
        st = named(&j, sel, argv[i], &err);
        if (st == RL_ENOTFOUND) {
            rl_cli_error(&err);
            faults++;
            st = RL_OK;
        }
    }
    if (!st && fflush(stdout))
        st = rl_fail(&err, RL_EIO, NULL, 0, 0, "the output is not whole");
    if (st)
        rl_cli_error(&err);
    rl_packs_close(packs);
    rl_store_close(j.store);
    return st || faults ? 1 : 0;
}

const rl_command rl_cmd_show = {
    "show",
    "show [--store PATH] [--format text|claims|happenings|body|raw] REPORT...",
    "one report of a store, with its claims and revisions",
    "Prints each REPORT: named by the first digits of its name (at least four), by its path or record as it "
    "was given, or by its address;\n"
    "or all that --since, --until, --lang, --place, --outlet and --match choose.\n\n"
    "Where other reports stood at the same address, it tells what the one before said that this one does "
    "not, and the other way round.\n"
    "With --format body the text is printed that the byte ranges of its claims point into; with raw the "
    "bytes as they came.",
    options,
    "relata show 3f2a9c01\tall of it\n"
    "relata show --format raw https://example.org/a > page.html\tas it came\n",
    run};
