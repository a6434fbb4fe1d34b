/* robots.txt, as RFC 9309 has it: groups of crawlers and their rules; all groups of our name together, else those of
 * "*"; the longest pattern that matches decides, and allows on a tie. Paths and patterns are compared with their
 * percent-encoding made alike. What is no known line is passed over. Linear reading. */
#include "net/net.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

/* Unreserved characters as themselves, all other escapes in upper case, bytes above ASCII escaped. */
static char *normal(rl_str s)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = malloc(s.len * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool escape = c == '%' && i + 2 < s.len && isxdigit((unsigned char)s.ptr[i + 1]) &&
                      isxdigit((unsigned char)s.ptr[i + 2]);
        if (escape) {
            char z[3] = {s.ptr[i + 1], s.ptr[i + 2], 0};
            c = (unsigned char)strtoul(z, NULL, 16);
            i += 2;
        }
        if (c > ' ' && c < 0x7f && (!escape || isalnum(c) || strchr("-._~", c))) {
            out[n++] = (char)c;
        } else {
            out[n++] = '%';
            out[n++] = hex[c >> 4];
            out[n++] = hex[c & 15];
        }
    }
    if (out)
        out[n] = 0;
    return out;
}

/* "*" stands for any run of characters; "$" at the end for the end. One way back: to the last star. */
static bool matches(const char *p, const char *path)
{
    const char *star = NULL, *from = path;
    for (;;) {
        if (*p == '*') {
            star = ++p;
            from = path;
        } else if (!*p) {
            return true;
        } else if (*p == '$' && !p[1] && !*path) {
            return true;
        } else if (*path && *p == *path && !(*p == '$' && !p[1])) {
            p++;
            path++;
        } else if (star && *from) {
            p = star;
            path = ++from;
        } else {
            return false;
        }
    }
}

static rl_str next_line(rl_str *s)
{
    size_t n = 0;
    while (n < s->len && s->ptr[n] != '\n' && s->ptr[n] != '\r')
        n++;
    rl_str line = rl_str_sub(*s, 0, n), code;
    n += n < s->len;
    *s = rl_str_sub(*s, n, s->len - n);
    rl_str_cut(&line, '#', &code);
    return code;
}

static bool is_key(rl_str s, const char *z)
{
    return s.len == strlen(z) && !strncasecmp(s.ptr, z, s.len);
}

/* The product token at the front of a User-agent line. */
static rl_str token(rl_str v)
{
    size_t n = 0;
    while (n < v.len && (isalpha((unsigned char)v.ptr[n]) || v.ptr[n] == '_' || v.ptr[n] == '-'))
        n++;
    return n ? rl_str_sub(v, 0, n) : rl_str_sub(v, 0, v.len && v.ptr[0] == '*' ? 1 : 0);
}

static rl_status add_rule(rl_robots *out, bool allow, rl_str v)
{
    if (!v.len || v.len > RL_NET_PATH_MAX || (v.ptr[0] != '/' && v.ptr[0] != '*'))
        return RL_OK;
    if (!(out->n & (out->n + 1)) || !out->at) { /* n + 1 a power of two */
        rl_robots_rule *more = realloc(out->at, (out->n + 1) * 2 * sizeof *more);
        if (!more)
            return RL_ENOMEM;
        out->at = more;
    }
    char *p = normal(v);
    if (!p)
        return RL_ENOMEM;
    out->at[out->n++] = (rl_robots_rule){allow, p, v.len};
    return RL_OK;
}

static void crawl_delay(rl_robots *out, rl_str v)
{
    char z[16];
    if (!v.len || v.len >= sizeof z)
        return;
    memcpy(z, v.ptr, v.len);
    z[v.len] = 0;
    double s = strtod(z, NULL);
    if (s > 0)
        out->delay_ms =
            s * 1000 < RL_NET_CRAWL_DELAY_MAX_MS ? (unsigned)(s * 1000) : RL_NET_CRAWL_DELAY_MAX_MS;
}

/* The rules of all groups of one name; *any: is there such a group? */
static rl_status groups(rl_str text, const char *name, rl_robots *out, bool *any)
{
    bool mine = false, naming = false;
    rl_status st = RL_OK;
    *any = false;
    while (text.len && !st) {
        rl_str line = next_line(&text), key;
        if (!rl_str_cut(&line, ':', &key))
            continue;
        key = rl_str_trim(key);
        rl_str v = rl_str_trim(line);
        if (is_key(key, "user-agent")) {
            mine = (naming && mine) || is_key(token(v), name);
            naming = true;
            *any |= mine;
            continue;
        }
        if (is_key(key, "allow") || is_key(key, "disallow")) {
            naming = false;
            if (mine)
                st = add_rule(out, is_key(key, "allow"), v);
        } else if (is_key(key, "crawl-delay") && mine) {
            naming = false;
            crawl_delay(out, v);
        }
    }
    return st;
}

rl_status rl_robots_read(rl_str text, const char *product, rl_robots *out)
{
    bool any;
    *out = (rl_robots){0};
    if (text.len > RL_NET_ROBOTS_MAX)
        text.len = RL_NET_ROBOTS_MAX;
    if (rl_str_starts(text, "\xEF\xBB\xBF"))
        text = rl_str_sub(text, 3, text.len - 3);
    rl_status st = groups(text, product, out, &any);
    if (!st && !any)
        st = groups(text, "*", out, &any);
    if (st)
        rl_robots_clear(out);
    return st;
}

void rl_robots_clear(rl_robots *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->at[i].pattern);
    free(r->at);
    *r = (rl_robots){0};
}

bool rl_robots_allow(const rl_robots *r, rl_str path)
{
    char *p = normal(path.len ? path : RL_STR("/"));
    size_t best = 0;
    bool allow = true;
    if (!p)
        return false;
    for (size_t i = 0; i < r->n; i++) {
        const rl_robots_rule *u = &r->at[i];
        if (u->length < best || (u->length == best && !u->allow) || !matches(u->pattern, p))
            continue;
        best = u->length;
        allow = u->allow;
    }
    free(p);
    return allow;
}
