/* The tree of a page, built from libxml2's SAX events over the lean text.
 *
 * Nodes are indices in document order (a child's is higher than its parent's); text is gathered in
 * one buffer, whose runs lead back to the lean page. libxml2 2.9 measured on 220 news pages: its
 * own tree 313 pages/s, its SAX events 456, over the lean text 899; gumbo 84; Modest 890, but its
 * walk of the open elements at each tag takes time by the square of their depth.
 *
 * Invariants: node 0 is the root; first/next lists are in document order; depth is at most
 * RL_PAGE_DEPTH_MAX, nodes at most RL_PAGE_NODES_MAX, past which the parser is stopped and what was
 * read is kept (cut). Cost: linear. */
#include "read/hint.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

typedef struct {
    rl_arena *mem;
    htmlParserCtxtPtr parser;
    rl_str lean;
    RL_VEC(rl_node) node;
    RL_VEC(rl_node_attr) attr;
    RL_VEC(rl_text_run) runs;
    char *text;
    size_t ntext, cap;
    uint32_t cur; /* the open element */
    size_t last;  /* lean position after the event before */
    bool failed, cut;
} builder;

static const char *const tag_names[] = {"",
#define X(t) #t,
                                        RL_TAGS(X)
#undef X
};

static uint16_t tag_of(const char *name)
{
    size_t lo = 1, hi = RL_TAG_N;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = (unsigned char)name[0] - (unsigned char)tag_names[mid][0];
        if (!c)
            c = strcmp(name, tag_names[mid]);
        if (!c)
            return (uint16_t)mid;
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return RL_TAG_OTHER;
}

static uint32_t attr_of(const char *name)
{
    static const char *const names[] = {
#define X(id, z) z,
        RL_ATTRS(X)
#undef X
    };
    for (uint32_t i = 0; i < RL_ATTR_N; i++)
        if (names[i][0] == name[0] && strcmp(names[i], name) == 0)
            return i;
    return RL_ATTR_N;
}

static void stop(builder *b, bool failed)
{
    b->failed = b->failed || failed;
    b->cut = true;
    xmlStopParser(b->parser);
}

static size_t position(const builder *b)
{
    const xmlParserInput *in = b->parser->input;
    size_t at = in ? in->consumed + (size_t)(in->cur - in->base) : b->lean.len;
    return at < b->lean.len ? at : b->lean.len;
}

static uint32_t new_node(builder *b, bool is_text)
{
    if (b->node.n >= RL_PAGE_NODES_MAX) {
        stop(b, false);
        return 0;
    }
    rl_node *n = RL_PUSH(b->mem, b->node);
    if (!n) {
        stop(b, true);
        return 0;
    }
    uint32_t id = (uint32_t)(b->node.n - 1);
    rl_node *parent = &b->node.at[b->cur];
    *n = (rl_node){.parent = b->cur, .off = (uint32_t)b->ntext, .is_text = is_text};
    n->depth = (uint16_t)(parent->depth + 1);
    if (parent->last)
        b->node.at[parent->last].next = id;
    else
        parent->first = id;
    parent->last = id;
    return id;
}

static void add_attrs(builder *b, uint32_t id, const xmlChar **atts)
{
    b->node.at[id].attr = (uint32_t)b->attr.n;
    for (; atts && atts[0] && !b->failed; atts += 2) {
        uint32_t name = attr_of((const char *)atts[0]);
        if (name == RL_ATTR_N)
            continue;
        rl_node_attr *a = RL_PUSH(b->mem, b->attr);
        rl_str v = rl_arena_copy(b->mem, rl_str_z(atts[1] ? (const char *)atts[1] : ""));
        if (!a || !v.ptr) {
            stop(b, true);
            return;
        }
        *a = (rl_node_attr){name, v};
        b->node.at[id].nattr++;
    }
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
    builder *b = ctx;
    if (b->cut)
        return;
    if (b->node.at[b->cur].depth >= RL_PAGE_DEPTH_MAX) {
        stop(b, false);
        return;
    }
    uint32_t id = new_node(b, false);
    if (!id)
        return;
    b->node.at[id].tag = tag_of((const char *)name);
    add_attrs(b, id, atts);
    b->cur = id;
    b->last = position(b);
}

