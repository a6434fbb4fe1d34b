/* Who stands behind a figure, counted once each: speakers that a claim names together (a spokesperson of a
 * ministry) are one origin, a channel is one only where it names no speaker, and a report in its own voice is
 * its outlet, or the outlet of the report that it is a copy of. O(n log n) in the claims of a point. */
#include "account/account.h"

#include <stdlib.h>

#define CMP(a, b) (((a) > (b)) - ((a) < (b)))

typedef struct {
    rl_origin who;
    uint32_t order; /* as met: the first names the group */
    size_t group;
} voice;

typedef RL_VEC(voice) voices;
typedef RL_VEC(rl_str) names;

static uint64_t name_key(rl_str s)
{
    return rl_hash(s.len ? s.ptr : "", s.len);
}

static rl_origin of_source(const rl_source *s)
{
    return (rl_origin){s->name.len ? s->name : s->text, s->office, s->key ? s->key : name_key(s->name),
                       s->kind, false};
}

static rl_origin of_report(const rl_account_work *w, uint32_t r)
{
    const rl_report *rep = w->reports[w->reports[r].copy_of].report;
    rl_str name = rep->outlet.len ? rep->outlet : rep->id;
    return (rl_origin){name, {0}, name_key(name), RL_S_CHANNEL, true};
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
        *v = (voice){of_source(&k->sources[i]), (uint32_t)out->n, before};
    }
    if (out->n > before)
        return RL_OK;
    voice *v = RL_PUSH(w->mem, *out);
    if (!v)
        return RL_ENOMEM;
    rl_origin o = k->nsources ? of_source(&k->sources[0])
                  : k->nvia   ? of_source(&k->via[0])
                              : of_report(w, c->report);
    *v = (voice){o, (uint32_t)out->n, before};
    return RL_OK;
}

/* Channels that only passed it on, and outlets of reports that name somebody else. */
static rl_status channels(const rl_account_work *w, const rl_account_claim *c, const voices *vs, names *out)
{
    const rl_claim *k = c->claim;
    for (size_t i = 0; i < k->nsources + k->nvia && i < 2 * RL_SOURCE_DEPTH_MAX; i++) {
        const rl_source *s = i < k->nsources ? &k->sources[i] : &k->via[i - k->nsources];
        rl_str name = s->name.len ? s->name : s->text;
        bool told = s->kind != RL_S_CHANNEL || !name.len;
        for (size_t v = 0; v < vs->n && !told; v++)
            told = vs->at[v].who.key == of_source(s).key;
        for (size_t n = out->n > 32 ? out->n - 32 : 0; n < out->n && !told; n++)
            told = rl_str_eq(out->at[n], name);
        if (told)
            continue;
        rl_str *slot = RL_PUSH(w->mem, *out);
        if (!slot)
            return RL_ENOMEM;
        *slot = name;
    }
    return RL_OK;
}

static int by_key(const void *x, const void *y)
{
    const voice *a = x, *b = y;
    int c = CMP(a->who.key, b->who.key);
    return c ? c : CMP(a->order, b->order);
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

static rl_status point_origins(rl_account_work *w, rl_account_point *p)
{
    voices vs = {0};
    names ns = {0};
    for (size_t i = 0; i < p->claims.n; i++)
        if (speakers(w, &w->claims[p->claims.at[i]], &vs) != RL_OK)
            return RL_ENOMEM;
    p->witnesses = vs.n > 0;
    for (size_t i = 0; i < vs.n; i++) {
        rl_source_kind kind = vs.at[i].who.kind;
        p->official = p->official || kind == RL_S_INSTITUTION || kind == RL_S_DOCUMENT;
        p->named = p->named || !vs.at[i].who.voice;
        p->witnesses = p->witnesses && kind == RL_S_WITNESS;
    }
    if (group_voices(w, &vs, p) != RL_OK)
        return RL_ENOMEM;
    for (size_t i = 0; i < p->claims.n && i < RL_ACCOUNT_WINDOW; i++)
        if (channels(w, &w->claims[p->claims.at[i]], &vs, &ns) != RL_OK)
            return RL_ENOMEM;
    p->out.channels = ns.at;
    p->out.nchannels = ns.n;
    return RL_OK;
}

static int u64_cmp(const void *x, const void *y)
{
    return CMP(*(const uint64_t *)x, *(const uint64_t *)y);
}

rl_status rl_account_make_origins(rl_account_work *w)
{
    size_t total = 0;
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
