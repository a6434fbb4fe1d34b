/* What reviewers decided, put on what reading found: claims confirmed, rejected, amended; reports retracted; the rule
 * of a series.
 *
 * A claim is known by its id, which is the same in the same text wherever it stands. Where reading finds other claims than
 * it did when somebody decided, the decision goes to the claim of the same report and measure that shares most
 * bytes with the old one. Decisions on one claim add up in order: what is amended stays amended until another
 * decision puts something else there or rejects the claim; a confirmation confirms it as it then is. */
#ifndef RL_DESK_REVIEW_H
#define RL_DESK_REVIEW_H

#include "store/decide.h"

typedef struct rl_reviews rl_reviews;

/** All that holds. packs: to know amended places by their names. Lives in mem, borrows from packs.
 *  O(decisions log decisions). */
RL_MUST_CHECK rl_status rl_reviews_load(rl_arena *mem, const rl_packs *packs, rl_store *s, rl_reviews **out,
                                        rl_error *err);
/** in->reading with what was decided, a copy in mem where anything was, and in->retracted. r NULL: nothing was. */
RL_MUST_CHECK rl_status rl_reviews_apply(const rl_reviews *r, rl_arena *mem, rl_account_input *in);
/** The rule somebody chose for a series of a story (empty: of any), or `rule`. */
rl_spread_rule rl_reviews_rule(const rl_reviews *r, rl_str story, const rl_series *s, rl_spread_rule rule);
/** "measure/whom/place/kind", place by its GeoNames id, else its name: what a decision on a series names it by. */
void rl_series_key(rl_buf *out, const rl_series *s);

/** 2022-01-06T05:04:03.210Z and NUL. */
void rl_decision_time(int64_t at_ms, char out[25]);
/** docs/api.md, Decision. */
void rl_decision_json(rl_buf *out, const rl_decision *d);

#endif
