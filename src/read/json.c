/* JSON: reports line by line, or in one list; JSON Feed; a Telegram channel's export.
 *
 * A field is looked for under the names that the layouts people have give it (docs/inputs.md), in
 * the order of the table, or under the names of --map alone. Lines are read as a stream; a list in
 * one value is read whole. A line that is no JSON is reported and passed over. Invariants: a value
 * is at most RL_JSON_DEPTH_MAX deep (Jansson's limit is 2,048). Cost: linear. */
#include "read/reader.h"
#include "read/when.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

typedef enum {
    J_DOC,
    J_TITLE,
    J_BODY,
    J_HTML,
    J_BRIEF,
    J_PUBLISHED,
    J_MODIFIED,
    J_AUTHORS,
    J_OUTLET,
    J_LANG,
    J_URL,
    J_SECTION,
    J_N
} field;

static const char *const field_names[J_N] = {"doc",      "title",   "body",   "html", "summary", "published",
                                             "modified", "authors", "outlet", "lang", "url",     "section"};

/* Earlier names win. "a.b" is a field within a field. */
static const struct {
    field f;
    const char *key;
} known[] = {
    {J_DOC, "doc"},
    {J_DOC, "id"},
    {J_TITLE, "title"},
    {J_TITLE, "headline"},
    {J_TITLE, "webTitle"},
    {J_TITLE, "name"},
    {J_BODY, "body"},
    {J_BODY, "text"},
    {J_BODY, "maintext"},
    {J_BODY, "plaintext"},
    {J_BODY, "articleBody"},
    {J_BODY, "article_text"},
    {J_BODY, "story_text"},
    {J_BODY, "content_text"},
    {J_BODY, "full_text"},
    {J_BODY, "content"},
    {J_HTML, "content_html"},
    {J_HTML, "html.content"},
    {J_HTML, "html"},
    {J_HTML, "raw_html"},
    {J_HTML, "raw_first_download"},
    {J_BRIEF, "description"},
    {J_BRIEF, "summary"},
    {J_BRIEF, "abstract"},
    {J_PUBLISHED, "published"},
    {J_PUBLISHED, "publishing_date"},
    {J_PUBLISHED, "date_publish"},
    {J_PUBLISHED, "publishedAt"},
    {J_PUBLISHED, "publish_date"},
    {J_PUBLISHED, "published_at"},
    {J_PUBLISHED, "date_published"},
    {J_PUBLISHED, "datePublished"},
    {J_PUBLISHED, "published_date"},
    {J_PUBLISHED, "seendate"},
    {J_PUBLISHED, "pubDate"},
    {J_PUBLISHED, "date"},
    {J_PUBLISHED, "created_at"},
    {J_PUBLISHED, "timestamp"},
    {J_MODIFIED, "modified"},
    {J_MODIFIED, "date_modify"},
    {J_MODIFIED, "date_modified"},
    {J_MODIFIED, "dateModified"},
    {J_MODIFIED, "updated"},
    {J_MODIFIED, "updated_at"},
    {J_AUTHORS, "authors"},
    {J_AUTHORS, "author"},
    {J_AUTHORS, "byline"},
    {J_OUTLET, "outlet"},
    {J_OUTLET, "publisher"},
    {J_OUTLET, "source.name"},
    {J_OUTLET, "media_name"},
    {J_OUTLET, "source_domain"},
    {J_OUTLET, "domain"},
    {J_OUTLET, "source"},
    {J_OUTLET, "site"},
    {J_LANG, "lang"},
    {J_LANG, "language"},
    {J_LANG, "inLanguage"},
    {J_URL, "url"},
    {J_URL, "link"},
    {J_URL, "html.responded_url"},
    {J_URL, "html.requested_url"},
    {J_URL, "canonical_url"},
    {J_SECTION, "section"},
    {J_SECTION, "articleSection"},
    {J_SECTION, "category"},
};

typedef struct {
    rl_reader_run *r;
    rl_arena *own;
    rl_str outlet, lang; /* what the whole says, for all its records */
    size_t n;
} source;

/* The value at "a.b"; NULL where there is none. */
static const json_t *at_path(const json_t *o, rl_str path)
{
    rl_str key;
    char z[128];
    while (path.len && json_is_object(o)) {
        rl_str_cut(&path, '.', &key);
        if (key.len >= sizeof z)
            return NULL;
        memcpy(z, key.ptr, key.len);
        z[key.len] = 0;
        o = json_object_get(o, z);
    }
    return path.len ? NULL : o;
}