static void on_end(void *ctx, const xmlChar *name)
{
    builder *b = ctx;
    uint16_t tag = tag_of((const char *)name);
    uint32_t n = b->cur;
    /* libxml2 nests its events; a void element's end may name itself only */
    if (!b->cut && n && b->node.at[n].tag == tag)
        b->cur = b->node.at[n].parent;
    b->last = position(b);
}

static bool text_room(builder *b, size_t more)
{
    if (b->ntext + more <= b->cap)
        return true;
    size_t cap = b->cap * 2 + more;
    char *p = rl_alloc(b->mem, cap);
    if (!p) {
        stop(b, true);
        return false;
    }
    if (b->ntext)
        memcpy(p, b->text, b->ntext);
    b->text = p;
    b->cap = cap;
    return true;
}

/* Where the n bytes just read stand in the lean text; they may end at the parser's position, or
 * with the character there. */
static bool find_exact(const builder *b, const char *s, size_t n, size_t end, size_t *at)
{
    for (size_t extra = 0; extra <= 4; extra++) {
        if (end + extra < n || end + extra > b->lean.len)
            continue;
        if (memcmp(b->lean.ptr + end + extra - n, s, n) == 0) {
            *at = end + extra - n;
            return true;
        }
    }
    return false;
}

static void on_text(void *ctx, const xmlChar *s, int len)
{
    builder *b = ctx;
    size_t n = (size_t)len, end = position(b), at = b->last;
    if (b->cut || !text_room(b, n))
        return;
    uint32_t prev = b->node.at[b->cur].last;
    uint32_t id = prev && b->node.at[prev].is_text ? prev : new_node(b, true);
    rl_text_run *r = id ? RL_PUSH(b->mem, b->runs) : NULL;
    if (!r) {
        stop(b, id != 0);
        return;
    }
    bool exact = find_exact(b, (const char *)s, n, end, &at);
    *r = (rl_text_run){(uint32_t)b->ntext, (uint32_t)at, exact};
    memcpy(b->text + b->ntext, s, n);
    b->ntext += n;
    b->node.at[id].len += (uint32_t)n;
    b->last = exact ? at + n : end;
}

static rl_status run_parser(builder *b, rl_error *err)
{
    htmlSAXHandler sax = {.startElement = on_start,
                          .endElement = on_end,
                          .characters = on_text,
                          .ignorableWhitespace = on_text,
                          .cdataBlock = on_text,
                          .initialized = 1};
    if (b->lean.len == 0)
        return RL_OK;
    xmlInitParser();
    b->parser = htmlCreateMemoryParserCtxt(b->lean.ptr, (int)b->lean.len);
    if (!b->parser)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "libxml2 has no memory for a page of %zu bytes",
                       b->lean.len);
    *b->parser->sax = sax;
    b->parser->userData = b;
    htmlCtxtUseOptions(b->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                      HTML_PARSE_IGNORE_ENC | HTML_PARSE_NONET);
    xmlSwitchEncoding(b->parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(b->parser);
    htmlFreeParserCtxt(b->parser);
    return b->failed ? rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the tree of a page") : RL_OK;
}

rl_status rl_dom_parse(rl_arena *mem, const rl_lean *lean, rl_dom *out, rl_error *err)
{
    builder b = {.mem = mem, .lean = lean->text, .cap = lean->text.len / 4 + 1024};

    *out = (rl_dom){0};
    b.text = rl_alloc(mem, b.cap);
    rl_node *root = RL_PUSH(mem, b.node);
    if (!b.text || !root)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the tree of a page");
    *root = (rl_node){0};
    rl_status st = run_parser(&b, err);
    if (st == RL_OK)
        *out = (rl_dom){b.node.at, b.node.n, b.attr.at, {b.text, b.ntext}, b.runs.at, b.runs.n, NULL, b.cut};
    if (st == RL_OK && !rl_hints_all(mem, out))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the tree of a page");
    return st;
}

