/* The log of decisions: written once, listed, checked, taken over from another store.
 *
 * Invariants: n only grows, nothing is changed or deleted (triggers), each decision is undone once at most and by
 * one about the same target, an undo is not undone. id is the hash of all the rest but n, so a decision is told
 * again wherever it goes. A decision is in one transaction with the look for newer ones. O(log decisions) each. */
#include "store/decide.h"

#include <jansson.h>
#include <stdlib.h>
#include <xxhash.h>

#include "store/db.h"

const char *rl_decision_name(rl_decision_what w)
{
    static const char *const names[] = {"confirm", "reject", "amend", "retract", "merge",
                                        "split",   "pin",    "rule",  "undo"};
    _Static_assert(sizeof names / sizeof *names == RL_DECIDE_N, "a name for each");
    return (unsigned)w < RL_DECIDE_N ? names[w] : NULL;
}

rl_decision_what rl_decision_of(rl_str name)
{
    int w = 0;
    while (w < RL_DECIDE_N && !rl_str_is(name, rl_decision_name((rl_decision_what)w)))
        w++;
    return (rl_decision_what)w;
}

int rl_decision_cmp(const rl_decision *a, const rl_decision *b)
{
    int c = (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
    return c ? c : memcmp(a->id.b, b->id.b, sizeof a->id.b);
}

/* ---- targets ---- */

static bool is_hex(rl_str s, size_t len)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.ptr[i]) || !s.ptr[i])
            return false;
    return s.len == len;
}

bool rl_store_id_parse(rl_str s, rl_store_id *out)
{
    *out = (rl_store_id){0};
    if (!is_hex(s, 32))
        return false;
    for (size_t i = 0; i < 32; i++) {
        unsigned c = (unsigned char)s.ptr[i];
        unsigned digit = c <= '9' ? c - (unsigned)'0' : c - (unsigned)'a' + 10u;
        out->b[i / 2] = (uint8_t)((unsigned)out->b[i / 2] << 4 | digit);
    }
    return true;
}

static bool is_story(rl_str s)
{
    return is_hex(s, 16);
}

/* One line of sound UTF-8 of 1 … max bytes. */
static bool is_line(rl_str s, size_t max)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
            return false;
    return s.len && s.len <= max && rl_utf8_valid(s.ptr, s.len) == s.len;
}

bool rl_decision_target_of(rl_str s, rl_decision_target *out)
{
    static const char *const kinds[] = {"claim", "report", "story", "series"};
    rl_str kind, head;
    *out = (rl_decision_target){.on = RL_ON_N};
    if (s.len > RL_DECISION_TARGET_MAX || !rl_str_cut(&s, ':', &kind))
        return false;
    for (int i = 0; i < RL_ON_N; i++)
        if (rl_str_is(kind, kinds[i]))
            out->on = (rl_decision_on)i;
    switch (out->on) {
    case RL_ON_CLAIM:
        out->claim = s;
        return rl_str_cut(&out->claim, ':', &head) && rl_store_id_parse(head, &out->report) &&
               is_hex(out->claim, 16);
    case RL_ON_REPORT:
        return rl_store_id_parse(s, &out->report);
    case RL_ON_STORY:
        out->story = s;
        return is_story(s);
    case RL_ON_SERIES:
        out->key = s;
        return rl_str_cut(&out->key, ':', &out->story) && is_story(out->story) &&
               is_line(out->key, RL_DECISION_TARGET_MAX);
    default:
        return false;
    }
}

/* ---- what a decision holds ---- */

static rl_str json_str(const json_t *v)
{
    return json_is_string(v) ? (rl_str){json_string_value(v), json_string_length(v)} : (rl_str){0};
}

static bool is_count(const json_t *v)
{
    return json_is_null(v) || (json_is_integer(v) && json_integer_value(v) >= 0);
}

