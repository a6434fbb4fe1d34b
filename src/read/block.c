/* The blocks of a page: runs of text that a browser would set as one paragraph.
 *
 * An element of block kind and a double <br> end a block; a single <br> is a line end inside it.
 * Controls, menus of choices and embedded players say nothing and are left out. pieces[] leads each
 * byte back to the tree's text.
 *
 * Invariants: blocks are in document order, not empty, without white space at their ends; pieces
 * ascend in both members. Cost: linear. */
#include "read/block.h"

typedef struct {
    rl_arena *mem;
    const rl_dom *dom;
    RL_VEC(rl_page_block) blocks;
    RL_VEC(rl_piece) pieces;
    char *text;
    size_t n;
    rl_page_block cur; /* open while cur.text.off < n */
    uint32_t in_link, in_bold;
    unsigned brs;
    uint32_t row; /* the row of a table of data that is open: its cells stand on one line; 0: none */
    bool space, failed;
} cutter;

static void flush(cutter *c)
{
    if (c->n > c->cur.text.off && !c->failed) {
        rl_page_block *b = RL_PUSH(c->mem, c->blocks);
        if (!b) {
            c->failed = true;
            return;
        }
        c->cur.text.len = (uint32_t)(c->n - c->cur.text.off);
        *b = c->cur;
        c->text[c->n++] = '\n';
    }
    c->cur = (rl_page_block){.text = {(uint32_t)c->n, 0}};
    c->space = false;
    c->brs = 0;
}

static void line_break(cutter *c)
{
    if (++c->brs >= 2)
        flush(c);
    c->space = true;
}

static void add_bytes(cutter *c, size_t dom_off, size_t len)
{
    if (c->failed)
        return;
    rl_piece *last = c->pieces.n ? &c->pieces.at[c->pieces.n - 1] : NULL;
    if (!last || c->n - last->block != dom_off - last->dom) {
        rl_piece *p = RL_PUSH(c->mem, c->pieces);
        if (!p) {
            c->failed = true;
            return;
        }
        *p = (rl_piece){(uint32_t)c->n, (uint32_t)dom_off};
    }
    memcpy(c->text + c->n, c->dom->text.ptr + dom_off, len);
    c->n += len;
    c->cur.links += c->in_link ? (uint32_t)len : 0;
    c->cur.bold += c->in_bold ? (uint32_t)len : 0;
}

/* Bytes of white space at i: ASCII, zero-width and thin spaces and the no-break space count where
 * they begin or end a block, which the caller decides by `edge`. */
static size_t space_at(const char *s, size_t n, bool edge)
{
    unsigned char c = (unsigned char)s[0];
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (edge && n > 1 && c == 0xC2 && (unsigned char)s[1] == 0xA0)
        return 2;
    if (n > 2 && c == 0xE2 && (unsigned char)s[1] == 0x80 &&
        ((unsigned char)s[2] == 0x8B || (unsigned char)s[2] == 0xA8))
        return 3;
    if (n > 2 && c == 0xEF && (unsigned char)s[1] == 0xBB && (unsigned char)s[2] == 0xBF)
        return 3;
    return edge && n > 2 && c == 0xE3 && (unsigned char)s[1] == 0x80 && (unsigned char)s[2] == 0x80 ? 3 : 0;
}

static void add_text(cutter *c, uint32_t node, uint32_t owner)
{
    const char *s = c->dom->text.ptr + c->dom->node[node].off;
    size_t n = c->dom->node[node].len, from = 0, i = 0;

    while (i < n) {
        bool empty = c->n == c->cur.text.off;
        size_t sp = space_at(s + i, n - i, empty);
        if (sp) {
            c->space = true;
            i += sp;
            continue;
        }
        if (empty)
            c->cur.node = owner;
        else if (c->space || c->brs)
            c->text[c->n++] = c->brs ? '\n' : ' ';
        c->space = false;
        c->brs = 0;
        from = i;
        while (i < n && !space_at(s + i, n - i, false))
            i++;
        add_bytes(c, c->dom->node[node].off + from, i - from);
    }
}

static bool is_left_out(uint16_t tag)
{
    switch (tag) {
    case RL_TAG_head:
    case RL_TAG_select:
    case RL_TAG_option:
    case RL_TAG_button:
    case RL_TAG_input:
    case RL_TAG_video:
    case RL_TAG_iframe:
    case RL_TAG_noscript:
    case RL_TAG_textarea:
    case RL_TAG_title:
        return true;
    default:
        return false;
    }
}

