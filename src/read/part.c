/* The parts of a page's body: subheadings, captions, block quotes, embedded posts with their author
 * and time, notes of updates, the dated entries of a live blog.
 *
 * A post is a block quote whose last lines name an account ("— Name (@handle) date"); an entry of a
 * live blog is one of at least three sisters of one dress that each hold a time of day. Invariants:
 * parts ascend and do not overlap. Cost: linear, times the depth of the tree. */
#include "read/pick.h"
#include "read/when.h"

enum { SISTERS = 3 };

typedef struct {
    rl_arena *mem;
    const rl_dom *dom;
    const rl_blocks *blocks;
    const rl_pick *pick;
    const rl_span *where;
    rl_str body;
    const char *lang;
    rl_parts *out;
    uint32_t *entry; /* per node: 1 + index of the time of the live blog's entry it is, 0: none */
    RL_VEC(rl_str) times;
} parts;

static uint32_t ancestor(const rl_dom *dom, uint32_t node, rl_tag tag)
{
    while (node && dom->node[node].tag != tag)
        node = dom->node[node].parent;
    return node;
}

static rl_part *add(parts *p, rl_passage_kind kind, uint32_t from, uint32_t to)
{
    rl_part *x = p->out->n < RL_PASSAGES_MAX ? RL_PUSH(p->mem, *p->out) : NULL;
    if (x)
        *x = (rl_part){.kind = kind, .span = {from, to - from}};
    else
        *p->out = (rl_parts){0};
    return x;
}

/* ---- posts ---- */

/* "— Name (@handle) date" in a post: the account, and the time after it. */
static bool signed_by(parts *p, rl_part *x)
{
    rl_str s = rl_span_str(p->body, x->span);
    const char *at = s.len ? memmem(s.ptr, s.len, "(@", 2) : NULL;
    if (!at)
        return false;
    size_t h = (size_t)(at - s.ptr) + 1, end = h;
    while (end < s.len && s.ptr[end] != ')' && s.ptr[end] != '\n')
        end++;
    size_t from = h - 1;
    while (from > 0 && s.ptr[from - 1] == ' ')
        from--;
    size_t name_end = from;
    while (from > 0 && s.ptr[from - 1] != '\n' &&
           !(from >= 3 && memcmp(s.ptr + from - 3, "\xE2\x80\x94", 3) == 0))
        from--;
    while (from < name_end && s.ptr[from] == ' ')
        from++;
    x->author = (rl_span){x->span.off + (uint32_t)from, (uint32_t)(name_end - from)};
    x->handle = (rl_span){x->span.off + (uint32_t)h, (uint32_t)(end - h)};
    rl_when w;
    rl_str rest = rl_str_sub(s, end < s.len ? end + 1 : end, s.len - (end < s.len ? end + 1 : end));
    if (rl_when_find(rest, p->lang, &w))
        x->when = rl_when_iso(p->mem, &w);
    return true;
}

/* ---- live blogs ---- */

/* The first time below node, within the first nodes of its subtree. */
static rl_str time_below(parts *p, uint32_t node)
{
    size_t steps = 0;
    for (uint32_t i = rl_dom_next(p->dom, node, node); i && steps < 40;
         i = rl_dom_next(p->dom, node, i), steps++) {
        rl_when w;
        if (p->dom->node[i].tag != RL_TAG_time)
            continue;
        rl_str at = rl_dom_attr(p->dom, i, RL_ATTR_datetime);
        if (at.len && rl_when_parse(at, &w) && w.hour >= 0)
            return rl_when_iso(p->mem, &w);
    }
    return (rl_str){0};
}

static bool sisters(const parts *p, uint32_t a, uint32_t b)
{
    return p->dom->node[a].tag == p->dom->node[b].tag &&
           rl_str_eq(rl_dom_attr(p->dom, a, RL_ATTR_itemprop), rl_dom_attr(p->dom, b, RL_ATTR_itemprop)) &&
           rl_str_eq(rl_dom_attr(p->dom, a, RL_ATTR_class), rl_dom_attr(p->dom, b, RL_ATTR_class));
}

/* Mark the children of `parent` that are entries. */
static void mark_entries(parts *p, uint32_t parent)
{
    size_t n = 0;
    uint32_t like = 0;
    for (uint32_t c = p->dom->node[parent].first; c; c = p->dom->node[c].next) {
        unsigned tag = p->dom->node[c].tag;
        if (tag != RL_TAG_article && tag != RL_TAG_div && tag != RL_TAG_li && tag != RL_TAG_section)
            continue;
        if (like && !sisters(p, like, c))
            continue;
        if (time_below(p, c).len) {
            like = like ? like : c;
            n++;
        }
    }
    for (uint32_t c = p->dom->node[parent].first; c && n >= SISTERS; c = p->dom->node[c].next) {
        if (!sisters(p, like, c))
            continue;
        rl_str when = time_below(p, c);
        rl_str *t = when.len ? RL_PUSH(p->mem, p->times) : NULL;
        if (!t && when.len)
            p->times.n = p->times.cap = 0;
        if (t) {
            *t = when;
            p->entry[c] = (uint32_t)p->times.n;
        }
    }
}

