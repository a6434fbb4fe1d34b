/* Invariants: reports[i] is inputs.at[i] of the job, in the order of rows; a report is read once, unless it was read
 * again in the store or one was taken out, when all are; decisions are put on readings as accounts are made, so that
 * stories do not depend on them. A fingerprint covers the names of a story's reports and the newest decision on it. */
#include "desk/desk.h"

#include <stdlib.h>

#include "mark/place.h"
#include "store/story.h"

struct rl_desk {
    rl_store *store;
    rl_packs *packs;
    rl_print_job j;
    RL_VEC(rl_desk_report) reports; /* in j.mem */
    RL_VEC(int64_t) extractions;
    uint32_t *by_name;
    int64_t claims, decision, data_version;
    rl_arena *review_mem, *story_mem, *old_mem, *news_mem;
    rl_reviews *reviews;
    rl_desk_story *stories; /* newest first */
    uint32_t *by_id;
    size_t nstories;
};

rl_status rl_desk_new(rl_store *store, rl_packs *packs, rl_desk **out, rl_error *err)
{
    rl_desk *d = *out = calloc(1, sizeof *d);
    if (d) {
        *d = (rl_desk){.store = store, .packs = packs, .data_version = -1};
        d->j = (rl_print_job){
            .packs = packs, .reader = rl_reader_new(packs), .mem = rl_arena_new(RL_ACCOUNT_ARENA)};
        d->review_mem = rl_arena_new(RL_ACCOUNT_ARENA);
        d->story_mem = rl_arena_new(RL_ACCOUNT_ARENA);
        d->old_mem = rl_arena_new(RL_ACCOUNT_ARENA);
        d->news_mem = rl_arena_new(RL_ACCOUNT_ARENA);
    }
    if (d && d->j.reader && d->j.mem && d->review_mem && d->story_mem && d->old_mem && d->news_mem)
        return RL_OK;
    rl_desk_free(d);
    *out = NULL;
    return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
}

void rl_desk_free(rl_desk *d)
{
    if (!d)
        return;
    rl_reader_free(d->j.reader);
    rl_arena *const all[] = {d->j.mem, d->review_mem, d->story_mem, d->old_mem, d->news_mem};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rl_arena_free(all[i]);
    free(d);
}

/* ---- reading ---- */

/* Do the reports that are held stand in the store as they were read? *have: how many do, at its beginning. */
static bool as_before(const rl_desk *d, const rl_store_marks *m)
{
    if (m->n < d->reports.n)
        return false;
    for (size_t i = 0; i < d->reports.n; i++)
        if (m->at[i].n != d->reports.at[i].row || m->at[i].extraction != d->extractions.at[i])
            return false;
    return true;
}

static void forget_all(rl_desk *d)
{
    rl_reader *reader = d->j.reader;
    rl_arena *mem = d->j.mem;
    rl_arena_clear(mem);
    d->j = (rl_print_job){.packs = d->packs, .reader = reader, .mem = mem};
    memset(&d->reports, 0, sizeof d->reports);
    memset(&d->extractions, 0, sizeof d->extractions);
    d->claims = 0;
}

static rl_status read_one(rl_desk *d, rl_arena *mem, rl_store_mark m, rl_error *err)
{
    rl_store_report r;
    rl_error quiet = {0};
    rl_arena_clear(mem);
    rl_status st = rl_store_get(d->store, mem, m.n, &r, err);
    if (st)
        return st == RL_ENOTFOUND ? RL_OK : st; /* taken out meanwhile: the next refresh sees it */
    rl_report report = rl_store_as_report(&r);
    d->j.read.date = r.origin.date;
    st = rl_prints_take(&d->j, &report, &quiet);
    if (st == RL_ENOMEM)
        return rl_fail(err, st, NULL, 0, 0, "%s", quiet.message);
    if (st) /* a text over a limit: the others are there */
        return RL_OK;
    rl_desk_report *x = RL_PUSH(d->j.mem, d->reports);
    int64_t *e = RL_PUSH(d->j.mem, d->extractions);
    if (!x || !e)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    const rl_account_input *in = &d->j.inputs.at[d->j.inputs.n - 1];
    *x = (rl_desk_report){.row = m.n, .report = in->report, .reading = in->reading};
    *e = m.extraction;
    d->claims += (int64_t)in->reading->nclaims;
    return RL_OK;
}