static rl_str string_of(rl_arena *mem, const json_t *v)
{
    char z[40];
    if (json_is_string(v))
        return rl_arena_copy(mem, rl_str_trim((rl_str){json_string_value(v), json_string_length(v)}));
    if (json_is_integer(v)) {
        int n = snprintf(z, sizeof z, "%lld", (long long)json_integer_value(v));
        return rl_arena_copy(mem, (rl_str){z, (size_t)n});
    }
    return (rl_str){0};
}

/* Strings of a list, objects' own text, and what they nest, each a paragraph. */
static void paragraphs(rl_buf *b, const json_t *v, unsigned depth)
{
    const char *key;
    json_t *item;
    size_t i;
    if (depth > RL_JSON_DEPTH_MAX)
        return;
    if (json_is_string(v) && json_string_length(v)) {
        rl_buf_z(b, b->len ? "\n\n" : "");
        rl_buf_add(b, (rl_str){json_string_value(v), json_string_length(v)});
    } else if (json_is_array(v)) {
        json_array_foreach(v, i, item) paragraphs(b, item, depth + 1);
    } else if (json_is_object(v)) {
        json_object_foreach((json_t *)(uintptr_t)v, key, item) paragraphs(b, item, depth + 1);
    }
}

static rl_str long_text(rl_arena *mem, const json_t *v)
{
    if (!json_is_object(v) && !json_is_array(v))
        return string_of(mem, v);
    rl_buf b = {.max = RL_TEXT_MAX};
    paragraphs(&b, v, 0);
    rl_str s = b.st == RL_OK ? rl_arena_copy(mem, rl_buf_str(&b)) : (rl_str){0};
    rl_buf_clear(&b);
    return s;
}

static void authors_of(rl_arena *mem, const json_t *v, rl_strs *out, unsigned depth)
{
    const json_t *item;
    size_t i;
    if (json_is_array(v) && depth < 3) {
        json_array_foreach(v, i, item) authors_of(mem, item, out, depth + 1);
        return;
    }
    if (json_is_object(v))
        v = json_object_get(v, "name");
    rl_str s = string_of(mem, v), one;
    while (s.len && out->n < RL_AUTHORS_MAX) {
        rl_str_cut(&s, json_is_string(v) && memchr(s.ptr, ';', s.len) ? ';' : ',', &one);
        one = rl_str_trim(one);
        rl_str *a = one.len && one.len <= RL_AUTHOR_BYTES_MAX ? rl_strs_push(mem, out) : NULL;
        if (a)
            *a = one;
    }
}

/* The name that --map gives a field; empty where it gives none. */
static rl_str mapped(rl_str map, const char *name)
{
    rl_str pair, left;
    while (map.len) {
        rl_str_cut(&map, ',', &pair);
        rl_str_cut(&pair, '=', &left);
        if (rl_str_is(rl_str_trim(left), name))
            return rl_str_trim(pair);
    }
    return (rl_str){0};
}

/* The first value that is there and not empty, of a field's names. */
static const json_t *value_of(const source *s, const json_t *o, field f, bool text)
{
    rl_str by_map = mapped(s->r->opt->map, field_names[f]);
    if (by_map.len)
        return at_path(o, by_map);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].f != f)
            continue;
        const json_t *v = at_path(o, rl_str_z(known[i].key));
        if (!v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
            (text && !json_is_string(v) && !json_is_integer(v)))
            continue;
        return v;
    }
    return NULL;
}

static rl_str text(source *s, const json_t *o, field f)
{
    return string_of(s->own, value_of(s, o, f, true));
}

static rl_str iso(source *s, rl_str v)
{
    rl_when w;
    return v.len && rl_when_parse(v, &w) ? rl_when_iso(s->own, &w) : (rl_str){0};
}

/* A tag, not a language's name in some language. */
static rl_str lang_tag(rl_str l)
{
    size_t n = 0;
    while (n < l.len && isalpha((unsigned char)l.ptr[n]))
        n++;
    return n >= 2 && n <= 3 && (n == l.len || l.ptr[n] == '-' || l.ptr[n] == '_') ? l : (rl_str){0};
}

static bool looks_marked_up(rl_str s)
{
    return s.len && (memmem(s.ptr, s.len, "</p>", 4) || memmem(s.ptr, s.len, "<br", 3) ||
                     memmem(s.ptr, s.len, "</div>", 6));
}