static bool is_value(const json_t *v)
{
    const json_t *q = json_object_get(v, "qualifier"), *low = json_object_get(v, "low"),
                 *high = json_object_get(v, "high"), *vague = json_object_get(v, "vague");
    rl_qualifier qualifier;
    rl_vague magnitude;
    if (!rl_qualifier_parse(json_str(q), &qualifier))
        return false;
    if (qualifier == RL_Q_VAGUE)
        return json_object_size(v) == 2 && rl_vague_parse(json_str(vague), &magnitude) &&
               magnitude != RL_V_NONE;
    if (json_object_size(v) != 3 || !is_count(low) || !is_count(high) ||
        (json_is_null(low) && json_is_null(high)))
        return false;
    return !json_is_integer(low) || !json_is_integer(high) ||
           json_integer_value(low) <= json_integer_value(high);
}

static bool is_degrees(const json_t *v, double most)
{
    return !v || json_is_null(v) ||
           (json_is_number(v) && json_number_value(v) >= -most && json_number_value(v) <= most);
}

static bool is_place(const json_t *v)
{
    if (json_is_null(v) || json_is_string(v))
        return json_is_null(v) || is_line(json_str(v), RL_DECISION_NAME_MAX);
    const json_t *country = json_object_get(v, "country"), *id = json_object_get(v, "id");
    return is_line(json_str(json_object_get(v, "name")), RL_DECISION_NAME_MAX) &&
           (!country || json_is_null(country) || json_str(country).len == 2) &&
           (!id || json_is_null(id) ||
            (json_is_integer(id) && json_integer_value(id) >= 0 && json_integer_value(id) <= UINT32_MAX)) &&
           is_degrees(json_object_get(v, "lat"), 90) && is_degrees(json_object_get(v, "lon"), 180);
}

static bool is_day(const json_t *v)
{
    rl_date d;
    return json_is_null(v) || (json_str(v).len == 10 && rl_date_parse(json_str(v), &d));
}

static bool is_source(const json_t *v)
{
    return json_is_null(v) || is_line(json_str(v), RL_DECISION_NAME_MAX);
}

static bool is_amendment(const json_t *o)
{
    static const struct {
        const char *key;
        bool (*is)(const json_t *);
    } slots[] = {{"value", is_value}, {"place", is_place}, {"date", is_day}, {"source", is_source}};
    size_t known = 0;
    const json_t *v = json_object_get(o, "whom");
    rl_who whom;
    if (v && !rl_who_parse(json_str(v), &whom))
        return false;
    known += v != NULL;
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        v = json_object_get(o, slots[i].key);
        if (v && !slots[i].is(v))
            return false;
        known += v != NULL;
    }
    return known && known == json_object_size(o);
}

static bool is_split(const json_t *list)
{
    rl_store_id id;
    bool ok = json_array_size(list) > 0 && json_array_size(list) <= RL_DECISION_REPORTS_MAX;
    for (size_t i = 0; ok && i < json_array_size(list); i++)
        ok = rl_store_id_parse(json_str(json_array_get(list, i)), &id);
    return ok;
}

/* Does the data fit what is decided, and that its target? *wants: what would. */
static bool fits(rl_decision_what what, const rl_decision_target *t, const json_t *o, const char **wants)
{
    rl_spread_rule rule;
    const json_t *v;
    size_t n = json_object_size(o);
    if (!json_is_object(o)) {
        *wants = "data is an object of JSON";
        return false;
    }
    switch (what) {
    case RL_DECIDE_CONFIRM:
    case RL_DECIDE_REJECT:
        *wants = "confirm and reject want a target claim:REPORT:CLAIM and no data";
        return t->on == RL_ON_CLAIM && !n;
    case RL_DECIDE_AMEND:
        *wants = "amend wants a target claim:REPORT:CLAIM and data of value, whom, place, date or source";
        return t->on == RL_ON_CLAIM && is_amendment(o);
    case RL_DECIDE_RETRACT:
        *wants = "retract wants a target report:REPORT and no data";
        return t->on == RL_ON_REPORT && !n;
    case RL_DECIDE_MERGE:
        *wants = "merge wants a target story:STORY and data {\"into\":STORY}, another one";
        v = json_object_get(o, "into");
        return t->on == RL_ON_STORY && n == 1 && is_story(json_str(v)) && !rl_str_eq(json_str(v), t->story);
    case RL_DECIDE_SPLIT:
        *wants = "split wants a target story:STORY and data {\"reports\":[REPORT…]}";
        return t->on == RL_ON_STORY && n == 1 && is_split(json_object_get(o, "reports"));
    case RL_DECIDE_PIN:
        *wants = "pin wants a target report:REPORT and data {\"story\":STORY}";
        return t->on == RL_ON_REPORT && n == 1 && is_story(json_str(json_object_get(o, "story")));
    case RL_DECIDE_RULE:
        *wants =
            "rule wants a target series:STORY:KEY and data {\"rule\":NAME}: newest_official, most_origins, "
            "low_best_high or conservative";
        return t->on == RL_ON_SERIES && n == 1 &&
               rl_spread_rule_parse(json_str(json_object_get(o, "rule")), &rule);
    default:
        *wants = "what is decided: confirm, reject, amend, retract, merge, split, pin, rule or undo";
        return false;
    }
}

