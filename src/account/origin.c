/* Who stands behind a figure, counted once each: speakers that a claim names together (a spokesperson of a
 * ministry) are one origin, a channel is one only where it names no speaker, and a report in its own voice is
 * its outlet, or the outlet of the report that it is a copy of, where it gives nobody's words for the figure; a sentence that a copy has from its original is told
 * once. O(n log n) in the claims of a point. */
#include "account/account.h"

#include <stdlib.h>

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

typedef struct {
    rl_origin who;
    uint32_t order; /* as met: the first names the group */
    size_t group;
} voice;

typedef RL_VEC(voice) voices;

static uint64_t name_key(rl_str s)
{
    return rl_hash(s.len ? s.ptr : "", s.len);
}

static rl_origin of_source(const rl_account_work *w, const rl_source *s)
{
    return (rl_origin){s->name.len ? s->name : s->text, s->office,
                       s->key ? rl_account_source_key(w, s) : name_key(s->name), s->kind, false};
}

static rl_origin of_report(const rl_account_work *w, uint32_t r)
{
    return rl_account_outlet_of(w, w->reports[w->reports[r].copy_of].report);
}

/* The speakers of one claim: one group. */
static rl_status speakers(const rl_account_work *w, const rl_account_claim *c, voices *out)
{
    size_t before = out->n;
    const rl_claim *k = c->claim;
    for (size_t i = 0; i < k->nsources && i < RL_SOURCE_DEPTH_MAX; i++) {
        if (k->sources[i].kind == RL_S_CHANNEL)
            continue;
        voice *v = RL_PUSH(w->mem, *out);
        if (!v)
            return RL_ENOMEM;
        *v = (voice){of_source(w, &k->sources[i]), (uint32_t)out->n, before};
    }
    if (out->n > before)
        return RL_OK;
    voice *v = RL_PUSH(w->mem, *out);
    if (!v)
        return RL_ENOMEM;
    rl_origin o = k->nsources ? of_source(w, &k->sources[0])
                  : k->nvia   ? of_source(w, &k->via[0])
                              : of_report(w, c->report);
    *v = (voice){o, (uint32_t)out->n, before};
    return RL_OK;
}

/* Channels of a claim. */
static rl_status channels(const rl_account_work *w, const rl_account_claim *c, voices *out)
{
    const rl_claim *k = c->claim;
    for (size_t i = 0; i < k->nsources + k->nvia && i < 2 * RL_SOURCE_DEPTH_MAX; i++) {
        const rl_source *s = i < k->nsources ? &k->sources[i] : &k->via[i - k->nsources];
        rl_origin o = of_source(w, s);
        if (s->kind != RL_S_CHANNEL || !o.name.len)
            continue;
        voice *v = RL_PUSH(w->mem, *out);
        if (!v)
            return RL_ENOMEM;
        *v = (voice){o, (uint32_t)out->n, 0};
    }
    return RL_OK;
}

static int by_key(const void *x, const void *y)
{
    const voice *a = x, *b = y;
    int c = CMP(a->who.key, b->who.key);
    return c ? c : CMP(a->order, b->order);
}

static int by_order(const void *x, const void *y)
{
    const voice *a = x, *b = y;
    return CMP(a->order, b->order);
}

static size_t root(size_t *up, size_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

/* Voices with one key, or of one claim, are one origin: its first voice names it. */
static rl_status group_voices(rl_account_work *w, voices *vs, rl_account_point *p)
{
    size_t n = vs->n;
    size_t *up = RL_NEW(w->mem, size_t, n + 1);
    voice *sorted = RL_NEW(w->mem, voice, n + 1);
    p->keys = RL_NEW(w->mem, uint64_t, n + 1);
    rl_origin *o = RL_NEW(w->mem, rl_origin, n + 1);
    if (!up || !sorted || !p->keys || !o)
        return RL_ENOMEM;
    for (size_t i = 0; i < n; i++)
        up[i] = i;
    for (size_t i = 0; i < n; i++) {
        size_t a = root(up, i), b = root(up, vs->at[i].group);
        up[a > b ? a : b] = a > b ? b : a;
        sorted[i] = vs->at[i];
        sorted[i].order = (uint32_t)i;
    }
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && sorted[i].who.key == sorted[i - 1].who.key) {
            size_t a = root(up, sorted[i].order), b = root(up, sorted[i - 1].order);
            up[a > b ? a : b] = a > b ? b : a;
            continue;
        }
        p->keys[p->nkeys++] = sorted[i].who.key;
    }
    for (size_t i = 0; i < n; i++)
        if (root(up, i) == i)
            o[p->out.norigins++] = vs->at[i].who;
    p->out.origins = o;
    return RL_OK;
}

static bool stands_behind(const rl_account_point *p, uint64_t key)
{
    size_t lo;
    RL_LOWER_BOUND(lo, p->nkeys, mid, p->keys[mid] < key);
    return lo < p->nkeys && p->keys[lo] == key;
}

/* Channels that only passed it on, each once, as met. */
static rl_status list_channels(rl_account_work *w, rl_account_point *p)
{
    voices vs = {0};
    size_t n = 0;
    for (size_t i = 0; i < p->claims.n; i++)
        if (channels(w, &w->claims[p->claims.at[i]], &vs) != RL_OK)
            return RL_ENOMEM;
    rl_str *names = RL_NEW(w->mem, rl_str, vs.n + 1);
    if (!names)
        return RL_ENOMEM;
    if (vs.n)
        qsort(vs.at, vs.n, sizeof *vs.at, by_key);
    for (size_t i = 0; i < vs.n; i++)
        if ((!n || vs.at[n - 1].who.key != vs.at[i].who.key) && !stands_behind(p, vs.at[i].who.key))
            vs.at[n++] = vs.at[i];
    if (n)
        qsort(vs.at, n, sizeof *vs.at, by_order);
    for (size_t i = 0; i < n; i++)
        names[i] = vs.at[i].who.name;
    p->out.channels = names;
    p->out.nchannels = n;
    return RL_OK;
}

