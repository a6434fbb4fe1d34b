/* Placing: prints in canonical order, each into the open story that it is likest, or into one of its own; then
 * settling, until nothing moves or SETTLE_ROUNDS: stories that are one are merged, likest first, and reports that
 * are liker to another story go there.
 *
 * A report is compared with the reports that share its rarer features (an inverted index, the newest of each
 * feature); the score with a story is the mean of its best few, so that one chance likeness does not join and a
 * long story does not dilute. A story is open while one of its reports is within the window; reports without a
 * day may come at any time. Invariants: everything is decided in canonical order with ties by it, so the order of
 * the input changes nothing. O(prints × candidates × features). */
#include <math.h>
#include <stdlib.h>

#include "story/story.h"

enum { SETTLE_ROUNDS = 4, BEST_MAX = 32 };
static const float rare_enough = 0.3f; /* a feature that leads to candidates */

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

int rl_story_print_cmp(const rl_story_print *a, const rl_story_print *b)
{
    int c = CMP(a->day, b->day);
    c = c ? c : CMP(a->minute, b->minute);
    c = c ? c : rl_str_cmp(a->report->published, b->report->published);
    c = c ? c : rl_str_cmp(a->report->id, b->report->id);
    c = c ? c : CMP(a->content, b->content);
    return c ? c : rl_str_cmp(a->report->outlet, b->report->outlet);
}

static int by_canon(const void *x, const void *y, void *ctx)
{
    const rl_story_print *p = ctx;
    const uint32_t *a = x, *b = y;
    int c = rl_story_print_cmp(&p[*a], &p[*b]);
    return c ? c : CMP(*a, *b);
}

/* ---- the index: feature → the newest prints that hold it ---- */

typedef struct {
    uint64_t key;
    uint32_t *at; /* a ring */
    uint32_t n, cap;
} posting;

typedef struct {
    posting *at;
    size_t mask;
} index_map;

typedef struct {
    uint32_t item; /* in canonical order */
    float weight;
} lead;

typedef struct {
    rl_arena *mem;
    const rl_story_print **p; /* in canonical order */
    uint32_t *print_of;       /* … its index in the input */
    size_t n;
    const rl_story_model *m;
    rl_story_rarity *rarity;
    index_map index;
    uint32_t *story; /* per item: the first item of its story, which names it */
    uint32_t *next;  /* members of a story as lists: by its name, head, then next */
    uint32_t *head, *size;
    int32_t *from, *to; /* days, per story name */
    float *seen;        /* per item: weight while candidates are looked for */
    lead *leads;
    size_t nleads;
    RL_VEC(rl_story_reason) reasons;
} work;

enum { NONE = 0xFFFFFFFF };

static posting *post(const index_map *x, uint64_t key)
{
    size_t i = (size_t)key & x->mask;
    while (x->at[i].key && x->at[i].key != key)
        i = (i + 1) & x->mask;
    return &x->at[i];
}

static bool index_item(work *w, uint32_t item)
{
    const rl_story_print *p = w->p[item];
    for (size_t k = 0; k < p->nfeatures; k++) {
        uint64_t key = p->features[k].key;
        if (rl_story_rare(w->rarity, key) < rare_enough)
            continue;
        posting *s = post(&w->index, key);
        s->key = key;
        if (s->n == s->cap && s->cap < RL_STORY_POSTINGS) {
            uint32_t cap = s->cap ? s->cap * 4 : 4;
            uint32_t *at = RL_NEW(w->mem, uint32_t, cap < RL_STORY_POSTINGS ? cap : RL_STORY_POSTINGS);
            if (!at)
                return false;
            if (s->n)
                memcpy(at, s->at, s->n * sizeof *at);
            s->at = at;
            s->cap = cap < RL_STORY_POSTINGS ? cap : RL_STORY_POSTINGS;
        }
        s->at[s->n++ % s->cap] = item; /* past RL_STORY_POSTINGS over the oldest */
    }
    return true;
}

static int by_weight(const void *x, const void *y)
{
    const lead *a = x, *b = y;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return CMP(a->item, b->item);
}