static rl_status read_new(rl_desk *d, bool *any, rl_desk_news *news, rl_error *err)
{
    rl_store_marks m;
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT), *one = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = mem && one ? rl_store_mark_all(d->store, mem, &m, err)
                              : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && !as_before(d, &m)) {
        forget_all(d);
        *any = true;
    }
    news->first_report = (uint32_t)d->reports.n;
    for (size_t i = d->reports.n; !st && i < m.n; i++) {
        st = read_one(d, one, m.at[i], err);
        *any = true;
    }
    rl_arena_free(mem);
    rl_arena_free(one);
    return st;
}

/* ---- stories ---- */

static int by_name(const void *x, const void *y, void *ctx)
{
    const rl_desk *d = ctx;
    return rl_str_cmp(d->reports.at[*(const uint32_t *)x].report->name,
                      d->reports.at[*(const uint32_t *)y].report->name);
}

static int32_t day_key(rl_date d)
{
    return rl_date_known(d) && d.month ? rl_date_days(d) : INT32_MIN;
}

static int newest_first(const void *x, const void *y)
{
    const rl_desk_story *a = x, *b = y;
    int32_t p = day_key(a->to), q = day_key(b->to);
    int c = (q > p) - (q < p);
    return c ? c : strcmp(a->id, b->id);
}

static int by_id(const void *x, const void *y, void *ctx)
{
    const rl_desk_story *at = ctx;
    return strcmp(at[*(const uint32_t *)x].id, at[*(const uint32_t *)y].id);
}

static void fill_story(const rl_desk *d, rl_desk_story *s)
{
    uint64_t h = rl_hash(s->id, 16);
    for (size_t i = 0; i < s->n; i++) {
        const rl_desk_report *r = &d->reports.at[s->at[i]];
        rl_date day = r->reading->date;
        uint64_t mix[3] = {h, (uint64_t)r->row, (uint64_t)d->extractions.at[s->at[i]]};
        h = rl_hash(mix, sizeof mix);
        if (r->row > s->updated)
            s->updated = r->row;
        if (!rl_date_known(day))
            continue;
        if (!rl_date_known(s->from) || rl_date_days(day) < rl_date_days(s->from))
            s->from = day;
        if (!rl_date_known(s->to) || rl_date_days(day) > rl_date_days(s->to))
            s->to = day;
    }
    s->fingerprint = h;
}

/* The fingerprint of a decided story is another one. */
static rl_status take_decisions(rl_desk *d, rl_error *err)
{
    rl_decisions all;
    rl_arena *mem = rl_arena_new(RL_ACCOUNT_ARENA);
    rl_status st = mem ? rl_store_decisions(d->store, mem, &(rl_decision_select){.oldest = true}, &all, err)
                       : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; !st && i < all.n; i++) {
        rl_decision_target t;
        char hex[33];
        const rl_desk_story *s = NULL;
        if (!rl_decision_target_of(all.at[i].target, &t))
            continue;
        rl_store_id_hex(t.report, hex);
        const rl_desk_report *r =
            t.on == RL_ON_CLAIM || t.on == RL_ON_REPORT ? rl_desk_report_of(d, (rl_str){hex, 32}) : NULL;
        s = r ? &d->stories[r->story] : t.story.len ? rl_desk_story_of(d, t.story) : NULL;
        if (!s)
            continue;
        uint64_t mix[2] = {s->fingerprint, (uint64_t)all.at[i].n};
        rl_desk_story *mine = &d->stories[s - d->stories];
        mine->fingerprint = rl_hash(mix, sizeof mix);
        mine->updated += 1;
    }
    rl_arena_free(mem);
    return st;
}

