/* Low, best and high of a series under the named rule (docs/methods.md). Of use are the figures that stand:
 * current and contested ones; hearsay and what is only possible give no best while there is something surer.
 * A best is a number that somebody named: of "dozens" there is none, save under the conservative rule, which
 * codes words. O(points). */
#include "account/account.h"

/* ACLED's codes for words. */
static const int64_t vague_code[RL_V_N] = {0, 3, 10, 100, 1000, 10000, 100000, 1000000};

typedef struct {
    bool has;
    int64_t v;
} number;

static number least(rl_value v)
{
    rl_reach r = rl_account_reach(v);
    if (v.qualifier == RL_Q_VAGUE)
        return (number){v.vague != RL_V_NONE, r.low};
    return (number){v.has_low, v.low};
}

static number most(rl_value v)
{
    rl_reach r = rl_account_reach(v);
    if (v.qualifier == RL_Q_VAGUE)
        return (number){r.high != RL_ACCOUNT_OPEN, r.high};
    return (number){v.has_high, v.high};
}

/* The number said; of a range its lower end. */
static number said(rl_value v)
{
    return v.qualifier == RL_Q_VAGUE ? (number){0} : (number){v.has_low, v.low};
}

static number coded(rl_value v)
{
    if (v.qualifier != RL_Q_VAGUE)
        return v.has_low ? (number){true, v.low} : (number){0};
    return (number){v.vague != RL_V_NONE, vague_code[(unsigned)v.vague < RL_V_N ? v.vague : 0]};
}

static bool is_usable(const rl_account_point *p)
{
    return !p->part && !p->denied &&
           (p->out.standing == RL_ST_CURRENT || p->out.standing == RL_ST_CONTESTED ||
            p->out.standing == RL_ST_PART);
}

static bool is_newer(const rl_account_point *p, const rl_account_point *q) /* p than q */
{
    if (p->first.day == RL_ACCOUNT_NO_DAY || q->first.day == RL_ACCOUNT_NO_DAY)
        return p->reach.low > q->reach.low;
    if (p->first.day != q->first.day)
        return p->first.day > q->first.day;
    return p->first.exact && q->first.exact ? p->first.minute > q->first.minute : p->reach.low > q->reach.low;
}

/* Is p a better choice than q under the rule? */
static bool is_better(rl_spread_rule rule, bool by_day, const rl_account_point *p, const rl_account_point *q)
{
    if (p->out.modality != q->out.modality)
        return p->out.modality < q->out.modality;
    if (by_day && p->day != q->day)
        return p->day > q->day;
    if (rule == RL_SPREAD_MOST_ORIGINS && p->out.norigins != q->out.norigins)
        return p->out.norigins > q->out.norigins;
    number a = rule == RL_SPREAD_CONSERVATIVE ? coded(p->out.value) : said(p->out.value);
    number b = rule == RL_SPREAD_CONSERVATIVE ? coded(q->out.value) : said(q->out.value);
    if (a.has != b.has)
        return a.has;
    if (rule == RL_SPREAD_CONSERVATIVE && a.v != b.v)
        return a.v < b.v;
    if (p->official != q->official)
        return p->official;
    return is_newer(p, q);
}

static const rl_account_point *choose(const rl_account_work *w, size_t s)
{
    bool by_day = rl_account_course_of(w->series[s].measure, w->series[s].kind) == RL_PASSES;
    const rl_account_point *best = NULL;
    for (uint32_t i = 0; i < w->series_n[s]; i++) {
        const rl_account_point *p = &w->points[w->series_from[s] + i];
        if (is_usable(p) && (!best || is_better(w->series[s].rule, by_day, p, best)))
            best = p;
    }
    return best;
}

static void widen(rl_series *s, const rl_account_point *p, bool *open)
{
    number lo = least(p->out.value), hi = most(p->out.value);
    if (lo.has && (!s->has_low || lo.v < s->low))
        s->has_low = true, s->low = lo.v;
    if (hi.has && (!s->has_high || hi.v > s->high))
        s->has_high = true, s->high = hi.v;
    *open = *open || !hi.has;
}

/* What figures of a place inside say the whole must reach at least. */
static number floor_of(const rl_account_work *w, size_t s)
{
    number f = {0};
    for (uint32_t i = 0; i < w->series_n[s]; i++) {
        const rl_account_point *p = &w->points[w->series_from[s] + i];
        if (p->part && !p->denied && least(p->out.value).has && least(p->out.value).v > f.v)
            f = least(p->out.value);
        if (p->superseded_by == RL_ACCOUNT_NONE || w->points[p->superseded_by].series == s)
            continue;
        number n = least(w->points[p->superseded_by].out.value);
        if (n.has && n.v > f.v)
            f = n;
    }
    return f;
}

static void spread_one(rl_account_work *w, size_t k)
{
    rl_series *s = &w->series[k];
    const rl_account_point *best = choose(w, k);
    bool by_day = rl_account_course_of(s->measure, s->kind) == RL_PASSES, open = false;
    rl_modality weakest = s->rule == RL_SPREAD_LOW_BEST_HIGH ? RL_MOD_POSSIBLE : RL_MOD_REPORTED;

    s->best_point = s->npoints;
    for (uint32_t i = 0; i < w->series_n[k] && best; i++) {
        const rl_account_point *p = &w->points[w->series_from[k] + i];
        if (is_usable(p) && (p->out.modality <= weakest || p->out.modality == best->out.modality) &&
            (!by_day || p->day == best->day))
            widen(s, p, &open);
    }
    if (best) {
        number n = s->rule == RL_SPREAD_CONSERVATIVE ? coded(best->out.value) : said(best->out.value);
        s->best_point = (size_t)(best - &w->points[w->series_from[k]]);
        s->has_best = n.has;
        s->best = n.has ? n.v : 0;
        if (s->rule == RL_SPREAD_CONSERVATIVE && n.has)
            s->has_low = true, s->low = n.v;
    }
    number f = floor_of(w, k);
    if (f.has && (!s->has_low || f.v > s->low))
        s->has_low = true, s->low = f.v;
    if (s->has_best && s->has_low && s->best < s->low)
        s->has_best = false, s->best = 0;
    if (open || !best || (s->has_high && s->has_low && s->high < s->low))
        s->has_high = false, s->high = 0;
}

static rl_spread_rule rule_of(const rl_account_work *w, const rl_series *s)
{
    rl_spread_rule r = w->opt.rule_of ? w->opt.rule_of(w->opt.rule_ctx, s, w->opt.rule) : w->opt.rule;
    return (unsigned)r < RL_SPREAD_N ? r : w->opt.rule;
}

rl_status rl_account_spread(rl_account_work *w)
{
    for (size_t s = 0; s < w->nseries; s++) {
        rl_point *out = RL_NEW(w->mem, rl_point, w->series_n[s] + 1);
        if (!out)
            return RL_ENOMEM;
        for (uint32_t i = 0; i < w->series_n[s]; i++)
            out[i] = w->points[w->series_from[s] + i].out;
        w->series[s].points = out;
        w->series[s].npoints = w->series_n[s];
        w->series[s].rule = rule_of(w, &w->series[s]);
        spread_one(w, s);
    }
    return RL_OK;
}