static void find_entries(parts *p)
{
    size_t times = 0;
    for (uint32_t i = 1; i < p->dom->nnodes; i++)
        times += p->dom->node[i].tag == RL_TAG_time;
    if (times < SISTERS)
        return;
    uint32_t before = 0;
    for (size_t i = 0; i < p->blocks->n; i++) {
        if (p->pick[i] != RL_PICK_BODY)
            continue;
        /* the parents of body blocks, a few levels up; each looked at once */
        uint32_t n = p->dom->node[p->blocks->at[i].node].parent;
        for (int up = 0; n && up < 4; up++, n = p->dom->node[n].parent) {
            if (n == before || p->entry[n] & 0x80000000u)
                continue;
            p->entry[n] |= 0x80000000u;
            mark_entries(p, n);
        }
        before = p->dom->node[p->blocks->at[i].node].parent;
    }
    for (uint32_t i = 0; i < p->dom->nnodes; i++)
        p->entry[i] &= 0x7FFFFFFFu;
}

static uint32_t entry_of(const parts *p, uint32_t node)
{
    for (int up = 0; node && up < 12; up++, node = p->dom->node[node].parent)
        if (p->entry[node])
            return p->entry[node];
    return 0;
}

/* ---- all ---- */

static rl_passage_kind kind_of(const parts *p, size_t i)
{
    uint32_t node = p->blocks->at[i].node;
    unsigned tag = p->dom->node[node].tag;
    if (p->pick[i] == RL_PICK_CAPTION)
        return RL_PSG_CAPTION;
    if (tag >= RL_TAG_h1 && tag <= RL_TAG_h6)
        return RL_PSG_HEADLINE;
    if (ancestor(p->dom, node, RL_TAG_blockquote))
        return RL_PSG_QUOTE;
    if (ancestor(p->dom, node, RL_TAG_figcaption))
        return RL_PSG_CAPTION;
    uint32_t hints = p->dom->hints[node] | p->dom->hints[p->dom->node[node].parent];
    return hints & RL_HINT(NOTE) ? RL_PSG_UPDATE : RL_PSG_BODY;
}

rl_status rl_page_parts(rl_arena *mem, const rl_dom *dom, const rl_blocks *blocks, const rl_pick *pick,
                        const rl_span *where, rl_str body, rl_str lang, rl_parts *out, rl_error *err)
{
    parts p = {
        .mem = mem, .dom = dom, .blocks = blocks, .pick = pick, .where = where, .body = body, .out = out};

    *out = (rl_parts){0};
    p.lang = rl_arena_copy(mem, lang).ptr;
    p.entry = RL_NEW(mem, uint32_t, dom->nnodes);
    if (!p.entry)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the parts of a page");
    find_entries(&p);
    for (size_t i = 0; i < blocks->n;) {
        size_t k = i + 1, last = i;
        if (!where[i].len) {
            i++;
            continue;
        }
        rl_passage_kind kind = kind_of(&p, i);
        uint32_t quote = kind == RL_PSG_QUOTE ? ancestor(dom, blocks->at[i].node, RL_TAG_blockquote) : 0;
        uint32_t entry =
            kind == RL_PSG_BODY || kind == RL_PSG_HEADLINE ? entry_of(&p, blocks->at[i].node) : 0;
        /* one quotation, or one entry, is one part */
        for (; k < blocks->n && (quote || entry || kind == RL_PSG_BODY); k++) {
            if (!where[k].len)
                continue;
            rl_passage_kind kk = kind_of(&p, k);
            bool goes_on =
                quote ? kk == RL_PSG_QUOTE && ancestor(dom, blocks->at[k].node, RL_TAG_blockquote) == quote
                      : (kk == kind || (entry && kk == RL_PSG_BODY)) && kk != RL_PSG_QUOTE &&
                            entry_of(&p, blocks->at[k].node) == entry;
            if (!goes_on)
                break;
            last = k;
        }
        rl_part *x = add(&p, entry ? RL_PSG_UPDATE : kind, where[i].off, rl_span_end(where[last]));
        if (!x)
            break;
        if (quote && signed_by(&p, x))
            x->kind = RL_PSG_POST;
        if (entry && entry <= p.times.n)
            x->when = p.times.at[entry - 1];
        i = last + 1;
    }
    return RL_OK;
}