static rl_status sound_words(const rl_decision *d, rl_error *err)
{
    if (!is_line(d->who, RL_DECISION_NAME_MAX))
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "who decides: one line of 1 to %u bytes",
                       RL_DECISION_NAME_MAX);
    if (d->why.len > RL_DECISION_WHY_MAX || d->data.len > RL_DECISION_DATA_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0,
                       "a decision's reason has at most %u bytes, its data at most %u", RL_DECISION_WHY_MAX,
                       RL_DECISION_DATA_MAX);
    if (rl_utf8_valid(d->why.ptr, d->why.len) < d->why.len ||
        (d->why.len && memchr(d->why.ptr, 0, d->why.len)))
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "why: text in UTF-8");
    return RL_OK;
}

/* d->data as it is kept: keys in order, no blanks; an undo's is in its column. */
static rl_status sound(rl_arena *mem, rl_decision *d, rl_decision_target *t, rl_error *err)
{
    const char *wants = "";
    rl_status st = sound_words(d, err);
    if (st)
        return st;
    if (!rl_decision_target_of(d->target, t))
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0,
                       "the target: claim:REPORT:CLAIM, report:REPORT, story:STORY or series:STORY:KEY");
    if (d->what == RL_DECIDE_UNDO) {
        d->data = RL_STR("{}");
        return RL_OK;
    }
    rl_str in = d->data.len ? d->data : RL_STR("{}");
    json_t *o = json_loadb(in.ptr, in.len, JSON_REJECT_DUPLICATES, NULL);
    if (!fits(d->what, t, o, &wants)) {
        json_decref(o);
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "%s", wants);
    }
    char *z = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
    d->data = z ? rl_arena_copy(mem, rl_str_z(z)) : (rl_str){0};
    free(z);
    json_decref(o);
    return d->data.ptr ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
}

static void hash_str(XXH3_state_t *h, rl_str s)
{
    uint64_t n = s.len;
    uint8_t le[8];
    for (int i = 0; i < 8; i++)
        le[i] = (uint8_t)(n >> 8 * i);
    XXH3_128bits_update(h, le, sizeof le);
    XXH3_128bits_update(h, s.ptr ? s.ptr : "", s.len);
}

/* undone: id of the decision that this one undoes, empty where it is no undo. */
static rl_status name_it(rl_decision *d, rl_str undone, rl_error *err)
{
    char numbers[96];
    XXH128_canonical_t c;
    XXH3_state_t *h = XXH3_createState();
    if (!h)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    snprintf(numbers, sizeof numbers, "%lld %u %u", (long long)d->at_ms, d->span.off, d->span.len);
    XXH3_128bits_reset(h);
    const rl_str all[] = {
        rl_str_z(numbers), rl_str_z(rl_decision_name(d->what)), d->who, d->why, d->target, d->data, undone,
        d->measure};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        hash_str(h, all[i]);
    XXH128_canonicalFromHash(&c, XXH3_128bits_digest(h));
    XXH3_freeState(h);
    memcpy(d->id.b, c.digest, sizeof d->id.b);
    return RL_OK;
}

/* ---- listing ---- */