static rl_status place(rl_desk *d, rl_error *err)
{
    rl_story_model model;
    rl_stories st;
    rl_status s = rl_story_model_learned(&model, err);
    if (s)
        return s;
    rl_arena *mem = d->story_mem;
    size_t n = d->reports.n;
    if (rl_stories_make(mem, d->j.prints.at, n, &model, &st) ||
        !(d->stories = RL_NEW(mem, rl_desk_story, st.n + 1)) ||
        !(d->by_id = RL_NEW(mem, uint32_t, st.n + 1)) || !(d->by_name = RL_NEW(mem, uint32_t, n + 1)))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    d->nstories = st.n;
    for (size_t i = 0; i < st.n; i++) {
        d->stories[i] = (rl_desk_story){.at = st.at[i].prints, .n = st.at[i].n};
        memcpy(d->stories[i].id, st.at[i].id, sizeof d->stories[i].id);
        fill_story(d, &d->stories[i]);
    }
    qsort(d->stories, st.n, sizeof *d->stories, newest_first);
    for (uint32_t i = 0; i < st.n; i++) {
        d->by_id[i] = i;
        for (size_t k = 0; k < d->stories[i].n; k++)
            d->reports.at[d->stories[i].at[k]].story = i;
    }
    qsort_r(d->by_id, st.n, sizeof *d->by_id, by_id, d->stories);
    for (uint32_t i = 0; i < n; i++)
        d->by_name[i] = i;
    qsort_r(d->by_name, n, sizeof *d->by_name, by_name, d);
    return RL_OK;
}

/* ---- what is new ---- */

static const rl_desk_story *find_story(const rl_desk_story *at, const uint32_t *order, size_t n,
                                       const char *id)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = strncmp(at[order[mid]].id, id, 16);
        if (!c)
            return &at[order[mid]];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

typedef struct {
    const rl_desk_story *at;
    const uint32_t *by_id;
    size_t n;
} old_stories;

static rl_status tell_news(rl_desk *d, const old_stories *was, rl_desk_news *news, rl_error *err)
{
    rl_arena_clear(d->news_mem);
    char(*changed)[17] = rl_alloc(d->news_mem, 17 * (d->nstories + 1));
    char(*gone)[17] = rl_alloc(d->news_mem, 17 * (was->n + 1));
    if (!changed || !gone)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; i < d->nstories; i++) {
        const rl_desk_story *s = &d->stories[i], *o = find_story(was->at, was->by_id, was->n, s->id);
        if (!o || o->fingerprint != s->fingerprint)
            memcpy(changed[news->nchanged++], s->id, 17);
    }
    for (size_t i = 0; i < was->n; i++)
        if (!find_story(d->stories, d->by_id, d->nstories, was->at[i].id))
            memcpy(gone[news->ngone++], was->at[i].id, 17);
    news->changed = changed;
    news->gone = gone;
    return RL_OK;
}

rl_status rl_desk_refresh(rl_desk *d, bool now, rl_desk_news *news, rl_error *err)
{
    bool any = d->data_version < 0;
    int64_t version, decision;
    *news = (rl_desk_news){.first_report = (uint32_t)d->reports.n, .first_decision = d->decision};
    rl_status st = rl_store_version(d->store, &version, err);
    if (st || (version == d->data_version && !now))
        return st;
    st = rl_store_last_decision(d->store, &decision, err);
    if (!st)
        st = read_new(d, &any, news, err);
    if (st || (!any && decision == d->decision)) {
        d->data_version = st ? d->data_version : version;
        return st;
    }
    old_stories was = {d->stories, d->by_id, d->nstories};
    rl_arena *mem = d->old_mem;
    d->old_mem = d->story_mem;
    d->story_mem = mem;
    rl_arena_clear(mem);
    st = place(d, err);
    if (!st)
        st = take_decisions(d, err);
    if (!st && (decision != d->decision || !d->reviews)) {
        rl_arena_clear(d->review_mem);
        st = rl_reviews_load(d->review_mem, d->packs, d->store, &d->reviews, err);
    }
    if (!st)
        st = tell_news(d, &was, news, err);
    if (st)
        return st;
    news->any = true;
    d->decision = decision;
    d->data_version = version;
    return RL_OK;
}

/* ---- asking ---- */

const rl_desk_story *rl_desk_stories(const rl_desk *d, size_t *n)
{
    *n = d->nstories;
    return d->stories;
}

const rl_desk_story *rl_desk_story_of(const rl_desk *d, rl_str id)
{
    return id.len == 16 ? find_story(d->stories, d->by_id, d->nstories, id.ptr) : NULL;
}

