/* Invariants: marks and stories are those of one moment of the store; a report is read once as long as it is held and its
 * reading in the store is the same; decisions are put on readings as accounts are made. A fingerprint covers the rows of
 * a story's reports, the extraction each stands in, and the decisions on it. */
#include "desk/desk.h"

#include <stdlib.h>

#include "mark/place.h"
#include "store/story.h"

enum { SLOTS = 4096 };

/** A report that is held, in a list of its slot. */
typedef struct held {
    struct held *next;
    int64_t row, extraction;
    uint64_t used; /* the answer that it was last asked for in */
    rl_arena *mem;
    rl_print_job j;
    rl_desk_report report;
} held;

/** What is known of the store at one moment. */
typedef struct {
    rl_arena *mem;
    rl_store_marks marks;   /* by row */
    rl_desk_story *stories; /* newest first */
    uint32_t *by_id, *by_row;
    size_t n;
} state;

struct rl_desk {
    rl_store *store;
    rl_packs *packs;
    rl_reader *reader;
    state now, was;
    int64_t decision, data_version;
    rl_arena *review_mem, *news_mem;
    rl_reviews *reviews;
    held *slots[SLOTS];
    size_t nheld;
    uint64_t answer;
};

rl_status rl_desk_new(rl_store *store, rl_packs *packs, rl_desk **out, rl_error *err)
{
    rl_desk *d = *out = calloc(1, sizeof *d);
    if (d) {
        *d = (rl_desk){.store = store, .packs = packs, .data_version = -1};
        d->reader = rl_reader_new(packs);
        rl_arena **const all[] = {&d->now.mem, &d->was.mem, &d->review_mem, &d->news_mem};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            *all[i] = rl_arena_new(RL_ACCOUNT_ARENA);
    }
    if (d && d->reader && d->now.mem && d->was.mem && d->review_mem && d->news_mem)
        return RL_OK;
    rl_desk_free(d);
    *out = NULL;
    return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
}

static void let_go(held *h)
{
    rl_arena_free(h->mem);
    free(h);
}

void rl_desk_free(rl_desk *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        for (held *h = d->slots[i], *next; h; h = next) {
            next = h->next;
            let_go(h);
        }
    rl_reader_free(d->reader);
    rl_arena *const all[] = {d->now.mem, d->was.mem, d->review_mem, d->news_mem};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        rl_arena_free(all[i]);
    free(d);
}

/* ---- what there is ---- */

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

static int by_row(const void *x, const void *y, void *ctx)
{
    const rl_desk_story *at = ctx;
    int64_t a = at[*(const uint32_t *)x].n, b = at[*(const uint32_t *)y].n;
    return (a > b) - (a < b);
}

static uint32_t story_at(const state *s, int64_t n)
{
    size_t lo;
    RL_LOWER_BOUND(lo, s->n, mid, s->stories[s->by_row[mid]].n < n);
    return lo < s->n && s->stories[s->by_row[lo]].n == n ? s->by_row[lo] : RL_DESK_NONE;
}

static const rl_desk_story *find_story(const state *s, const char *id)
{
    size_t lo = 0, hi = s->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = strncmp(s->stories[s->by_id[mid]].id, id, 16);
        if (!c)
            return &s->stories[s->by_id[mid]];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static void count_reports(state *s)
{
    for (size_t i = 0; i < s->marks.n; i++) {
        const rl_store_mark *m = &s->marks.at[i];
        uint32_t k = m->story ? story_at(s, m->story) : RL_DESK_NONE;
        if (k == RL_DESK_NONE)
            continue;
        rl_desk_story *x = &s->stories[k];
        uint64_t mix[3] = {x->fingerprint, (uint64_t)m->n, (uint64_t)m->extraction};
        x->fingerprint = rl_hash(mix, sizeof mix);
        x->reports++;
        if (m->n > x->updated)
            x->updated = m->n;
    }
}

static rl_status list(rl_desk *d, rl_error *err)
{
    state *s = &d->now;
    rl_store_story_marks all;
    rl_status st = rl_store_mark_all(d->store, s->mem, &s->marks, err);
    if (!st)
        st = rl_store_story_mark_all(d->store, s->mem, &all, err);
    if (st)
        return st;
    s->n = all.n;
    s->stories = RL_NEW(s->mem, rl_desk_story, all.n + 1);
    s->by_id = RL_NEW(s->mem, uint32_t, all.n + 1);
    s->by_row = RL_NEW(s->mem, uint32_t, all.n + 1);
    if (!s->stories || !s->by_id || !s->by_row)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; i < all.n; i++) {
        s->stories[i] = (rl_desk_story){.n = all.at[i].n, .from = all.at[i].from, .to = all.at[i].to};
        memcpy(s->stories[i].id, all.at[i].id, sizeof s->stories[i].id);
        s->stories[i].fingerprint = rl_hash(s->stories[i].id, 16);
    }
    qsort(s->stories, s->n, sizeof *s->stories, newest_first);
    for (uint32_t i = 0; i < s->n; i++)
        s->by_id[i] = s->by_row[i] = i;
    qsort_r(s->by_id, s->n, sizeof *s->by_id, by_id, s->stories);
    qsort_r(s->by_row, s->n, sizeof *s->by_row, by_row, s->stories);
    count_reports(s);
    return RL_OK;
}

