/* The article in the data of a page's scripts: pages that are drawn in the browser carry their text
 * as strings of JSON, often as HTML, sometimes as JSON inside a string of JSON.
 *
 * Any string literal that is long, mostly letters and has sentences is a candidate; the longest one
 * is taken. Used only where the page shows no text. Cost: linear, RL_STATE_DEPTH_MAX times. */
#include "read/meta.h"
#include "read/pick.h"

#include <stdlib.h>
#include <strings.h>
#include <unicode/uchar.h>

enum { SHORTEST = 400 };

typedef struct {
    rl_arena *mem;
    rl_str best;
    size_t most;
} search;

static uint32_t hex4(const char *p)
{
    char z[5] = {p[0], p[1], p[2], p[3], 0};
    char *end;
    unsigned long v = strtoul(z, &end, 16);
    return *end ? 0xFFFD : (uint32_t)v;
}

/* The characters of a JSON string literal's inside. */
static rl_str unescape(rl_arena *mem, rl_str s)
{
    char *out = rl_alloc(mem, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len; i++) {
        if (s.ptr[i] != '\\' || i + 1 >= s.len) {
            out[n++] = s.ptr[i];
            continue;
        }
        char c = s.ptr[++i];
        if (c == 'u' && i + 4 < s.len) {
            uint32_t cp = hex4(s.ptr + i + 1);
            i += 4;
            if (cp >= 0xD800 && cp < 0xDC00 && i + 6 < s.len && s.ptr[i + 1] == '\\' && s.ptr[i + 2] == 'u') {
                uint32_t low = hex4(s.ptr + i + 3);
                if (low >= 0xDC00 && low < 0xE000) {
                    cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
                    i += 6;
                }
            }
            n += rl_utf8_put(cp >= 0xD800 && cp < 0xE000 ? 0xFFFD : cp ? cp : ' ', out + n);
        } else {
            out[n++] = c == 'n' || c == 'r' ? '\n' : c == 't' || c == 'b' || c == 'f' ? ' ' : c;
        }
    }
    return (rl_str){out, out ? n : 0};
}

/* Letters of running text, outside tags; 0 where it reads like anything else. */
static size_t prose(rl_str s)
{
    size_t letters = 0, signs = 0, ends = 0, spaces = 0;
    bool tag = false;
    for (size_t i = 0; i < s.len;) {
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        if (cp == '<')
            tag = true;
        else if (cp == '>')
            tag = false;
        if (tag || cp == '>')
            continue;
        letters += (size_t)(u_isalnum((UChar32)cp) ? cp > 0x2E80 ? 2 : 1 : 0);
        spaces += cp == ' ' || cp > 0x2E80;
        ends += cp == '.' || cp == 0x3002 || cp == '?';
        signs += cp == '{' || cp == '}' || cp == ';' || cp == '=' || cp == '"' || cp == '_' || cp == '/';
    }
    return letters > SHORTEST && ends >= 3 && spaces * 14 > letters && signs * 25 < letters ? letters : 0;
}

static void look_into(search *s, rl_str text, unsigned depth)
{
    for (size_t i = 0; i < text.len;) {
        const char *q = memchr(text.ptr + i, '"', text.len - i);
        if (!q)
            break;
        size_t from = (size_t)(q - text.ptr) + 1, end = from;
        while (end < text.len && text.ptr[end] != '"')
            end += text.ptr[end] == '\\' ? 2 : 1;
        if (end >= text.len)
            break;
        i = end + 1;
        if (end - from < SHORTEST)
            continue;
        rl_str in = unescape(s->mem, rl_str_sub(text, from, end - from));
        size_t letters = in.len ? prose(in) : 0;
        if (letters > s->most) {
            s->most = letters;
            s->best = in;
        } else if (!letters && depth + 1 < RL_STATE_DEPTH_MAX && memchr(in.ptr ? in.ptr : "", '"', in.len)) {
            look_into(s, in, depth + 1);
        }
    }
}

rl_str rl_state_html(rl_arena *mem, rl_str page)
{
    search s = {.mem = mem};
    for (size_t i = 0; i + 7 < page.len;) {
        const char *p = memchr(page.ptr + i, '<', page.len - i - 7);
        if (!p)
            break;
        i = (size_t)(p - page.ptr) + 1;
        if (strncasecmp(p, "<script", 7) != 0)
            continue;
        const char *end = memmem(p, page.len - i + 1, "</script", 8);
        size_t stop = end ? (size_t)(end - page.ptr) : page.len;
        look_into(&s, rl_str_sub(page, i, stop - i), 0);
        i = stop;
    }
    return s.best;
}
