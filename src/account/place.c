/* Places as series are told apart by them: the same English name in the same country is the same place; a country holds all places with its code, a region (a place without an id that has
 * the code of a division) those of its division. Pure; O(length of a name). */
#include "account/account.h"

uint64_t rl_account_place_key(const rl_place *p)
{
    if (!p->name.len)
        return 0;
    /* by name and country, not by id: a city and its district of the same name are one place to reports */
    uint64_t h[2] = {rl_hash(p->name.ptr, p->name.len),
                     p->country.len ? rl_hash(p->country.ptr, p->country.len) : 0};
    return rl_hash(h, sizeof h) | 1ull << 63;
}

int rl_account_place_scope(const rl_place *p)
{
    if (!p->name.len)
        return 3;
    if (p->is_country)
        return 0;
    return p->id == 0 && p->admin1.len ? 1 : 2;
}

bool rl_account_place_in(const rl_account_work *w, const rl_place *inner, const rl_place *outer)
{
    if (!inner->name.len || !outer->name.len)
        return false;
    if (w->opt.holds && w->opt.holds(w->packs, outer, inner))
        return true;
    int in = rl_account_place_scope(inner), out = rl_account_place_scope(outer);
    if (in == 3 || out >= 2 || in <= out || !outer->country.len || !rl_str_eq(inner->country, outer->country))
        return false;
    return out == 0 || rl_str_eq(inner->admin1, outer->admin1);
}

int rl_account_place_cmp(const rl_place *a, const rl_place *b)
{
    int c = rl_str_eq(a->name, b->name) && rl_str_eq(a->country, b->country)
                ? 0
                : rl_account_place_scope(a) - rl_account_place_scope(b);
    c = c ? c : rl_str_cmp(a->name, b->name);
    return c ? c : rl_str_cmp(a->country, b->country);
}
