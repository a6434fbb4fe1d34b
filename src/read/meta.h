/* What a page says of itself: JSON-LD, Open Graph, microdata, meta elements, visible bylines.
 * Inside src/read only. */
#ifndef RL_READ_META_H
#define RL_READ_META_H

#include "read/page.h"

typedef RL_VEC(rl_str) rl_strs;
/** A new place at the end; NULL, and the list empty, when out of memory. */
static inline rl_str *rl_strs_push(rl_arena *mem, rl_strs *list)
{
    rl_str *p = RL_PUSH(mem, *list);
    if (!p)
        *list = (rl_strs){0};
    return p;
}

/** One article object of the page's JSON-LD; strings are plain UTF-8 on the arena. */
typedef struct {
    int rank; /* how surely it is the page's own article; 0: there is none */
    rl_str headline, published, modified, description, body, section, url, lang, publisher;
    rl_strs authors;
    struct rl_ld_update {
        rl_str headline, body, published;
    } * updates; /* of a LiveBlogPosting */
    size_t nupdates;
    rl_str site, organization; /* of WebSite and Organization objects beside it */
} rl_ld;

/** blocks: contents of the page's ld+json scripts; what is no JSON is passed over.
 *  Cost: linear; at most RL_JSON_DEPTH_MAX deep. */
RL_MUST_CHECK rl_status rl_ld_read(rl_arena *mem, const rl_str *blocks, size_t n, rl_ld *out, rl_error *err);

typedef struct {
    rl_ld ld;
    rl_str og_title, h1, html_title, description;
    uint32_t h1_node;
    /* the choices */
    rl_str title, published, modified, outlet, lang, url, section;
    rl_strs authors;
} rl_page_meta;

/** url: where the page was had from, or empty. */
RL_MUST_CHECK rl_status rl_page_metadata(rl_arena *mem, const rl_lean *lean, const rl_dom *dom, rl_str url,
                                         rl_page_meta *out, rl_error *err);

/** Plain text of s: entities decoded, tags taken out, white space squeezed. */
rl_str rl_plain_text(rl_arena *mem, rl_str s);
/** Letters and digits only, case folded: for comparing titles. */
rl_str rl_compare_form(rl_arena *mem, rl_str s);
/** ISO 8601 of a date in one of the forms of the web (ISO 8601, RFC 2822, epoch, numbers);
 *  empty where it is none. */
rl_str rl_iso_time(rl_arena *mem, rl_str s);

#endif
