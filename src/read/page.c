/* One web page: bytes → UTF-8 → lean → tree → blocks → body and metadata.
 *
 * The body is the picked blocks, an empty line between them. Where the page shows no text, the
 * article is taken from JSON-LD or from the data of its scripts; such a body has no origins.
 *
 * Invariants: parts and origins lie inside body; every origin lies inside the bytes given. Cost:
 * linear in the page, times the depth of the tree for what is picked. */
#include "read/meta.h"
#include "read/pick.h"
#include "read/reader.h"
#include "read/recode.h"

#include <stdlib.h>

typedef struct {
    rl_arena *mem;
    const rl_extract_options *opt;
    rl_recoded rc;
    rl_lean lean;
    rl_dom dom;
    rl_page_meta meta;
    rl_blocks blocks;
    rl_features features;
    rl_pick *pick;
    rl_span *where;
    float letters;
    char *body;
    size_t nbody;
} page;

static rl_status open_dom(page *p, rl_str html, rl_error *err)
{
    rl_status st = rl_lean_page(p->mem, html, &p->lean, err);
    return st == RL_OK ? rl_dom_parse(p->mem, &p->lean, &p->dom, err) : st;
}

/* Room for what is said of each block. */
static rl_status make_room(page *p, rl_error *err)
{
    p->pick = RL_NEW(p->mem, rl_pick, p->blocks.n);
    p->where = RL_NEW(p->mem, rl_span, p->blocks.n);
    return p->pick && p->where ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in a page");
}

static rl_status parse(page *p, rl_str html, rl_error *err)
{
    rl_status st = open_dom(p, html, err);
    if (st == RL_OK)
        st = rl_page_metadata(p->mem, &p->lean, &p->dom, p->opt->url, &p->meta, err);
    if (st == RL_OK)
        st = rl_blocks_cut(p->mem, &p->dom, &p->blocks, err);
    if (st == RL_OK)
        st = rl_blocks_features(p->mem, &p->dom, &p->meta, &p->blocks, &p->features, err);
    if (st == RL_OK)
        st = make_room(p, err);
    if (st != RL_OK)
        return st;
    return rl_pick_blocks(p->mem, &p->dom, &p->blocks, &p->features, p->pick, &p->letters, err);
}

static void append(page *p, size_t i)
{
    rl_str s = rl_span_str(p->blocks.text, p->blocks.at[i].text);
    if (p->nbody) {
        p->body[p->nbody++] = '\n';
        p->body[p->nbody++] = '\n';
    }
    p->where[i] = (rl_span){(uint32_t)p->nbody, (uint32_t)s.len};
    memcpy(p->body + p->nbody, s.ptr, s.len);
    p->nbody += s.len;
}

static rl_status assemble(page *p, rl_document *out, rl_error *err)
{
    rl_parts parts;
    p->nbody = 0;
    p->body = rl_alloc(p->mem, p->blocks.text.len + p->blocks.n + 2);
    if (!p->body)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in a page");
    for (size_t i = 0; i < p->blocks.n; i++)
        if (p->pick[i] == RL_PICK_BODY || (p->pick[i] == RL_PICK_CAPTION && p->opt->captions))
            append(p, i);
    out->body = (rl_str){p->body, p->nbody};
    rl_status st =
        rl_page_parts(p->mem, &p->dom, &p->blocks, p->pick, p->where, out->body, p->meta.lang, &parts, err);
    out->parts = parts.at;
    out->nparts = parts.n;
    return st;
}

/* ---- origins ---- */

typedef struct {
    page *p;
    RL_VEC(rl_read_origin) at;
    size_t piece, run;
    uint32_t size; /* of the page's bytes */
    bool failed;
} origins;

/* One stretch of body that stands unbroken in the UTF-8 page from `page` on, split where the
 * encoding's characters change their width. */