static rl_status row_of(const rl_desk *d, rl_str name, int64_t *out, rl_error *err)
{
    rl_store_rows rows;
    rl_store_select sel = {.id = name};
    rl_arena *mem = rl_arena_new(1u << 20);
    *out = 0;
    rl_status st = mem ? rl_store_list(d->store, mem, &sel, &rows, err)
                       : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && rows.n)
        *out = rows.at[0];
    rl_arena_free(mem);
    return st;
}

/* The fingerprint of a decided story is another one. */
static rl_status count_decisions(rl_desk *d, rl_error *err)
{
    rl_decisions all;
    rl_arena *mem = rl_arena_new(RL_ACCOUNT_ARENA);
    rl_status st = mem ? rl_store_decisions(d->store, mem, &(rl_decision_select){.oldest = true}, &all, err)
                       : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; !st && i < all.n; i++) {
        rl_decision_target t;
        char hex[33];
        int64_t row = 0;
        uint32_t k = RL_DESK_NONE;
        if (!rl_decision_target_of(all.at[i].target, &t))
            continue;
        rl_store_id_hex(t.report, hex);
        if (t.on == RL_ON_CLAIM || t.on == RL_ON_REPORT)
            st = row_of(d, (rl_str){hex, 32}, &row, err);
        const rl_desk_story *x = t.story.len ? find_story(&d->now, t.story.ptr) : NULL;
        k = row ? rl_desk_story_of_row(d, row) : x ? (uint32_t)(x - d->now.stories) : RL_DESK_NONE;
        if (k == RL_DESK_NONE)
            continue;
        uint64_t mix[2] = {d->now.stories[k].fingerprint, (uint64_t)all.at[i].n};
        d->now.stories[k].fingerprint = rl_hash(mix, sizeof mix);
        d->now.stories[k].updated++;
    }
    rl_arena_free(mem);
    return st;
}

static rl_status tell_news(rl_desk *d, rl_desk_news *news, rl_error *err)
{
    rl_arena_clear(d->news_mem);
    char(*changed)[17] = rl_alloc(d->news_mem, 17 * (d->now.n + 1));
    char(*gone)[17] = rl_alloc(d->news_mem, 17 * (d->was.n + 1));
    if (!changed || !gone)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; i < d->now.n; i++) {
        const rl_desk_story *s = &d->now.stories[i], *o = find_story(&d->was, s->id);
        if (!o || o->fingerprint != s->fingerprint)
            memcpy(changed[news->nchanged++], s->id, 17);
    }
    for (size_t i = 0; i < d->was.n; i++)
        if (!find_story(&d->now, d->was.stories[i].id))
            memcpy(gone[news->ngone++], d->was.stories[i].id, 17);
    news->changed = changed;
    news->gone = gone;
    news->any = true;
    return RL_OK;
}

rl_status rl_desk_refresh(rl_desk *d, bool now, rl_desk_news *news, rl_error *err)
{
    int64_t version, decision;
    *news = (rl_desk_news){.first_decision = d->decision};
    if (d->now.marks.n)
        news->first_report = d->now.marks.at[d->now.marks.n - 1].n;
    rl_status st = rl_store_version(d->store, &version, err);
    if (st || (version == d->data_version && !now))
        return st;
    st = rl_store_last_decision(d->store, &decision, err);
    if (st)
        return st;
    state was = d->was;
    d->was = d->now;
    d->now = (state){.mem = was.mem};
    rl_arena_clear(d->now.mem);
    st = list(d, err);
    if (!st)
        st = count_decisions(d, err);
    if (!st && (decision != d->decision || !d->reviews)) {
        rl_arena_clear(d->review_mem);
        d->reviews = NULL;
        st = rl_reviews_load(d->review_mem, d->packs, d->store, &d->reviews, err);
    }
    if (st)
        return st;
    d->decision = decision;
    d->data_version = version;
    return tell_news(d, news, err);
}

