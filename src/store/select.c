/* Selections: which reports, and what is kept of each.
 *
 * The rows of a selection are listed first and read one by one then, so that what is done with a report may write
 * to the store. Order is that of day and name, which depend on the reports alone. O(reports chosen), and of all
 * reports where no index helps. */
#include "store/db.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- from a selection to SQL ---- */

typedef struct {
    rl_buf sql;
    struct {
        char type; /* i, t, b */
        int64_t i;
        rl_str s;
    } arg[32];
    int n;
} query;

static void text_arg(query *q, rl_str s)
{
    q->arg[q->n].type = 't';
    q->arg[q->n++].s = s;
}

static void int_arg(query *q, int64_t v)
{
    q->arg[q->n].type = 'i';
    q->arg[q->n++].i = v;
}

static void where_day(query *q, const rl_store_select *sel)
{
    if (rl_date_known(sel->since)) {
        rl_buf_z(&q->sql, " AND day >= ?");
        int_arg(q, rl_date_days(sel->since));
    }
    if (rl_date_known(sel->until)) {
        rl_buf_z(&q->sql, " AND day <= ?");
        int_arg(q, rl_date_days(sel->until));
    }
}

static void where_place(query *q, const rl_store_select *sel)
{
    if (!sel->place.len && !sel->country.len)
        return;
    static const char *const tables[] = {"claim", "happening"};
    rl_buf_z(&q->sql, " AND (0");
    for (size_t i = 0; i < 2; i++) {
        rl_buf_f(&q->sql, " OR EXISTS(SELECT 1 FROM %s x WHERE x.report = report.n AND (0", tables[i]);
        if (sel->place.len) {
            rl_buf_z(&q->sql, " OR x.place = ? COLLATE NOCASE OR x.country = ? COLLATE NOCASE");
            text_arg(q, sel->place);
            text_arg(q, sel->place);
        }
        if (sel->country.len) {
            rl_buf_z(&q->sql, " OR x.country = ? COLLATE NOCASE");
            text_arg(q, sel->country);
        }
        rl_buf_z(&q->sql, "))");
    }
    rl_buf_z(&q->sql, ")");
}

/* The names that begin with these digits, as a range of blobs; false where they are no digits. */
static bool id_range(rl_str hex, char low[16], char high[16])
{
    if (hex.len < 4 || hex.len > 32)
        return false;
    memset(low, 0, 16);
    memset(high, 0xff, 16);
    for (size_t i = 0; i < hex.len; i++) {
        unsigned char c = (unsigned char)hex.ptr[i];
        if (!isxdigit(c))
            return false;
        unsigned v = c <= '9' ? c - 48u : (c | 32u) - 87u, shift = i & 1 ? 0 : 4;
        low[i / 2] = (char)((unsigned char)low[i / 2] | v << shift);
        high[i / 2] = (char)(((unsigned char)high[i / 2] & ~(15u << shift)) | v << shift);
    }
    return true;
}

static void where_id(query *q, rl_str id, char bytes[32])
{
    if (!id.len)
        return;
    rl_buf_z(&q->sql, " AND (n IN (SELECT report FROM sighting WHERE doc = ?) OR n IN (SELECT report FROM "
                      "sighting s JOIN address a"
                      " ON a.n = s.address WHERE a.name = ?)");
    text_arg(q, id);
    text_arg(q, id);
    if (id_range(id, bytes, bytes + 16)) {
        rl_buf_z(&q->sql, " OR id BETWEEN ? AND ?");
        text_arg(q, (rl_str){bytes, 16});
        text_arg(q, (rl_str){bytes + 16, 16});
        q->arg[q->n - 2].type = q->arg[q->n - 1].type = 'b';
    }
    rl_buf_z(&q->sql, ")");
}

