/* The page without what no rule reads: scripts, styles, drawings, comments, and most attributes.
 *
 * Three bytes of five of a news page are script, and much of the rest are attributes of the site's
 * own scripts; libxml2 takes the page twice as fast without them. Only the lexical layer of HTML is
 * looked at (comments, quoted attribute values, raw text); the tree is libxml2's work. runs[] leads
 * each byte back to the page; bytes that were put in (a quote, an escaped "<") lead to the nearest.
 *
 * Invariants: runs ascend in both members; at most RL_PAGE_ATTRS_MAX attributes a tag are kept.
 * Cost: one pass; a raw-text element that is never closed is looked for once and then remembered. */
#include "read/page.h"

#include <ctype.h>
#include <strings.h>

typedef struct {
    rl_arena *mem;
    rl_str in;
    size_t at; /* next byte of in to look at */
    char *out;
    size_t n, cap;
    RL_VEC(rl_lean_run) runs;
    RL_VEC(rl_str) jsonld;
    unsigned unclosed; /* bit per element of which no end tag follows, so that none is looked for twice */
    unsigned in_pre;   /* open <pre> elements */
    bool failed;
} filter;

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
static inline bool is_alpha(char c)
{
    return (unsigned char)((c | 32) - 'a') < 26;
}

static bool make_room(filter *f, size_t more)
{
    if (f->n + more <= f->cap)
        return true;
    size_t cap = f->cap * 2 + more;
    char *p = rl_alloc(f->mem, cap);
    if (!p) {
        f->failed = true;
        return false;
    }
    if (f->n)
        memcpy(p, f->out, f->n);
    f->out = p;
    f->cap = cap;
    return true;
}

/* Bytes [from, to) of the page as they are. */
static void keep(filter *f, size_t from, size_t to)
{
    if (to <= from || f->failed || !make_room(f, to - from))
        return;
    rl_lean_run *last = f->runs.n ? &f->runs.at[f->runs.n - 1] : NULL;
    if (!last || f->n - last->lean != from - last->page) {
        rl_lean_run *r = RL_PUSH(f->mem, f->runs);
        if (!r) {
            f->failed = true;
            return;
        }
        *r = (rl_lean_run){(uint32_t)f->n, (uint32_t)from};
    }
    memcpy(f->out + f->n, f->in.ptr + from, to - from);
    f->n += to - from;
}

/* Bytes that the page does not have. */
static void put(filter *f, const char *s, size_t n)
{
    if (f->failed || !make_room(f, n))
        return;
    memcpy(f->out + f->n, s, n);
    f->n += n;
}

/* Text as it is, but for white space: a run of it is left at its first character. Not in <pre>. */
static void keep_text(filter *f, size_t from, size_t to)
{
    size_t i = from;
    while (!f->in_pre && i < to) {
        const char *p = f->in.ptr + i;
        if (!is_space(p[0])) {
            i++;
            continue;
        }
        size_t end = i + 1;
        while (end < to && is_space(f->in.ptr[end]))
            end++;
        if (end - i > 3) {
            keep(f, from, i + 1);
            from = end;
        }
        i = end;
    }
    keep(f, from, to);
}

/* Where `</name` stands, from `from` on; in.len where nowhere. */
static size_t find_close(rl_str in, size_t from, const char *name, size_t nlen)
{
    while (from < in.len) {
        const char *p = memchr(in.ptr + from, '<', in.len - from);
        if (!p)
            break;
        size_t at = (size_t)(p - in.ptr);
        if (at + 2 + nlen <= in.len && p[1] == '/' && strncasecmp(p + 2, name, nlen) == 0 &&
            (at + 2 + nlen == in.len || !is_alpha(p[2 + nlen])))
            return at;
        from = at + 1;
    }
    return in.len;
}

static size_t after_gt(rl_str in, size_t from)
{
    const char *p = from < in.len ? memchr(in.ptr + from, '>', in.len - from) : NULL;
    return p ? (size_t)(p - in.ptr) + 1 : in.len;
}