/* ---- asking ---- */

const rl_desk_story *rl_desk_stories(const rl_desk *d, size_t *n)
{
    *n = d->now.n;
    return d->now.stories;
}

const rl_desk_story *rl_desk_story_of(const rl_desk *d, rl_str id)
{
    return id.len == 16 ? find_story(&d->now, id.ptr) : NULL;
}

static const rl_store_mark *mark_of(const rl_desk *d, int64_t row)
{
    const rl_store_marks *m = &d->now.marks;
    size_t lo;
    RL_LOWER_BOUND(lo, m->n, mid, m->at[mid].n < row);
    return lo < m->n && m->at[lo].n == row ? &m->at[lo] : NULL;
}

uint32_t rl_desk_story_of_row(const rl_desk *d, int64_t row)
{
    const rl_store_mark *m = mark_of(d, row);
    return m && m->story ? story_at(&d->now, m->story) : RL_DESK_NONE;
}

rl_status rl_desk_rows_after(const rl_desk *d, int64_t row, rl_arena *mem, rl_store_rows *out)
{
    const rl_store_marks *m = &d->now.marks;
    size_t from = m->n;
    while (from && m->at[from - 1].n > row)
        from--;
    int64_t *at = RL_NEW(mem, int64_t, m->n - from + 1);
    for (size_t i = from; at && i < m->n; i++)
        at[i - from] = m->at[i].n;
    *out = (rl_store_rows){at, at ? m->n - from : 0};
    return at ? RL_OK : RL_ENOMEM;
}

rl_store *rl_desk_store(const rl_desk *d)
{
    return d->store;
}
rl_packs *rl_desk_packs(const rl_desk *d)
{
    return d->packs;
}
size_t rl_desk_nreports(const rl_desk *d)
{
    return d->now.marks.n;
}

/* ---- reports ---- */

static int by_use(const void *x, const void *y)
{
    const held *const *a = x, *const *b = y;
    return ((*a)->used < (*b)->used) - ((*a)->used > (*b)->used);
}

/* Those used last stay. */
static void make_room(rl_desk *d)
{
    held **all = malloc(sizeof *all * (d->nheld + 1));
    size_t n = 0;
    for (size_t i = 0; i < SLOTS && all; i++) {
        for (held *h = d->slots[i]; h; h = h->next)
            all[n++] = h;
        d->slots[i] = NULL;
    }
    if (!all)
        return;
    qsort(all, n, sizeof *all, by_use);
    for (size_t i = 0; i < n; i++) {
        if (i >= RL_DESK_REPORTS_MAX / 2) {
            let_go(all[i]);
            continue;
        }
        held **slot = &d->slots[(uint64_t)all[i]->row % SLOTS];
        all[i]->next = *slot;
        *slot = all[i];
    }
    d->nheld = n < RL_DESK_REPORTS_MAX / 2 ? n : RL_DESK_REPORTS_MAX / 2;
    free(all);
}

void rl_desk_begin(rl_desk *d)
{
    d->answer++;
    if (d->nheld > RL_DESK_REPORTS_MAX)
        make_room(d);
}

static rl_status read_report(rl_desk *d, held *h, rl_error *err)
{
    rl_store_report r;
    rl_status st = rl_store_get(d->store, h->mem, h->row, &r, err);
    if (st)
        return st;
    rl_report report = rl_store_as_report(&r);
    h->j = (rl_print_job){
        .packs = d->packs, .reader = d->reader, .mem = h->mem, .read = {.date = r.origin.date}};
    st = rl_prints_take(&h->j, &report, err);
    if (st)
        return st;
    const rl_report *kept = h->j.inputs.at[0].report;
    rl_str tag = h->j.prints.at[0].lang_tag;
    h->report = (rl_desk_report){.row = h->row,
                                 .report = kept,
                                 .reading = h->j.inputs.at[0].reading,
                                 .print = &h->j.prints.at[0],
                                 .lang = tag.len ? tag : kept->lang};
    return RL_OK;
}