/* Items that share rarer features with this one, heaviest first. */
static void find_leads(work *w, uint32_t item)
{
    const rl_story_print *p = w->p[item];
    w->nleads = 0;
    for (size_t k = 0; k < p->nfeatures; k++) {
        uint64_t key = p->features[k].key;
        float rare = rl_story_rare(w->rarity, key);
        const posting *s = rare < rare_enough ? NULL : post(&w->index, key);
        for (uint32_t i = 0; s && i < (s->n < s->cap ? s->n : s->cap); i++) {
            uint32_t to = s->at[i];
            if (to == item)
                continue;
            if (w->seen[to] == 0)
                w->leads[w->nleads++].item = to;
            w->seen[to] += rare * rare;
        }
    }
    for (size_t i = 0; i < w->nleads; i++) {
        w->leads[i].weight = w->seen[w->leads[i].item];
        w->seen[w->leads[i].item] = 0;
    }
    if (w->nleads)
        qsort(w->leads, w->nleads, sizeof *w->leads, by_weight);
}

/* ---- scores ---- */

typedef struct {
    float at[BEST_MAX];
    int n;
    uint32_t likest;
} best_few;

/* Keep the `most` highest, descending. */
static void note(best_few *b, float score, uint32_t item, int most)
{
    if (b->n == most && b->at[most - 1] >= score)
        return;
    int i = b->n < most ? b->n++ : most - 1;
    for (; i > 0 && b->at[i - 1] < score; i--)
        b->at[i] = b->at[i - 1];
    b->at[i] = score;
    if (i == 0)
        b->likest = item;
}

static float mean(const best_few *b)
{
    float s = 0;
    for (int i = 0; i < b->n; i++)
        s += b->at[i];
    return b->n ? s / (float)b->n : -INFINITY;
}

static bool in_window(const work *w, int32_t day, uint32_t story)
{
    if (day == RL_STORY_NO_DAY || w->from[story] == RL_STORY_NO_DAY)
        return true;
    return day >= w->from[story] - w->m->window_days && day <= w->to[story] + w->m->window_days;
}

/* The members of a story that stand nearest to an item in the order, the item itself left out; at most
 * RL_STORY_MEMBERS, half of them on either side where there are so many. Returns how many. */
static unsigned nearest(const work *w, uint32_t item, uint32_t story, uint32_t out[RL_STORY_MEMBERS])
{
    uint32_t later[RL_STORY_MEMBERS / 2];
    unsigned n = 0, after = 0;
    uint32_t k = w->head[story];
    for (; k != NONE && k > item; k = w->next[k])
        later[after++ % (RL_STORY_MEMBERS / 2)] = k;
    for (; k != NONE && n < RL_STORY_MEMBERS / 2; k = w->next[k])
        if (k != item)
            out[n++] = k;
    for (unsigned i = 0; i < after && i < RL_STORY_MEMBERS / 2; i++)
        out[n++] = later[i];
    return n;
}

/* The item against a story: the mean of its best few. */
static float score_story(const work *w, uint32_t item, uint32_t story, uint32_t *likest)
{
    uint32_t members[RL_STORY_MEMBERS];
    best_few b = {.n = 0, .likest = NONE};
    int most = w->m->best < BEST_MAX ? w->m->best : BEST_MAX;
    unsigned n = nearest(w, item, story, members);
    for (unsigned i = 0; i < n; i++)
        note(&b, rl_story_score(w->m, w->rarity, w->p[item], w->p[members[i]]), members[i], most);
    *likest = b.likest;
    return mean(&b);
}

typedef struct {
    uint32_t story, likest;
    float score;
} choice;

/* The best story for an item among those of its leads; except: one to leave out. */
static choice choose(work *w, uint32_t item, uint32_t except)
{
    uint32_t tried[RL_STORY_CANDIDATES];
    unsigned n = 0;
    choice best = {NONE, NONE, -INFINITY};
    find_leads(w, item);
    for (size_t i = 0; i < w->nleads && n < RL_STORY_CANDIDATES; i++) {
        uint32_t s = w->story[w->leads[i].item], likest;
        bool had = s == NONE || s == except;
        for (unsigned k = 0; k < n && !had; k++)
            had = tried[k] == s;
        if (had)
            continue;
        tried[n++] = s;
        if (!in_window(w, w->p[item]->day, s))
            continue;
        float score = score_story(w, item, s, &likest);
        if (score > best.score || (score == best.score && s < best.story))
            best = (choice){s, likest, score};
    }
    return best;
}

/* ---- membership ---- */

static void stretch(work *w, uint32_t story, int32_t day)
{
    if (day == RL_STORY_NO_DAY)
        return;
    if (w->from[story] == RL_STORY_NO_DAY || day < w->from[story])
        w->from[story] = day;
    if (w->to[story] == RL_STORY_NO_DAY || day > w->to[story])
        w->to[story] = day;
}