#define COLUMNS                                                                                              \
    "SELECT n, at, who, why, what, target, data, undoes, (SELECT u.n FROM decision u WHERE u.undoes = d.n)," \
    " id, measure, from_byte, to_byte FROM decision d WHERE n > ? AND n < ?"
#define TARGET " AND target = ?"
#define OLDEST " ORDER BY n LIMIT ?"
#define NEWEST " ORDER BY n DESC LIMIT ?"

static void fill(rl_arena *mem, sqlite3_stmt *q, rl_decision *d)
{
    rl_str id = rl_db_text(q, 9);
    int64_t from = sqlite3_column_int64(q, 11), to = sqlite3_column_int64(q, 12);
    *d = (rl_decision){.n = sqlite3_column_int64(q, 0),
                       .at_ms = sqlite3_column_int64(q, 1),
                       .who = rl_db_copy(mem, q, 2),
                       .why = rl_db_copy(mem, q, 3),
                       .what = rl_decision_of(rl_db_text(q, 4)),
                       .target = rl_db_copy(mem, q, 5),
                       .data = rl_db_copy(mem, q, 6),
                       .undoes = sqlite3_column_int64(q, 7),
                       .undone_by = sqlite3_column_int64(q, 8),
                       .measure = rl_db_copy(mem, q, 10)};
    if (id.len == sizeof d->id.b)
        memcpy(d->id.b, id.ptr, sizeof d->id.b);
    if (from >= 0 && to >= from && to <= UINT32_MAX)
        d->span = (rl_span){(uint32_t)from, (uint32_t)(to - from)};
    if (d->what != RL_DECIDE_UNDO)
        return;
    char z[40];
    snprintf(z, sizeof z, "{\"n\":%lld}", (long long)d->undoes);
    d->data = rl_arena_copy(mem, rl_str_z(z));
}

rl_status rl_store_decisions(rl_store *s, rl_arena *mem, const rl_decision_select *sel, rl_decisions *out,
                             rl_error *err)
{
    RL_VEC(rl_decision) v = {0};
    rl_error e = {0};
    int64_t before = sel->before > 0 ? sel->before : INT64_MAX,
            limit = sel->limit ? (int64_t)sel->limit : INT64_MAX;
    *out = (rl_decisions){0};
    sqlite3_stmt *q;
    if (sel->target.len)
        q = sel->oldest
                ? rl_db_bind(s, &e, COLUMNS TARGET OLDEST, "iiti", sel->after, before, sel->target, limit)
                : rl_db_bind(s, &e, COLUMNS TARGET NEWEST, "iiti", sel->after, before, sel->target, limit);
    else
        q = sel->oldest ? rl_db_bind(s, &e, COLUMNS OLDEST, "iii", sel->after, before, limit)
                        : rl_db_bind(s, &e, COLUMNS NEWEST, "iii", sel->after, before, limit);
    int rc = SQLITE_DONE;
    while (q && !e.code && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        rl_decision *d = RL_PUSH(mem, v);
        if (d)
            fill(mem, q, d);
        else
            rl_fail(&e, RL_ENOMEM, s->path, 0, 0, "out of memory");
    }
    if (q && !e.code && rc != SQLITE_DONE)
        rl_db_fail(s, rc, &e);
    if (q)
        rl_db_done(q);
    if (!e.code)
        *out = (rl_decisions){v.at, v.n};
    else if (err)
        *err = e;
    return e.code;
}

rl_status rl_store_last_decision(rl_store *s, int64_t *out, rl_error *err)
{
    return rl_db_int(s, err, 0, out, "SELECT max(n) FROM decision", "");
}

