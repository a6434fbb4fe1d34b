/* Merging another store: its reports that are not here and were not taken out here, with their bytes, claims and
 * sightings.
 *
 * The other file is somebody else's and may be anything: it is opened read-only, its schema must be ours to the
 * letter, its pages are checked, and every report's bytes must be what it is named by. What it reads as is taken
 * as it is (redo reads it again). Runs in the caller's batches; a merge that was stopped goes on, as each report
 * is idempotent. O(other). */
#include "store/db.h"

#include <jansson.h>

typedef struct {
    rl_store *to, *from;
    const rl_store_merger *m;
    rl_store_fault_fn fault;
    void *ctx;
    size_t batch, bytes;
    bool stopped;
} merging;

static rl_status open_other(rl_store *to, const char *other, rl_store **from, rl_error *err)
{
    bool same = false;
    int64_t bad = 0;
    rl_status st = rl_store_open(other, RL_STORE_READ, to->wait_ms, from, err);
    if (!st)
        st = rl_schema_same(to, *from, &same, err);
    if (!st && !same)
        st = rl_fail(
            err, RL_ESYNTAX, other, 0, 0,
            "its tables are not those of a store of this version: open it with relata store check first");
    if (!st)
        st = rl_db_int(*from, err, 1, &bad,
                       "SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'", "");
    if (!st && bad)
        st = rl_fail(err, RL_ESYNTAX, other, 0, 0, "is damaged: relata store check tells more");
    if (st) {
        rl_store_close(*from);
        *from = NULL;
    }
    return st;
}

/* Which program and packs read it: a row of ours. */
static rl_status extraction_of(merging *g, int64_t n, int64_t *out, rl_error *err)
{
    rl_store *t = g->to;
    sqlite3_stmt *q = rl_db_bind(
        g->from, err,
        "SELECT program, packs FROM extraction WHERE n = (SELECT extraction FROM report WHERE n = ?)", "i",
        n);
    if (!q)
        return err->code;
    *out = 0;
    rl_status st = RL_OK;
    if (sqlite3_step(q) == SQLITE_ROW) {
        rl_str program = rl_db_text(q, 0), packs = rl_db_text(q, 1);
        st = rl_db_run(t, err, "INSERT INTO extraction(program, packs) VALUES(?, ?) ON CONFLICT DO NOTHING",
                       "tt", program, packs);
        if (!st)
            st = rl_db_int(t, err, 0, out, "SELECT n FROM extraction WHERE program = ? AND packs = ?", "tt",
                           program, packs);
    }
    rl_db_done(q);
    return st;
}

/* Lines go to whoever reads our claims: each must be one object of JSON. */
static bool sound(const rl_store_lines *l)
{
    for (size_t i = 0; i < l->n; i++) {
        json_t *o = memchr(l->at[i].line.ptr, '\n', l->at[i].line.len)
                        ? NULL
                        : json_loadb(l->at[i].line.ptr, l->at[i].line.len, 0, NULL);
        bool ok = json_is_object(o);
        json_decref(o);
        if (!ok)
            return false;
    }
    return true;
}

static rl_status take(merging *g, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    rl_str raw;
    rl_store_lines c, h;
    int64_t extraction, mine = g->to->extraction;
    rl_status st = rl_store_raw(g->from, mem, r->n, &raw, err);
    if (!st)
        st = rl_store_claims(g->from, mem, r->n, &c, err);
    if (!st)
        st = rl_store_happenings(g->from, mem, r->n, &h, err);
    if (!st && (!sound(&c) || !sound(&h) || rl_utf8_valid(r->text.ptr, r->text.len) < r->text.len))
        st = rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "its claims or its text are not whole");
    if (!st)
        st = extraction_of(g, r->n, &extraction, err);
    if (st)
        return st;
    rl_store_reading reading = r->r;
    reading.claims = c.at;
    reading.nclaims = c.n;
    reading.happenings = h.at;
    reading.nhappenings = h.n;
    if ((st = rl_story_print(g->from, mem, r->n, &reading.print, err)))
        return st;
    g->to->extraction = extraction;
    st = rl_store_put(g->to, r->id, raw, &r->origin, &reading, NULL, err);
    g->to->extraction = mine;
    g->bytes += raw.len;
    return st;
}

static rl_status take_sightings(merging *g, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    rl_store_sightings seen;
    int64_t n = 0;
    rl_str id = {(const char *)r->id.b, sizeof r->id.b};
    rl_status st = rl_store_seen(g->from, mem, r->n, &seen, err);
    if (!st)
        st = rl_db_int(g->to, err, 0, &n, "SELECT n FROM report WHERE id = ?", "b", id);
    for (size_t i = 0; !st && n && i < seen.n; i++) {
        rl_store_origin o = {.doc = seen.at[i].doc, .input = seen.at[i].input, .at_ms = seen.at[i].at_ms};
        st = rl_put_sighting(g->to, n, seen.at[i].address, &o, seen.at[i].last_ms, err);
    }
    return st;
}

static rl_status one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    merging *g = ctx;
    int64_t here = 0, gone = 0;
    rl_str id = {(const char *)r->id.b, sizeof r->id.b};
    rl_status st = rl_store_begin(g->to, err);
    if (!st)
        st = rl_db_int(g->to, err, 0, &gone, "SELECT 1 FROM forgotten WHERE id = ?", "b", id);
    if (!st)
        st = rl_db_int(g->to, err, 0, &here, "SELECT n FROM report WHERE id = ?", "b", id);
    if (!st && !gone && !here)
        st = take(g, mem, r, err);
    if (!st && !gone)
        st = take_sightings(g, mem, r, err);
    if (st == RL_ESYNTAX) { /* this one is not what it says it is; the others may be */
        char z[600], name[33];
        rl_store_id_hex(r->id, name);
        snprintf(z, sizeof z, "%s: report %s is passed over: %s", g->from->path, name, err->message);
        if (g->fault)
            g->fault(g->ctx, z);
        return RL_OK;
    }
    if (!st && (++g->batch >= RL_STORE_BATCH_REPORTS || g->bytes >= RL_STORE_BATCH_BYTES)) {
        st = rl_store_commit(g->to, err);
        g->batch = g->bytes = 0;
    }
    rl_store_had had = gone ? RL_STORE_FORGOTTEN : here ? RL_STORE_SEEN : RL_STORE_NEW;
    if (!st && g->m && g->m->step && !g->m->step(g->m->ctx, had, r->raw_bytes, r->nclaims)) {
        g->stopped = true;
        return RL_ERANGE;
    }
    return st;
}

rl_status rl_store_merge(rl_store *s, const char *other, const rl_store_merger *m, rl_store_fault_fn fault,
                         void *ctx, rl_error *err)
{
    merging g = {.to = s, .m = m, .fault = fault, .ctx = ctx};
    rl_status st = open_other(s, other, &g.from, err);
    if (st)
        return st;
    st = rl_store_each(g.from, NULL, one, &g, err);
    if (g.stopped)
        st = RL_OK;
    else if (!st)
        st = rl_decide_merge(s, g.from, fault, ctx, err);
    if (!st)
        st = rl_store_commit(s, err);
    if (st)
        rl_store_rollback(s);
    rl_store_close(g.from);
    return st;
}