static void add_origin(origins *o, uint32_t body, uint32_t utf, uint32_t len)
{
    const rl_recoded *rc = &o->p->rc;
    while (len && !o->failed) {
        size_t lo;
        RL_LOWER_BOUND(lo, rc->nruns, mid, rc->runs[mid].out <= utf);
        if (!lo)
            return;
        const rl_recode_run *r = &rc->runs[lo - 1];
        uint32_t n = lo < rc->nruns && rc->runs[lo].out - utf < len ? rc->runs[lo].out - utf : len;
        uint32_t in = rl_recode_origin(rc, utf), in_len = (n + r->out_unit - 1) / r->out_unit * r->in_unit;
        if (in_len > o->size - in)
            in_len = o->size - in;
        rl_read_origin *last = o->at.n ? &o->at.at[o->at.n - 1] : NULL;
        if (last && last->body + last->body_len == body && last->page + last->page_len == in &&
            last->body_len == last->page_len && n == in_len) {
            last->body_len += n;
            last->page_len += n;
        } else {
            rl_read_origin *x = RL_PUSH(o->p->mem, o->at);
            o->failed = !x;
            if (x)
                *x = (rl_read_origin){body, n, in, in_len};
        }
        body += n;
        utf += n;
        len -= n;
    }
}

/* The run of dom->text that holds byte `at`; runs are asked for in ascending order mostly. */
static size_t run_of(origins *o, uint32_t at)
{
    const rl_dom *d = &o->p->dom;
    if (o->run >= d->nruns || d->runs[o->run].text > at)
        o->run = 0;
    size_t lo = o->run, hi = d->nruns;
    while (lo + 1 < hi) {
        size_t mid = (lo + hi) / 2;
        if (d->runs[mid].text <= at)
            lo = mid;
        else
            hi = mid;
    }
    return o->run = lo;
}

/* Bytes [dom, dom + len) of the tree's text, which are at `body` of the body. */
static void from_dom(origins *o, uint32_t body, uint32_t dom, uint32_t len)
{
    const rl_dom *d = &o->p->dom;
    while (len && d->nruns) {
        size_t r = run_of(o, dom);
        uint32_t end = r + 1 < d->nruns ? d->runs[r + 1].text : (uint32_t)d->text.len;
        uint32_t n = end > dom && end - dom < len ? end - dom : len;
        uint32_t lean = d->runs[r].lean + (d->runs[r].exact ? dom - d->runs[r].text : 0);
        for (uint32_t k = 0; k < n;) { /* an exact run may cross what the lean page left out */
            uint32_t m = n - k, at = rl_lean_origin(&o->p->lean, lean + (d->runs[r].exact ? k : 0));
            while (d->runs[r].exact && m > 1 && rl_lean_origin(&o->p->lean, lean + k + m - 1) != at + m - 1)
                m /= 2;
            add_origin(o, body + k, at, m);
            k += m;
        }
        body += n;
        dom += n;
        len -= n;
    }
}

static void origins_of_block(origins *o, size_t i)
{
    const rl_blocks *b = &o->p->blocks;
    rl_span t = b->at[i].text;
    uint32_t delta = o->p->where[i].off - t.off;
    while (o->piece + 1 < b->npieces && b->pieces[o->piece + 1].block <= t.off)
        o->piece++;
    for (size_t k = o->piece; k < b->npieces && b->pieces[k].block < rl_span_end(t); k++) {
        uint32_t from = b->pieces[k].block < t.off ? t.off : b->pieces[k].block;
        uint32_t end = k + 1 < b->npieces && b->pieces[k + 1].block < rl_span_end(t) ? b->pieces[k + 1].block
                                                                                     : rl_span_end(t);
        /* a space or line end put in before the next piece has no origin */
        if (end < rl_span_end(t) && end > from &&
            (b->text.ptr[end - 1] == ' ' || b->text.ptr[end - 1] == '\n'))
            end--;
        from_dom(o, from + delta, b->pieces[k].dom + (from - b->pieces[k].block), end - from);
    }
}

