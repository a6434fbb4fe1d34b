/* Feeds and site maps: RSS 2.0 and 1.0, Atom, news site maps, item by item.
 *
 * libxml2's reader pulls the bytes; one item's tree is in memory at a time. Entities are not
 * replaced and nothing is loaded. A feed that breaks off is read up to there. Invariants: at most
 * RL_FEED_ITEMS_MAX items, and RL_FEED_RATIO_MAX times as much text as bytes. Cost: linear. */
#include "read/reader.h"
#include "read/recode.h"
#include "read/when.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>

typedef struct {
    rl_reader_run *r;
    rl_arena *own;
    rl_arena *keep; /* what the feed says of itself */
    rl_str outlet, lang;
    size_t items;
    uint64_t bytes, made; /* read, and what came of them as text */
    rl_stream *s;
} feed;

enum { RATIO_FREE = 16 << 20 };

static int read_bytes(void *ctx, char *out, int n)
{
    feed *f = ctx;
    rl_str in = rl_stream_peek(f->s, (size_t)n);
    if (in.len)
        memcpy(out, in.ptr, in.len);
    rl_stream_skip(f->s, in.len);
    f->bytes += in.len;
    return f->bytes > RL_XML_MAX ? -1 : (int)in.len;
}

static int close_nothing(void *ctx)
{
    (void)ctx;
    return 0;
}

