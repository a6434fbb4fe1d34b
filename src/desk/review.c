/* Decisions folded by target, then put on readings. Invariants: what holds depends on the set of decisions alone, not on
 * the order in which stores were merged; a claim that nobody decided on is left as it is, byte for byte. Folding is
 * O(d log d), a reading O(claims log d). */
#include "desk/review.h"

#include <jansson.h>
#include <stdlib.h>

#include "claim/claim.h"
#include "mark/place.h"

/** What all decisions on one claim come to. */
typedef struct {
    uint64_t key; /* the claim's id */
    rl_store_id report;
    rl_str measure;
    rl_span span;
    rl_review review;
    bool value, whom, place, date, source; /* what stands in the claim's stead */
    rl_value new_value;
    rl_who new_whom;
    rl_place new_place;
    rl_date new_date;
    rl_str new_source; /* empty: the report's own voice */
} folded;

typedef struct {
    rl_str story, key;
    rl_spread_rule rule;
} chosen;

struct rl_reviews {
    const rl_packs *packs;
    folded *at; /* by key */
    uint32_t *by_report;
    size_t n;
    rl_store_id *retracted; /* ascending */
    size_t nretracted;
    chosen *rules; /* the oldest first */
    size_t nrules;
};

void rl_decision_time(int64_t at_ms, char out[25])
{
    int64_t day = at_ms / 86400000 - (at_ms % 86400000 < 0), ms = at_ms - day * 86400000;
    rl_date d = rl_date_from_days((int32_t)day);
    snprintf(out, 25, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)d.year % 10000u, d.month % 100u,
             d.day % 100u, (unsigned)(ms / 3600000) % 24u, (unsigned)(ms / 60000) % 60u,
             (unsigned)(ms / 1000) % 60u, (unsigned)ms % 1000u);
}

void rl_decision_json(rl_buf *out, const rl_decision *d)
{
    char at[25], hex[33];
    rl_decision_target t;
    rl_decision_time(d->at_ms, at);
    rl_buf_f(out, "{\"n\":%lld,\"at\":\"%s\",\"who\":", (long long)d->n, at);
    rl_buf_json(out, d->who);
    rl_buf_z(out, ",\"why\":");
    rl_buf_json(out, d->why);
    rl_buf_f(out, ",\"what\":\"%s\",\"target\":", rl_decision_name(d->what));
    rl_buf_json(out, d->target);
    if (rl_decision_target_of(d->target, &t) && (t.on == RL_ON_CLAIM || t.on == RL_ON_REPORT)) {
        rl_store_id_hex(t.report, hex);
        rl_buf_f(out, ",\"report\":\"%s\"", hex);
    }
    rl_buf_z(out, ",\"data\":");
    rl_buf_add(out, d->data.len ? d->data : RL_STR("{}"));
    if (d->undone_by)
        rl_buf_f(out, ",\"undone_by\":%lld}", (long long)d->undone_by);
    else
        rl_buf_z(out, ",\"undone_by\":null}");
}

void rl_series_key(rl_buf *out, const rl_series *s)
{
    rl_buf_f(out, "%s/%s/", rl_measure_name(s->measure), rl_who_name(s->who));
    if (s->place.id)
        rl_buf_f(out, "%u", s->place.id);
    else
        rl_buf_add(out, s->place.name);
    rl_buf_f(out, "/%s", rl_kind_name(s->kind));
}

/* ---- an amendment ---- */

static rl_str json_str(const json_t *v)
{
    return json_is_string(v) ? (rl_str){json_string_value(v), json_string_length(v)} : (rl_str){0};
}

static rl_value value_of(const json_t *v)
{
    const json_t *low = json_object_get(v, "low"), *high = json_object_get(v, "high");
    rl_value out = {.low = json_integer_value(low),
                    .high = json_integer_value(high),
                    .has_low = json_is_integer(low),
                    .has_high = json_is_integer(high)};
    rl_qualifier_parse(json_str(json_object_get(v, "qualifier")), &out.qualifier);
    rl_vague_parse(json_str(json_object_get(v, "vague")), &out.vague);
    return out;
}