static void where_rest(query *q, rl_store *s, const rl_store_select *sel, rl_str outlet, rl_str match)
{
    if (sel->lang.len) {
        rl_buf_z(&q->sql, " AND (lang = ? OR substr(lang, 1, length(?) + 1) = ? || '-')");
        for (int i = 0; i < 3; i++)
            text_arg(q, sel->lang);
    }
    if (sel->outlet.len) {
        rl_buf_z(
            &q->sql,
            " AND (outlet_folded = ? OR host = lower(?) OR substr(host, -length(?) - 1) = '.' || lower(?))");
        text_arg(q, outlet);
        for (int i = 0; i < 3; i++)
            text_arg(q, sel->outlet);
    }
    if (sel->match.len) {
        rl_buf_z(&q->sql, " AND n IN (SELECT rowid FROM words WHERE words MATCH ?)");
        text_arg(q, match);
    }
    if (sel->measure.len) {
        rl_buf_z(&q->sql, " AND EXISTS(SELECT 1 FROM claim x WHERE x.report = report.n AND x.measure = ?)");
        text_arg(q, sel->measure);
    }
    if (sel->stale) {
        rl_buf_z(&q->sql, " AND extraction <> ?");
        int_arg(q, s->extraction);
    }
}

static int run_query(rl_store *s, query *q, sqlite3_stmt **out)
{
    int rc = q->sql.st ? SQLITE_NOMEM : sqlite3_prepare_v2(s->db, q->sql.ptr, (int)q->sql.len, out, NULL);
    for (int i = 0; !rc && i < q->n; i++)
        rc = q->arg[i].type == 'i' ? sqlite3_bind_int64(*out, i + 1, q->arg[i].i)
             : q->arg[i].type == 'b'
                 ? sqlite3_bind_blob64(*out, i + 1, q->arg[i].s.ptr, q->arg[i].s.len, SQLITE_TRANSIENT)
                 : sqlite3_bind_text64(*out, i + 1, q->arg[i].s.ptr ? q->arg[i].s.ptr : "", q->arg[i].s.len,
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
    return rc;
}

rl_status rl_select_rows(rl_store *s, rl_arena *mem, const rl_store_select *sel, rl_store_rows *out,
                         rl_error *err)
{
    RL_VEC(int64_t) v = {0};
    query q = {0};
    rl_buf outlet = {0}, match = {0};
    char bytes[32];
    sqlite3_stmt *stmt = NULL;
    rl_words_fold(&outlet, sel->outlet);
    rl_words_query(&match, sel->match);
    rl_status st = RL_OK;
    if (sel->match.len && !match.len)
        st = rl_fail(err, RL_EUSAGE, NULL, 0, 0, "no word to look for in '%.*s'", (int)sel->match.len,
                     sel->match.ptr);
    rl_buf_z(&q.sql, "SELECT n FROM report WHERE 1");
    where_day(&q, sel);
    where_place(&q, sel);
    where_id(&q, sel->id, bytes);
    where_rest(&q, s, sel, rl_buf_str(&outlet), rl_buf_str(&match));
    rl_buf_z(&q.sql, " ORDER BY day IS NULL, day, id");
    int rc = st ? SQLITE_DONE : run_query(s, &q, &stmt);
    while (!st && !rc && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t *n = RL_PUSH(mem, v);
        rc = SQLITE_OK;
        if (n)
            *n = sqlite3_column_int64(stmt, 0);
        else
            st = rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    }
    if (!st && rc != SQLITE_DONE)
        st = rl_db_fail(s, rc, err);
    sqlite3_finalize(stmt);
    rl_buf_clear(&q.sql);
    rl_buf_clear(&outlet);
    rl_buf_clear(&match);
    *out = st ? (rl_store_rows){0} : (rl_store_rows){v.at, v.n};
    return st;
}

/* ---- one report ---- */

static void fill(rl_arena *mem, sqlite3_stmt *q, rl_store_report *out)
{
    rl_store_reading *r = &out->r;
    rl_str id = rl_db_text(q, 1);
    if (id.len == sizeof out->id.b)
        memcpy(out->id.b, id.ptr, sizeof out->id.b);
    out->n = sqlite3_column_int64(q, 0);
    rl_store_id_hex(out->id, out->name);
    r->day = rl_db_day(q, 2);
    rl_str *const texts[] = {&r->day_reason, &r->lang, &r->kind, &r->charset};
    for (int i = 0; i < 4; i++)
        *texts[i] = rl_db_copy(mem, q, 3 + i);
    r->mended = sqlite3_column_int(q, 7) != 0;
    r->cut = sqlite3_column_int(q, 8) != 0;
    out->nclaims = sqlite3_column_int64(q, 9);
    out->nhappenings = sqlite3_column_int64(q, 10);
    rl_str *const more[] = {
        &r->published, &r->modified, &r->outlet,       &r->declared_lang,    &r->url,
        &r->section,   &r->authors,  &out->origin.map, &out->origin.charset, &out->origin.url};
    for (int i = 0; i < 10; i++)
        *more[i] = rl_db_copy(mem, q, 11 + i);
    r->lead = (uint32_t)sqlite3_column_int64(q, 21);
    r->title = rl_db_copy(mem, q, 22);
    r->parts = rl_db_copy(mem, q, 23);
    out->raw_bytes = sqlite3_column_int64(q, 25);
    out->origin.doc = rl_db_copy(mem, q, 26);
    out->origin.input = rl_db_copy(mem, q, 27);
    out->origin.at_ms = sqlite3_column_int64(q, 28);
    out->origin.date = rl_db_day(q, 30);
}

/* The text that claims were read from: title, blank line, body; body alone where lead is 0. */
static rl_status join_text(rl_store *s, rl_arena *mem, sqlite3_stmt *q, rl_store_report *out, rl_error *err)
{
    rl_str body = rl_db_text(q, 24);
    uint32_t lead = out->r.lead;
    if (lead && lead != out->r.title.len + 2)
        return rl_fail(err, RL_ESYNTAX, s->path, 0, 0, "a report whose title is not where its claims point");
    char *p = rl_alloc(mem, lead + body.len + 1);
    if (!p)
        return rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    if (lead) {
        memcpy(p, out->r.title.ptr, out->r.title.len);
        memcpy(p + out->r.title.len, "\n\n", 2);
    }
    memcpy(p + lead, body.ptr, body.len);
    out->text = (rl_str){p, lead + body.len};
    out->r.body = (rl_str){p + lead, body.len};
    return RL_OK;
}

rl_status rl_select_row(rl_store *s, rl_arena *mem, int64_t n, rl_store_report *out, rl_error *err)
{
    *out = (rl_store_report){0};
    sqlite3_stmt *q =
        rl_db_bind(s, err,
                   "SELECT report.n, id, day, day_reason, lang, kind, charset, mended, cut, claims, "
                   "happenings, published, modified, outlet, declared_lang, url, section,"
                   " authors, read_map, read_charset, read_url, lead, title, parts, body, (SELECT size FROM "
                   "raw WHERE raw.report = report.n), s.doc, s.input, s.at,"
                   " extraction = ?, read_date FROM report LEFT JOIN sighting s ON s.n = (SELECT n FROM "
                   "sighting WHERE sighting.report = report.n ORDER BY at, n LIMIT 1)"
                   " WHERE report.n = ?",
                   "ii", s->extraction, n);
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    rl_status st = rc == SQLITE_ROW    ? RL_OK
                   : rc == SQLITE_DONE ? rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "the report is gone")
                                       : rl_db_fail(s, rc, err);
    if (!st) {
        fill(mem, q, out);
        out->current = sqlite3_column_int(q, 29) != 0;
        st = join_text(s, mem, q, out, err);
    }
    rl_db_done(q);
    return st;
}