static rl_status find_origins(page *p, rl_document *out, rl_error *err)
{
    origins o = {.p = p, .size = (uint32_t)out->raw.len};
    for (size_t i = 0; i < p->blocks.n && !o.failed; i++)
        if (p->where[i].len)
            origins_of_block(&o, i);
    out->origins = o.at.at;
    out->norigins = o.at.n;
    return o.failed ? rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in the origins of a page") : RL_OK;
}

/* ---- a page that shows no text ---- */

/* Every block of an article's HTML that is not made of links. */
static rl_status from_fragment(page *p, rl_str html, rl_document *out, rl_error *err)
{
    rl_status st = open_dom(p, html, err);
    if (st == RL_OK)
        st = rl_blocks_cut(p->mem, &p->dom, &p->blocks, err);
    if (st == RL_OK)
        st = make_room(p, err);
    if (st != RL_OK)
        return st;
    for (size_t i = 0; i < p->blocks.n; i++) {
        const rl_page_block *b = &p->blocks.at[i];
        uint32_t hints = p->dom.hints[b->node] | p->dom.hints[p->dom.node[b->node].parent];
        bool caption = p->dom.node[b->node].tag == RL_TAG_figcaption || hints & RL_HINT(CAPTION);
        p->pick[i] = b->links * 2 > b->text.len ? RL_PICK_NO : caption ? RL_PICK_CAPTION : RL_PICK_BODY;
    }
    return assemble(p, out, err);
}

rl_status rl_read_fragment(rl_arena *mem, rl_str html, rl_document *d, rl_error *err)
{
    static const rl_extract_options none = {0};
    page p = {.mem = mem, .opt = &none};
    return from_fragment(&p, html, d, err);
}

static rl_status hidden_text(page *p, rl_document *out, rl_error *err)
{
    rl_str ld = p->meta.ld.body;
    if (p->letters >= 250 || (ld.len > 250 && ld.len < (size_t)(p->letters * 3)))
        return RL_OK;
    bool by_ld = ld.len > 250;
    rl_str html = by_ld ? (rl_str){0} : rl_state_html(p->mem, p->rc.text);
    if (by_ld) {
        out->body = ld;
        out->parts = NULL;
        out->nparts = 0;
    }
    if (!html.len)
        return RL_OK;
    rl_page_meta meta = p->meta;
    rl_status st = from_fragment(p, html, out, err);
    p->meta = meta;
    return st;
}

static rl_str clean(rl_arena *mem, rl_str s)
{
    return s.len ? rl_plain_text(mem, s) : s;
}

rl_status rl_read_page(rl_arena *mem, rl_str bytes, const rl_extract_options *opt, rl_document *out,
                       rl_error *err)
{
    static const rl_extract_options none = {0};
    page p = {.mem = mem, .opt = opt ? opt : &none};

    *out = (rl_document){.kind = RL_IN_HTML, .raw = bytes};
    rl_status st = rl_recode(mem, bytes, p.opt->charset, true, &p.rc, err);
    if (st == RL_OK)
        st = parse(&p, p.rc.text, err);
    if (st == RL_OK)
        st = assemble(&p, out, err);
    if (st == RL_OK)
        st = find_origins(&p, out, err);
    const char *before = out->body.ptr;
    if (st == RL_OK)
        st = hidden_text(&p, out, err);
    if (st != RL_OK) {
        *out = (rl_document){0};
        return st;
    }
    if (out->body.ptr != before) {
        out->origins = NULL;
        out->norigins = 0;
    }
    out->title = clean(mem, p.meta.title);
    out->published = p.meta.published;
    out->modified = p.meta.modified;
    out->authors = p.meta.authors.at;
    out->nauthors = p.meta.authors.n;
    out->outlet = p.meta.outlet;
    out->lang = p.meta.lang;
    out->url = p.meta.url;
    out->section = p.meta.section;
    out->charset = p.rc.charset;
    out->mended = p.rc.mended;
    out->cut = p.dom.cut;
    return RL_OK;
}