const rl_desk_report *rl_desk_reports(const rl_desk *d, size_t *n)
{
    *n = d->reports.n;
    return d->reports.at;
}

const rl_desk_report *rl_desk_report_of(const rl_desk *d, rl_str name)
{
    size_t lo = 0, hi = d->reports.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const rl_desk_report *r = &d->reports.at[d->by_name[mid]];
        int c = rl_str_cmp(r->report->name, name);
        if (!c)
            return r;
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

rl_store *rl_desk_store(const rl_desk *d)
{
    return d->store;
}
rl_packs *rl_desk_packs(const rl_desk *d)
{
    return d->packs;
}
int64_t rl_desk_claims(const rl_desk *d)
{
    return d->claims;
}

rl_str rl_desk_lang(const rl_desk *d, uint32_t report)
{
    rl_str tag = d->j.prints.at[report].lang_tag;
    return tag.len ? tag : d->reports.at[report].report->lang;
}

rl_str rl_desk_title(const rl_desk *d, const rl_desk_story *s, rl_str want, rl_str *lang)
{
    uint32_t best = s->at[0];
    bool titled = false;
    for (size_t i = 0; i < s->n; i++) {
        const rl_report *r = d->reports.at[s->at[i]].report;
        if (want.len && rl_str_eq(rl_desk_lang(d, s->at[i]), want)) {
            best = s->at[i];
            break;
        }
        if (!titled && r->title.len) {
            best = s->at[i];
            titled = true;
        }
    }
    *lang = rl_desk_lang(d, best);
    return rl_prints_title(d->reports.at[best].report, d->reports.at[best].reading);
}

rl_status rl_desk_review(const rl_desk *d, const rl_desk_report *r, rl_arena *mem, rl_account_input *out)
{
    *out = (rl_account_input){.report = r->report, .reading = r->reading};
    return rl_reviews_apply(d->reviews, mem, out);
}

typedef struct {
    const rl_desk *d;
    const rl_desk_story *s;
} asked_rule;

static rl_spread_rule rule_of(void *ctx, const rl_series *s, rl_spread_rule rule)
{
    const asked_rule *a = ctx;
    return rl_reviews_rule(a->d->reviews, rl_str_z(a->s->id), s, rule);
}

rl_status rl_desk_copies(const rl_desk *d, const rl_desk_story *s, rl_arena *mem, rl_copy_link **links,
                         rl_error *err)
{
    rl_story_print *prints = RL_NEW(mem, rl_story_print, s->n + 1);
    *links = RL_NEW(mem, rl_copy_link, s->n + 1);
    for (size_t i = 0; prints && i < s->n; i++)
        prints[i] = d->j.prints.at[s->at[i]];
    if (!prints || !*links || rl_copies_find(mem, prints, s->n, *links))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    return RL_OK;
}

rl_status rl_desk_account(const rl_desk *d, const rl_desk_story *s, const rl_desk_options *opt, rl_arena *mem,
                          rl_account *out, rl_error *err)
{
    rl_account_input *in = RL_NEW(mem, rl_account_input, s->n + 1);
    uint32_t *origins = RL_NEW(mem, uint32_t, s->n + 1);
    rl_copy_link *links;
    rl_status st = rl_desk_copies(d, s, mem, &links, err);
    for (size_t i = 0; !st && in && i < s->n; i++)
        if (rl_desk_review(d, &d->reports.at[s->at[i]], mem, &in[i]))
            st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (st || !in || !origins)
        return st ? st : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    rl_copies_origins(links, s->n, origins);
    asked_rule asked = {d, s};
    /* who asks for a rule gets it for every series */
    rl_account_options o = {.rule = opt && opt->has_rule ? opt->rule : RL_SPREAD_NEWEST_OFFICIAL,
                            .as_of = opt ? opt->as_of : (rl_date){0},
                            .as_of_minute = opt ? opt->as_of_minute : 0,
                            .origin_of_report = origins,
                            .holds = rl_place_contains,
                            .rule_of = opt && opt->has_rule ? NULL : rule_of,
                            .rule_ctx = &asked};
    return rl_account_make(mem, d->packs, in, s->n, &o, out, err);
}
