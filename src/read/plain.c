/* Plain text out of marked-up strings, the form in which titles are compared, and times.
 * Pure; cost linear. */
#include "read/meta.h"

#include <libxml/HTMLparser.h>
#include <stdlib.h>
#include <unicode/uchar.h>

/* The character of an entity at s ("&…;"); *used bytes of s, 0 where it is none. */
static uint32_t entity(rl_str s, size_t *used)
{
    size_t end = 1;
    char name[12];

    *used = 0;
    while (end < s.len && end < 12 && s.ptr[end] != ';' && (unsigned char)s.ptr[end] > ' ' &&
           s.ptr[end] != '&')
        end++;
    if (end >= s.len || s.ptr[end] != ';' || end < 2)
        return 0;
    memcpy(name, s.ptr + 1, end - 1);
    name[end - 1] = 0;
    uint32_t cp = 0;
    if (name[0] == '#') {
        bool hex = (name[1] | 32) == 'x';
        char *stop;
        unsigned long v = strtoul(name + 1 + hex, &stop, hex ? 16 : 10);
        cp = *stop || v > 0x10FFFF || (v >= 0xD800 && v < 0xE000) ? 0 : (uint32_t)v;
    } else {
        const htmlEntityDesc *d = htmlEntityLookup((const xmlChar *)name);
        cp = d ? d->value : strcmp(name, "apos") == 0 ? '\'' : 0;
    }
    *used = cp ? end + 1 : 0;
    return cp;
}

/* One pass: entities decoded; tags out if `tags`. */
static rl_str decode(rl_arena *mem, rl_str s, bool tags)
{
    char *out = rl_alloc(mem, s.len + 1);
    size_t n = 0, used;
    bool space = false, last_gt = true;

    for (size_t i = 0; out && i < s.len;) {
        char c = s.ptr[i];
        if (c == '<' && tags && last_gt && i + 1 < s.len &&
            (s.ptr[i + 1] == '/' || (unsigned char)((s.ptr[i + 1] | 32) - 'a') < 26)) {
            const char *p = memchr(s.ptr + i, '>', s.len - i);
            last_gt = p != NULL;
            if (p) {
                i = (size_t)(p - s.ptr) + 1;
                space = true;
                continue;
            }
        }
        if (c == ' ' || (c >= '\t' && c <= '\r') || !c) {
            space = true;
            i++;
            continue;
        }
        char put[4] = {c};
        size_t len = 1;
        uint32_t cp = c == '&' ? entity(rl_str_sub(s, i, s.len - i), &used) : 0;
        if (cp) {
            len = rl_utf8_put(cp, put);
            i += used;
        } else {
            i++;
        }
        if (cp && u_isUWhiteSpace((UChar32)cp) && cp != 0xA0) {
            space = true;
            continue;
        }
        if (space && n)
            out[n++] = ' ';
        space = false;
        memcpy(out + n, put, len);
        n += len;
    }
    return (rl_str){out, out ? n : 0};
}

rl_str rl_plain_text(rl_arena *mem, rl_str s)
{
    if (!s.len)
        return (rl_str){0};
    bool amp = memchr(s.ptr, '&', s.len) != NULL;
    rl_str t = decode(mem, s, true);
    /* strings inside JSON are often escaped twice */
    return amp && t.len && (memchr(t.ptr, '&', t.len) || memchr(t.ptr, '<', t.len)) ? decode(mem, t, true)
                                                                                    : t;
}

rl_str rl_compare_form(rl_arena *mem, rl_str s)
{
    char *out = rl_alloc(mem, s.len * 3 + 4);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len;) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 128) {
            i++;
            if ((unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10)
                out[n++] = (char)((unsigned char)(c - '0') < 10 ? c : c | 32);
            continue;
        }
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        if (u_isalnum((UChar32)cp))
            n += rl_utf8_put((uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT), out + n);
    }
    return (rl_str){out, out ? n : 0};
}