static bool named(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static rl_str attribute(feed *f, xmlNode *n, const char *name)
{
    xmlChar *v = xmlGetProp(n, (const xmlChar *)name);
    rl_str s = v ? rl_arena_copy(f->own, rl_str_z((const char *)v)) : (rl_str){0};
    xmlFree(v);
    return s;
}

/* All text below n, as it stands. */
static rl_str content(feed *f, xmlNode *n)
{
    xmlChar *v = xmlNodeGetContent(n);
    rl_str s = v ? rl_arena_copy(f->own, rl_str_trim(rl_str_z((const char *)v))) : (rl_str){0};
    xmlFree(v);
    return s;
}

/* The inside of an element of XHTML, as markup. */
static rl_str markup(feed *f, xmlNode *n)
{
    xmlBufferPtr b = xmlBufferCreate();
    for (xmlNode *c = n->children; b && c; c = c->next)
        xmlNodeDump(b, n->doc, c, 0, 0);
    rl_str s =
        b ? rl_arena_copy(f->own, (rl_str){(const char *)xmlBufferContent(b), (size_t)xmlBufferLength(b)})
          : (rl_str){0};
    xmlBufferFree(b);
    return s;
}

static void set(rl_str *at, rl_str v)
{
    if (!at->len)
        *at = v;
}

static rl_str iso(feed *f, rl_str s)
{
    rl_when w;
    return s.len && rl_when_parse(s, &w) ? rl_when_iso(f->own, &w) : (rl_str){0};
}

typedef struct {
    rl_document d;
    rl_strs authors;
    rl_str full, brief;
} item;

static void add_author(feed *f, item *it, rl_str name)
{
    name = rl_plain_text(f->own, name);
    /* RSS has "mail (name)" */
    const char *open = name.len ? memchr(name.ptr, '(', name.len) : NULL;
    if (open && memchr(name.ptr, '@', name.len)) {
        rl_str rest =
            rl_str_sub(name, (size_t)(open - name.ptr) + 1, name.len - (size_t)(open - name.ptr) - 1);
        rl_str_cut(&rest, ')', &name);
    }
    if (!name.len || name.len > RL_AUTHOR_BYTES_MAX || it->authors.n >= RL_AUTHORS_MAX)
        return;
    rl_str *a = rl_strs_push(f->own, &it->authors);
    if (a)
        *a = name;
}

static void field(feed *f, item *it, xmlNode *n)
{
    rl_document *d = &it->d;
    if (named(n, "title"))
        set(&d->title, rl_plain_text(f->own, content(f, n)));
    else if (named(n, "link"))
        set(&d->url, n->children ? content(f, n)
                     : (attribute(f, n, "rel").len && !rl_str_is(attribute(f, n, "rel"), "alternate"))
                         ? (rl_str){0}
                         : attribute(f, n, "href"));
    else if (named(n, "loc"))
        set(&d->url, content(f, n));
    else if (named(n, "pubDate") || named(n, "published") || named(n, "publication_date") ||
             named(n, "date") || named(n, "issued"))
        set(&d->published, iso(f, content(f, n)));
    else if (named(n, "updated") || named(n, "modified") || named(n, "lastmod"))
        set(&d->modified, iso(f, content(f, n)));
    else if (named(n, "creator") || named(n, "author"))
        add_author(f, it, content(f, n));
    else if (named(n, "encoded"))
        set(&it->full, content(f, n));
    else if (named(n, "content"))
        set(&it->full, rl_str_is(attribute(f, n, "type"), "xhtml") ? markup(f, n) : content(f, n));
    else if (named(n, "description") || named(n, "summary"))
        set(&it->brief, content(f, n));
    else if (named(n, "category") || named(n, "subject"))
        set(&d->section, content(f, n));
    else if (named(n, "source") && n->children)
        set(&d->outlet, content(f, n));
    else if (named(n, "language"))
        set(&d->lang, content(f, n));
    else if (named(n, "name"))
        set(&d->outlet, content(f, n));
}

static void fields(feed *f, item *it, xmlNode *parent)
{
    for (xmlNode *n = parent->children; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        if (named(n, "news") || named(n, "publication"))
            fields(f, it, n);
        else if (named(n, "author") && n->children) {
            for (xmlNode *c = n->children; c; c = c->next)
                if (named(c, "name"))
                    add_author(f, it, content(f, c));
            if (!it->authors.n)
                add_author(f, it, content(f, n));
        } else {
            field(f, it, n);
        }
    }
}

static rl_status one(feed *f, xmlNode *node, rl_input_kind kind, rl_error *err)
{
    item it = {.d = {.kind = kind}};
    fields(f, &it, node);
    set(&it.d.outlet, f->outlet);
    set(&it.d.lang, f->lang);
    set(&it.d.published, it.d.modified);
    it.d.authors = it.authors.at;
    it.d.nauthors = it.authors.n;
    rl_str html = it.full.len > it.brief.len ? it.full : it.brief;
    f->made += it.d.title.len + it.full.len + it.brief.len;
    rl_status st = html.len ? rl_read_fragment(f->own, html, &it.d, err) : RL_OK;
    rl_reader_run in = *f->r;
    in.mem = f->own;
    it.d.doc = it.d.url.len ? it.d.url : rl_reader_part(&in, "%zu", f->items);
    it.d.raw = html;
    it.d.kind = kind;
    it.d.origins = NULL;
    it.d.norigins = 0;
    if (st != RL_OK || (!it.d.title.len && !it.d.body.len && !it.d.url.len))
        return st;
    return rl_reader_emit(&in, &it.d, err);
}

/* What the channel says of itself, before its items. */
static void channel(feed *f, xmlTextReaderPtr x)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(x);
    rl_str *at = strcmp(name, "title") == 0 ? &f->outlet : strcmp(name, "language") == 0 ? &f->lang : NULL;
    if (xmlTextReaderDepth(x) > 2 || !at || at->len)
        return;
    xmlChar *v = xmlTextReaderReadString(x);
    if (v)
        *at = rl_plain_text(f->keep, rl_str_z((const char *)v));
    xmlFree(v);
}

static rl_input_kind item_kind(const char *name)
{
    return strcmp(name, "item") == 0    ? RL_IN_RSS
           : strcmp(name, "entry") == 0 ? RL_IN_ATOM
           : strcmp(name, "url") == 0   ? RL_IN_SITEMAP
                                        : RL_IN_UNKNOWN;
}