rl_status rl_desk_report_at(rl_desk *d, int64_t row, const rl_desk_report **out, rl_error *err)
{
    const rl_store_mark *m = mark_of(d, row);
    held **slot = &d->slots[(uint64_t)row % SLOTS], *h;
    *out = NULL;
    if (!m)
        return rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "the report is gone");
    for (h = *slot; h && (h->row != row || h->extraction != m->extraction); h = h->next)
        ;
    if (!h) { /* one that stands in an older reading goes when its turn comes */
        if (!(h = calloc(1, sizeof *h)) || !(h->mem = rl_arena_new(RL_ARENA_DEFAULT))) {
            free(h);
            return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
        }
        h->row = row;
        h->extraction = m->extraction;
        rl_status st = read_report(d, h, err);
        if (st) {
            let_go(h);
            return st;
        }
        h->next = *slot;
        *slot = h;
        d->nheld++;
    }
    h->used = d->answer;
    h->report.story = rl_desk_story_of_row(d, row);
    *out = &h->report;
    return RL_OK;
}

rl_status rl_desk_report_of(rl_desk *d, rl_str name, const rl_desk_report **out, rl_error *err)
{
    int64_t row;
    *out = NULL;
    rl_status st = row_of(d, name, &row, err);
    if (!st && !row)
        st = rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "no report of that name");
    return st ? st : rl_desk_report_at(d, row, out, err);
}

rl_status rl_desk_members_of(rl_desk *d, const rl_desk_story *s, rl_arena *mem, rl_desk_members *out,
                             rl_error *err)
{
    rl_store_rows rows;
    *out = (rl_desk_members){0};
    rl_status st = rl_store_story_reports(d->store, mem, s->n, &rows, err);
    if (st)
        return st;
    out->at = RL_NEW(mem, const rl_desk_report *, rows.n + 1);
    out->links = RL_NEW(mem, rl_copy_link, rows.n + 1);
    rl_story_print *prints = RL_NEW(mem, rl_story_print, rows.n + 1);
    if (!out->at || !out->links || !prints)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; i < rows.n; i++) {
        st = rl_desk_report_at(d, rows.at[i], &out->at[out->n], err);
        if (st && st != RL_ENOTFOUND) /* one that came or went since the refresh is in the next */
            return st;
        if (!st)
            prints[out->n] = *out->at[out->n]->print, out->n++;
    }
    if (!out->n)
        return rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "the story is gone");
    return rl_copies_find(mem, prints, out->n, out->links)
               ? rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory")
               : RL_OK;
}

rl_str rl_desk_title(const rl_desk_members *m, rl_str want, rl_str *lang)
{
    size_t best = 0;
    bool titled = false;
    for (size_t i = 0; i < m->n; i++) {
        if (want.len && rl_str_eq(m->at[i]->lang, want)) {
            best = i;
            break;
        }
        if (!titled && m->at[i]->report->title.len) {
            best = i;
            titled = true;
        }
    }
    *lang = m->at[best]->lang;
    return rl_prints_title(m->at[best]->report, m->at[best]->reading);
}

/* ---- accounts ---- */

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

rl_status rl_desk_account(const rl_desk *d, const rl_desk_story *s, const rl_desk_members *m,
                          const rl_desk_options *opt, rl_arena *mem, rl_account *out, rl_error *err)
{
    rl_print_job all = {.packs = d->packs, .reader = d->reader, .mem = mem, .reviews = d->reviews};
    uint32_t *origins = RL_NEW(mem, uint32_t, m->n + 1);
    all.inputs.at = RL_NEW(mem, rl_account_input, m->n + 1);
    if (!all.inputs.at || !origins)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (; all.inputs.n < m->n; all.inputs.n++)
        all.inputs.at[all.inputs.n] = (rl_account_input){.report = m->at[all.inputs.n]->report,
                                                         .reading = m->at[all.inputs.n]->reading};
    all.inputs.cap = m->n + 1;
    rl_prints_days(&all);
    rl_status st = rl_prints_review(&all, err);
    if (st)
        return st;
    rl_copies_origins(m->links, m->n, origins);
    asked_rule asked = {d, s};
    /* who asks for a rule gets it for every series */
    rl_account_options o = {.rule = opt && opt->has_rule ? opt->rule : RL_SPREAD_NEWEST_OFFICIAL,
                            .as_of = opt ? opt->as_of : (rl_date){0},
                            .as_of_minute = opt ? opt->as_of_minute : 0,
                            .origin_of_report = origins,
                            .holds = rl_place_contains,
                            .rule_of = opt && opt->has_rule ? NULL : rule_of,
                            .rule_ctx = &asked};
    return rl_account_make(mem, d->packs, all.inputs.at, m->n, &o, out, err);
}
