/* Hints in the names of elements: a table of the web's words, matched anywhere in a name, or where
 * marked only where a part of the name begins (after a sign, or at a capital after a small letter),
 * or only as a whole part. Words are in groups by their first letter. Pure; O(s.len). */
#include "read/hint.h"

#include <ctype.h>

typedef enum { ANY, BEGIN, WHOLE } where;
static const struct {
    const char *word;
    rl_hint group;
    where at;
} words[] = {
#define W(w, g, a)                                                                                           \
    {                                                                                                        \
        w, RL_HINT_##g, a                                                                                    \
    }
    W("abstract", LEAD, BEGIN),
    W("ad", AD, WHOLE),
    W("addthis", SHARE, ANY),
    W("ads", AD, WHOLE),
    W("advert", AD, ANY),
    W("alert", MODAL, BEGIN),
    W("also", RELATED, WHOLE),
    W("archive", LIST, BEGIN),
    W("article", STORY, ANY),
    W("aside", SIDE, BEGIN),
    W("audio", PLAYER, BEGIN),
    W("author", AUTHOR, BEGIN),
    W("banner", AD, ANY),
    W("bio", AUTHOR, WHOLE),
    W("body", TEXT, ANY),
    W("bottom", FOOT, BEGIN),
    W("box", BOX, BEGIN),
    W("breadcrumb", NAV, ANY),
    W("byline", AUTHOR, ANY),
    W("callout", BOX, BEGIN),
    W("caption", CAPTION, ANY),
    W("card", RELATED, BEGIN),
    W("carousel", RELATED, ANY),
    W("categor", TOPIC, BEGIN),
    W("chapo", LEAD, BEGIN),
    W("comment", COMMENT, ANY),
    W("consent", MODAL, ANY),
    W("content", TEXT, ANY),
    W("contributor", AUTHOR, BEGIN),
    W("cookie", MODAL, ANY),
    W("copy", TEXT, WHOLE),
    W("copyright", FOOT, ANY),
    W("correction", NOTE, BEGIN),
    W("credit", CAPTION, BEGIN),
    W("crumb", NAV, BEGIN),
    W("date", DATE, BEGIN),
    W("deck", LEAD, WHOLE),
    W("dek", LEAD, WHOLE),
    W("description", LEAD, BEGIN),
    W("dialog", MODAL, BEGIN),
    W("disclaimer", NOTE, ANY),
    W("disqus", COMMENT, ANY),
    W("donat", SUBSCRIBE, BEGIN),
    W("embed", EMBED, BEGIN),
    W("entry", TEXT, BEGIN),
    W("excerpt", LEAD, ANY),
    W("factbox", BOX, BEGIN),
    W("feed", LIST, BEGIN),
    W("figure", CAPTION, BEGIN),
    W("follow", SHARE, BEGIN),
    W("foot", FOOT, BEGIN),
    W("footnote", NOTE, ANY),
    W("gallery", CAPTION, BEGIN),
    W("gdpr", MODAL, ANY),
    W("grid", LIST, BEGIN),
    W("head", TITLE, BEGIN),
    W("header", TOP, BEGIN),
    W("hidden", HIDDEN, BEGIN),
    W("highlight", BOX, BEGIN),
    W("image", CAPTION, BEGIN),
    W("img", CAPTION, BEGIN),
    W("info", BOX, BEGIN),
    W("inset", BOX, BEGIN),
    W("instagram", EMBED, ANY),
    W("intro", LEAD, BEGIN),
    W("item", LIST, WHOLE),
    W("items", LIST, WHOLE),
    W("keyword", TOPIC, BEGIN),
    W("label", TOPIC, WHOLE),
    W("latest", RELATED, ANY),
    W("lead", LEAD, BEGIN),
    W("lede", LEAD, BEGIN),
    W("legal", FOOT, WHOLE),
    W("list", LIST, BEGIN),
    W("listen", PLAYER, BEGIN),
    W("live", LIVE, BEGIN),
    W("login", SUBSCRIBE, BEGIN),
    W("main", STORY, BEGIN),
    W("masthead", TOP, ANY),
    W("media", CAPTION, BEGIN),
    W("member", SUBSCRIBE, BEGIN),
    W("menu", NAV, BEGIN),
    W("meta", DATE, BEGIN),
    W("modal", MODAL, ANY),
    W("more", RELATED, WHOLE),
    W("most", RELATED, WHOLE),
    W("nav", NAV, BEGIN),
    W("newsletter", SUBSCRIBE, ANY),
    W("next", RELATED, WHOLE),
    W("note", NOTE, WHOLE),
    W("notice", MODAL, BEGIN),
    W("outbrain", RELATED, ANY),
    W("overlay", MODAL, BEGIN),
    W("page", NAV, WHOLE),
    W("pager", NAV, BEGIN),
    W("pagination", NAV, ANY),
    W("paragraph", TEXT, ANY),
    W("paywall", SUBSCRIBE, ANY),
    W("photo", CAPTION, ANY),
    W("picture", CAPTION, BEGIN),
    W("player", PLAYER, ANY),
    W("popular", RELATED, ANY),
    W("popup", MODAL, ANY),
    W("post", STORY, BEGIN),
    W("premium", SUBSCRIBE, BEGIN),
    W("prev", RELATED, WHOLE),
    W("promo", RELATED, ANY),
    W("prose", TEXT, BEGIN),
    W("publish", DATE, ANY),
    W("pull", QUOTE, BEGIN),
    W("quote", QUOTE, ANY),
    W("rail", SIDE, WHOLE),
    W("read", RELATED, WHOLE),
    W("readmore", RELATED, ANY),
    W("recirc", RELATED, ANY),
    W("recommend", RELATED, ANY),
    W("register", SUBSCRIBE, BEGIN),
    W("related", RELATED, ANY),
    W("replies", COMMENT, BEGIN),
    W("reply", COMMENT, BEGIN),
    W("reporter", AUTHOR, BEGIN),
    W("respond", COMMENT, WHOLE),
    W("richtext", TEXT, ANY),
    W("screen", HIDDEN, WHOLE),
    W("secondary", SIDE, BEGIN),
    W("share", SHARE, ANY),
    W("sharing", SHARE, ANY),
    W("sidebar", SIDE, ANY),
    W("signup", SUBSCRIBE, ANY),
    W("similar", RELATED, BEGIN),
    W("slider", RELATED, BEGIN),
    W("social", SHARE, ANY),
    W("source", NOTE, BEGIN),
    W("sponsor", AD, ANY),
    W("standfirst", LEAD, ANY),
    W("story", STORY, ANY),
    W("sub", TITLE, WHOLE),
    W("subhead", TITLE, BEGIN),
    W("subscri", SUBSCRIBE, ANY),
    W("subtitle", LEAD, ANY),
    W("suggest", RELATED, BEGIN),
    W("summary", LEAD, ANY),
    W("support", SUBSCRIBE, WHOLE),
    W("taboola", RELATED, ANY),
    W("tag", TOPIC, WHOLE),
    W("tags", TOPIC, WHOLE),
    W("teaser", RELATED, ANY),
    W("text", TEXT, ANY),
    W("thumb", CAPTION, BEGIN),
    W("ticker", LIVE, ANY),
    W("time", DATE, BEGIN),
    W("timeline", LIVE, BEGIN),
    W("title", TITLE, ANY),
    W("toc", NAV, WHOLE),
    W("tool", SHARE, BEGIN),
    W("tooltip", MODAL, ANY),
    W("top", TOP, WHOLE),
    W("topbar", TOP, BEGIN),
    W("topic", TOPIC, BEGIN),
    W("trending", RELATED, ANY),
    W("tweet", EMBED, ANY),
    W("twitter", EMBED, ANY),
    W("update", LIVE, BEGIN),
    W("upnext", RELATED, ANY),
    W("video", CAPTION, BEGIN),
    W("visually", HIDDEN, WHOLE),
    W("widget", SIDE, BEGIN),
    W("writer", AUTHOR, BEGIN),
    W("wysiwyg", TEXT, ANY),
#undef W
};
enum { NWORDS = sizeof words / sizeof *words };

