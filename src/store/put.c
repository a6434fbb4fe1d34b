/* Putting reports in: the report, its raw bytes, words, claims, happenings and where it was seen.
 *
 * Invariants: every report has raw bytes and a sighting; report.claims and report.happenings count the rows of the
 * two tables; the index of words holds title and body of each report once. An address is what a report is a
 * revision of: its own (canonical) address, or where it came from. Every function works inside the caller's
 * transaction. O(report). */
#include "store/db.h"
#include "store/story.h"

#include <strings.h>

/* ---- addresses ---- */

static bool is_http(rl_str s)
{
    return (s.len > 7 && !strncasecmp(s.ptr, "http://", 7)) ||
           (s.len > 8 && !strncasecmp(s.ptr, "https://", 8));
}

/* What stands between the scheme and the path, without user and "www."; *path what follows, without fragment. */
static rl_str host_of(rl_str url, rl_str *path)
{
    rl_str host, cut;
    *path = (rl_str){0};
    if (!is_http(url))
        return (rl_str){0};
    size_t at = (size_t)((const char *)memchr(url.ptr, ':', url.len) - url.ptr) + 3, n = 0;
    url = rl_str_sub(url, at, url.len - at);
    while (n < url.len && !strchr("/?#", url.ptr[n]))
        n++;
    host = rl_str_sub(url, 0, n);
    url = rl_str_sub(url, n, url.len - n);
    rl_str_cut(&url, '#', path);
    if (rl_str_cut(&host, '@', &cut))
        cut = host;
    return cut.len > 4 && !strncasecmp(cut.ptr, "www.", 4) ? rl_str_sub(cut, 4, cut.len - 4) : cut;
}

/* Scheme and "www." are left out, host in lower case: what an address is compared by. */
static void address_of(rl_buf *out, rl_str url, const rl_store_origin *o)
{
    rl_str path, own_path, host = host_of(url, &path), own = host_of(o->doc, &own_path);
    /* a page that says that its address is its site's front page says nothing */
    bool front = host.len && own.len && path.len <= 1 && own_path.len > 1;
    if (!host.len || front) {
        host = own;
        path = own_path;
    }
    if (!host.len) {
        rl_buf_add(out, o->doc);
        return;
    }
    for (size_t i = 0; i < host.len; i++)
        rl_buf_c(out, host.ptr[i] >= 'A' && host.ptr[i] <= 'Z' ? (char)(host.ptr[i] | 32) : host.ptr[i]);
    if (path.len)
        rl_buf_add(out, path);
    else
        rl_buf_c(out, '/');
}

static void host_folded(rl_buf *out, rl_str url)
{
    rl_str path, host = host_of(url, &path);
    for (size_t i = 0; i < host.len; i++)
        rl_buf_c(out, host.ptr[i] >= 'A' && host.ptr[i] <= 'Z' ? (char)(host.ptr[i] | 32) : host.ptr[i]);
}

rl_status rl_put_sighting(rl_store *s, int64_t n, rl_str address, const rl_store_origin *o, int64_t last_ms,
                          rl_error *err)
{
    int64_t a;
    rl_status st =
        rl_db_run(s, err, "INSERT INTO address(name) VALUES(?) ON CONFLICT DO NOTHING", "t", address);
    if (!st)
        st = rl_db_int(s, err, 0, &a, "SELECT n FROM address WHERE name = ?", "t", address);
    if (!st)
        st =
            rl_db_run(s, err,
                      "INSERT INTO sighting(report, address, doc, input, at, last) VALUES(?, ?, ?, ?, ?, ?)"
                      " ON CONFLICT DO UPDATE SET last = max(last, excluded.last), at = min(at, excluded.at)",
                      "iittii", n, a, o->doc, o->input, o->at_ms, last_ms);
    return st;
}

/* ---- what reading made ---- */

static rl_status put_line(rl_store *s, int64_t n, int64_t i, const rl_store_line *l, bool claim,
                          rl_error *err)
{
    int64_t place_id = l->place_id;
    const rl_value *v = &l->value;
    if (!claim)
        return rl_db_run(s, err,
                         "INSERT INTO happening(report, seq, type, day, place, country, place_id, lang, line)"
                         " VALUES(?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?)",
                         "iitdeeiet", n, i, l->name, l->date, l->place, l->country, place_id, l->lang,
                         l->line);
    return rl_db_run(s, err,
                     "INSERT INTO claim(report, seq, id, measure, who, low, high, day, place, country, "
                     "place_id, modality, lang, line)"
                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)",
                     "iitttppdeeitet", n, i, l->id, l->name, l->who, v->has_low ? &v->low : NULL,
                     v->has_high ? &v->high : NULL, l->date, l->place, l->country, place_id, l->modality,
                     l->lang, l->line);
}