rl_status rl_store_decision_found(rl_store *s, const rl_decision *d, bool *found, rl_error *err)
{
    rl_decision_target t;
    int64_t n = 1, from = d->span.off, to = rl_span_end(d->span);
    rl_status st = RL_OK;
    if (d->what != RL_DECIDE_UNDO && rl_decision_target_of(d->target, &t)) {
        rl_str report = {(const char *)t.report.b, sizeof t.report.b};
        if (t.on == RL_ON_REPORT)
            st = rl_db_int(s, err, 0, &n, "SELECT count(*) FROM report WHERE id = ?", "b", report);
        if (t.on == RL_ON_CLAIM)
            st = rl_db_int(
                s, err, 0, &n,
                "SELECT count(*) FROM claim WHERE report = (SELECT n FROM report WHERE id = ?) AND (id = ? OR"
                " (measure = ? AND json_extract(line, '$.start') < ? AND json_extract(line, '$.end') > ?))",
                "bttii", report, t.claim, d->measure, to, from);
    }
    *found = n > 0;
    return st;
}

rl_status rl_store_claim_report(rl_store *s, rl_str claim, rl_store_id *out, rl_error *err)
{
    *out = (rl_store_id){0};
    sqlite3_stmt *q =
        rl_db_bind(s, err,
                   "SELECT report.id FROM claim JOIN report ON report.n = claim.report WHERE claim.id = ? "
                   "ORDER BY report.id LIMIT 1",
                   "t", claim);
    if (!q)
        return err->code;
    int rc = sqlite3_step(q);
    rl_str id = rc == SQLITE_ROW ? rl_db_text(q, 0) : (rl_str){0};
    if (id.len == sizeof out->b)
        memcpy(out->b, id.ptr, id.len);
    rl_db_done(q);
    if (rc == SQLITE_ROW)
        return RL_OK;
    return rc == SQLITE_DONE ? rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "no claim '%.*s' is in the store",
                                       (int)claim.len, claim.ptr)
                             : rl_db_fail(s, rc, err);
}

/* ---- writing ---- */

static rl_status insert(rl_store *s, const rl_decision *d, rl_error *err)
{
    int64_t from = d->span.off, to = rl_span_end(d->span);
    /* the number is told, not left to SQLite: the trigger that keeps the order looks at it */
    return rl_db_run(
        s, err,
        "INSERT INTO decision(n, id, at, who, why, what, target, data, undoes, measure, from_byte, to_byte)"
        " VALUES((SELECT coalesce(max(n), 0) + 1 FROM decision), ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?)",
        "bittttt"
        "ieii",
        (rl_str){(const char *)d->id.b, sizeof d->id.b}, d->at_ms, d->who, d->why,
        rl_str_z(rl_decision_name(d->what)), d->target, d->data, d->undoes, d->measure, from, to);
}

/* The claim as it is found now: what the decision hangs on. */
static rl_status anchor(rl_store *s, rl_arena *mem, const rl_decision_target *t, rl_decision *d,
                        rl_error *err)
{
    rl_str report = {(const char *)t->report.b, sizeof t->report.b};
    if (t->on == RL_ON_REPORT) {
        int64_t n;
        rl_status st = rl_db_int(s, err, 0, &n, "SELECT n FROM report WHERE id = ?", "b", report);
        return st || n ? st : rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "no such report is in the store");
    }
    sqlite3_stmt *q = rl_db_bind(
        s, err,
        "SELECT measure, json_extract(line, '$.start'), json_extract(line, '$.end') FROM claim WHERE "
        "id = ? AND report = (SELECT n FROM report WHERE id = ?)",
        "tb", t->claim, report);
    if (!q)
        return err ? err->code : RL_EIO;
    int rc = sqlite3_step(q);
    int64_t from = sqlite3_column_int64(q, 1), to = sqlite3_column_int64(q, 2);
    rl_status st = rc == SQLITE_ROW ? RL_OK
                   : rc == SQLITE_DONE
                       ? rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "no such claim is in the store")
                       : rl_db_fail(s, rc, err);
    if (!st) {
        d->measure = rl_db_copy(mem, q, 0);
        d->span = (rl_span){(uint32_t)from, (uint32_t)(to > from ? to - from : 0)};
    }
    rl_db_done(q);
    return st;
}