struct rl_hint_table {
    uint8_t first[27]; /* words[first[c] … first[c + 1]) begin with the letter c */
    uint8_t len[NWORDS];
    struct {
        uint64_t key;
        uint32_t bits;
    } seen[512]; /* values met on this page: pages repeat their class names */
};
static_assert(NWORDS < 256, "the index of a word is a byte");

rl_hint_table *rl_hint_table_new(rl_arena *mem)
{
    rl_hint_table *t = RL_NEW(mem, rl_hint_table, 1);
    unsigned w = 0;
    for (unsigned c = 0; t && c < 27; c++) {
        while (w < NWORDS && (unsigned)(words[w].word[0] - 'a') < c)
            w++;
        t->first[c] = (uint8_t)w;
    }
    for (w = 0; t && w < NWORDS; w++)
        t->len[w] = (uint8_t)strlen(words[w].word);
    return t;
}

static uint32_t scan(const rl_hint_table *t, rl_str s)
{
    char low[264];
    uint32_t bits = 0;
    size_t n = s.len < 256 ? s.len : 256;

    for (size_t i = 0; i < n; i++)
        low[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] | 32 : s.ptr[i]);
    low[n] = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned char)low[i] - 'a';
        if (c >= 26)
            continue;
        bool begins = i == 0 || !isalpha((unsigned char)low[i - 1]) ||
                      (low[i] != s.ptr[i] && low[i - 1] == s.ptr[i - 1]);
        for (unsigned k = t->first[c]; k < t->first[c + 1]; k++) {
            size_t len = t->len[k];
            if (words[k].word[1] != low[i + 1] || (words[k].at != ANY && !begins) || n - i < len ||
                memcmp(low + i, words[k].word, len) != 0)
                continue;
            char after = low[i + len];
            bool ends = !isalpha((unsigned char)after) || (i + len < n && s.ptr[i + len] != after);
            if (words[k].at != WHOLE || ends)
                bits |= 1u << words[k].group;
        }
    }
    return bits;
}

