/* HTTP responses as web archives keep them: header fields, chunks, content encodings.
 * Pure; cost linear; what a body comes to is limited by the caller. */
#include "read/http.h"
#include "read/stream.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>

bool rl_starts_nocase(rl_str a, const char *z)
{
    size_t n = strlen(z);
    return a.len >= n && strncasecmp(a.ptr, z, n) == 0;
}

size_t rl_header_size(rl_str s)
{
    for (size_t i = 0; i < s.len;) {
        const char *nl = memchr(s.ptr + i, '\n', s.len - i);
        if (!nl)
            return 0;
        size_t at = (size_t)(nl - s.ptr);
        if (at == i || (at == i + 1 && s.ptr[i] == '\r'))
            return at + 1;
        i = at + 1;
    }
    return 0;
}

rl_str rl_header(rl_str h, const char *name)
{
    size_t n = strlen(name);
    rl_str line;
    while (h.len) {
        const char *start = h.ptr;
        rl_str_cut(&h, '\n', &line);
        if (line.len <= n || line.ptr[n] != ':' || strncasecmp(line.ptr, name, n) != 0)
            continue;
        while (h.len && (h.ptr[0] == ' ' || h.ptr[0] == '\t')) { /* folded: the next line belongs to it */
            rl_str more;
            rl_str_cut(&h, '\n', &more);
            line.len = (size_t)(more.ptr + more.len - start);
        }
        return rl_str_trim(rl_str_sub(line, n + 1, line.len - n - 1));
    }
    return (rl_str){0};
}

rl_str rl_header_param(rl_str v, const char *name)
{
    rl_str part;
    size_t n = strlen(name);
    while (v.len) {
        rl_str_cut(&v, ';', &part);
        part = rl_str_trim(part);
        if (part.len <= n || part.ptr[n] != '=' || strncasecmp(part.ptr, name, n) != 0)
            continue;
        part = rl_str_trim(rl_str_sub(part, n + 1, part.len - n - 1));
        if (part.len >= 2 && part.ptr[0] == '"') {
            part = rl_str_sub(part, 1, part.len - 1);
            rl_str in;
            rl_str_cut(&part, '"', &in);
            return in;
        }
        return part;
    }
    return (rl_str){0};
}

/* Chunks joined; what is no chunk ends it. */
static rl_status unchunk(rl_arena *mem, rl_str s, rl_str *out, rl_error *err)
{
    char *p = rl_alloc(mem, s.len + 1);
    size_t n = 0;
    rl_str line;
    if (!p)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    while (s.len) {
        rl_str_cut(&s, '\n', &line);
        char z[17] = "";
        size_t k = 0;
        for (line = rl_str_trim(line); k < line.len && k < 16 && isxdigit((unsigned char)line.ptr[k]); k++)
            z[k] = line.ptr[k];
        size_t size = strtoul(z, NULL, 16);
        if (!k || !size)
            break;
        size = size < s.len ? size : s.len;
        memcpy(p + n, s.ptr, size);
        n += size;
        s = rl_str_sub(s, size, s.len - size);
        rl_str_cut(&s, '\n', &line);
    }
    *out = (rl_str){p, n};
    return RL_OK;
}

/* zlib's or raw deflate, as servers send either. */
static rl_status undeflate(rl_arena *mem, rl_str s, size_t max, rl_str *out, rl_error *err)
{
    for (int raw = 0; raw < 2; raw++) {
        z_stream z = {.next_in = (Bytef *)(uintptr_t)s.ptr, .avail_in = (uInt)s.len};
        rl_buf b = {.max = max};
        char step[16384];
        int r = inflateInit2(&z, raw ? -15 : 15);
        while (r == Z_OK && b.st == RL_OK) {
            z.next_out = (Bytef *)step;
            z.avail_out = sizeof step;
            r = inflate(&z, Z_NO_FLUSH);
            rl_buf_add(&b, (rl_str){step, sizeof step - z.avail_out});
            if (r == Z_OK && z.avail_out == sizeof step)
                break;
        }
        inflateEnd(&z);
        *out = rl_arena_copy(mem, rl_buf_str(&b));
        rl_status st = b.st;
        bool got = b.len > 0;
        rl_buf_clear(&b);
        if (st != RL_OK)
            return rl_fail(err, st, NULL, 0, 0, "a body comes to more than %zu bytes", max);
        if (got)
            return RL_OK;
    }
    return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "broken deflate data");
}

static rl_status decompress(rl_arena *mem, rl_str s, size_t max, rl_str *out, rl_error *err)
{
    rl_stream *in = rl_stream_memory(s, max, err);
    if (!in)
        return RL_ENOMEM;
    rl_str all = rl_stream_peek(in, max + 1);
    rl_status st = all.len > max
                       ? rl_fail(err, RL_ELIMIT, NULL, 0, 0, "a body comes to more than %zu bytes", max)
                       : rl_stream_status(in, err);
    if (st == RL_ESYNTAX && all.len)
        st = RL_OK; /* cut short: what there is */
    if (st == RL_OK) {
        *out = rl_arena_copy(mem, all);
        st = out->ptr ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    }
    rl_stream_close(in);
    return st;
}

rl_status rl_http_response(rl_arena *mem, rl_str s, size_t max, rl_http *out, rl_error *err)
{
    *out = (rl_http){0};
    size_t n = rl_header_size(s);
    if (!rl_starts_nocase(s, "HTTP/") || !n)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "no HTTP response");
    const char *sp = memchr(s.ptr, ' ', n);
    out->status = sp ? atoi(sp + 1) : 0;
    out->headers = rl_str_sub(s, 0, n);
    out->body = rl_str_sub(s, n, s.len - n);
    rl_status st = RL_OK;
    if (rl_starts_nocase(rl_header(out->headers, "transfer-encoding"), "chunked") && out->body.len &&
        isxdigit((unsigned char)out->body.ptr[0]))
        st = unchunk(mem, out->body, &out->body, err);
    rl_str enc = rl_header(out->headers, "content-encoding");
    bool packed = out->body.len > 4 && (memcmp(out->body.ptr, "\x1f\x8b", 2) == 0 ||
                                        memcmp(out->body.ptr, "\x28\xB5\x2F\xFD", 4) == 0);
    if (st == RL_OK && packed)
        st = decompress(mem, out->body, max, &out->body, err);
    else if (st == RL_OK && rl_starts_nocase(enc, "deflate"))
        st = undeflate(mem, out->body, max, &out->body, err);
    else if (st == RL_OK && rl_starts_nocase(enc, "br") &&
             rl_utf8_valid(out->body.ptr, out->body.len) < out->body.len)
        st = rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "the body is in Brotli, which is not read");
    return st;
}
