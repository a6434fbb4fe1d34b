/* JSON-LD of a page: which of its objects is the article, and what that says.
 *
 * Objects are gathered from all scripts, through @graph and the nested properties of an article;
 * references by @id are followed once. The article is the object of the best type; of equal ones
 * the first. Jansson parses; what it refuses for control characters inside strings or for comment
 * marks around the object is mended and tried again.
 *
 * Invariants: no pointer into Jansson's tree outlives rl_ld_read. Cost: linear in the scripts, times
 * the references by @id (a hash of objects). */
#include "read/meta.h"

#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

typedef struct {
    rl_arena *mem;
    rl_ld *out;
    json_t *by_id; /* @id → object, borrowed */
    json_t *best;
    int rank;
    rl_str site, organization;
} walk;

static rl_str text_of(rl_arena *mem, const json_t *v)
{
    if (json_is_array(v))
        v = json_array_get(v, 0);
    if (json_is_object(v)) {
        const json_t *t = json_object_get(v, "@value");
        v = t ? t : json_object_get(v, "name");
    }
    if (json_is_integer(v)) {
        char z[32];
        int n = snprintf(z, sizeof z, "%lld", (long long)json_integer_value(v));
        return rl_arena_copy(mem, (rl_str){z, (size_t)n});
    }
    if (!json_is_string(v))
        return (rl_str){0};
    return rl_plain_text(mem, (rl_str){json_string_value(v), json_string_length(v)});
}

static bool type_is(const json_t *o, const char *name)
{
    const json_t *t = json_object_get(o, "@type"), *item;
    size_t i;
    if (json_is_string(t))
        return rl_str_ends(rl_str_z(json_string_value(t)), name);
    json_array_foreach(t, i, item) if (json_is_string(item) &&
                                       rl_str_ends(rl_str_z(json_string_value(item)), name)) return true;
    return false;
}

/* How surely an object of this type is the page's article. */
static int rank_of(const json_t *o)
{
    static const struct {
        const char *suffix;
        int rank;
    } ranks[] = {{"NewsArticle", 90}, {"LiveBlogPosting", 88}, {"BlogPosting", 80}, {"Article", 80},
                 {"Posting", 70},     {"Report", 70},          {"Review", 40},      {"WebPage", 20},
                 {"VideoObject", 15}, {"ItemPage", 20}};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        if (type_is(o, ranks[i].suffix)) {
            int bonus = (json_object_get(o, "headline") != NULL) * 4 +
                        (json_object_get(o, "datePublished") != NULL) * 3 +
                        (json_object_get(o, "articleBody") != NULL) * 2 +
                        (json_object_get(o, "author") != NULL);
            return ranks[i].rank + bonus;
        }
    return 0;
}

static void gather(walk *w, json_t *v, unsigned depth)
{
    json_t *item;
    size_t i;

    if (depth > RL_JSON_DEPTH_MAX)
        return;
    if (json_is_array(v)) {
        json_array_foreach(v, i, item) gather(w, item, depth + 1);
        return;
    }
    if (!json_is_object(v))
        return;
    const char *id = json_string_value(json_object_get(v, "@id"));
    if (id && json_object_size(v) > 1)
        json_object_set(w->by_id, id, v);
    int rank = rank_of(v) * 10 - (int)(depth > 3 ? 3 : depth) * (depth > 1);
    if (rank > w->rank) {
        w->rank = rank;
        w->best = v;
    }
    if (!w->site.len && type_is(v, "WebSite"))
        w->site = text_of(w->mem, json_object_get(v, "name"));
    if (!w->organization.len && (type_is(v, "NewsMediaOrganization") || type_is(v, "Organization")))
        w->organization = text_of(w->mem, json_object_get(v, "name"));
    static const char *const into[] = {"@graph",   "mainEntity", "mainEntityOfPage", "publisher",
                                       "isPartOf", "author",     "hasPart"};
    for (i = 0; i < sizeof into / sizeof *into; i++)
        gather(w, json_object_get(v, into[i]), depth + 1);
}

static const json_t *resolve(const walk *w, const json_t *v)
{
    const char *id = json_is_object(v) ? json_string_value(json_object_get(v, "@id")) : NULL;
    const json_t *o = id && !json_object_get(v, "name") ? json_object_get(w->by_id, id) : NULL;
    return o ? o : v;
}