rl_status rl_put_lines(rl_store *s, int64_t n, const rl_store_reading *r, rl_error *err)
{
    rl_status st = RL_OK;
    for (size_t i = 0; !st && i < r->nclaims; i++)
        st = put_line(s, n, (int64_t)i, &r->claims[i], true, err);
    for (size_t i = 0; !st && i < r->nhappenings; i++)
        st = put_line(s, n, (int64_t)i, &r->happenings[i], false, err);
    return st;
}

static rl_status put_words(rl_store *s, int64_t n, rl_str title, rl_str body, rl_error *err)
{
    return rl_db_run(s, err, "INSERT INTO words(rowid, title, body) VALUES(?, ?, ?)", "itt", n, title, body);
}

/* ---- the report ---- */

rl_status rl_store_extraction(rl_store *s, const char *program, uint64_t packs, rl_error *err)
{
    char hex[17];
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)packs);
    bool mine = s->write && !s->open;
    rl_status st =
        rl_db_int(s, err, -1, &s->extraction, "SELECT n FROM extraction WHERE program = ? AND packs = ?",
                  "tt", rl_str_z(program), rl_str_z(hex));
    if (st || s->extraction >= 0 || !s->write)
        return st;
    st = rl_store_begin(s, err);
    if (!st)
        st = rl_db_run(s, err, "INSERT INTO extraction(program, packs) VALUES(?, ?) ON CONFLICT DO NOTHING",
                       "tt", rl_str_z(program), rl_str_z(hex));
    if (!st)
        st = rl_db_int(s, err, -1, &s->extraction, "SELECT n FROM extraction WHERE program = ? AND packs = ?",
                       "tt", rl_str_z(program), rl_str_z(hex));
    if (mine && !st)
        st = rl_store_commit(s, err);
    if (mine && st)
        rl_store_rollback(s);
    return st;
}

static rl_str id_str(const rl_store_id *id)
{
    return (rl_str){(const char *)id->b, sizeof id->b};
}

/* Times never go back, so that order of time is order of coming. */
static rl_store_origin clocked(rl_store *s, const rl_store_origin *o)
{
    rl_store_origin c = *o;
    if (c.at_ms > s->clock_ms)
        s->clock_ms = c.at_ms;
    c.at_ms = s->clock_ms;
    return c;
}

static rl_status sight(rl_store *s, int64_t n, rl_str url, const rl_store_origin *o, rl_error *err)
{
    rl_buf address = {0};
    rl_store_origin c = clocked(s, o);
    address_of(&address, url, &c);
    rl_status st = address.st ? rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory")
                              : rl_put_sighting(s, n, rl_buf_str(&address), &c, c.at_ms, err);
    rl_buf_clear(&address);
    return st;
}

rl_status rl_store_see(rl_store *s, rl_store_id id, const rl_store_origin *o, rl_store_had *had,
                       rl_error *err)
{
    int64_t gone;
    *had = RL_STORE_NEW;
    rl_status st = rl_db_int(s, err, 0, &gone, "SELECT 1 FROM forgotten WHERE id = ?", "b", id_str(&id));
    if (st || gone) {
        *had = RL_STORE_FORGOTTEN;
        return st;
    }
    sqlite3_stmt *q = rl_db_bind(s, err, "SELECT n, url FROM report WHERE id = ?", "b", id_str(&id));
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW) {
        *had = RL_STORE_SEEN;
        st = sight(s, sqlite3_column_int64(q, 0), rl_db_text(q, 1), o, err);
    } else if (rc != SQLITE_DONE) {
        st = rl_db_fail(s, rc, err);
    }
    rl_db_done(q);
    return st;
}

static rl_status put_report(rl_store *s, rl_store_id id, const rl_store_origin *o, const rl_store_reading *r,
                            rl_error *err)
{
    rl_buf outlet = {0}, host = {0};
    rl_words_fold(&outlet, r->outlet);
    host_folded(&host, r->url.len ? r->url : o->doc);
    if (outlet.st || host.st) {
        rl_buf_clear(&outlet);
        rl_buf_clear(&host);
        return rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    }
    rl_status st = rl_db_run(
        s, err,
        "INSERT INTO report(id, extraction, day, day_reason, lang, kind, charset, mended, cut, claims, "
        "happenings, published, modified, outlet,"
        " outlet_folded, declared_lang, url, host, section, authors, read_map, read_charset, read_url, "
        "read_date, lead, title, parts, body)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "bideeteiiiieeeeeeeeteeedittt", id_str(&id), s->extraction, r->day, r->day_reason, r->lang, r->kind,
        r->charset, (int64_t)r->mended, (int64_t)r->cut, (int64_t)r->nclaims, (int64_t)r->nhappenings,
        r->published, r->modified, r->outlet, rl_buf_str(&outlet), r->declared_lang, r->url,
        rl_buf_str(&host), r->section, r->authors, o->map, o->charset, o->url, o->date, (int64_t)r->lead,
        r->title, r->parts, r->body);
    rl_buf_clear(&outlet);
    rl_buf_clear(&host);
    return st;
}

