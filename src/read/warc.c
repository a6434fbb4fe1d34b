/* Web archives: WARC 1.0 and 1.1, record by record.
 *
 * Responses and resources that are text are read; the rest is passed over. A record whose length is
 * false is reported, and the reading goes on at the next line that begins a record. Invariants: one
 * record is in memory at a time, at most RL_RECORD_MAX bytes of it. Cost: linear. */
#include "read/http.h"
#include "read/reader.h"

#include <stdlib.h>

enum { HEADER_MAX = 64 << 10 };

typedef struct {
    rl_reader_run *r;
    rl_stream *s;
    rl_arena *own;
    rl_buf header;
} warc;

static bool is_text_type(rl_str type)
{
    return !type.len || rl_starts_nocase(type, "text/") || rl_starts_nocase(type, "application/xhtml") || rl_starts_nocase(type, "application/xml") ||
           rl_starts_nocase(type, "application/rss") || rl_starts_nocase(type, "application/atom") || rl_starts_nocase(type, "application/pdf") ||
           rl_starts_nocase(type, "application/vnd.o") || rl_starts_nocase(type, "application/json") || rl_starts_nocase(type, "application/octet");
}

static rl_str address(rl_str uri)
{
    if (uri.len > 2 && uri.ptr[0] == '<' && uri.ptr[uri.len - 1] == '>')
        uri = rl_str_sub(uri, 1, uri.len - 2);
    return uri;
}

/* The payload of one record, already in memory. */
static rl_status payload(warc *w, rl_str headers, rl_str block, rl_error *err)
{
    rl_str uri = address(rl_header(headers, "WARC-Target-URI")), type = rl_header(headers, "Content-Type");
    rl_reader_run in = *w->r;
    rl_http http = {.status = 200, .headers = headers, .body = block};
    in.mem = w->own;
    if (rl_starts_nocase(type, "application/http")) {
        rl_status st = rl_http_response(w->own, block, RL_RECORD_MAX, &http, err);
        if (st != RL_OK)
            return st;
        type = rl_header(http.headers, "content-type");
    }
    if (http.status != 200 || !is_text_type(type) || !http.body.len)
        return RL_OK;
    rl_str doc = uri.len ? uri : w->r->doc;
    return rl_read_inner(&in, doc, http.body, rl_header_param(type, "charset"), uri, err);
}

/* To the next record's first line. */
static bool resync(warc *w)
{
    for (;;) {
        rl_str in = rl_stream_peek(w->s, 64 << 10);
        if (rl_str_starts(in, "WARC/1."))
            return true;
        const char *p = in.len ? memmem(in.ptr, in.len, "\nWARC/1.", 8) : NULL;
        if (!p && in.len < 64 << 10)
            return false;
        rl_stream_skip(w->s, p ? (size_t)(p - in.ptr) + 1 : in.len - 8);
    }
}

/* The header fields of a record into w->header; false at the end of the archive. */
static bool read_header(warc *w)
{
    rl_str in = rl_stream_peek(w->s, 4);
    while (in.len && (in.ptr[0] == '\r' || in.ptr[0] == '\n')) {
        rl_stream_skip(w->s, 1);
        in = rl_stream_peek(w->s, 4);
    }
    in = rl_stream_peek(w->s, 8);
    if (!rl_str_starts(in, "WARC/1.")) {
        if (!in.len)
            return false;
        rl_reader_problem(w->r, RL_ESYNTAX, "no record begins at byte %llu; going on at the next", (unsigned long long)rl_stream_at(w->s));
        if (!resync(w))
            return false;
    }
    in = rl_stream_peek(w->s, 4096);
    size_t n = rl_header_size(in);
    if (!n) {
        in = rl_stream_peek(w->s, HEADER_MAX);
        n = rl_header_size(in);
    }
    if (!n)
        return false;
    w->header.len = 0;
    rl_buf_add(&w->header, rl_str_sub(in, 0, n));
    rl_stream_skip(w->s, n);
    return w->header.st == RL_OK;
}

static bool is_wanted(rl_str headers)
{
    rl_str t = rl_header(headers, "WARC-Type");
    return rl_starts_nocase(t, "response") || rl_starts_nocase(t, "resource") || rl_starts_nocase(t, "conversion");
}

/* Whether what follows the block is what follows a block: empty lines and a record, or the end. */
static bool ends_well(warc *w)
{
    rl_str in = rl_stream_peek(w->s, 16);
    size_t i = 0;
    while (i < in.len && (in.ptr[i] == '\r' || in.ptr[i] == '\n'))
        i++;
    return i == in.len || rl_str_starts(rl_str_sub(in, i, in.len - i), "WARC/");
}

static rl_status record(warc *w, rl_error *err)
{
    rl_str headers = rl_buf_str(&w->header);
    uint64_t size;
    rl_str uri = address(rl_header(headers, "WARC-Target-URI"));
    if (!rl_str_uint(rl_header(headers, "Content-Length"), UINT64_MAX / 2, &size)) {
        rl_reader_problem(w->r, RL_ESYNTAX, "a record without a length: %.*s", (int)(uri.len < 200 ? uri.len : 200), uri.ptr ? uri.ptr : "");
        resync(w);
        return RL_OK;
    }
    bool wanted = is_wanted(headers);
    if (wanted && size > RL_RECORD_MAX) {
        rl_reader_problem(w->r, RL_ELIMIT, "a record of %llu bytes is over the limit: %.*s", (unsigned long long)size, (int)(uri.len < 200 ? uri.len : 200), uri.ptr ? uri.ptr : "");
        wanted = false;
    }
    rl_str block = wanted ? rl_stream_peek(w->s, (size_t)size) : (rl_str){0};
    bool truncated = wanted && block.len < size;
    rl_buf copy = {0};
    if (wanted)
        rl_buf_add(&copy, block);
    if (!rl_stream_skip(w->s, (size_t)size) || truncated || !ends_well(w)) {
        rl_reader_problem(w->r, RL_ESYNTAX, "a record has a false length: %.*s", (int)(uri.len < 200 ? uri.len : 200), uri.ptr ? uri.ptr : "");
        wanted = wanted && !truncated && memmem(copy.ptr ? copy.ptr : "", copy.len, "\nWARC/1.", 8) == NULL;
    }
    rl_status st = RL_OK;
    if (wanted && copy.st == RL_OK)
        st = payload(w, headers, rl_buf_str(&copy), err);
    rl_buf_clear(&copy);
    return st;
}

rl_status rl_read_warc(rl_reader_run *r, rl_stream *s, rl_error *err)
{
    warc w = {.r = r, .s = s, .own = rl_arena_new(RL_ARENA_DEFAULT)};
    rl_error why;
    rl_status st = w.own ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    while (st == RL_OK && read_header(&w)) {
        why = (rl_error){0};
        rl_arena_clear(w.own);
        rl_status one = record(&w, &why);
        if (one == RL_ESYNTAX || one == RL_ELIMIT || one == RL_EUTF8) {
            rl_str uri = rl_header(rl_buf_str(&w.header), "WARC-Target-URI");
            rl_reader_problem(r, one, "%.*s: %s", (int)(uri.len < 200 ? uri.len : 200), uri.ptr ? uri.ptr : "", why.message);
        } else if (one != RL_OK) {
            st = one;
            if (err)
                *err = why;
        }
    }
    if (st == RL_OK)
        st = rl_stream_status(s, err);
    rl_buf_clear(&w.header);
    rl_arena_free(w.own);
    return st;
}