rl_status rl_store_each(rl_store *s, const rl_store_select *sel, rl_store_report_fn fn, void *ctx,
                        rl_error *err)
{
    static const rl_store_select all = {0};
    rl_arena *keep = rl_arena_new(RL_ARENA_DEFAULT), *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_store_rows r = {0};
    rl_status st = keep && mem ? rl_select_rows(s, keep, sel ? sel : &all, &r, err)
                               : rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    for (size_t i = 0; !st && i < r.n; i++) {
        rl_store_report report;
        rl_arena_clear(mem);
        st = rl_select_row(s, mem, r.at[i], &report, err);
        if (st == RL_ENOTFOUND) /* taken out meanwhile */
            st = RL_OK;
        else if (!st)
            st = fn(ctx, mem, &report, err);
    }
    rl_arena_free(keep);
    rl_arena_free(mem);
    return st;
}

/* The end of a listing: rc is that of its last step. */
static rl_status listed(rl_store *s, sqlite3_stmt *q, int rc, rl_error *err)
{
    rl_status st = rc == SQLITE_ROW    ? rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory")
                   : rc != SQLITE_DONE ? rl_db_fail(s, rc, err)
                                       : RL_OK;
    rl_db_done(q);
    return st;
}

rl_status rl_store_list(rl_store *s, rl_arena *mem, const rl_store_select *sel, rl_store_rows *out,
                        rl_error *err)
{
    return rl_select_rows(s, mem, sel, out, err);
}