static void add_author(walk *w, const json_t *v, unsigned depth)
{
    const json_t *item;
    size_t i;
    if (json_is_array(v) && depth < 3) {
        json_array_foreach(v, i, item) add_author(w, item, depth + 1);
        return;
    }
    v = resolve(w, v);
    const json_t *names = json_is_object(v) ? json_object_get(v, "name") : NULL;
    if (json_is_array(names) && depth < 3) {
        json_array_foreach(names, i, item) add_author(w, item, depth + 1);
        return;
    }
    rl_str name = text_of(w->mem, v);
    if (!name.len || name.len > RL_AUTHOR_BYTES_MAX || memmem(name.ptr, name.len, "://", 3) ||
        w->out->authors.n >= RL_AUTHORS_MAX)
        return;
    rl_str *a = rl_strs_push(w->mem, &w->out->authors);
    if (a)
        *a = name;
}

static void add_updates(walk *w, const json_t *list)
{
    const json_t *item;
    size_t i, n = json_array_size(list);
    rl_ld *o = w->out;
    if (n > RL_PASSAGES_MAX)
        n = RL_PASSAGES_MAX;
    o->updates = n ? RL_NEW(w->mem, struct rl_ld_update, n) : NULL;
    json_array_foreach(list, i, item)
    {
        if (!o->updates || i >= n)
            break;
        o->updates[o->nupdates++] =
            (struct rl_ld_update){text_of(w->mem, json_object_get(item, "headline")),
                                  text_of(w->mem, json_object_get(item, "articleBody")),
                                  text_of(w->mem, json_object_get(item, "datePublished"))};
    }
}

static void take(walk *w)
{
    const json_t *b = w->best;
    rl_ld *o = w->out;
    o->rank = w->rank / 10;
    o->headline = text_of(w->mem, json_object_get(b, "headline"));
    if (!o->headline.len && o->rank >= 40)
        o->headline = text_of(w->mem, json_object_get(b, "name"));
    o->published = text_of(w->mem, json_object_get(b, "datePublished"));
    if (!o->published.len)
        o->published = text_of(w->mem, json_object_get(b, "dateCreated"));
    if (!o->published.len)
        o->published = text_of(w->mem, json_object_get(b, "uploadDate"));
    o->modified = text_of(w->mem, json_object_get(b, "dateModified"));
    o->description = text_of(w->mem, json_object_get(b, "description"));
    o->section = text_of(w->mem, json_object_get(b, "articleSection"));
    o->url = text_of(w->mem, json_object_get(b, "url"));
    o->lang = text_of(w->mem, json_object_get(b, "inLanguage"));
    o->publisher = text_of(w->mem, resolve(w, json_object_get(b, "publisher")));
    const json_t *body = json_object_get(b, "articleBody");
    if (json_is_string(body))
        o->body = rl_plain_text(w->mem, (rl_str){json_string_value(body), json_string_length(body)});
    add_author(w, json_object_get(b, "author"), 0);
    if (!o->authors.n)
        add_author(w, json_object_get(b, "creator"), 0);
    add_updates(w, json_object_get(b, "liveBlogUpdate"));
}

/* Parse one script; on refusal once more without control characters and comment marks. */
static json_t *parse(rl_str s)
{
    size_t flags = JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL;
    s = rl_str_trim(s);
    json_t *j = json_loadb(s.ptr, s.len, flags, NULL);
    if (j || !s.len)
        return j;
    char *copy = malloc(s.len);
    if (!copy)
        return NULL;
    size_t n = 0, from = 0;
    while (from < s.len && s.ptr[from] != '{' && s.ptr[from] != '[')
        from++;
    if (rl_str_starts(s, "//<![") || rl_str_starts(s, "/*<![") || rl_str_starts(s, "<![")) {
        const char *p = memchr(s.ptr, '{', s.len);
        from = p ? (size_t)(p - s.ptr) : s.len;
    }
    for (size_t i = from; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == ',') { /* one before a closing bracket */
            size_t k = i + 1;
            while (k < s.len && k < i + 64 && (unsigned char)s.ptr[k] <= ' ')
                k++;
            if (k < s.len && (s.ptr[k] == '}' || s.ptr[k] == ']'))
                continue;
        }
        copy[n++] = (unsigned char)c < ' ' ? ' ' : c;
    }
    j = json_loadb(copy, n, flags, NULL);
    free(copy);
    return j;
}

rl_status rl_ld_read(rl_arena *mem, const rl_str *blocks, size_t n, rl_ld *out, rl_error *err)
{
    walk w = {.mem = mem, .out = out, .by_id = json_object()};
    json_t *all = json_array();

    *out = (rl_ld){0};
    for (size_t i = 0; all && i < n; i++) {
        json_t *j = blocks[i].len <= RL_JSONLD_MAX ? parse(blocks[i]) : NULL;
        if (j && json_array_append_new(all, j) != 0)
            break;
    }
    if (all && w.by_id) {
        gather(&w, all, 0);
        if (w.best)
            take(&w);
        out->site = w.site;
        out->organization = w.organization;
    }
    rl_status st = all && w.by_id ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in JSON-LD");
    json_decref(w.by_id);
    json_decref(all);
    return st;
}