uint32_t rl_hints_in(rl_hint_table *t, rl_str s)
{
    if (!s.len)
        return 0;
    uint64_t key = rl_hash(s.ptr, s.len);
    size_t at = key & 511;
    if (t->seen[at].key != key) {
        t->seen[at].key = key;
        t->seen[at].bits = scan(t, s);
    }
    return t->seen[at].bits;
}

uint32_t rl_hints_of(rl_hint_table *t, const rl_dom *dom, uint32_t node)
{
    const rl_node *n = &dom->node[node];
    uint32_t bits = 0;
    for (uint32_t i = 0; i < n->nattr; i++) {
        const rl_node_attr *a = &dom->attr[n->attr + i];
        switch (a->name) {
        case RL_ATTR_class:
        case RL_ATTR_id:
        case RL_ATTR_role:
        case RL_ATTR_itemprop:
        case RL_ATTR_testid:
        case RL_ATTR_component:
            bits |= rl_hints_in(t, a->value);
            break;
        case RL_ATTR_hidden:
            bits |= RL_HINT(HIDDEN);
            break;
        case RL_ATTR_aria_hidden:
            bits |= rl_str_is(a->value, "true") ? RL_HINT(HIDDEN) : 0;
            break;
        case RL_ATTR_style:
            bits |= memmem(a->value.ptr, a->value.len, "display", 7) ? RL_HINT(HIDDEN) : 0;
            break;
        default:
            break;
        }
    }
    return bits;
}

bool rl_hints_all(rl_arena *mem, rl_dom *dom)
{
    rl_hint_table *t = rl_hint_table_new(mem);
    dom->hints = RL_NEW(mem, uint32_t, dom->nnodes);
    if (!t || !dom->hints)
        return false;
    for (uint32_t i = 1; i < dom->nnodes; i++)
        if (dom->node[i].nattr)
            dom->hints[i] = rl_hints_of(t, dom, i);
    return true;
}