/* By its name where only that is told, or where the gazetteer has the same one; else as it is told. */
static rl_place place_of(rl_arena *mem, const rl_packs *packs, const json_t *v)
{
    rl_place found,
        told = {.name = rl_arena_copy(mem, json_str(json_is_string(v) ? v : json_object_get(v, "name")))};
    const json_t *lat = json_object_get(v, "lat"), *lon = json_object_get(v, "lon");
    char name[2 * RL_DECISION_NAME_MAX];
    if (!told.name.len)
        return (rl_place){0};
    told.country = rl_arena_copy(mem, json_str(json_object_get(v, "country")));
    told.id = (uint32_t)json_integer_value(json_object_get(v, "id"));
    told.has_point = json_is_number(lat) && json_is_number(lon);
    told.lat = json_number_value(lat);
    told.lon = json_number_value(lon);
    snprintf(name, sizeof name, "%.*s%s%.*s", (int)told.name.len, told.name.ptr, told.country.len ? "/" : "",
             (int)told.country.len, told.country.len ? told.country.ptr : "");
    if ((rl_place_find(packs, rl_str_z(name), &found) || rl_place_find(packs, told.name, &found)) &&
        (json_is_string(v) || found.id == told.id) &&
        (!told.country.len || rl_str_eq(told.country, found.country)))
        return found;
    return told;
}

static void amend(rl_arena *mem, const rl_packs *packs, rl_str data, folded *f)
{
    json_t *o = json_loadb(data.ptr, data.len, 0, NULL);
    const json_t *v;
    rl_date d = {0};
    if ((v = json_object_get(o, "value"))) {
        f->value = true;
        f->new_value = value_of(v);
    }
    if ((v = json_object_get(o, "whom"))) {
        f->whom = true;
        rl_who_parse(json_str(v), &f->new_whom);
    }
    if ((v = json_object_get(o, "place"))) {
        f->place = true;
        f->new_place = place_of(mem, packs, v);
    }
    if ((v = json_object_get(o, "date"))) {
        f->date = true;
        f->new_date = rl_date_parse(json_str(v), &d) ? d : (rl_date){0};
    }
    if ((v = json_object_get(o, "source"))) {
        f->source = true;
        f->new_source = rl_arena_copy(mem, json_str(v));
    }
    json_decref(o);
}

/* ---- folding ---- */

static uint64_t key_of(const char *hex)
{
    return strtoull(hex, NULL, 16);
}

static void fold(rl_reviews *r, rl_arena *mem, folded *f, const rl_decision *d)
{
    char at[25];
    rl_decision_time(d->at_ms, at);
    if (d->what == RL_DECIDE_REJECT)
        f->value = f->whom = f->place = f->date = f->source = false;
    if (d->what == RL_DECIDE_AMEND)
        amend(mem, r->packs, d->data, f);
    bool amended = f->value || f->whom || f->place || f->date || f->source;
    f->review = (rl_review){.state = d->what == RL_DECIDE_REJECT ? RL_REVIEW_REJECTED
                                     : amended                   ? RL_REVIEW_AMENDED
                                                                 : RL_REVIEW_CONFIRMED,
                            .decision = d->n,
                            .by = d->who,
                            .at = rl_arena_copy(mem, rl_str_z(at)),
                            .why = d->why};
    f->measure = d->measure;
    f->span = d->span;
}

static int by_target(const void *x, const void *y)
{
    const rl_decision *a = x, *b = y;
    int c = rl_str_cmp(a->target, b->target);
    return c ? c : rl_decision_cmp(a, b);
}

static int by_age(const void *x, const void *y)
{
    return rl_decision_cmp(x, y);
}

static int by_key(const void *x, const void *y)
{
    const folded *a = x, *b = y;
    int c = (a->key > b->key) - (a->key < b->key);
    return c ? c : memcmp(a->report.b, b->report.b, sizeof a->report.b);
}

static int by_report(const void *x, const void *y, void *ctx)
{
    const folded *at = ctx;
    const folded *a = &at[*(const uint32_t *)x], *b = &at[*(const uint32_t *)y];
    int c = memcmp(a->report.b, b->report.b, sizeof a->report.b);
    return c ? c : (a->key > b->key) - (a->key < b->key);
}

static int by_id(const void *x, const void *y)
{
    return memcmp(x, y, sizeof(rl_store_id));
}

