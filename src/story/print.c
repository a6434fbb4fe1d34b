/* A report's prints: what its copies keep however they are cut, reordered and retitled.
 *
 * Shingles are runs of SHINGLE words of one sentence order (letters, in scripts without spaces: twice as many);
 * sentences and quotations are whole, by their folded words; the course is numbers, places and claims in the order
 * of the text, and is the same in every language. At most RL_STORY_PRINT_TOKENS tokens are looked at.
 * O(tokens log tokens). */
#include "story/print.h"

#include <stdlib.h>

enum { SHINGLE = 4, SENTENCE_MIN = 6, QUOTE_MIN = 6, NAME_MIN = 3, NAME_MIN_UNCASED = 4, NAMES_MAX = 96 };

typedef RL_VEC(uint64_t) keys;

static bool push(rl_arena *mem, keys *v, uint64_t key)
{
    uint64_t *k = RL_PUSH(mem, *v);
    if (k)
        *k = key;
    return k != NULL;
}

static int by_value(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static rl_story_keys as_set(keys v)
{
    size_t n = 0;
    if (v.n)
        qsort(v.at, v.n, sizeof *v.at, by_value);
    for (size_t i = 0; i < v.n; i++)
        if (!i || v.at[i] != v.at[n - 1])
            v.at[n++] = v.at[i];
    return (rl_story_keys){v.at, n};
}

static rl_story_keys as_list(keys v)
{
    return (rl_story_keys){v.at, v.n};
}

static bool wordlike(const rl_token *t)
{
    return t->kind == RL_T_WORD || t->kind == RL_T_CHAR || t->kind == RL_T_NUMBER;
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    return ((h << 7 | h >> 57) ^ word) * 0x9E3779B97F4A7C15u;
}

/* Runs of words, across the ends of sentences too. */
static bool shingles(rl_arena *mem, const rl_block *b, uint32_t end, keys *out)
{
    uint64_t ring[2 * SHINGLE];
    size_t n = 0;
    for (uint32_t i = 0; i < end; i++) {
        if (!wordlike(&b->tokens[i]))
            continue;
        size_t width = b->tokens[i].kind == RL_T_CHAR ? 2 * SHINGLE : SHINGLE;
        ring[n++ % (2 * SHINGLE)] = b->tokens[i].hash;
        if (n < width)
            continue;
        uint64_t h = width;
        for (size_t k = n - width; k < n; k++)
            h = mix(h, ring[k % (2 * SHINGLE)]);
        if (!push(mem, out, h))
            return false;
    }
    return true;
}

/* Words of tokens [from, to) as one key; 0 where they are few. */
static uint64_t words_key(const rl_block *b, uint32_t from, uint32_t to, size_t least)
{
    uint64_t h = 1;
    size_t n = 0;
    for (uint32_t i = from; i < to; i++)
        if (wordlike(&b->tokens[i])) {
            h = mix(h, b->tokens[i].hash);
            n++;
            least += b->tokens[i].kind == RL_T_CHAR && n == 1 ? least : 0;
        }
    return n >= least ? h : 0;
}

static bool sentences(rl_arena *mem, const rl_block *b, uint32_t end, keys *out)
{
    for (size_t s = 0; s < b->nsentences && b->sentences[s] < end; s++) {
        uint64_t h = words_key(b, b->sentences[s], b->sentences[s + 1], SENTENCE_MIN);
        if (h && !push(mem, out, h))
            return false;
    }
    return true;
}

static bool is_quote(uint32_t cp)
{
    return cp == '"' || cp == 0xAB || cp == 0xBB || (cp >= 0x201C && cp <= 0x201F) ||
           (cp >= 0x300C && cp <= 0x300F);
}

/* What stands between two marks of quotation. */
static bool quotes(rl_arena *mem, const rl_block *b, uint32_t end, keys *out)
{
    uint32_t open = UINT32_MAX;
    for (uint32_t i = 0; i < end; i++) {
        if (b->tokens[i].kind != RL_T_PUNCT || !is_quote(b->tokens[i].cp))
            continue;
        uint64_t h = open != UINT32_MAX && i - open < 200 ? words_key(b, open + 1, i, QUOTE_MIN) : 0;
        if (h && !push(mem, out, h))
            return false;
        open = i;
    }
    return true;
}

typedef struct {
    uint32_t off;
    uint64_t key;
} step;
typedef RL_VEC(step) steps;

static bool add_step(rl_arena *mem, steps *v, uint32_t off, uint64_t key)
{
    step *s = RL_PUSH(mem, *v);
    if (s)
        *s = (step){off, key & ~RL_STORY_MAYBE};
    return s != NULL;
}

static int by_offset(const void *x, const void *y)
{
    const step *a = x, *b = y;
    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

static uint64_t text_key(rl_str s)
{
    return rl_hash(s.len ? s.ptr : "", s.len);
}

/* Words that may be names, by their consonants: the first NAMES_MAX. */
static bool name_steps(rl_arena *mem, rl_names *names, const rl_block *b, uint32_t end, size_t *left,
                       steps *v)
{
    for (uint32_t i = 0; i < end && *left; i++) {
        unsigned weight, least = b->tokens[i].flags & RL_TF_CASED ? NAME_MIN : NAME_MIN_UNCASED;
        if (b->tokens[i].kind != RL_T_WORD || !rl_story_name_like(b, i))
            continue;
        --*left;
        uint64_t key = rl_story_skeleton(mem, names, rl_token_str(b, i), &weight);
        if (weight < least)
            continue;
        if (!add_step(mem, v, b->tokens[i].span.off, rl_story_key(RL_SF_NAME, key, 0)))
            return false;
        v->at[v->n - 1].key |= RL_STORY_MAYBE;
    }
    return true;
}

static bool block_steps(rl_arena *mem, const rl_block *b, uint32_t end, steps *v)
{
    int64_t n;
    for (uint32_t i = 0; i < end; i++)
        if (rl_story_number(b, i, &n) &&
            !add_step(mem, v, b->tokens[i].span.off, rl_story_key(RL_SF_NUMBER, (uint64_t)n, 0)))
            return false;
    for (size_t i = 0; i < b->nplaces && b->places[i].to <= end; i++) {
        const rl_place *p = &b->places[i].place;
        uint64_t key = p->is_country || b->places[i].demonym
                           ? rl_story_key(RL_SF_COUNTRY, text_key(p->country), 0)
                           : rl_story_key(RL_SF_PLACE, p->id ? p->id : text_key(p->name), 0);
        if (!add_step(mem, v, b->tokens[b->places[i].from].span.off, key))
            return false;
    }
    for (size_t i = 0; i < b->nmatches && b->matches[i].to <= end; i++) {
        const rl_entry *e = rl_match_get(b, &b->matches[i], RL_C_ROLE);
        if (e && e->text &&
            !add_step(mem, v, b->tokens[b->matches[i].from].span.off,
                      rl_story_key(RL_SF_ROLE, text_key(rl_str_z(rl_pack_text(b->pack, e->text))), 0)))
            return false;
    }
    return true;
}

/* The value of a claim, whatever its qualifier. */
static uint64_t claim_value(const rl_claim *c)
{
    if (c->value.qualifier == RL_Q_VAGUE)
        return (uint64_t)c->value.vague | 1ull << 62;
    return (uint64_t)(c->value.has_low ? c->value.low : c->value.high);
}

static bool take_claims(rl_arena *mem, rl_story_print *out, steps *course)
{
    keys claims = {0}, links = {0};
    for (size_t i = 0; i < out->reading->nclaims; i++) {
        const rl_claim *c = &out->reading->claims[i];
        uint64_t said = rl_story_key(RL_SF_FIGURE, (uint64_t)c->measure, claim_value(c));
        uint64_t who = c->nsources ? c->sources[0].key : 0;
        if (!push(mem, &claims, rl_story_key(RL_SF_FIGURE, said, who)) ||
            !add_step(mem, course, c->value_span.len ? c->value_span.off : c->span.off, said))
            return false;
        for (size_t k = 0; k < c->nvia; k++)
            if (c->via[k].key && !push(mem, &links, c->via[k].key))
                return false;
        for (size_t k = 0; k < c->nsources; k++)
            if (c->sources[k].kind == RL_S_CHANNEL && c->sources[k].key &&
                !push(mem, &links, c->sources[k].key))
                return false;
    }
    out->claims = as_list(claims);
    out->links = as_set(links);
    return true;
}

rl_status rl_story_print_text(rl_arena *mem, rl_names *names, const rl_block *blocks, size_t nblocks,
                              rl_story_print *out)
{
    keys sh = {0}, se = {0}, qu = {0}, co = {0};
    steps course = {0};
    size_t left = RL_STORY_PRINT_TOKENS, more = NAMES_MAX;
    for (size_t i = 0; i < nblocks && left; i++) {
        uint32_t end = (uint32_t)(blocks[i].ntokens < left ? blocks[i].ntokens : left);
        left -= end;
        if (!shingles(mem, &blocks[i], end, &sh) || !sentences(mem, &blocks[i], end, &se) ||
            !quotes(mem, &blocks[i], end, &qu) || !block_steps(mem, &blocks[i], end, &course) ||
            !name_steps(mem, names, &blocks[i], end, &more, &course))
            return RL_ENOMEM;
    }
    if (!take_claims(mem, out, &course))
        return RL_ENOMEM;
    if (course.n)
        qsort(course.at, course.n, sizeof *course.at, by_offset);
    for (size_t i = 0; i < course.n && i < RL_STORY_COURSE_MAX; i++)
        if ((!i || course.at[i].key != course.at[i - 1].key) && !push(mem, &co, course.at[i].key))
            return RL_ENOMEM;
    out->shingles = as_set(sh);
    out->sentences = as_set(se);
    out->quotes = as_set(qu);
    out->course = as_list(co);
    if (out->report->outlet.len) {
        rl_str english;
        if (rl_name_english(
                mem, names,
                rl_str_sub(out->report->outlet, 0,
                           out->report->outlet.len < RL_NAME_BYTES_MAX ? out->report->outlet.len : 0),
                &english, &out->outlet))
            out->outlet = 0;
    }
    return RL_OK;
}
