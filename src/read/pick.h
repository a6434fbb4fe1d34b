/* Which blocks are the body, and which of them are what. Inside src/read only. */
#ifndef RL_READ_PICK_H
#define RL_READ_PICK_H

#include "read/block.h"

typedef enum { RL_PICK_NO, RL_PICK_BODY, RL_PICK_CAPTION } rl_pick;

/** pick has blocks->n places; *letters is the length of what was picked. Cost: linear. */
RL_MUST_CHECK rl_status rl_pick_blocks(rl_arena *mem, const rl_dom *dom, const rl_blocks *blocks,
                                       const rl_features *f, rl_pick *pick, float *letters, rl_error *err);

typedef RL_VEC(rl_part) rl_parts;

/** The parts of a body: where[i] is the span in body of block i (len 0: not in it). Cost: linear,
 *  times the depth of the tree. */
RL_MUST_CHECK rl_status rl_page_parts(rl_arena *mem, const rl_dom *dom, const rl_blocks *blocks,
                                      const rl_pick *pick, const rl_span *where, rl_str body, rl_str lang,
                                      rl_parts *out, rl_error *err);

/** HTML of the article in the data that a page's scripts carry, where the page itself shows none:
 *  the longest run of text in a string of JSON; empty where there is none. Cost: linear. */
rl_str rl_state_html(rl_arena *mem, rl_str page);

#endif