static rl_status one(source *s, const json_t *o, rl_input_kind kind, rl_error *err)
{
    rl_document d = {.kind = kind};
    rl_strs authors = {0};
    rl_reader_run in = *s->r;
    rl_status st = RL_OK;
    in.mem = s->own;
    d.title = rl_plain_text(s->own, text(s, o, J_TITLE));
    d.published = iso(s, text(s, o, J_PUBLISHED));
    d.modified = iso(s, text(s, o, J_MODIFIED));
    d.outlet = text(s, o, J_OUTLET);
    d.lang = lang_tag(text(s, o, J_LANG));
    d.url = text(s, o, J_URL);
    d.section = text(s, o, J_SECTION);
    d.outlet = d.outlet.len ? d.outlet : s->outlet;
    d.lang = d.lang.len ? d.lang : s->lang;
    authors_of(s->own, value_of(s, o, J_AUTHORS, false), &authors, 0);
    d.authors = authors.at;
    d.nauthors = authors.n;
    d.doc = kind == RL_IN_JSON_FEED ? d.url : text(s, o, J_DOC);
    d.doc = d.doc.len ? d.doc : d.url.len ? d.url : rl_reader_part(&in, "%zu", s->n);
    rl_str body = long_text(s->own, value_of(s, o, J_BODY, false)), html = {0};
    if (!body.len)
        html = text(s, o, J_HTML);
    if (!body.len && !html.len)
        body = text(s, o, J_BRIEF);
    if (html.len > 2000 && memmem(html.ptr, html.len, "<head", 5)) { /* a whole page */
        rl_document page;
        rl_extract_options opt = *s->r->opt;
        opt.url = d.url;
        st = rl_read_page(s->own, html, &opt, &page, err);
        d.body = page.body;
        d.parts = page.parts;
        d.nparts = page.nparts;
    } else if (html.len || looks_marked_up(body)) {
        st = rl_read_fragment(s->own, html.len ? html : body, &d, err);
    } else {
        d.body = body;
    }
    d.raw = body.len ? body : html;
    if (st != RL_OK || (!d.title.len && !d.body.len))
        return st;
    return rl_reader_emit(&in, &d, err);
}

/* ---- Telegram ---- */

/* Text is a string, or a list of strings and of objects with a text. */
static rl_str telegram_text(rl_arena *mem, const json_t *v)
{
    const json_t *item;
    size_t i;
    if (json_is_string(v))
        return string_of(mem, v);
    rl_buf b = {.max = RL_TEXT_MAX};
    json_array_foreach(v, i, item)
    {
        const json_t *t = json_is_object(item) ? json_object_get(item, "text") : item;
        if (json_is_string(t))
            rl_buf_add(&b, (rl_str){json_string_value(t), json_string_length(t)});
    }
    rl_str s = rl_arena_copy(mem, rl_str_trim(rl_buf_str(&b)));
    rl_buf_clear(&b);
    return s;
}

static rl_status message(source *s, const json_t *m, rl_error *err)
{
    rl_document d = {.kind = RL_IN_TELEGRAM};
    rl_reader_run in = *s->r;
    in.mem = s->own;
    d.body = telegram_text(s->own, json_object_get(m, "text"));
    const json_t *type = json_object_get(m, "type");
    if (!d.body.len || (json_is_string(type) && strcmp(json_string_value(type), "message") != 0))
        return RL_OK;
    d.published = iso(s, string_of(s->own, json_object_get(m, "date")));
    d.modified = iso(s, string_of(s->own, json_object_get(m, "edited")));
    d.outlet = s->outlet;
    rl_str by = string_of(s->own, json_object_get(m, "author"));
    if (!by.len)
        by = string_of(s->own, json_object_get(m, "forwarded_from"));
    d.authors = &by;
    d.nauthors = by.len > 0;
    d.raw = d.body;
    rl_str id = string_of(s->own, json_object_get(m, "id"));
    d.doc = id.len ? rl_reader_part(&in, "%.*s", (int)id.len, id.ptr) : rl_reader_part(&in, "%zu", s->n);
    return rl_reader_emit(&in, &d, err);
}

/* ---- one value ---- */

static rl_status list(source *s, const json_t *items, rl_input_kind kind, rl_error *err)
{
    const json_t *item;
    size_t i;
    rl_status st = RL_OK;
    json_array_foreach(items, i, item)
    {
        s->n++;
        rl_arena_clear(s->own);
        if (json_is_object(item))
            st = kind == RL_IN_TELEGRAM ? message(s, item, err) : one(s, item, kind, err);
        if (st != RL_OK)
            break;
    }
    return st;
}