static void put(work *w, uint32_t item, uint32_t story)
{
    uint32_t *at = &w->head[story];
    while (*at != NONE && *at > item) /* newest first */
        at = &w->next[*at];
    w->next[item] = *at;
    *at = item;
    w->story[item] = story;
    w->size[story]++;
    stretch(w, story, w->p[item]->day);
}

static void take_out(work *w, uint32_t item)
{
    uint32_t story = w->story[item];
    uint32_t *at = &w->head[story];
    while (*at != item)
        at = &w->next[*at];
    *at = w->next[item];
    w->size[story]--;
    w->from[story] = w->to[story] = RL_STORY_NO_DAY;
    for (uint32_t k = w->head[story]; k != NONE; k = w->next[k])
        stretch(w, story, w->p[k]->day);
    w->story[item] = NONE;
}

static bool reason(work *w, uint32_t item, uint32_t likest, rl_story_why why, float score)
{
    rl_story_reason *r = RL_PUSH(w->mem, w->reasons);
    if (r)
        *r = (rl_story_reason){w->print_of[item], w->print_of[likest == NONE ? item : likest], why, score};
    return r != NULL;
}

static bool place_all(work *w)
{
    for (uint32_t i = 0; i < w->n; i++) {
        choice c = choose(w, i, NONE);
        bool joins = c.story != NONE && c.score >= w->m->join;
        put(w, i, joins ? c.story : i);
        if (!index_item(w, i) ||
            !reason(w, i, joins ? c.likest : i, joins ? RL_WHY_JOINED : RL_WHY_FIRST, joins ? c.score : 0))
            return false;
    }
    return true;
}

/* ---- settling ---- */

static bool near(const work *w, uint32_t a, uint32_t b)
{
    if (w->from[a] == RL_STORY_NO_DAY || w->from[b] == RL_STORY_NO_DAY)
        return true;
    return w->from[a] <= w->to[b] + w->m->window_days && w->from[b] <= w->to[a] + w->m->window_days;
}

/* Mean score of the smaller story's reports with the other. */
static float score_stories(const work *w, uint32_t a, uint32_t b, uint32_t *from, uint32_t *likest)
{
    uint32_t small = w->size[a] <= w->size[b] ? a : b, big = small == a ? b : a, n = 0, l;
    float sum = 0, top = -INFINITY;
    *from = *likest = NONE;
    for (uint32_t k = w->head[small]; k != NONE && n < RL_STORY_MEMBERS; k = w->next[k], n++) {
        float s = score_story(w, k, big, &l);
        sum += s;
        if (s > top) {
            top = s;
            *from = k;
            *likest = l;
        }
    }
    return n ? sum / (float)n : -INFINITY;
}

static void merge_into(work *w, uint32_t from, uint32_t to)
{
    while (w->head[from] != NONE) {
        uint32_t k = w->head[from];
        w->head[from] = w->next[k];
        put(w, k, to);
    }
    w->size[from] = 0;
    w->from[from] = w->to[from] = RL_STORY_NO_DAY;
}

/* The story likest to story s among those that its reports lead to. */
static choice choose_story(work *w, uint32_t s, uint32_t *from)
{
    uint32_t tried[RL_STORY_CANDIDATES];
    unsigned n = 0, asked = 0;
    choice best = {NONE, NONE, -INFINITY};
    *from = NONE;
    for (uint32_t k = w->head[s]; k != NONE && asked < 8 && n < RL_STORY_CANDIDATES;
         k = w->next[k], asked++) {
        find_leads(w, k);
        for (size_t i = 0; i < w->nleads && i < 200 && n < RL_STORY_CANDIDATES; i++) {
            uint32_t o = w->story[w->leads[i].item], a = NONE, b = NONE;
            bool had = o == s;
            for (unsigned t = 0; t < n && !had; t++)
                had = tried[t] == o;
            if (had)
                continue;
            tried[n++] = o;
            float score = near(w, s, o) ? score_stories(w, s, o, &a, &b) : -INFINITY;
            if (score > best.score || (score == best.score && o < best.story)) {
                best = (choice){o, b, score};
                *from = a;
            }
        }
    }
    return best;
}

static bool merge_round(work *w, bool *changed)
{
    for (uint32_t s = 0; s < w->n; s++) {
        uint32_t from = NONE;
        if (!w->size[s])
            continue;
        choice c = choose_story(w, s, &from);
        if (c.story == NONE || c.score < w->m->merge)
            continue;
        uint32_t up = s < c.story ? s : c.story, down = up == s ? c.story : s;
        merge_into(w, down, up);
        *changed = true;
        if (!reason(w, from, c.likest, RL_WHY_MERGED, c.score))
            return false;
    }
    return true;
}