static void take(rl_reviews *r, rl_arena *mem, const rl_decision *d, bool first)
{
    rl_decision_target t;
    if (!rl_decision_target_of(d->target, &t))
        return;
    if (t.on == RL_ON_CLAIM) {
        folded *f = &r->at[first ? r->n++ : r->n - 1];
        f->key = key_of(t.claim.ptr);
        f->report = t.report;
        fold(r, mem, f, d);
    } else if (d->what == RL_DECIDE_RETRACT && first) {
        r->retracted[r->nretracted++] = t.report;
    }
}

static void take_rule(rl_reviews *r, const rl_decision *d)
{
    rl_decision_target t;
    json_t *o = json_loadb(d->data.ptr, d->data.len, 0, NULL);
    chosen *c = &r->rules[r->nrules];
    *c = (chosen){.rule = RL_SPREAD_N};
    if (rl_decision_target_of(d->target, &t) &&
        rl_spread_rule_parse(json_str(json_object_get(o, "rule")), &c->rule)) {
        c->story = t.story;
        c->key = t.key;
        r->nrules++;
    }
    json_decref(o);
}

rl_status rl_reviews_load(rl_arena *mem, const rl_packs *packs, rl_store *s, rl_reviews **out, rl_error *err)
{
    rl_decisions all;
    *out = NULL;
    rl_status st = rl_store_decisions(s, mem, &(rl_decision_select){.oldest = true}, &all, err);
    if (st)
        return st;
    rl_reviews *r = RL_NEW(mem, rl_reviews, 1);
    rl_decision *d = RL_NEW(mem, rl_decision, all.n + 1);
    if (!r || !d || !(r->at = RL_NEW(mem, folded, all.n + 1)) ||
        !(r->by_report = RL_NEW(mem, uint32_t, all.n + 1)) ||
        !(r->retracted = RL_NEW(mem, rl_store_id, all.n + 1)) || !(r->rules = RL_NEW(mem, chosen, all.n + 1)))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    r->packs = packs;
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].what != RL_DECIDE_UNDO && !all.at[i].undone_by)
            d[n++] = all.at[i];
    qsort(d, n, sizeof *d, by_age);
    for (size_t i = 0; i < n; i++)
        if (d[i].what == RL_DECIDE_RULE)
            take_rule(r, &d[i]);
    qsort(d, n, sizeof *d, by_target);
    for (size_t i = 0, from = 0; i < n; i++) {
        if (!rl_str_eq(d[from].target, d[i].target))
            from = i;
        take(r, mem, &d[i], i == from);
    }
    qsort(r->at, r->n, sizeof *r->at, by_key);
    for (size_t i = 0; i < r->n; i++)
        r->by_report[i] = (uint32_t)i;
    qsort_r(r->by_report, r->n, sizeof *r->by_report, by_report, r->at);
    qsort(r->retracted, r->nretracted, sizeof *r->retracted, by_id);
    *out = r;
    return RL_OK;
}

/* ---- on a reading ---- */

/* Of the decisions on this claim the one on this very report, else the last one on the same words elsewhere. */
static const folded *of_claim(const rl_reviews *r, const rl_claim *c, const rl_store_id *report)
{
    uint64_t key = key_of(c->id);
    size_t lo;
    RL_LOWER_BOUND(lo, r->n, mid, r->at[mid].key < key);
    const folded *best = NULL;
    for (; lo < r->n && r->at[lo].key == key; lo++) {
        const folded *f = &r->at[lo];
        if (!memcmp(f->report.b, report->b, sizeof report->b))
            return f;
        if (!best || rl_str_cmp(best->review.at, f->review.at) < 0)
            best = f;
    }
    return best;
}

static uint32_t shared(rl_span a, rl_span b)
{
    uint32_t from = a.off > b.off ? a.off : b.off,
             to = rl_span_end(a) < rl_span_end(b) ? rl_span_end(a) : rl_span_end(b);
    return to > from ? to - from : 0;
}