/* A value that is a report, a list of them, or an object that holds a list. */
static rl_status value(source *s, json_t *v, rl_input_kind kind, rl_error *err)
{
    static const char *const lists[] = {"articles", "items", "messages", "stories",
                                        "results",  "data",  "response"};
    if (json_is_array(v))
        return list(s, v, kind, err);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_t *in = json_object_get(v, lists[i]);
        if (!json_is_array(in) || (json_array_size(in) && !json_is_object(json_array_get(in, 0))))
            continue;
        rl_arena *keep = rl_arena_new(1u << 20);
        if (!keep)
            return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
        if (kind == RL_IN_TELEGRAM)
            s->outlet = string_of(keep, json_object_get(v, "name"));
        else if (kind == RL_IN_JSON_FEED) {
            s->outlet = string_of(keep, json_object_get(v, "title"));
            s->lang = string_of(keep, json_object_get(v, "language"));
        }
        rl_status st = list(s, in, kind, err);
        rl_arena_free(keep);
        s->outlet = s->lang = (rl_str){0};
        return st;
    }
    s->n++;
    rl_arena_clear(s->own);
    return json_is_object(v) ? one(s, v, kind, err) : RL_OK;
}

static rl_status lines(source *s, rl_stream *in, rl_input_kind kind, rl_error *err)
{
    rl_buf line = {0};
    bool whole;
    rl_status st = RL_OK;
    for (size_t n = 1; st == RL_OK && rl_stream_line(in, RL_LINE_MAX, &line, &whole); n++) {
        rl_str l = rl_str_trim(rl_buf_str(&line));
        json_error_t e;
        if (!l.len)
            continue;
        json_t *v = whole ? json_loadb(l.ptr, l.len, JSON_ALLOW_NUL, &e) : NULL;
        if (v)
            st = value(s, v, kind, err);
        else if (!whole)
            rl_reader_problem(s->r, RL_ELIMIT, "line %zu is over %u bytes", n, RL_LINE_MAX);
        else
            rl_reader_problem(s->r, RL_ESYNTAX, "line %zu is no JSON: %s", n, e.text);
        json_decref(v);
    }
    if (line.st != RL_OK && st == RL_OK)
        st = rl_fail(err, line.st, NULL, 0, 0, "out of memory in a line");
    rl_buf_clear(&line);
    return st != RL_OK ? st : rl_stream_status(in, err);
}

/* Whether the first line is a value by itself. */
static bool first_line_is_whole(rl_stream *in)
{
    for (size_t want = 64 << 10;; want *= 8) {
        rl_str head = rl_stream_peek(in, want);
        const char *nl = head.len ? memchr(head.ptr, '\n', head.len) : NULL;
        if (!nl && head.len == want && want < RL_LINE_MAX)
            continue;
        json_t *v = json_loadb(head.ptr, nl ? (size_t)(nl - head.ptr) : head.len, JSON_ALLOW_NUL, NULL);
        bool ok = v != NULL;
        json_decref(v);
        return ok;
    }
}

static rl_status single(source *s, rl_stream *in, rl_input_kind kind, rl_error *err)
{
    rl_str all = rl_stream_peek(in, (size_t)RL_XML_MAX + 1);
    json_error_t e;
    if (all.len > RL_XML_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "a single value of JSON is over %u bytes", RL_XML_MAX);
    json_t *v = json_loadb(all.ptr, all.len, JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK, &e);
    if (!v)
        return rl_fail(err, RL_ESYNTAX, NULL, (uint32_t)(e.line > 0 ? e.line : 0),
                       (uint32_t)(e.column > 0 ? e.column : 0), "is no JSON: %s", e.text);
    rl_status st = value(s, v, kind, err);
    json_decref(v);
    return st;
}

rl_status rl_read_json(rl_reader_run *r, rl_stream *in, rl_input_kind kind, rl_error *err)
{
    source s = {.r = r, .own = rl_arena_new(RL_ARENA_DEFAULT)};
    if (!s.own)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (rl_str_starts(rl_stream_peek(in, 3), "\xEF\xBB\xBF"))
        rl_stream_skip(in, 3);
    rl_status st =
        kind == RL_IN_JSONL && first_line_is_whole(in) ? lines(&s, in, kind, err) : single(&s, in, kind, err);
    /* a first line that is broken does not make lines one value */
    if (st == RL_ESYNTAX && kind == RL_IN_JSONL && !s.n)
        st = lines(&s, in, kind, err);
    rl_arena_free(s.own);
    return st;
}