/* Whether the attribute of such an element is looked at. */
static bool attr_wanted(rl_str tag, rl_str name, rl_str value)
{
    static const char *const names[] = {
#define X(id, z) z,
        RL_ATTRS(X)
#undef X
    };
    size_t i = 0;
    while (i < RL_ATTR_N && ((name.ptr[0] | 32) != names[i][0] || strlen(names[i]) != name.len ||
                             strncasecmp(name.ptr, names[i], name.len) != 0))
        i++;
    bool meta = tag.len == 4 && (tag.ptr[0] | 32) == 'm', link = tag.len == 4 && (tag.ptr[0] | 32) == 'l';
    switch (i) {
    case RL_ATTR_N:
        return false;
    case RL_ATTR_href:
        return link && value.len <= RL_PAGE_ATTR_BYTES_MAX;
    case RL_ATTR_name:
    case RL_ATTR_property:
        return meta && value.len <= RL_PAGE_ATTR_BYTES_MAX;
    case RL_ATTR_style:
        return memmem(value.ptr ? value.ptr : "", value.len, "none", 4) != NULL;
    default:
        return value.len <= RL_PAGE_ATTR_BYTES_MAX;
    }
}

typedef struct {
    rl_str name, value; /* value without its quotes */
    size_t off;         /* of the name, in the page */
    size_t end;
    char quote; /* 0: none */
} attr;

/* The next attribute of the tag at *at; false at the end of the tag. */
static bool next_attr(rl_str in, size_t *at, attr *a)
{
    size_t i = *at;
    while (i < in.len && (is_space(in.ptr[i]) || in.ptr[i] == '/'))
        i++;
    *at = i;
    if (i >= in.len || in.ptr[i] == '>')
        return false;
    *a = (attr){.off = i};
    size_t from = i;
    do
        i++;
    while (i < in.len && !is_space(in.ptr[i]) && in.ptr[i] != '=' && in.ptr[i] != '>' && in.ptr[i] != '/');
    a->name = rl_str_sub(in, from, i - from);
    a->end = i;
    size_t eq = i;
    while (eq < in.len && is_space(in.ptr[eq]))
        eq++;
    if (eq >= in.len || in.ptr[eq] != '=') {
        *at = i;
        return true;
    }
    i = eq + 1;
    while (i < in.len && is_space(in.ptr[i]))
        i++;
    if (i < in.len && (in.ptr[i] == '"' || in.ptr[i] == '\'')) {
        a->quote = in.ptr[i++];
        const char *p = i < in.len ? memchr(in.ptr + i, a->quote, in.len - i) : NULL;
        size_t end = p ? (size_t)(p - in.ptr) : in.len;
        a->value = rl_str_sub(in, i, end - i);
        i = p ? end + 1 : end;
    } else {
        from = i;
        while (i < in.len && !is_space(in.ptr[i]) && in.ptr[i] != '>')
            i++;
        a->value = rl_str_sub(in, from, i - from);
    }
    a->end = i;
    *at = i;
    return true;
}

static void keep_attr(filter *f, const attr *a)
{
    size_t v = a->value.ptr ? (size_t)(a->value.ptr - f->in.ptr) : 0;
    char q = a->quote ? a->quote : '"';

    if (!a->quote && a->value.len && memchr(a->value.ptr, '"', a->value.len))
        return;
    put(f, " ", 1);
    keep(f, a->off, a->off + a->name.len);
    if (!a->value.ptr)
        return;
    put(f, "=", 1);
    put(f, &q, 1);
    keep(f, v, v + a->value.len);
    put(f, &q, 1);
}

typedef enum {
    EL_SCRIPT,
    EL_STYLE,
    EL_SVG,
    EL_IFRAME,
    EL_TEXTAREA,
    EL_NOSCRIPT,
    EL_NOEMBED,
    EL_COMMENT,
    EL_PLAIN
} element;

/* Elements that go with all they hold. */
static element element_kind(rl_str name)
{
    static const char *const dropped[] = {"script",   "style",    "svg",    "iframe",
                                          "textarea", "noscript", "noembed"};
    for (unsigned i = 0; i < sizeof dropped / sizeof *dropped; i++)
        if (strlen(dropped[i]) == name.len && strncasecmp(dropped[i], name.ptr, name.len) == 0)
            return (element)i;
    return EL_PLAIN;
}

/* Leave out an element with all it holds; the position is after its end tag. */
static void drop_element(filter *f, rl_str name, element kind, bool jsonld)
{
    if (f->unclosed >> kind & 1)
        return;
    size_t end = find_close(f->in, f->at, name.ptr, name.len);
    if (end == f->in.len && kind != EL_SCRIPT && kind != EL_STYLE) { /* only the tag goes */
        f->unclosed |= 1u << kind;
        return;
    }
    if (jsonld) {
        rl_str *s = RL_PUSH(f->mem, f->jsonld);
        if (s)
            *s = rl_str_sub(f->in, f->at, end - f->at);
        f->failed = f->failed || !s;
    }
    f->at = after_gt(f->in, end);
}