/* Decisions on this report whose claim has another id now. */
static void find_moved(const rl_reviews *r, const rl_store_id *report, const rl_reading *rd,
                       const folded **of)
{
    size_t lo;
    RL_LOWER_BOUND(lo, r->n, mid, memcmp(r->at[r->by_report[mid]].report.b, report->b, sizeof report->b) < 0);
    for (; lo < r->n; lo++) {
        const folded *f = &r->at[r->by_report[lo]];
        size_t best = rd->nclaims;
        uint32_t most = 0;
        if (memcmp(f->report.b, report->b, sizeof report->b))
            return;
        for (size_t i = 0; i < rd->nclaims; i++) {
            const rl_claim *c = &rd->claims[i];
            uint32_t n = of[i] ? 0 : shared(c->span, f->span);
            if (key_of(c->id) == f->key) {
                best = rd->nclaims;
                break;
            }
            if (n > most && rl_str_is(f->measure, rl_measure_name(c->measure))) {
                most = n;
                best = i;
            }
        }
        if (best < rd->nclaims)
            of[best] = f;
    }
}

/* A speaker that the reviewer names: one that the report names so too, else by the name alone. */
static const rl_source *speaker(rl_arena *mem, const rl_reading *rd, rl_str name)
{
    rl_source *s = RL_NEW(mem, rl_source, 1);
    if (!s)
        return NULL;
    *s = (rl_source){.name = name, .text = name, .kind = RL_S_PERSON, .key = rl_source_key(name)};
    for (size_t i = 0; i < rd->nclaims; i++)
        for (size_t k = 0; k < rd->claims[i].nsources; k++)
            if (rl_str_eq(rd->claims[i].sources[k].name, name)) {
                s->kind = rd->claims[i].sources[k].kind;
                s->key = rd->claims[i].sources[k].key;
                return s;
            }
    return s;
}

static rl_status put(rl_arena *mem, const rl_reading *rd, const rl_claim *was, const folded *f, rl_claim *is)
{
    rl_review *review = RL_NEW(mem, rl_review, 1);
    if (!review)
        return RL_ENOMEM;
    *review = f->review;
    is->review = review;
    if (review->state != RL_REVIEW_AMENDED)
        return RL_OK;
    review->was = was;
    if (f->value)
        is->value = f->new_value;
    if (f->whom)
        is->who = f->new_whom;
    if (f->place)
        is->place = f->new_place;
    if (f->date)
        is->date = f->new_date;
    if (f->source) {
        is->nsources = f->new_source.len > 0;
        is->sources = is->nsources ? speaker(mem, rd, f->new_source) : NULL;
    }
    return is->nsources && !is->sources ? RL_ENOMEM : RL_OK;
}

rl_status rl_reviews_apply(const rl_reviews *r, rl_arena *mem, rl_account_input *in)
{
    rl_store_id id;
    const rl_reading *rd = in->reading;
    if (!r || !rl_store_id_parse(in->report->name, &id))
        return RL_OK;
    in->retracted = bsearch(&id, r->retracted, r->nretracted, sizeof id, by_id) != NULL;
    if (!r->n || !rd->nclaims)
        return RL_OK;
    const folded **of = RL_NEW(mem, const folded *, rd->nclaims);
    if (!of)
        return RL_ENOMEM;
    bool any = false;
    for (size_t i = 0; i < rd->nclaims; i++)
        of[i] = of_claim(r, &rd->claims[i], &id);
    find_moved(r, &id, rd, of);
    for (size_t i = 0; i < rd->nclaims; i++)
        any = any || of[i];
    if (!any)
        return RL_OK;
    rl_claim *claims = RL_NEW(mem, rl_claim, rd->nclaims);
    rl_reading *again = RL_NEW(mem, rl_reading, 1);
    if (!claims || !again)
        return RL_ENOMEM;
    memcpy(claims, rd->claims, rd->nclaims * sizeof *claims);
    for (size_t i = 0; i < rd->nclaims; i++)
        if (of[i] && put(mem, rd, &rd->claims[i], of[i], &claims[i]))
            return RL_ENOMEM;
    *again = *rd;
    again->claims = claims;
    in->reading = again;
    return RL_OK;
}

rl_spread_rule rl_reviews_rule(const rl_reviews *r, rl_str story, const rl_series *s, rl_spread_rule rule)
{
    rl_buf key = {0};
    if (!r || !r->nrules || s->past)
        return rule;
    rl_series_key(&key, s);
    for (size_t i = r->nrules; i-- > 0;)
        if (rl_str_eq(r->rules[i].key, rl_buf_str(&key)) &&
            (!story.len || rl_str_eq(story, r->rules[i].story))) {
            rule = r->rules[i].rule;
            break;
        }
    rl_buf_clear(&key);
    return rule;
}
