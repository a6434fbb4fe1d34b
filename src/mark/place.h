/* Places: found in a tokenised passage, told apart over the whole report, named in any language. */
#ifndef RL_MARK_PLACE_H
#define RL_MARK_PLACE_H

#include "doc/doc.h"

/**
 * Fill block->places from the gazetteer and the pack's own places: longest first, ascending, disjoint.
 * block  tokens and matches set; its text and pack are borrowed. A mark of the gazetteer keeps the key of its
 *        name, so that rl_place_resolve can choose another bearer. Score: 0 … 1000, below RL_PLACE_WEAK only
 *        a report that tells of the same country bears it out.
 * Without a gazetteer only the pack's places are found. Returns RL_OK or RL_ENOMEM. O(tokens).
 */
RL_MUST_CHECK rl_status rl_place_mark_block(rl_arena *mem, const rl_packs *packs, rl_block *block);

enum { RL_PLACE_WEAK = 400 };

/**
 * Choose among the bearers of each name by what else the whole report tells of (countries, "Almaty,
 * Kazakhstan", the population); drop weak marks that nothing bears out.
 * home  the place most told of, name.len == 0 for none; NULL where not wanted.
 * Returns RL_OK or RL_ENOMEM. O(marks × bearers).
 */
RL_MUST_CHECK rl_status rl_place_resolve(rl_arena *mem, const rl_packs *packs, rl_block *const *blocks,
                                         size_t nblocks, rl_place *home);

/** Does outer hold inner: a country its places, a division or area what lies in it? Not itself. O(1). */
bool rl_place_contains(const rl_packs *packs, const rl_place *outer, const rl_place *inner);
/** Are they one place: the same id, else the same name and country? */
bool rl_place_same(const rl_place *a, const rl_place *b);
/** The place's name in a language (BCP 47), else in English; borrows from packs or place. O(log names). */
rl_str rl_place_name(const rl_packs *packs, const rl_place *place, rl_str locale);
/**
 * A place by a name as people write it: "Almaty", "Almaty/KZ", "Almaty, Kazakhstan", "KZ". Of several bearers
 * the most prominent; *out borrows from packs. False (and *out zeroed) where none is known.
 */
bool rl_place_find(const rl_packs *packs, rl_str name, rl_place *out);

#endif
