/* Cells of CSV (RFC 4180, CRLF). Each call appends one cell and a comma; the end of a row takes the last one off.
 * Text that a spreadsheet would take for a formula begins with an apostrophe; NUL is left out. */
#ifndef RL_SHOW_CSV_H
#define RL_SHOW_CSV_H

#include "base/base.h"

void rl_show_csv_text(rl_buf *out, rl_str s);
void rl_show_csv_z(rl_buf *out, const char *z); /* of ours, NULL: empty */
void rl_show_csv_number(rl_buf *out, bool has, int64_t n);
void rl_show_csv_decimal(rl_buf *out, bool has, double v, unsigned decimals);
void rl_show_csv_date(rl_buf *out, rl_date d);
void rl_show_csv_value(rl_buf *out, rl_value v);        /* qualifier, low, high, vague */
void rl_show_csv_place(rl_buf *out, const rl_place *p); /* name, country, id, lat, lon */
void rl_show_csv_end(rl_buf *out);

/** The mark by which spreadsheets know UTF-8. */
void rl_show_csv_bom(rl_buf *out);

#endif
