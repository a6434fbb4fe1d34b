/* Happenings: a rule of the pack fires where all its groups stand in one sentence, unless the words around make it
 * no fact. O(hits × rules that one of them begins) a sentence. */
#include "claim/claim.h"

enum { GROUPS_MAX = 64 };

typedef struct {
    uint32_t group, from, to;
} group_hit;

/* First hit of a group among those of the sentence, or NULL. */
static const group_hit *find_group(const group_hit *g, size_t n, uint32_t id)
{
    for (size_t i = 0; i < n; i++)
        if (g[i].group == id)
            return &g[i];
    return NULL;
}

static bool no_fact(const rl_block *b, bool speech, uint32_t lo, uint32_t hi, uint32_t from, uint32_t to)
{
    uint32_t a = from > lo + 5 ? from - 5 : lo, z = to < hi ? to : hi;
    for (uint32_t i = a; i < z; i++) {
        const rl_match *m = rl_token_match(b, i);
        if (!m || m->from != i)
            continue;
        if ((rl_match_get(b, m, RL_C_HYP) && !speech) || rl_match_get(b, m, RL_C_DENY) ||
            (rl_match_get(b, m, RL_C_NEG) && i + 3 >= from && i < to) || rl_match_get(b, m, RL_C_HISTORY))
            return true;
    }
    for (uint32_t i = lo; i < hi; i++)
        if (rl_token_get(b, i, RL_C_DENY))
            return true;
    return false;
}

static bool told_already(const rl_happening_list *out, size_t from, const rl_happening *h)
{
    for (size_t i = from; i < out->n; i++) {
        const rl_happening *o = &out->at[i];
        if (o->type == h->type && rl_str_eq(o->topic, h->topic) && rl_str_eq(o->place.name, h->place.name) &&
            o->date.year == h->date.year && o->date.month == h->date.month && o->date.day == h->date.day)
            return true;
    }
    return false;
}

/* Acts: what news tells as done now where it names no day. States, decisions and what may be long past get none. */
static bool is_act(rl_happening_type t)
{
    switch (t) {
    case RL_H_SHOOTING:
    case RL_H_EXPLOSION:
    case RL_H_ARSON:
    case RL_H_SEIZURE:
    case RL_H_ORDER:
    case RL_H_SHUTDOWN:
    case RL_H_DEPLOYMENT:
    case RL_H_CLASH:
        return true;
    default:
        return false;
    }
}

/* Does sentence s begin a paragraph? */
static bool begins_paragraph(const rl_block *b, uint32_t s)
{
    return s == 0 || (b->tokens[b->sentences[s]].flags & RL_TF_NEWLINE);
}

/* The day of a happening: its sentence's, else that of the sentences before it in the paragraph; an act's else the report's. */
static rl_date day_of(const rl_claim_context *cx, rl_happening_type type, uint32_t sentence, uint32_t from,
                      uint32_t to)
{
    const rl_block *b = cx->block;
    rl_date d = {0};
    rl_span span;
    if (rl_claim_day(cx, sentence, from, to, &d, &span))
        return d;
    for (uint32_t s = sentence; s > 0 && !begins_paragraph(b, s) && sentence - s < 3; s--)
        if (rl_claim_day(cx, s - 1, b->sentences[s] - 1, b->sentences[s], &d, &span))
            return d;
    if (b->passage->kind == RL_PSG_POST)
        return b->passage->date;
    if (!is_act(type) || !cx->day.known)
        return (rl_date){0};
    d = cx->day.date;
    d.inferred = true;
    return d;
}

static rl_status fire(const rl_claim_context *cx, const rl_hap_rule *r, uint32_t sentence, const group_hit *g,
                      size_t ng, size_t first, rl_happening_list *out)
{
    const rl_block *b = cx->block;
    uint32_t from = UINT32_MAX, to = 0;
    for (unsigned k = 0; k < r->ngroups; k++) {
        const group_hit *h = find_group(g, ng, r->groups[k]);
        if (!h)
            return RL_OK;
        from = h->from < from ? h->from : from;
        to = h->to > to ? h->to : to;
    }
    /* to call for something, or to order it, has happened though the thing has not */
    bool speech = r->type == RL_H_STATEMENT || r->type == RL_H_ORDER || r->type == RL_H_REQUEST_AID ||
                  r->type == RL_H_TALKS;
    if (to - from > 40 || no_fact(b, speech, b->sentences[sentence], b->sentences[sentence + 1], from, to))
        return RL_OK;
    rl_span span;
    rl_happening h = {.type = (rl_happening_type)r->type,
                      .doc = cx->report->id,
                      .lang = b->passage->lang,
                      .span = rl_tokens_span(b, from, to),
                      .topic = rl_str_z(rl_pack_text(b->pack, r->topic)),
                      .ref = {rl_pack_file(b->pack, r->file), r->line}};
    rl_claim_place(cx, sentence, from, to, &h.place, &span);
    h.date = day_of(cx, h.type, sentence, from, to);
    if (told_already(out, first, &h))
        return RL_OK;
    rl_happening *p = RL_PUSH(cx->mem, *out);
    if (!p)
        return RL_ENOMEM;
    *p = h;
    return RL_OK;
}

/* Fire the rules of the sentence whose first group is among its hits, in the order of the pack. */
static rl_status fire_all(const rl_claim_context *cx, uint32_t sentence, const group_hit *g, size_t n,
                          size_t first, rl_happening_list *out)
{
    size_t nrules, words = 1;
    const rl_hap_rule *rules = rl_pack_hap_rules(cx->block->pack, &nrules);
    for (size_t w = 0; n && w < words; w++) {
        uint64_t set = 0;
        for (size_t i = 0; i < n; i++) {
            const uint64_t *bits = rl_pack_hap_first(cx->block->pack, g[i].group, &words);
            set |= words ? bits[w] : 0;
        }
        for (; set; set &= set - 1) {
            rl_status st =
                fire(cx, &rules[w * 64 + (size_t)__builtin_ctzll(set)], sentence, g, n, first, out);
            if (st)
                return st;
        }
    }
    return RL_OK;
}

rl_status rl_claim_happenings(const rl_claim_context *cx, rl_happening_list *out)
{
    const rl_block *b = cx->block;
    size_t at = 0, place = 0, first = out->n;
    for (uint32_t s = 0; s < b->nsentences; s++) {
        group_hit g[GROUPS_MAX];
        size_t n = 0;
        while (at < b->nhits && b->hits[at].from < b->sentences[s])
            at++;
        for (; at < b->nhits && b->hits[at].from < b->sentences[s + 1]; at++) {
            const rl_entry *e = rl_pack_entry(b->pack, b->hits[at].entry);
            if (e->cls == RL_C_GROUP && n < GROUPS_MAX)
                g[n++] = (group_hit){(uint32_t)e->value, b->hits[at].from, b->hits[at].to};
        }
        for (; place < b->nplaces && b->places[place].from < b->sentences[s + 1]; place++)
            if (n < GROUPS_MAX && !b->places[place].demonym)
                g[n++] = (group_hit){RL_GROUP_PLACE, b->places[place].from, b->places[place].to};
        rl_status st = fire_all(cx, s, g, n, first, out);
        if (st)
            return st;
    }
    return RL_OK;
}