rl_status rl_store_put(rl_store *s, rl_store_id id, rl_str raw, const rl_store_origin *o,
                       const rl_store_reading *r, bool *revision, rl_error *err)
{
    int64_t others = 0;
    if (revision)
        *revision = false;
    rl_status st = put_report(s, id, o, r, err);
    if (st)
        return st;
    int64_t n = sqlite3_last_insert_rowid(s->db);
    st = rl_raw_put(s, n, raw, err);
    if (!st)
        st = put_words(s, n, r->title, r->body, err);
    if (!st)
        st = rl_put_lines(s, n, r, err);
    if (!st)
        st = r->print.bytes.len ? rl_store_print_put(s, n, &r->print, err) : rl_story_unprinted(s, err);
    if (!st)
        st = sight(s, n, r->url, o, err);
    if (!st && revision)
        st = rl_db_int(s, err, 0, &others,
                       "SELECT 1 FROM sighting a JOIN sighting b ON a.address = b.address AND b.report <> "
                       "a.report WHERE a.report = ? LIMIT 1",
                       "i", n);
    if (!st && revision)
        *revision = others > 0;
    return st;
}

static rl_status unword(rl_store *s, int64_t n, rl_error *err)
{
    return rl_db_run(s, err,
                     "INSERT INTO words(words, rowid, title, body) SELECT 'delete', n, title, body FROM "
                     "report WHERE n = ?",
                     "i", n);
}

static rl_status update_report(rl_store *s, int64_t n, const rl_store_reading *r, rl_error *err)
{
    rl_buf outlet = {0}, host = {0};
    rl_words_fold(&outlet, r->outlet);
    host_folded(&host, r->url);
    rl_status st = rl_db_run(s, err,
                             "UPDATE report SET extraction = ?, day = ?, day_reason = ?, lang = ?, kind = ?, "
                             "charset = ?, mended = ?, cut = ?, claims = ?, happenings = ?,"
                             " published = ?, modified = ?, outlet = ?, outlet_folded = ?, declared_lang = "
                             "?, url = ?, host = coalesce(?, host), section = ?, authors = ?,"
                             " lead = ?, title = ?, parts = ?, body = ? WHERE n = ?",
                             "ideeteiiiieeeeeeeetittti", s->extraction, r->day, r->day_reason, r->lang,
                             r->kind, r->charset, (int64_t)r->mended, (int64_t)r->cut, (int64_t)r->nclaims,
                             (int64_t)r->nhappenings, r->published, r->modified, r->outlet,
                             rl_buf_str(&outlet), r->declared_lang, r->url, rl_buf_str(&host), r->section,
                             r->authors, (int64_t)r->lead, r->title, r->parts, r->body, n);
    rl_buf_clear(&outlet);
    rl_buf_clear(&host);
    return st;
}

/* A report whose own address is read otherwise now is a revision of another. */
static rl_status readdress(rl_store *s, int64_t n, rl_str url, rl_error *err)
{
    rl_buf address = {0};
    rl_status st = RL_OK;
    int64_t at = 0;
    while (!st &&
           !(st = rl_db_int(s, err, 0, &at, "SELECT n FROM sighting WHERE report = ? AND n > ? ORDER BY n",
                            "ii", n, at)) &&
           at) {
        sqlite3_stmt *q = rl_db_bind(s, err, "SELECT doc FROM sighting WHERE n = ?", "i", at);
        if (!q)
            st = err->code;
        else if (sqlite3_step(q) == SQLITE_ROW)
            address_of(&address, url, &(rl_store_origin){.doc = rl_db_text(q, 0)});
        if (q)
            rl_db_done(q);
        if (!st)
            st = rl_db_run(s, err, "INSERT INTO address(name) VALUES(?) ON CONFLICT DO NOTHING", "t",
                           rl_buf_str(&address));
        if (!st)
            st = rl_db_run(s, err,
                           "UPDATE sighting SET address = (SELECT n FROM address WHERE name = ?) WHERE n = ?",
                           "ti", rl_buf_str(&address), at);
        rl_buf_clear(&address);
    }
    return st;
}

