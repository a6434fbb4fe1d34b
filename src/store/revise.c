/* Revisions of one address, and what they change in the claims.
 *
 * Two claims are the same where all that they say is: measure, whom, kind, value, place, day, who says it, how
 * surely. What is left over is paired, in order, by measure, whom, kind and place (then by measure and whom alone):
 * that is a claim that changed; the rest is added or gone. Order and spans do not count. O(n m) of what is left,
 * at most RL_STORE_DIFF_MAX a side; more is told as added and gone. */
#include "store/db.h"

#include <jansson.h>
#include <stdlib.h>

rl_status rl_store_revisions_of(rl_store *s, rl_arena *mem, int64_t n, rl_store_revisions *out, rl_error *err)
{
    RL_VEC(int64_t) v = {0};
    *out = (rl_store_revisions){0};
    sqlite3_stmt *q = rl_db_bind(
        s, err,
        "SELECT report, name FROM (SELECT n, report, address, at FROM sighting WHERE address ="
        " (SELECT address FROM sighting WHERE report = ? ORDER BY at, n LIMIT 1) ORDER BY n LIMIT ?) x"
        " JOIN address ON address.n = x.address GROUP BY report ORDER BY min(at), min(x.n)",
        "ii", n, (int64_t)RL_STORE_REVISIONS_MAX);
    if (!q)
        return err->code;
    int rc = SQLITE_DONE;
    bool found = false;
    rl_status st = RL_OK;
    while (!st && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        int64_t *x = RL_PUSH(mem, v);
        if (!x) {
            st = rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
            break;
        }
        *x = sqlite3_column_int64(q, 0);
        if (*x == n) {
            out->mine = v.n - 1;
            found = true;
        }
        if (v.n == 1)
            out->address = rl_db_copy(mem, q, 1);
    }
    if (!st && rc != SQLITE_DONE)
        st = rl_db_fail(s, rc, err);
    rl_db_done(q);
    if (!found)
        out->mine = v.n;
    out->at = v.at;
    out->n = v.n;
    if (st)
        *out = (rl_store_revisions){0};
    return st;
}

/* ---- comparing ---- */

typedef struct {
    uint64_t all, place, loose; /* hashes: of everything, of measure, whom, kind, place; of measure, whom */
    bool used;
} key;

static uint64_t hash_json(json_t *o, const char *const *names)
{
    rl_buf b = {0};
    for (; *names; names++) {
        char *z = json_dumps(json_object_get(o, *names), JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT);
        rl_buf_z(&b, z ? z : "-");
        rl_buf_c(&b, '\n');
        free(z);
    }
    uint64_t h = rl_hash(b.ptr ? b.ptr : "", b.len);
    rl_buf_clear(&b);
    return h;
}

static key *keys_of(rl_arena *mem, const rl_store_lines *l)
{
    static const char *const all[] = {"measure", "who",    "kind", "value",    "place",
                                      "date",    "source", "via",  "modality", NULL};
    static const char *const place[] = {"measure", "who", "kind", "place", NULL};
    static const char *const loose[] = {"measure", "who", NULL};
    key *k = RL_NEW(mem, key, l->n + 1);
    for (size_t i = 0; k && i < l->n; i++) {
        json_t *o = json_loadb(l->at[i].line.ptr, l->at[i].line.len, 0, NULL);
        k[i] = (key){hash_json(o, all), hash_json(o, place), hash_json(o, loose), false};
        json_decref(o);
    }
    return k;
}

static uint64_t nth_key(const key *k, int level)
{
    return level == 0 ? k->all : level == 1 ? k->place : k->loose;
}

static int64_t partner(const key *is, key *was, size_t n, int level)
{
    for (size_t j = 0; j < n; j++)
        if (!was[j].used && nth_key(&was[j], level) == nth_key(is, level))
            return (int64_t)j;
    return -1;
}

static void push(rl_store_diffs *out, rl_store_diff *at, rl_store_diff d)
{
    size_t *const counts[] = {&out->same, &out->added, &out->changed, &out->gone};
    ++*counts[d.kind];
    at[out->n++] = d;
}

rl_status rl_store_compare(rl_arena *mem, const rl_store_lines *was, const rl_store_lines *is,
                           rl_store_diffs *out, rl_error *err)
{
    key *a = keys_of(mem, was), *b = keys_of(mem, is);
    int64_t *of = RL_NEW(mem, int64_t, is->n + 1);
    rl_store_diff *at = RL_NEW(mem, rl_store_diff, was->n + is->n + 1);
    *out = (rl_store_diffs){.at = at};
    if (!a || !b || !of || !at)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    size_t na = was->n < RL_STORE_DIFF_MAX ? was->n : RL_STORE_DIFF_MAX,
           nb = is->n < RL_STORE_DIFF_MAX ? is->n : RL_STORE_DIFF_MAX;
    for (int level = 0; level < 3; level++)
        for (size_t i = 0; i < nb; i++) {
            int64_t j = b[i].used ? -1 : partner(&b[i], a, na, level);
            if (j < 0)
                continue;
            a[j].used = b[i].used = true;
            of[i] = (j + 1) * (level ? -1 : 1);
        }
    for (size_t i = 0; i < is->n; i++) {
        const rl_store_line *w = of[i] ? &was->at[(of[i] < 0 ? -of[i] : of[i]) - 1] : NULL;
        push(out, at,
             (rl_store_diff){of[i] > 0   ? RL_DIFF_SAME
                             : of[i] < 0 ? RL_DIFF_CHANGED
                                         : RL_DIFF_ADDED,
                             w, &is->at[i]});
    }
    for (size_t j = 0; j < was->n; j++)
        if (!a[j].used)
            push(out, at, (rl_store_diff){RL_DIFF_GONE, &was->at[j], NULL});
    return RL_OK;
}