/* The decision that is to be undone: the target is its own. */
static rl_status undone(rl_store *s, rl_arena *mem, rl_decision *d, rl_store_id *id, rl_error *err)
{
    rl_decisions was;
    json_t *o = json_loadb(d->data.ptr ? d->data.ptr : "", d->data.len, 0, NULL);
    d->undoes = json_integer_value(json_object_get(o, "n"));
    json_decref(o);
    if (d->undoes <= 0)
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "undo wants data {\"n\":N}: the number of a decision");
    rl_status st = rl_store_decisions(
        s, mem, &(rl_decision_select){.after = d->undoes - 1, .before = d->undoes + 1}, &was, err);
    if (st)
        return st;
    if (!was.n)
        return rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "there is no decision %lld", (long long)d->undoes);
    if (was.at[0].what == RL_DECIDE_UNDO)
        return rl_fail(err, RL_EUSAGE, s->path, 0, 0, "decision %lld is an undo: decide anew instead",
                       (long long)d->undoes);
    if (was.at[0].undone_by)
        return rl_fail(err, RL_EUSAGE, s->path, 0, 0, "decision %lld was undone already, by %lld",
                       (long long)d->undoes, (long long)was.at[0].undone_by);
    if (d->target.len && !rl_str_eq(d->target, was.at[0].target))
        return rl_fail(err, RL_EUSAGE, s->path, 0, 0, "decision %lld is about another target",
                       (long long)d->undoes);
    d->target = was.at[0].target;
    *id = was.at[0].id;
    return RL_OK;
}

static rl_status newest_on(rl_store *s, rl_arena *mem, rl_str target, rl_decision *out, rl_error *err)
{
    rl_decisions all;
    *out = (rl_decision){0};
    rl_status st = rl_store_decisions(s, mem, &(rl_decision_select){.target = target, .limit = 1}, &all, err);
    if (!st && all.n)
        *out = all.at[0];
    return st;
}

static rl_status decide(rl_store *s, rl_arena *mem, rl_decision *d, int64_t seen, bool *stale,
                        rl_decision *out, rl_error *err)
{
    rl_decision_target t;
    rl_store_id was = {0};
    bool undo = d->what == RL_DECIDE_UNDO;
    rl_status st = undo ? undone(s, mem, d, &was, err) : RL_OK;
    if (!st)
        st = sound(mem, d, &t, err);
    if (!st)
        st = newest_on(s, mem, d->target, out, err);
    if (st)
        return st;
    if (seen >= 0 && out->n > seen) {
        *stale = true;
        return RL_OK;
    }
    if (!undo && (t.on == RL_ON_CLAIM || t.on == RL_ON_REPORT) && (st = anchor(s, mem, &t, d, err)))
        return st;
    if (out->n && d->at_ms <= out->at_ms) /* a clock that was set back does not change which came last */
        d->at_ms = out->at_ms + 1;
    st = name_it(d, undo ? (rl_str){(const char *)was.b, sizeof was.b} : (rl_str){0}, err);
    if (!st)
        st = insert(s, d, err);
    return st ? st : newest_on(s, mem, d->target, out, err);
}

rl_status rl_store_decide(rl_store *s, rl_arena *mem, const rl_decision *in, int64_t seen, bool *stale,
                          rl_decision *out, rl_error *err)
{
    rl_error e = {0};
    bool mine = !s->open;
    rl_decision d = {.at_ms = in->at_ms,
                     .what = in->what,
                     .who = in->who,
                     .why = in->why,
                     .target = in->target,
                     .data = in->data};
    *stale = false;
    *out = (rl_decision){0};
    rl_status st = rl_store_begin(s, &e);
    if (!st)
        st = decide(s, mem, &d, seen, stale, out, &e);
    if (mine && !st)
        st = rl_store_commit(s, &e);
    if (mine && st)
        rl_store_rollback(s);
    if (st) {
        *out = (rl_decision){0};
        if (err)
            *err = e;
    }
    return st;
}

/* ---- is the log what it was? ---- */

static rl_status id_of_row(rl_store *s, int64_t n, rl_store_id *out, rl_error *err)
{
    *out = (rl_store_id){0};
    sqlite3_stmt *q = rl_db_bind(s, err, "SELECT id FROM decision WHERE n = ?", "i", n);
    if (!q)
        return err->code;
    if (sqlite3_step(q) == SQLITE_ROW && rl_db_text(q, 0).len == sizeof out->b)
        memcpy(out->b, rl_db_text(q, 0).ptr, sizeof out->b);
    rl_db_done(q);
    return RL_OK;
}