rl_status rl_store_reread(rl_store *s, int64_t n, const rl_store_reading *r, rl_error *err)
{
    rl_status st = unword(s, n, err);
    if (!st)
        st = rl_db_run(s, err, "DELETE FROM claim WHERE report = ?", "i", n);
    if (!st)
        st = rl_db_run(s, err, "DELETE FROM happening WHERE report = ?", "i", n);
    if (!st)
        st = update_report(s, n, r, err);
    if (!st)
        st = put_words(s, n, r->title, r->body, err);
    if (!st)
        st = rl_put_lines(s, n, r, err);
    if (!st)
        st = r->print.bytes.len ? rl_store_print_put(s, n, &r->print, err) : rl_story_unprinted(s, err);
    return st ? st : readdress(s, n, r->url, err);
}

/* ---- taking out ---- */

rl_status rl_store_forget(rl_store *s, int64_t n, rl_str why, int64_t at_ms, rl_error *err)
{
    int64_t story;
    rl_status st = unword(s, n, err);
    if (!st)
        st = rl_story_leave(s, n, &story, err);
    if (!st)
        st = rl_db_run(s, err,
                       "INSERT INTO forgotten(id, at, why) SELECT id, ?, ? FROM report WHERE n = ? ON "
                       "CONFLICT DO NOTHING",
                       "iei", at_ms, why, n);
    if (!st)
        st = rl_db_run(s, err, "DELETE FROM fetch WHERE url IN (SELECT doc FROM sighting WHERE report = ?)",
                       "i", n);
    if (!st)
        st = rl_db_run(s, err, "DELETE FROM report WHERE n = ?", "i", n);
    return st ? st : rl_story_left(s, story, err);
}

/* ---- how far inputs and addresses were read ---- */

rl_status rl_store_input_get(rl_store *s, rl_str path, rl_store_input *out, rl_error *err)
{
    *out = (rl_store_input){0};
    sqlite3_stmt *q = rl_db_bind(
        s, err, "SELECT size, mtime, ctime, docs, done, at, plain, at_docs FROM input WHERE path = ?", "t",
        path);
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW)
        *out = (rl_store_input){sqlite3_column_int64(q, 0),           sqlite3_column_int64(q, 1),
                                sqlite3_column_int64(q, 2),           (uint64_t)sqlite3_column_int64(q, 3),
                                sqlite3_column_int(q, 4) != 0,        (uint64_t)sqlite3_column_int64(q, 5),
                                (uint64_t)sqlite3_column_int64(q, 6), (uint64_t)sqlite3_column_int64(q, 7)};
    rl_status st = rc == SQLITE_ROW || rc == SQLITE_DONE ? RL_OK : rl_db_fail(s, rc, err);
    rl_db_done(q);
    return st;
}

rl_status rl_store_input_put(rl_store *s, rl_str path, const rl_store_input *in, rl_error *err)
{
    return rl_db_run(s, err,
                     "INSERT OR REPLACE INTO input(path, size, mtime, ctime, docs, done, at, plain, at_docs) "
                     "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     "tiiiiiiii", path, in->size, in->mtime_ns, in->ctime_ns, (int64_t)in->docs,
                     (int64_t)in->done, (int64_t)in->at, (int64_t)in->plain, (int64_t)in->at_docs);
}

rl_status rl_store_fetch_get(rl_store *s, rl_arena *mem, rl_str url, rl_store_fetch *out, rl_error *err)
{
    *out = (rl_store_fetch){0};
    sqlite3_stmt *q = rl_db_bind(
        s, err, "SELECT etag, modified, first, at, next, status, fails FROM fetch WHERE url = ?", "t", url);
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW)
        *out = (rl_store_fetch){rl_db_copy(mem, q, 0),      rl_db_copy(mem, q, 1),
                                sqlite3_column_int64(q, 2), sqlite3_column_int64(q, 3),
                                sqlite3_column_int64(q, 4), sqlite3_column_int64(q, 5),
                                sqlite3_column_int64(q, 6)};
    rl_status st = rc == SQLITE_ROW || rc == SQLITE_DONE ? RL_OK : rl_db_fail(s, rc, err);
    rl_db_done(q);
    return st;
}

rl_status rl_store_fetch_put(rl_store *s, rl_str url, const rl_store_fetch *in, rl_error *err)
{
    return rl_db_run(s, err,
                     "INSERT OR REPLACE INTO fetch(url, etag, modified, first, at, next, status, fails) "
                     "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                     "teeiiiii", url, in->etag, in->modified, in->first_ms, in->at_ms, in->next_ms,
                     in->status, in->fails);
}