rl_str rl_dom_attr(const rl_dom *dom, uint32_t node, rl_attr name)
{
    const rl_node *n = &dom->node[node];
    for (uint32_t i = 0; i < n->nattr; i++)
        if (dom->attr[n->attr + i].name == (uint32_t)name)
            return dom->attr[n->attr + i].value;
    return (rl_str){0};
}

uint32_t rl_dom_skip(const rl_dom *dom, uint32_t root, uint32_t node)
{
    while (node != root && node) {
        if (dom->node[node].next)
            return dom->node[node].next;
        node = dom->node[node].parent;
    }
    return 0;
}

uint32_t rl_dom_next(const rl_dom *dom, uint32_t root, uint32_t node)
{
    return dom->node[node].first ? dom->node[node].first : rl_dom_skip(dom, root, node);
}

rl_str rl_dom_squeezed(rl_arena *mem, const rl_dom *dom, uint32_t node, size_t max)
{
    char *out = rl_alloc(mem, max + 1);
    size_t n = 0;
    bool space = false;

    for (uint32_t i = node; out && (i == node || i) && n + 1 < max; i = rl_dom_next(dom, node, i)) {
        const rl_node *d = &dom->node[i];
        if (!d->is_text) {
            space = space || d->tag == RL_TAG_br || rl_tag_is_block(d->tag);
        } else {
            for (size_t k = d->off; k < d->off + d->len && n + 1 < max; k++) {
                char c = dom->text.ptr[k];
                if (c == ' ' || (c >= '\t' && c <= '\r')) {
                    space = true;
                    continue;
                }
                if (space && n)
                    out[n++] = ' ';
                space = false;
                out[n++] = c;
            }
        }
        if (!rl_dom_next(dom, node, i))
            break;
    }
    while (n && ((unsigned char)out[n - 1] & 0xC0) == 0x80 && rl_utf8_valid(out, n) < n)
        n--;
    return (rl_str){out, out ? rl_utf8_valid(out, n) : 0};
}

bool rl_tag_is_block(rl_tag t)
{
    switch (t) {
    case RL_TAG_address:
    case RL_TAG_article:
    case RL_TAG_aside:
    case RL_TAG_blockquote:
    case RL_TAG_body:
    case RL_TAG_caption:
    case RL_TAG_center:
    case RL_TAG_dd:
    case RL_TAG_details:
    case RL_TAG_dialog:
    case RL_TAG_div:
    case RL_TAG_dl:
    case RL_TAG_dt:
    case RL_TAG_fieldset:
    case RL_TAG_figcaption:
    case RL_TAG_figure:
    case RL_TAG_footer:
    case RL_TAG_form:
    case RL_TAG_h1:
    case RL_TAG_h2:
    case RL_TAG_h3:
    case RL_TAG_h4:
    case RL_TAG_h5:
    case RL_TAG_h6:
    case RL_TAG_head:
    case RL_TAG_header:
    case RL_TAG_hr:
    case RL_TAG_html:
    case RL_TAG_legend:
    case RL_TAG_li:
    case RL_TAG_main:
    case RL_TAG_menu:
    case RL_TAG_nav:
    case RL_TAG_ol:
    case RL_TAG_p:
    case RL_TAG_pre:
    case RL_TAG_section:
    case RL_TAG_summary:
    case RL_TAG_table:
    case RL_TAG_tbody:
    case RL_TAG_td:
    case RL_TAG_tfoot:
    case RL_TAG_th:
    case RL_TAG_thead:
    case RL_TAG_title:
    case RL_TAG_tr:
    case RL_TAG_ul:
    case RL_TAG_video:
        return true;
    default:
        return false;
    }
}