/* *d of a store, made anew from what it says: is it what it is named by? */
static rl_status is_whole(rl_store *from, rl_arena *mem, const rl_decision *d, rl_decision *again,
                          rl_store_id *was, rl_error *err)
{
    rl_decision_target t;
    *again = *d;
    *was = (rl_store_id){0};
    bool undo = d->what == RL_DECIDE_UNDO;
    rl_status st = RL_OK;
    if (undo != (d->undoes != 0))
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "an undo of nothing");
    if (undo)
        st = id_of_row(from, d->undoes, was, err);
    if (!st && sound(mem, again, &t, err))
        st = RL_ESYNTAX;
    if (!st)
        st = name_it(again, undo ? (rl_str){(const char *)was->b, sizeof was->b} : (rl_str){0}, err);
    if (!st && memcmp(again->id.b, d->id.b, sizeof d->id.b))
        st = rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "it is not what it is named by");
    return st;
}

rl_status rl_decide_check(rl_store *s, void (*fault)(void *ctx, const char *message), void *ctx,
                          rl_error *err)
{
    rl_decisions all;
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = mem ? rl_store_decisions(s, mem, &(rl_decision_select){.oldest = true}, &all, err)
                       : rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    for (size_t i = 0; !st && i < all.n; i++) {
        rl_error e = {0};
        rl_decision again;
        rl_store_id was;
        char z[600];
        st = is_whole(s, mem, &all.at[i], &again, &was, &e);
        if (st == RL_ESYNTAX) {
            snprintf(z, sizeof z, "decision %lld: %s", (long long)all.at[i].n, e.message);
            fault(ctx, z);
            st = RL_OK;
        } else if (st && err) {
            *err = e;
        }
    }
    rl_arena_free(mem);
    return st;
}

/* ---- from another store ---- */

static rl_status take(rl_store *to, const rl_decision *d, const rl_store_id *was, rl_error *err)
{
    int64_t here, undoes = 0;
    rl_decision mine = *d;
    rl_status st = rl_db_int(to, err, 0, &here, "SELECT n FROM decision WHERE id = ?", "b",
                             (rl_str){(const char *)d->id.b, sizeof d->id.b});
    if (!st && !here && d->undoes)
        st = rl_db_int(to, err, 0, &undoes, "SELECT n FROM decision WHERE id = ?", "b",
                       (rl_str){(const char *)was->b, sizeof was->b});
    if (st || here)
        return st;
    if (d->undoes && !undoes)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "an undo of what is not here");
    if (undoes) /* both sides undid it: once is enough */
        st = rl_db_int(to, err, 0, &here, "SELECT n FROM decision WHERE undoes = ?", "i", undoes);
    mine.undoes = undoes;
    return st || here ? st : insert(to, &mine, err);
}

rl_status rl_decide_merge(rl_store *to, rl_store *from, void (*fault)(void *ctx, const char *message),
                          void *ctx, rl_error *err)
{
    rl_decisions all;
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = mem ? rl_store_decisions(from, mem, &(rl_decision_select){.oldest = true}, &all, err)
                       : rl_fail(err, RL_ENOMEM, to->path, 0, 0, "out of memory");
    if (!st && all.n)
        st = rl_store_begin(to, err);
    for (size_t i = 0; !st && i < all.n; i++) {
        rl_error e = {0};
        rl_decision d;
        rl_store_id was;
        char z[1200];
        st = is_whole(from, mem, &all.at[i], &d, &was, &e);
        if (!st)
            st = take(to, &d, &was, &e);
        if (st == RL_ESYNTAX) {
            snprintf(z, sizeof z, "%s: decision %lld is passed over: %s", from->path, (long long)all.at[i].n,
                     e.message);
            if (fault)
                fault(ctx, z);
            st = RL_OK;
        } else if (st && err) {
            *err = e;
        }
    }
    rl_arena_free(mem);
    return st;
}
