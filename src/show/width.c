/* Text as a terminal shows it. Widths by Unicode's East Asian Width and emoji properties; what could steer a
 * terminal or turn the text's direction is left out. Linear in the bytes; no state but the buffer. */
#include "show/show.h"

#include <unicode/uchar.h>

#define ELLIPSIS 0x2026
#define ZWJ 0x200d
#define EMOJI_STYLE 0xfe0f

static bool is_zero(uint32_t cp)
{
    int8_t t = u_charType((UChar32)cp);
    if (t == U_NON_SPACING_MARK || t == U_ENCLOSING_MARK || t == U_FORMAT_CHAR)
        return cp != 0xad;
    int h = u_getIntPropertyValue((UChar32)cp, UCHAR_HANGUL_SYLLABLE_TYPE);
    return h == U_HST_VOWEL_JAMO || h == U_HST_TRAILING_JAMO;
}

static unsigned cp_width(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
        return 0;
    if (cp < 0x300)
        return 1;
    if (is_zero(cp))
        return 0;
    int w = u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH);
    return w == U_EA_WIDE || w == U_EA_FULLWIDTH ? 2 : 1;
}

/* Width of the character at s[*i] with what is joined to it; *i is moved past all of it. */
static unsigned cluster(rl_str s, size_t *i)
{
    uint32_t cp = rl_utf8_next(s.ptr, s.len, i);
    unsigned w = cp_width(cp);
    bool flag = u_hasBinaryProperty((UChar32)cp, UCHAR_REGIONAL_INDICATOR), joined = false;
    while (*i < s.len) {
        size_t next = *i;
        uint32_t c = rl_utf8_next(s.ptr, s.len, &next);
        bool pair = flag && u_hasBinaryProperty((UChar32)c, UCHAR_REGIONAL_INDICATOR);
        if (!joined && !pair && !(c >= 0x300 && is_zero(c)))
            break;
        if (c == EMOJI_STYLE && w == 1 && u_hasBinaryProperty((UChar32)cp, UCHAR_EMOJI))
            w = 2;
        if (pair)
            w = 2;
        flag = false;
        joined = c == ZWJ && w == 2;
        *i = next;
    }
    return w;
}

size_t rl_show_width(rl_str s)
{
    size_t w = 0;
    for (size_t i = 0; i < s.len;)
        w += cluster(s, &i);
    return w;
}

static bool is_dropped(uint32_t cp)
{
    bool bidi = (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e ||
                cp == 0x200f || cp == 0x61c;
    return bidi || cp == 0xfeff || (u_iscntrl((UChar32)cp) && !u_isWhitespace((UChar32)cp));
}

static void put(rl_buf *out, uint32_t cp)
{
    char b[4];
    rl_buf_add(out, (rl_str){b, rl_utf8_put(cp, b)});
}

/* Without what is dropped; runs of white space as one blank. */
static void clean(rl_buf *out, rl_str s)
{
    bool blank = false;
    size_t start = out->len;
    for (size_t i = 0; i < s.len;) {
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        if (is_dropped(cp))
            continue;
        if (u_isUWhiteSpace((UChar32)cp)) {
            blank = out->len > start;
            continue;
        }
        if (blank)
            rl_buf_c(out, ' ');
        blank = false;
        put(out, cp);
    }
}

void rl_show_plain(rl_buf *out, rl_str s, size_t columns)
{
    rl_buf b = {0};
    clean(&b, s);
    if (b.st != RL_OK)
        out->st = out->st != RL_OK ? out->st : b.st;
    rl_str c = rl_buf_str(&b);
    size_t w = 0, fit = 0;
    for (size_t i = 0; i < c.len && columns;) {
        w += cluster(c, &i);
        if (w + 1 <= columns)
            fit = i;
    }
    if (!columns || w <= columns) {
        rl_buf_add(out, c);
    } else {
        rl_buf_add(out, rl_str_trim((rl_str){c.ptr, fit}));
        put(out, ELLIPSIS);
    }
    rl_buf_clear(&b);
}