static bool move_round(work *w, bool *changed)
{
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t own = w->story[i], likest;
        choice c = choose(w, i, own);
        float stays = w->size[own] > 1 ? score_story(w, i, own, &likest) : w->m->join;
        if (c.story != NONE && c.score >= w->m->join && c.score >= stays + w->m->move) {
            take_out(w, i);
            put(w, i, c.story);
        } else if (w->size[own] > 1 && stays < w->m->join - w->m->move && !w->size[i]) {
            take_out(w, i);
            put(w, i, i);
            c = (choice){i, i, stays};
        } else {
            continue;
        }
        *changed = true;
        if (!reason(w, i, c.likest, RL_WHY_MOVED, c.score))
            return false;
    }
    return true;
}

/* ---- the result ---- */

static bool begin(work *w, rl_arena *mem, const rl_story_print *prints, size_t n)
{
    size_t cap = 32, features = 0;
    for (size_t i = 0; i < n; i++)
        features += prints[i].nfeatures;
    while (cap < features * 2)
        cap *= 2;
    w->index = (index_map){RL_NEW(mem, posting, cap), cap - 1};
    w->p = RL_NEW(mem, const rl_story_print *, n + 1);
    w->print_of = RL_NEW(mem, uint32_t, n + 1);
    w->story = RL_NEW(mem, uint32_t, n + 1);
    w->next = RL_NEW(mem, uint32_t, n + 1);
    w->head = RL_NEW(mem, uint32_t, n + 1);
    w->size = RL_NEW(mem, uint32_t, n + 1);
    w->from = RL_NEW(mem, int32_t, n + 1);
    w->to = RL_NEW(mem, int32_t, n + 1);
    w->seen = RL_NEW(mem, float, n + 1);
    w->leads = RL_NEW(mem, lead, n + 1);
    if (!w->index.at || !w->p || !w->print_of || !w->story || !w->next || !w->head || !w->size || !w->from ||
        !w->to || !w->seen || !w->leads)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        w->print_of[i] = i;
        w->story[i] = w->head[i] = w->next[i] = NONE;
        w->from[i] = w->to[i] = RL_STORY_NO_DAY;
    }
    if (n)
        qsort_r(w->print_of, n, sizeof *w->print_of, by_canon, (void *)prints);
    for (uint32_t i = 0; i < n; i++)
        w->p[i] = &prints[w->print_of[i]];
    return true;
}

static bool give(work *w, rl_stories *out)
{
    uint32_t *number = RL_NEW(w->mem, uint32_t, w->n + 1);
    out->at = RL_NEW(w->mem, rl_story, w->n + 1);
    out->story_of = RL_NEW(w->mem, uint32_t, w->n + 1);
    if (!number || !out->at || !out->story_of)
        return false;
    for (uint32_t i = 0; i < w->n; i++)
        number[i] = NONE;
    for (uint32_t i = 0; i < w->n; i++) { /* stories in the order of their first reports */
        uint32_t s = w->story[i];
        if (number[s] == NONE) {
            number[s] = (uint32_t)out->n;
            rl_story *st = &out->at[out->n++];
            uint64_t id[2] = {
                rl_hash(w->p[i]->report->id.len ? w->p[i]->report->id.ptr : "", w->p[i]->report->id.len),
                w->p[i]->content};
            snprintf(st->id, sizeof st->id, "%016llx", (unsigned long long)rl_hash(id, sizeof id));
            st->prints = RL_NEW(w->mem, uint32_t, w->size[s]);
            if (!st->prints)
                return false;
        }
        rl_story *st = &out->at[number[s]];
        st->prints[st->n++] = w->print_of[i];
        out->story_of[w->print_of[i]] = number[s];
    }
    out->reasons = w->reasons.at;
    out->nreasons = w->reasons.n;
    return true;
}

rl_status rl_stories_make(rl_arena *mem, const rl_story_print *prints, size_t n, const rl_story_model *model,
                          rl_stories *out)
{
    work w = {.mem = mem, .n = n, .m = model};
    *out = (rl_stories){0};
    rl_status st = rl_story_rarity_of(mem, prints, n, &w.rarity);
    bool good = !st && begin(&w, mem, prints, n) && place_all(&w), changed = true;
    for (int i = 0; good && changed && i < SETTLE_ROUNDS; i++) {
        changed = false;
        good = merge_round(&w, &changed) && move_round(&w, &changed);
    }
    if (good && give(&w, out))
        return RL_OK;
    *out = (rl_stories){0};
    return RL_ENOMEM;
}
