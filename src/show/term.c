/* Lines of a terminal. Invariants: what a report says never reaches the terminal as control characters; an
 * isolate that is opened is closed on the same line. Linear. */
#include "show/term.h"

#include <unicode/uchar.h>

#define FSI 0x2068
#define PDI 0x2069

void rl_show_ink(const rl_show *s, rl_buf *out, rl_ink ink)
{
    static const char *const code[] = {"1", "2", "32", "33", "31", "36"};
    if (rl_show_settings(s)->colour)
        rl_buf_f(out, "\033[%sm", code[ink]);
}

void rl_show_no_ink(const rl_show *s, rl_buf *out)
{
    if (rl_show_settings(s)->colour)
        rl_buf_z(out, "\033[0m");
}

void rl_show_cp(rl_buf *out, uint32_t cp)
{
    char b[4];
    rl_buf_add(out, (rl_str){b, rl_utf8_put(cp, b)});
}

void rl_show_pad(rl_buf *out, size_t n)
{
    while (n--)
        rl_buf_c(out, ' ');
}

unsigned rl_show_columns(const rl_show *s)
{
    unsigned n = rl_show_settings(s)->columns;
    return n == 0 ? 80 : n < 40 ? 40 : n > RL_SHOW_COLUMNS_MAX ? RL_SHOW_COLUMNS_MAX : n;
}

static bool has_rtl(rl_str s)
{
    for (size_t i = 0; i < s.len;) {
        UCharDirection d = u_charDirection((UChar32)rl_utf8_next(s.ptr, s.len, &i));
        if (d == U_RIGHT_TO_LEFT || d == U_RIGHT_TO_LEFT_ARABIC || d == U_ARABIC_NUMBER)
            return true;
    }
    return false;
}

static void add_isolated(rl_buf *out, rl_str s)
{
    bool rtl = has_rtl(s);
    if (rtl)
        rl_show_cp(out, FSI);
    rl_buf_add(out, s);
    if (rtl)
        rl_show_cp(out, PDI);
}

void rl_show_isolated(rl_buf *out, rl_str s, size_t columns)
{
    rl_buf b = {0};
    rl_show_plain(&b, s, columns);
    add_isolated(out, rl_buf_str(&b));
    rl_buf_clear(&b);
}

void rl_show_cell(rl_buf *out, rl_str s, size_t columns)
{
    rl_buf b = {0};
    rl_show_plain(&b, s, columns);
    size_t w = rl_show_width(rl_buf_str(&b));
    add_isolated(out, rl_buf_str(&b));
    rl_show_pad(out, columns > w ? columns - w : 0);
    rl_buf_clear(&b);
}

/* Bytes of s, at most columns wide, to put on a line: up to a blank, else up to what fits. */
static size_t line_length(rl_str s, size_t columns)
{
    size_t w = 0, fit = 0, blank = 0;
    for (size_t i = 0; i < s.len;) {
        size_t at = i, next = i;
        rl_utf8_next(s.ptr, s.len, &next);
        while (next < s.len && rl_show_width(rl_str_sub(s, at, next - at)) == 0)
            rl_utf8_next(s.ptr, s.len, &next);
        w += rl_show_width(rl_str_sub(s, at, next - at));
        if (w > columns)
            return blank ? blank : fit ? fit : next;
        if (s.ptr[at] == ' ')
            blank = at;
        else if (w > 1 && rl_show_width(rl_str_sub(s, at, next - at)) == 2)
            blank = next; /* between wide characters a line may end */
        fit = next;
        i = next;
    }
    return s.len;
}

void rl_show_wrap(rl_buf *out, rl_str s, size_t indent, size_t columns)
{
    rl_buf b = {0};
    rl_show_plain(&b, s, 0);
    rl_str rest = rl_buf_str(&b);
    size_t room = columns > indent + 20 ? columns - indent : 20;
    while (rest.len) {
        size_t n = line_length(rest, room);
        rl_show_pad(out, indent);
        add_isolated(out, rl_str_trim((rl_str){rest.ptr, n}));
        rl_buf_c(out, '\n');
        rest = rl_str_trim((rl_str){rest.ptr + n, rest.len - n});
    }
    rl_buf_clear(&b);
}
