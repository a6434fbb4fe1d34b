/* The place and the day that a pair of tokens is about: the nearest in its clause, then its sentence, then (places
 * only) the sentences before it, then the report's home. Two places side by side that do not hold each other are
 * no one place. O(marks of a few sentences). */
#include "claim/claim.h"
#include "mark/place.h"

enum { BACK_SENTENCES = 4 };

static double distance(const rl_block *b, uint32_t from, uint32_t to, uint32_t mfrom, uint32_t mto)
{
    uint32_t lo = mto <= from ? mto : to, hi = mto <= from ? from : mfrom;
    double d = 0;
    for (uint32_t i = lo; i < hi; i++) {
        d += b->tokens[i].kind == RL_T_CHAR ? 0.4 : 1.0;
        if (b->tokens[i].kind == RL_T_PUNCT && b->tokens[i].cp == ';')
            d += 8;
        if (rl_token_get(b, i, RL_C_BRK))
            d += 4;
    }
    return d;
}

static size_t first_place(const rl_block *b, uint32_t from)
{
    size_t lo = 0, hi = b->nplaces;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (b->places[mid].from < from)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The narrowest of a place and its neighbours that stand with it: "Gualaca, Panama"; *several where two stand as equals. */
static size_t narrowest(const rl_claim_context *cx, uint32_t end, size_t k, bool *several)
{
    const rl_block *b = cx->block;
    size_t best = k;
    *several = false;
    for (size_t j = k; j + 1 < b->nplaces && b->places[j + 1].from < end && b->places[j + 1].from - b->places[j].to <= 3; j++) {
        const rl_place_mark *x = &b->places[j], *y = &b->places[j + 1];
        if (y->demonym)
            continue;
        bool and_ = false;
        for (uint32_t i = x->to; i <= y->from; i++)
            and_ |= (i < y->from && rl_token_get(b, i, RL_C_AND)) || (i == y->from && (b->tokens[i].flags & RL_TF_AND));
        if (rl_place_contains(cx->packs, &b->places[best].place, &y->place))
            best = j + 1;
        else if (and_ && !rl_place_contains(cx->packs, &y->place, &x->place) && !rl_place_same(&x->place, &y->place))
            *several = true;
    }
    for (size_t j = k; j > 0 && b->places[j].from - b->places[j - 1].to <= 3 && !b->places[j - 1].demonym; j--) {
        const rl_place_mark *x = &b->places[j - 1], *y = &b->places[j];
        if (rl_place_contains(cx->packs, &b->places[best].place, &x->place))
            best = j - 1;
        else
            for (uint32_t i = x->to; i < y->from; i++)
                *several |= rl_token_get(b, i, RL_C_AND) && !rl_place_contains(cx->packs, &x->place, &y->place) && !rl_place_same(&x->place, &y->place);
    }
    return best;
}

bool rl_claim_place(const rl_claim_context *cx, uint32_t sentence, uint32_t from, uint32_t to, rl_place *out, rl_span *span)
{
    const rl_block *b = cx->block;
    *out = (rl_place){0};
    *span = (rl_span){0};
    for (uint32_t back = 0; back <= BACK_SENTENCES && back <= sentence; back++) {
        uint32_t s = sentence - back, lo = b->sentences[s], hi = b->sentences[s + 1];
        double best = 1e9;
        size_t pick = SIZE_MAX;
        for (size_t k = first_place(b, lo); k < b->nplaces && b->places[k].from < hi; k++) {
            const rl_place_mark *p = &b->places[k];
            double d = back ? (double)(hi - p->to) * 0.2 : distance(b, from, to, p->from, p->to);
            d += p->demonym ? 14 : 0;
            bool in = p->from > lo && (rl_token_get(b, p->from - 1, RL_C_IN) || rl_token_get(b, p->from - 1, RL_C_REGION));
            d -= in || (b->tokens[p->from].flags & RL_TF_CLITIC) ? 3 : 0;
            d -= p->place.is_country ? 0 : 1;
            d -= cx->home.country.len && rl_str_eq(p->place.country, cx->home.country) ? 4 : 0;
            if (d < best) {
                best = d;
                pick = k;
            }
        }
        if (pick == SIZE_MAX || (back && b->places[pick].demonym))
            continue;
        bool several;
        pick = narrowest(cx, hi, pick, &several);
        if (several)
            return false;
        *out = b->places[pick].place;
        *span = rl_tokens_span(b, b->places[pick].from, b->places[pick].to);
        return true;
    }
    if (cx->home.name.len)
        *out = cx->home;
    return cx->home.name.len != 0;
}

bool rl_claim_day(const rl_claim_context *cx, uint32_t sentence, uint32_t from, uint32_t to, rl_date *out, rl_span *span)
{
    const rl_block *b = cx->block;
    uint32_t lo = b->sentences[sentence], hi = b->sentences[sentence + 1];
    double best = 1e9;
    *out = (rl_date){0};
    *span = (rl_span){0};
    for (size_t k = 0; k < b->ndates; k++) {
        const rl_date_mark *m = &b->dates[k];
        if (m->from < lo || m->from >= hi)
            continue;
        double d = distance(b, from, to, m->from, m->to);
        /* a day right beside a verb of speech is when it was said */
        bool said = (m->from > lo && rl_token_get(b, m->from - 1, RL_C_SAY)) || (m->to < hi && rl_token_get(b, m->to, RL_C_SAY));
        d += said ? 12 : 0;
        if (d < best) {
            best = d;
            *out = m->date;
            *span = rl_tokens_span(b, m->from, m->to);
        }
    }
    return rl_date_known(*out);
}
