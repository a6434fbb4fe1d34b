/* The words of an output: messages, numbers, days, places, values in the reader's language. Everything is
 * appended to the buffer given. A message that a pack lacks is the English one; one that nobody has, its key. */
#ifndef RL_SHOW_WORDS_H
#define RL_SHOW_WORDS_H

#include "show/message.h"
#include "show/show.h"

#define RL_ARG_N(name, n) ((rl_show_arg){(name), NULL, 0, (int64_t)(n)})
#define RL_ARG_S(name, s) ((rl_show_arg){(name), (s).ptr ? (s).ptr : "", (s).len, 0})

const char *rl_show_lang(const rl_show *s);
bool rl_show_is_rtl(const char *lang); /* is the language written from right to left? */
const rl_show_options *rl_show_settings(const rl_show *s);

void rl_show_say(rl_show *s, rl_buf *out, const char *key, const rl_show_arg *args, size_t n);
/** The message prefix.name, without arguments. */
void rl_show_term(rl_show *s, rl_buf *out, const char *prefix, const char *name);
/** The same, or fallback where no pack has it. */
void rl_show_term_or(rl_show *s, rl_buf *out, const char *prefix, rl_str name);
void rl_show_number(rl_show *s, rl_buf *out, int64_t n);
void rl_show_day(rl_show *s, rl_buf *out, rl_date d);
void rl_show_days(rl_show *s, rl_buf *out, rl_date from, rl_date to);
void rl_show_place(rl_show *s, rl_buf *out, const rl_place *p);
void rl_show_language(rl_show *s, rl_buf *out, rl_str tag);
void rl_show_value(rl_show *s, rl_buf *out, rl_value v);
/** Measure, whom, place, total or new: what a series is of. */
void rl_show_series_title(rl_show *s, rl_buf *out, const rl_series *r);
/** Low, best and high in one phrase; nothing where no number is known. */
void rl_show_spread(rl_show *s, rl_buf *out, const rl_series *r);
/** By its office where a message names it, also of a place of the account at hand ("Cyprus Ministry of Health"). */
void rl_show_speaker(rl_show *s, rl_buf *out, rl_str name);
void rl_show_origin(rl_show *s, rl_buf *out, const rl_origin *o);
/** Who stands behind a point, at most max named and the rest counted. */
void rl_show_origins(rl_show *s, rl_buf *out, const rl_point *p, size_t max);
/** A happening: its type and topic. */
void rl_show_happening(rl_show *s, rl_buf *out, const rl_account_happening *h);
/** Names joined as lists are in the language ("a, b"). */
void rl_show_join(rl_show *s, rl_buf *out, size_t at);

/** Before an account is shown: its points are then found by their ids, and its hash is known. */
void rl_show_begin(rl_show *s, rl_buf *out, const rl_account *a);
const char *rl_show_hash(const rl_show *s); /* rl_show_account_hash of the account that was begun */
/** The point of an id, and its series; NULL where there is none. O(log points). */
const rl_point *rl_show_point(const rl_show *s, const char *id, const rl_series **series);
rl_str rl_show_quote(const rl_account *a, const rl_account_claim *c); /* its words */
/** "report:start-end; …" of some claims. */
void rl_show_claim_places(rl_buf *out, const rl_account *a, const uint32_t *claims, size_t n);
/** "replaced by 18", "against 40", "of 18", "denies 40"; nothing where a point has no such. */
void rl_show_relations(rl_show *s, rl_buf *out, const rl_series *own, const rl_point *p);
void rl_show_claim_title(rl_show *s, rl_buf *out, const rl_claim *c);
void rl_show_report_title(rl_show *s, rl_buf *out, const rl_account *a, size_t r);
/** The story in a few sentences, one message each: at = 0 …; false past the last. */
bool rl_show_story_line(rl_show *s, rl_buf *out, const rl_account *a, size_t at);

/** How a form with lines and headings writes the parts of an account. */
typedef struct {
    void (*story)(rl_show *s, rl_buf *out, const rl_account *a);
    void (*heading)(rl_show *s, rl_buf *out, const char *key);
    void (*series)(rl_show *s, rl_buf *out, const rl_series *r);
    void (*time_line)(rl_show *s, rl_buf *out, const rl_account *a);
    void (*evidence)(rl_show *s, rl_buf *out, const rl_account *a);
    void (*foot)(rl_show *s, rl_buf *out, const rl_account *a); /* what it is cited by */
} rl_show_parts;
/** All of them in their order, a heading only over what there is. */
void rl_show_in_order(rl_show *s, rl_buf *out, const rl_account *a, const rl_show_parts *parts);

#endif
