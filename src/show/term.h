/* Lines of a terminal: cells padded by their width, wrapped paragraphs, isolated right-to-left runs, colour. */
#ifndef RL_SHOW_TERM_H
#define RL_SHOW_TERM_H

#include "show/words.h"

typedef enum { RL_INK_BOLD, RL_INK_DIM, RL_INK_GOOD, RL_INK_WARN, RL_INK_BAD, RL_INK_NAME } rl_ink;

void rl_show_ink(const rl_show *s, rl_buf *out, rl_ink ink); /* nothing where colour is not asked for */
void rl_show_no_ink(const rl_show *s, rl_buf *out);
void rl_show_cp(rl_buf *out, uint32_t cp);
void rl_show_pad(rl_buf *out, size_t n);
unsigned rl_show_columns(const rl_show *s);
/** s made plain, in a first-strong isolate where it has right-to-left letters. */
void rl_show_isolated(rl_buf *out, rl_str s, size_t columns);
/** A cell: isolated, cut and padded to exactly columns. */
void rl_show_cell(rl_buf *out, rl_str s, size_t columns);
/** A paragraph made plain and wrapped, every line after `indent` blanks (the first too) and ended. */
void rl_show_wrap(rl_buf *out, rl_str s, size_t indent, size_t columns);

#endif