rl_status rl_store_name_of(rl_store *s, int64_t n, char out[33], rl_error *err)
{
    rl_store_id id = {0};
    *out = 0;
    sqlite3_stmt *q = rl_db_bind(s, err, "SELECT id FROM report WHERE n = ?", "i", n);
    if (!q)
        return err->code;
    bool found = sqlite3_step(q) == SQLITE_ROW && rl_db_text(q, 0).len == sizeof id.b;
    if (found)
        memcpy(id.b, rl_db_text(q, 0).ptr, sizeof id.b);
    rl_db_done(q);
    rl_store_id_hex(id, out);
    return found ? RL_OK : rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "the report is gone");
}

rl_status rl_store_mark_all(rl_store *s, rl_arena *mem, rl_store_marks *out, rl_error *err)
{
    RL_VEC(rl_store_mark) v = {0};
    int rc;
    *out = (rl_store_marks){0};
    sqlite3_stmt *q = rl_db_bind(s, err,
                                 "SELECT n, extraction, coalesce(story, 0) FROM report LEFT JOIN placed ON "
                                 "placed.report = report.n ORDER BY n",
                                 "");
    if (!q)
        return err->code;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        rl_store_mark *m = RL_PUSH(mem, v);
        if (!m)
            break;
        *m = (rl_store_mark){sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                             sqlite3_column_int64(q, 2)};
    }
    rl_status st = listed(s, q, rc, err);
    if (!st)
        *out = (rl_store_marks){v.at, v.n};
    return st;
}

static rl_date day_of(int64_t day)
{
    return day == INT32_MAX || day == INT32_MIN ? (rl_date){0} : rl_date_from_days((int32_t)day);
}

rl_status rl_store_story_mark_all(rl_store *s, rl_arena *mem, rl_store_story_marks *out, rl_error *err)
{
    RL_VEC(rl_store_story_mark) v = {0};
    int rc;
    *out = (rl_store_story_marks){0};
    sqlite3_stmt *q = rl_db_bind(s, err, "SELECT n, name, first, last FROM story ORDER BY n", "");
    if (!q)
        return err->code;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        rl_store_story_mark *m = RL_PUSH(mem, v);
        rl_str name = rl_db_text(q, 1);
        if (!m)
            break;
        *m = (rl_store_story_mark){.n = sqlite3_column_int64(q, 0),
                                   .from = day_of(sqlite3_column_int64(q, 2)),
                                   .to = day_of(sqlite3_column_int64(q, 3))};
        for (size_t i = 0; i < name.len && i < 8; i++)
            snprintf(m->id + 2 * i, 3, "%02x", (unsigned char)name.ptr[i]);
    }
    rl_status st = listed(s, q, rc, err);
    if (!st)
        *out = (rl_store_story_marks){v.at, v.n};
    return st;
}

rl_report rl_store_as_report(const rl_store_report *r)
{
    return (rl_report){.id = r->origin.doc,
                       .text = r->text,
                       .title = r->r.title,
                       .outlet = r->r.outlet,
                       .url = r->r.url,
                       .lang = r->r.declared_lang,
                       .published = r->r.published,
                       .name = {r->name, 32},
                       .given = rl_str_is(r->r.kind, "sheet")};
}

/* ---- what hangs on one ---- */

static rl_status lines(rl_store *s, rl_arena *mem, sqlite3_stmt *q, bool claims, rl_store_lines *out,
                       rl_error *err)
{
    RL_VEC(rl_store_line) v = {0};
    int rc = SQLITE_ERROR;
    *out = (rl_store_lines){0};
    if (!q)
        return err->code;
    rl_status st = RL_OK;
    while (!st && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        rl_store_line *l = RL_PUSH(mem, v);
        if (!l) {
            st = rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
            break;
        }
        *l = (rl_store_line){.line = rl_db_copy(mem, q, 0),
                             .name = rl_db_copy(mem, q, 1),
                             .date = rl_db_day(q, 2),
                             .place = rl_db_copy(mem, q, 3),
                             .country = rl_db_copy(mem, q, 4),
                             .place_id = (uint32_t)sqlite3_column_int64(q, 5),
                             .lang = rl_db_copy(mem, q, 6)};
        if (!claims)
            continue;
        l->id = rl_db_copy(mem, q, 7);
        l->who = rl_db_copy(mem, q, 8);
        l->modality = rl_db_copy(mem, q, 9);
        l->value = (rl_value){.low = sqlite3_column_int64(q, 10),
                              .high = sqlite3_column_int64(q, 11),
                              .has_low = sqlite3_column_type(q, 10) != SQLITE_NULL,
                              .has_high = sqlite3_column_type(q, 11) != SQLITE_NULL};
    }
    if (!st && rc != SQLITE_DONE)
        st = rl_db_fail(s, rc, err);
    rl_db_done(q);
    if (!st)
        *out = (rl_store_lines){v.at, v.n};
    return st;
}

