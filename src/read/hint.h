/* What the names that a page gives its elements hint at. Inside src/read only.
 *
 * Class names are a vocabulary of the web, not of a language or a site: "article-body", "related",
 * "byline". Each group is one bit. */
#ifndef RL_READ_HINT_H
#define RL_READ_HINT_H

#include "read/page.h"

/* clang-format off */
#define RL_HINTS(X) \
    X(TEXT) X(STORY) X(COMMENT) X(RELATED) X(SHARE) X(NAV) X(FOOT) X(SIDE) X(CAPTION) X(AUTHOR) X(DATE) \
    X(SUBSCRIBE) X(AD) X(TOPIC) X(LEAD) X(TITLE) X(MODAL) X(QUOTE) X(BOX) X(EMBED) X(LIVE) X(TOP) X(LIST) \
    X(NOTE) X(PLAYER) X(HIDDEN)
/* clang-format on */
typedef enum {
#define X(g) RL_HINT_##g,
    RL_HINTS(X)
#undef X
        RL_HINT_N
} rl_hint;
#define RL_HINT(g) (1u << RL_HINT_##g)

/** Index of the words, and what was found for the values met; of one page. */
typedef struct rl_hint_table rl_hint_table;
rl_hint_table *rl_hint_table_new(rl_arena *mem); /* NULL when out of memory */
/** The hints in class, id, role, itemprop and data attributes of one element. */
uint32_t rl_hints_of(rl_hint_table *t, const rl_dom *dom, uint32_t node);
/** The hints in one attribute's value. Cost O(s.len). */
uint32_t rl_hints_in(rl_hint_table *t, rl_str s);
/** Fill dom->hints for all nodes; false when out of memory. Cost: linear. */
RL_MUST_CHECK bool rl_hints_all(rl_arena *mem, rl_dom *dom);

#endif
