/* What the names that a page gives its elements hint at. Inside src/read only.
 *
 * Class names are a vocabulary of the web, not of a language or a site: "article-body", "related",
 * "byline". Each group is one bit. */
#ifndef RL_READ_HINT_H
#define RL_READ_HINT_H

#include "read/page.h"

#define RL_HINTS(X)                                                                                \
    X(TEXT) X(STORY) X(COMMENT) X(RELATED) X(SHARE) X(NAV) X(FOOT) X(SIDE) X(CAPTION) X(AUTHOR)    \
    X(DATE) X(SUBSCRIBE) X(AD) X(TOPIC) X(LEAD) X(TITLE) X(MODAL) X(QUOTE) X(BOX) X(EMBED) X(LIVE) \
    X(TOP) X(LIST) X(NOTE) X(PLAYER) X(HIDDEN)
typedef enum {
#define X(g) RL_HINT_##g,
    RL_HINTS(X)
#undef X
        RL_HINT_N
} rl_hint;
#define RL_HINT(g) (1u << RL_HINT_##g)

/** The hints in class, id, role, itemprop and data attributes of one element. */
uint32_t rl_hints_of(const rl_dom *dom, uint32_t node);
/** The hints in one attribute's value. Cost O(s.len). */
uint32_t rl_hints_in(rl_str s);

#endif