rl_status rl_store_claims(rl_store *s, rl_arena *mem, int64_t n, rl_store_lines *out, rl_error *err)
{
    return lines(s, mem,
                 rl_db_bind(s, err,
                            "SELECT line, measure, day, place, country, place_id, lang, id, who, modality, "
                            "low, high FROM claim WHERE report = ? ORDER BY seq",
                            "i", n),
                 true, out, err);
}

rl_status rl_store_happenings(rl_store *s, rl_arena *mem, int64_t n, rl_store_lines *out, rl_error *err)
{
    return lines(s, mem,
                 rl_db_bind(s, err,
                            "SELECT line, type, day, place, country, place_id, lang FROM happening WHERE "
                            "report = ? ORDER BY seq",
                            "i", n),
                 false, out, err);
}

static bool same_nocase(rl_str a, rl_str b)
{
    if (a.len != b.len || !a.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i] && tolower((unsigned char)a.ptr[i]) != tolower((unsigned char)b.ptr[i]))
            return false;
    return true;
}

bool rl_store_line_at(const rl_store_line *l, const rl_store_select *sel)
{
    if (!sel->place.len && !sel->country.len)
        return true;
    return same_nocase(l->place, sel->place) || same_nocase(l->country, sel->place) ||
           same_nocase(l->country, sel->country);
}

rl_status rl_store_seen(rl_store *s, rl_arena *mem, int64_t n, rl_store_sightings *out, rl_error *err)
{
    RL_VEC(rl_store_sighting) v = {0};
    *out = (rl_store_sightings){0};
    sqlite3_stmt *q = rl_db_bind(s, err,
                                 "SELECT doc, input, at, last, name FROM sighting JOIN address ON address.n "
                                 "= sighting.address WHERE report = ? ORDER BY doc, input",
                                 "i", n);
    if (!q)
        return err->code;
    int rc;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        rl_store_sighting *x = RL_PUSH(mem, v);
        if (!x)
            break;
        *x = (rl_store_sighting){rl_db_copy(mem, q, 0), rl_db_copy(mem, q, 1), rl_db_copy(mem, q, 4),
                                 sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3)};
    }
    rl_status st = rc == SQLITE_ROW    ? rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory")
                   : rc != SQLITE_DONE ? rl_db_fail(s, rc, err)
                                       : RL_OK;
    rl_db_done(q);
    *out = st ? (rl_store_sightings){0} : (rl_store_sightings){v.at, v.n};
    return st;
}

rl_status rl_store_count(rl_store *s, rl_store_counts *out, rl_error *err)
{
    *out = (rl_store_counts){0};
    sqlite3_stmt *q = rl_db_bind(s, err,
                                 "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM claim), "
                                 "(SELECT count(*) FROM happening), (SELECT count(*) FROM sighting),"
                                 " (SELECT count(*) FROM address), (SELECT count(*) FROM forgotten), (SELECT "
                                 "coalesce(sum(size), 0) FROM raw),"
                                 " (SELECT coalesce(sum(length(bytes)), 0) FROM raw), (SELECT count(*) FROM "
                                 "report WHERE extraction <> ?)",
                                 "i", s->extraction);
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    int64_t *const at[] = {&out->reports,   &out->claims,     &out->happenings,
                           &out->sightings, &out->addresses,  &out->forgotten,
                           &out->raw_bytes, &out->kept_bytes, &out->stale};
    for (int i = 0; rc == SQLITE_ROW && i < 9; i++)
        *at[i] = sqlite3_column_int64(q, i);
    rl_status st = rc == SQLITE_ROW ? RL_OK : rl_db_fail(s, rc, err);
    rl_db_done(q);
    return st;
}