static rl_status items(feed *f, xmlTextReaderPtr x, rl_error *err)
{
    rl_status st = RL_OK;
    int more = xmlTextReaderRead(x);
    while (more == 1 && st == RL_OK) {
        const char *name = (const char *)xmlTextReaderConstLocalName(x);
        if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT || !name) {
            more = xmlTextReaderRead(x);
            continue;
        }
        rl_input_kind kind = item_kind(name);
        if (kind == RL_IN_UNKNOWN || (kind == RL_IN_SITEMAP && xmlTextReaderDepth(x) > 1)) {
            channel(f, x);
            more = xmlTextReaderRead(x);
            continue;
        }
        if (f->made > RATIO_FREE && f->made / RL_FEED_RATIO_MAX > f->bytes) {
            rl_reader_problem(f->r, RL_ELIMIT,
                              "its entities come to more than the limit after item %zu; the rest is left out",
                              f->items);
            return RL_OK;
        }
        if (f->items++ >= RL_FEED_ITEMS_MAX) {
            rl_reader_problem(f->r, RL_ELIMIT, "has over %u items; the rest is left out", RL_FEED_ITEMS_MAX);
            return RL_OK;
        }
        xmlNode *node = xmlTextReaderExpand(x);
        rl_arena_clear(f->own);
        if (node)
            st = one(f, node, kind, err);
        more = node ? xmlTextReaderNext(x) : -1;
    }
    /* a parser that gives up, on entities that multiply, says so only by not asking for the rest */
    if (st == RL_OK && (more < 0 || rl_stream_peek(f->s, 1).len)) {
        rl_reader_problem(
            f->r, f->bytes > RL_XML_MAX ? RL_ELIMIT : RL_ESYNTAX, "%s after item %zu; read up to there",
            f->bytes > RL_XML_MAX ? "is over the limit of a feed" : "is no well-formed XML", f->items);
        if (!f->items)
            st = rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "is no well-formed XML");
    }
    return st;
}

static void silent(void *arg, const char *msg, xmlParserSeverities severity, xmlTextReaderLocatorPtr at)
{
    (void)arg, (void)msg, (void)severity, (void)at;
}

/* The encoding, where the head is no UTF-8 and none is declared. */
static const char *head_charset(feed *f)
{
    rl_str head = rl_stream_peek(f->s, 64 << 10);
    rl_recoded rc;
    if (rl_utf8_valid(head.ptr, head.len) + 4 >= head.len ||
        (head.len > 60 && memmem(head.ptr, 60, "encoding", 8)))
        return NULL;
    if (rl_recode(f->keep, rl_arena_copy(f->keep, head), (rl_str){0}, false, &rc, NULL) != RL_OK)
        return NULL;
    return rc.charset;
}

rl_status rl_read_feed(rl_reader_run *r, rl_stream *s, rl_error *err)
{
    feed f = {.r = r, .s = s, .own = rl_arena_new(RL_ARENA_DEFAULT), .keep = rl_arena_new(16u << 20)};
    rl_status st = RL_OK;
    /* white space before the declaration is common, and refused by the parser */
    for (rl_str in = rl_stream_peek(s, 1); in.len && in.ptr[0] != '<'; in = rl_stream_peek(s, 1))
        rl_stream_skip(s, 1);
    xmlTextReaderPtr x = f.own && f.keep
                             ? xmlReaderForIO(read_bytes, close_nothing, &f, NULL, head_charset(&f),
                                              XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR |
                                                  XML_PARSE_NOWARNING | XML_PARSE_NOCDATA)
                             : NULL;
    if (x) {
        xmlTextReaderSetErrorHandler(x, silent, NULL);
        st = items(&f, x, err);
        xmlFreeTextReader(x);
    } else {
        st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in a feed");
    }
    rl_arena_free(f.own);
    rl_arena_free(f.keep);
    return st;
}
