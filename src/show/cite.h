/* What an account is cited by: what made it, of what, and the hash that it is checked with. */
#ifndef RL_SHOW_CITE_H
#define RL_SHOW_CITE_H

#include "show/words.h"

/** One JSON object; hash: of rl_show_hash, "" where it is not known yet. */
void rl_show_cite_json(rl_show *s, rl_buf *out, const rl_account *a, const char *hash);
/** The same in one line of the same terms, in any language. After rl_show_begin. */
void rl_show_cite_line(rl_show *s, rl_buf *out, const rl_account *a);

/** The day or minute (UTC) that an account is as of; nothing where it is as of all its reports. */
void rl_show_as_of(rl_buf *out, const rl_account *a);
/** A minute of the epoch as YYYY-MM-DDTHH:MM:00Z. */
void rl_show_minute(rl_buf *out, int64_t minute);

#endif