/* A span in running text that holds a picture and nothing but links: a card that shows when the
 * pointer rests on a name. */
static bool is_hover_card(const rl_dom *dom, uint32_t span)
{
    size_t steps = 0, images = 0, links = 0, loose = 0;
    uint32_t i = rl_dom_next(dom, span, span);
    while (i && ++steps <= RL_CARD_NODES_MAX) {
        const rl_node *n = &dom->node[i];
        images += n->tag == RL_TAG_img;
        links += n->tag == RL_TAG_a;
        loose += n->is_text && n->len > 2;
        i = n->tag == RL_TAG_a ? rl_dom_skip(dom, span, i) : rl_dom_next(dom, span, i);
    }
    return images + (links > 2) && links > 1 && !loose && steps <= RL_CARD_NODES_MAX;
}

/* The innermost element of block kind around node. */
static uint32_t owner_of(const rl_dom *dom, uint32_t node)
{
    while (node && !rl_tag_is_block(dom->node[node].tag))
        node = dom->node[node].parent;
    return node;
}

/* A row of short cells says one thing; a row that lays out the page holds many. */
static bool is_data_row(const rl_dom *dom, uint32_t row)
{
    size_t cells = 0, bytes = 0, steps = 0;
    for (uint32_t i = rl_dom_next(dom, row, row); i; i = rl_dom_next(dom, row, i)) {
        const rl_node *n = &dom->node[i];
        if (++steps > RL_ROW_NODES_MAX || n->tag == RL_TAG_table || n->tag == RL_TAG_ul ||
            (bytes += n->len) > RL_ROW_BYTES_MAX)
            return false;
        cells += n->tag == RL_TAG_td || n->tag == RL_TAG_th;
    }
    return cells > 1;
}

static void enter(cutter *c, uint32_t i)
{
    uint16_t tag = c->dom->node[i].tag;
    if (c->row && rl_tag_is_block(tag)) {
        c->space = true;
        return;
    }
    if (rl_tag_is_block(tag))
        flush(c);
    if (tag == RL_TAG_tr && is_data_row(c->dom, i))
        c->row = i;
    else if (tag == RL_TAG_br)
        line_break(c);
    if (tag == RL_TAG_a) {
        c->in_link++;
        c->cur.nlinks++;
    }
    c->in_bold += tag == RL_TAG_b || tag == RL_TAG_strong;
}

static void leave(cutter *c, uint32_t i)
{
    uint16_t tag = c->dom->node[i].tag;
    if (c->row == i)
        c->row = 0;
    if (c->row)
        c->space = c->space || rl_tag_is_block(tag);
    else if (rl_tag_is_block(tag))
        flush(c);
    c->in_link -= tag == RL_TAG_a;
    c->in_bold -= tag == RL_TAG_b || tag == RL_TAG_strong;
}

rl_status rl_blocks_cut(rl_arena *mem, const rl_dom *dom, rl_blocks *out, rl_error *err)
{
    cutter c = {.mem = mem, .dom = dom};
    uint32_t i = dom->node[0].first;

    *out = (rl_blocks){0};
    c.text = rl_alloc(mem, dom->text.len * 2 + dom->nnodes + 16);
    c.failed = !c.text;
    while (i && !c.failed) {
        const rl_node *n = &dom->node[i];
        bool out_of = !n->is_text && (is_left_out(n->tag) || (n->tag == RL_TAG_span && n->first &&
                                                              c.n > c.cur.text.off && is_hover_card(dom, i)));
        if (n->is_text)
            add_text(&c, i, c.row ? c.row : owner_of(dom, n->parent));
        else if (!out_of)
            enter(&c, i);
        if (n->first && !out_of) {
            i = n->first;
            continue;
        }
        if (!n->is_text && !out_of)
            leave(&c, i);
        while (i && !dom->node[i].next) {
            i = dom->node[i].parent;
            if (i)
                leave(&c, i);
        }
        i = i ? dom->node[i].next : 0;
    }
    if (!c.failed)
        flush(&c);
    if (c.failed)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the blocks of a page");
    *out = (rl_blocks){c.blocks.at, c.blocks.n, {c.text, c.n}, c.pieces.at, c.pieces.n};
    return RL_OK;
}
