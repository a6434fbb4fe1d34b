/* A web page while it is read: what is left of its bytes, its tree, its blocks, its metadata.
 * Inside src/read only. All of it lives in the arena of the page. */
#ifndef RL_READ_PAGE_H
#define RL_READ_PAGE_H

#include "base/base.h"
#include "read/read.h"

/* ---- lean: the page without what no rule reads ---- */

/** From lean byte `lean` on, lean and page advance together, from page byte `page`. */
typedef struct {
    uint32_t lean, page;
} rl_lean_run;

typedef struct {
    rl_str text; /* HTML: no scripts, styles, comments, or attributes that are not looked at */
    rl_lean_run *runs;
    size_t nruns;
    rl_str *jsonld; /* the contents of <script type="application/ld+json"> */
    size_t njsonld;
} rl_lean;

/** html: UTF-8, at most RL_TEXT_MAX bytes, borrowed by *out. O(html.len). */
RL_MUST_CHECK rl_status rl_lean_page(rl_arena *mem, rl_str html, rl_lean *out, rl_error *err);
/** The byte of the page that byte `at` of the lean text was. O(log runs). */
uint32_t rl_lean_origin(const rl_lean *lean, uint32_t at);

/* ---- tree ---- */

/* Elements that a rule knows; any other is RL_TAG_OTHER. */
/* clang-format off */
#define RL_TAGS(X) \
    X(a) X(abbr) X(address) X(article) X(aside) X(b) X(blockquote) X(body) X(br) X(button) X(caption) \
    X(center) X(cite) X(code) X(dd) X(details) X(dialog) X(div) X(dl) X(dt) X(em) X(fieldset) \
    X(figcaption) X(figure) X(font) X(footer) X(form) X(h1) X(h2) X(h3) X(h4) X(h5) X(h6) X(head) \
    X(header) X(hr) X(html) X(i) X(iframe) X(img) X(input) X(label) X(legend) X(li) X(link) X(main) \
    X(menu) X(meta) X(nav) X(noscript) X(ol) X(option) X(p) X(picture) X(pre) X(q) X(s) X(section) \
    X(select) X(small) X(span) X(strong) X(sub) X(summary) X(sup) X(table) X(tbody) X(td) X(textarea) \
    X(tfoot) X(th) X(thead) X(time) X(title) X(tr) X(u) X(ul) X(video)
/* clang-format on */
typedef enum {
    RL_TAG_OTHER,
#define X(t) RL_TAG_##t,
    RL_TAGS(X)
#undef X
        RL_TAG_N
} rl_tag;

/* Attributes that are kept, as an index of rl_node.attr. */
/* clang-format off */
#define RL_ATTRS(X) \
    X(class, "class") X(id, "id") X(href, "href") X(rel, "rel") X(itemprop, "itemprop") \
    X(property, "property") X(name, "name") X(content, "content") X(lang, "lang") X(datetime, "datetime") \
    X(role, "role") X(hidden, "hidden") X(aria_hidden, "aria-hidden") X(style, "style") \
    X(testid, "data-testid") X(component, "data-component") X(http_equiv, "http-equiv") \
    X(pubdate, "pubdate")
/* clang-format on */
typedef enum {
#define X(id, name) RL_ATTR_##id,
    RL_ATTRS(X)
#undef X
        RL_ATTR_N
} rl_attr;

typedef struct {
    uint32_t name; /* an rl_attr */
    rl_str value;
} rl_node_attr;

/** Node 0 is the root. A text node has tag RL_TAG_OTHER and is_text. */
typedef struct {
    uint32_t parent, first, last, next; /* 0: none */
    uint32_t off, len;                  /* text nodes: range of dom->text; elements: off is where they open */
    uint32_t attr, nattr;
    uint16_t tag;
    uint16_t depth;
    bool is_text;
} rl_node;

/** Text from byte `text` of dom->text on stands at byte `lean` of the lean page; exact: the bytes
 *  are the same there, not an entity's. */
typedef struct {
    uint32_t text, lean;
    bool exact;
} rl_text_run;

typedef struct {
    rl_node *node;
    size_t nnodes;
    rl_node_attr *attr;
    rl_str text;
    rl_text_run *runs;
    size_t nruns;
    uint32_t *hints; /* per node, from rl_hints_all */
    bool cut;        /* a limit of depth or number was met: the rest was left out */
} rl_dom;

/** Cost O(lean.text.len); libxml2's SAX interface does the parsing. */
RL_MUST_CHECK rl_status rl_dom_parse(rl_arena *mem, const rl_lean *lean, rl_dom *out, rl_error *err);
/** The attribute's value; ptr NULL where the node has none. */
rl_str rl_dom_attr(const rl_dom *dom, uint32_t node, rl_attr name);
/** The next node in document order within root's subtree; 0 at its end. */
uint32_t rl_dom_next(const rl_dom *dom, uint32_t root, uint32_t node);
/** … leaving out the subtree of node. */
uint32_t rl_dom_skip(const rl_dom *dom, uint32_t root, uint32_t node);
/** All text below node with white space squeezed, on the arena. */
rl_str rl_dom_squeezed(rl_arena *mem, const rl_dom *dom, uint32_t node, size_t max);
bool rl_tag_is_block(rl_tag t);

#endif