/* A sentence as the reports that have one text from one another hold it. */
typedef struct {
    uint64_t words;
    uint32_t original, report, at;
} sentence;

static int by_words(const void *x, const void *y)
{
    const sentence *a = x, *b = y;
    int c = CMP(a->original, b->original);
    c = c ? c : CMP(a->words, b->words);
    c = c ? c : CMP(a->report, b->report);
    return c ? c : CMP(a->at, b->at);
}

static bool is_own_voice(const rl_account_work *w, const rl_account_point *p, const sentence *s)
{
    const rl_claim *c = w->claims[p->claims.at[s->at]].claim;
    return !c->nsources && !c->nvia;
}

/* A text that gives the figure in somebody's words somewhere has it from there: its headline, and its copies', are no
 * origins beside that. at: by original. */
static void headlines(const rl_account_work *w, const rl_account_point *p, const sentence *at, bool *out)
{
    for (size_t from = 0, end; from < p->claims.n; from = end) {
        bool named = false;
        for (end = from; end < p->claims.n && at[end].original == at[from].original; end++)
            named = named || (!out[at[end].at] && !is_own_voice(w, p, &at[end]));
        for (size_t i = from; i < end && named && at[from].original != RL_ACCOUNT_NONE; i++)
            out[at[i].at] = out[at[i].at] || is_own_voice(w, p, &at[i]);
    }
}

/* Which claims of a point say what the text they are copied from says in the same sentence: read beside another
 * title, it may seem another's, and still is not said once more. */
static bool *retold(const rl_account_work *w, const rl_account_point *p)
{
    sentence *at = RL_NEW(w->mem, sentence, p->claims.n + 1);
    bool *out = RL_NEW(w->mem, bool, p->claims.n + 1);
    if (!at || !out)
        return NULL;
    for (size_t i = 0; i < p->claims.n; i++) {
        const rl_account_claim *c = &w->claims[p->claims.at[i]];
        rl_str s = rl_span_str(w->reports[c->report].report->text, c->claim->sentence);
        at[i] = s.len
                    ? (sentence){rl_hash(s.ptr, s.len), w->reports[c->report].copy_of, c->report, (uint32_t)i}
                    : (sentence){i, RL_ACCOUNT_NONE, c->report, (uint32_t)i};
    }
    if (p->claims.n)
        qsort(at, p->claims.n, sizeof *at, by_words);
    for (size_t i = 1; i < p->claims.n; i++) {
        bool same = at[i].original == at[i - 1].original && at[i].words == at[i - 1].words;
        out[at[i].at] = same && (at[i].report != at[i - 1].report || out[at[i - 1].at]);
    }
    headlines(w, p, at, out);
    return out;
}

static rl_status point_origins(rl_account_work *w, rl_account_point *p)
{
    voices vs = {0};
    const bool *skip = retold(w, p);
    if (!skip)
        return RL_ENOMEM;
    for (size_t i = 0; i < p->claims.n; i++)
        if (!skip[i] && speakers(w, &w->claims[p->claims.at[i]], &vs) != RL_OK)
            return RL_ENOMEM;
    p->witnesses = vs.n > 0;
    for (size_t i = 0; i < vs.n; i++) {
        rl_source_kind kind = vs.at[i].who.kind;
        p->official = p->official || kind == RL_S_INSTITUTION || kind == RL_S_DOCUMENT;
        p->named = p->named || !vs.at[i].who.voice;
        p->witnesses = p->witnesses && kind == RL_S_WITNESS;
    }
    rl_status st = group_voices(w, &vs, p);
    return st == RL_OK ? list_channels(w, p) : st;
}

static int u64_cmp(const void *x, const void *y)
{
    return CMP(*(const uint64_t *)x, *(const uint64_t *)y);
}

rl_status rl_account_make_origins(rl_account_work *w)
{
    size_t total = 0;
    if (rl_account_know_outlets(w) != RL_OK || rl_account_know_persons(w) != RL_OK)
        return RL_ENOMEM;
    for (size_t i = 0; i < w->npoints; i++) {
        if (point_origins(w, &w->points[i]) != RL_OK)
            return RL_ENOMEM;
        total += w->points[i].nkeys;
    }
    uint64_t *all = RL_NEW(w->mem, uint64_t, total + 1);
    if (!all)
        return RL_ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < w->npoints; i++)
        for (size_t k = 0; k < w->points[i].nkeys; k++)
            all[n++] = w->points[i].keys[k];
    qsort(all, n, sizeof *all, u64_cmp);
    for (size_t i = 0; i < n; i++)
        w->out->norigins += i == 0 || all[i] != all[i - 1];
    return RL_OK;
}

bool rl_account_share_origin(const rl_account_point *p, const rl_account_point *q)
{
    for (size_t i = 0, k = 0; i < p->nkeys && k < q->nkeys;) {
        if (p->keys[i] == q->keys[k])
            return true;
        if (p->keys[i] < q->keys[k])
            i++;
        else
            k++;
    }
    return false;
}
