/* Pieces of the HTML form. */
#ifndef RL_SHOW_HTML_H
#define RL_SHOW_HTML_H

#include "show/words.h"

/** s as text or as the value of an attribute in double quotes; what XML forbids is left out. */
void rl_show_html(rl_buf *out, rl_str s);
/** A step chart of a series as inline SVG; each standing has its own mark. */
void rl_show_chart(rl_show *s, rl_buf *out, const rl_series *r, size_t number);
/** The mark of a standing as SVG shapes around (x, y). */
void rl_show_mark(rl_buf *out, rl_standing st, int x, int y);

#endif