static bool is_pre(rl_str at)
{
    return at.len >= 3 && strncasecmp(at.ptr, "pre", 3) == 0 &&
           (at.len == 3 || !isalnum((unsigned char)at.ptr[3]));
}

/* A start tag; f->at is on its "<". */
static void start_tag(filter *f)
{
    size_t from = f->at, i = from + 1;
    while (i < f->in.len && !is_space(f->in.ptr[i]) && f->in.ptr[i] != '>' && f->in.ptr[i] != '/')
        i++;
    rl_str name = rl_str_sub(f->in, from + 1, i - from - 1);
    element kind = element_kind(name);
    bool jsonld = false;
    unsigned kept = 0;
    attr a;

    if (kind == EL_PLAIN)
        keep(f, from, i);
    f->in_pre += is_pre(name);
    while (next_attr(f->in, &i, &a)) {
        if (kind == EL_SCRIPT)
            jsonld = jsonld || (a.value.len && memmem(a.value.ptr, a.value.len, "ld+json", 7));
        else if (kind == EL_PLAIN && kept < RL_PAGE_ATTRS_MAX && attr_wanted(name, a.name, a.value)) {
            keep_attr(f, &a);
            kept++;
        }
    }
    bool closed = f->in.ptr[i - 1] == '/';
    f->at = i < f->in.len ? i + 1 : f->in.len;
    if (kind == EL_PLAIN)
        put(f, ">", 1);
    else if (!(closed && kind == EL_SVG))
        drop_element(f, name, kind, jsonld);
}

static void markup(filter *f)
{
    rl_str in = f->in;
    size_t at = f->at;
    char c = at + 1 < in.len ? in.ptr[at + 1] : 0;

    if (is_alpha(c)) {
        start_tag(f);
    } else if (c == '/' && at + 2 < in.len && is_alpha(in.ptr[at + 2])) {
        f->at = after_gt(in, at);
        f->in_pre -= f->in_pre && is_pre(rl_str_sub(in, at + 2, in.len - at - 2));
        keep(f, at, f->at);
    } else if (c == '!' && at + 4 <= in.len && in.ptr[at + 2] == '-' && in.ptr[at + 3] == '-') {
        bool look = !(f->unclosed >> EL_COMMENT & 1);
        const char *p = look ? memmem(in.ptr + at + 2, in.len - at - 2, "-->", 3) : NULL;
        f->unclosed |= p ? 0 : 1u << EL_COMMENT;
        f->at = p ? (size_t)(p - in.ptr) + 3 : after_gt(in, at);
    } else if (c == '!' || c == '?' || c == '/') {
        f->at = after_gt(in, at);
    } else {
        put(f, "&lt;", 4);
        f->at = at + 1;
    }
}

rl_status rl_lean_page(rl_arena *mem, rl_str html, rl_lean *out, rl_error *err)
{
    filter f = {.mem = mem, .in = html, .cap = html.len / 2 + 4096};

    *out = (rl_lean){0};
    if (html.len > RL_TEXT_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "page is over %u bytes", RL_TEXT_MAX);
    f.out = rl_alloc(mem, f.cap);
    f.failed = !f.out;
    while (f.at < html.len && !f.failed) {
        const char *p = memchr(html.ptr + f.at, '<', html.len - f.at);
        size_t lt = p ? (size_t)(p - html.ptr) : html.len;
        keep_text(&f, f.at, lt);
        f.at = lt;
        if (p)
            markup(&f);
    }
    if (f.failed || !make_room(&f, 1))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory reading a page of %zu bytes", html.len);
    f.out[f.n] = 0;
    for (char *z = memchr(f.out, 0, f.n); z; z = memchr(z, 0, (size_t)(f.out + f.n - z)))
        *z = ' '; /* libxml2 would take it for the end */
    *out = (rl_lean){{f.out, f.n}, f.runs.at, f.runs.n, f.jsonld.at, f.jsonld.n};
    return RL_OK;
}

uint32_t rl_lean_origin(const rl_lean *lean, uint32_t at)
{
    size_t lo;
    RL_LOWER_BOUND(lo, lean->nruns, mid, lean->runs[mid].lean <= at);
    if (lo == 0)
        return 0;
    uint32_t page = lean->runs[lo - 1].page + (at - lean->runs[lo - 1].lean);
    return lo < lean->nruns && page > lean->runs[lo].page ? lean->runs[lo].page : page;
}
