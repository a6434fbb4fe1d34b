/* Web archives: WARC 1.0 and 1.1, record by record.
 *
 * Responses and resources that are text are read; the rest is passed over. A record whose length is
 * false is reported, and the reading goes on at the next line that begins a record. Invariants: one
 * record is in memory at a time, at most RL_RECORD_MAX bytes of it; what a record gives depends on its
 * bytes and on what follows it, never on what came before, so that reading can begin at any record that
 * begins a member, a frame, or stands in an archive that is not compressed. Cost: linear. */
#include "read/http.h"
#include "read/reader.h"

#include <stdlib.h>

enum { HEADER_MAX = 64 << 10 };

typedef struct {
    rl_reader_run *r;
    rl_stream *s;
    rl_arena *own;
    rl_buf header;
    uint64_t begin; /* of the record at hand */
} warc;

static bool is_text_type(rl_str type)
{
    return !type.len || rl_starts_nocase(type, "text/") || rl_starts_nocase(type, "application/xhtml") ||
           rl_starts_nocase(type, "application/xml") || rl_starts_nocase(type, "application/rss") ||
           rl_starts_nocase(type, "application/atom") || rl_starts_nocase(type, "application/pdf") ||
           rl_starts_nocase(type, "application/vnd.o") || rl_starts_nocase(type, "application/json") ||
           rl_starts_nocase(type, "application/octet");
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

/* A record begins: tell where, if it is one where reading can begin. */
static void place(warc *w)
{
    rl_read_place p = {0, rl_stream_at(w->s)};
    w->begin = p.plain;
    if (!w->r->depth && w->r->sink->place && rl_stream_mark(w->s, &p.at))
        w->r->sink->place(w->r->sink->ctx, &p);
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
        rl_reader_problem(w->r, RL_ESYNTAX, "no record begins at byte %llu; going on at the next",
                          (unsigned long long)rl_stream_at(w->s));
        if (!resync(w))
            return false;
    }
    place(w);
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
    return rl_starts_nocase(t, "response") || rl_starts_nocase(t, "resource") ||
           rl_starts_nocase(t, "conversion");
}

/* Where a record begins inside s; s.len where none does. */
static size_t next_record(rl_str s)
{
    for (size_t i = 0; i + 10 < s.len;) {
        const char *p = memmem(s.ptr + i, s.len - i, "WARC/1.", 7);
        if (!p)
            break;
        i = (size_t)(p - s.ptr);
        if (i + 10 < s.len && (p[8] == '\r' || p[8] == '\n'))
            return i;
        i++;
    }
    return s.len;
}

/* Whether what follows a block of `size` bytes is what follows a block: empty lines and a record, or
 * the end; and nothing up to there was damaged. */
static bool ends_well(const warc *w, rl_str in, size_t size)
{
    size_t i = size;
    while (i < in.len && (in.ptr[i] == '\r' || in.ptr[i] == '\n'))
        i++;
    return in.len >= size && (i == in.len || rl_str_starts(rl_str_sub(in, i, in.len - i), "WARC/")) &&
           !rl_stream_damaged_in(w->s, w->begin, rl_stream_at(w->s) + i);
}

static void complain(warc *w, rl_status code, const char *what)
{
    rl_str uri = address(rl_header(rl_buf_str(&w->header), "WARC-Target-URI"));
    rl_reader_problem(w->r, code, "%.*s%s%s", (int)(uri.len < 200 ? uri.len : 200), uri.ptr ? uri.ptr : "",
                      uri.len ? ": " : "", what);
}

/* A record that is read: its block is held, and what follows it is looked at first. A record whose
 * length is false is left out, for its bytes may be another's. */
static rl_status wanted_record(warc *w, size_t size, rl_error *err)
{
    rl_buf copy = {0};
    rl_str in = rl_stream_peek(w->s, size + 16);
    if (!ends_well(w, in, size)) {
        size_t at = next_record(in);
        complain(w, RL_ESYNTAX, "the record has a false length, or its bytes are damaged; it is left out");
        rl_stream_skip(w->s, at < in.len || in.len < size ? at : size);
        return RL_OK;
    }
    rl_buf_add(&copy, rl_str_sub(in, 0, size));
    rl_stream_skip(w->s, size);
    rl_status st = copy.st == RL_OK ? payload(w, rl_buf_str(&w->header), rl_buf_str(&copy), err)
                                    : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    rl_buf_clear(&copy);
    return st;
}

static rl_status record(warc *w, rl_error *err)
{
    rl_str headers = rl_buf_str(&w->header);
    uint64_t size;
    if (!rl_str_uint(rl_header(headers, "Content-Length"), UINT64_MAX / 2, &size)) {
        complain(w, RL_ESYNTAX, "the record has no length");
        resync(w);
        return RL_OK;
    }
    bool wanted = is_wanted(headers);
    if (wanted && size <= RL_RECORD_MAX)
        return wanted_record(w, (size_t)size, err);
    if (wanted)
        complain(w, RL_ELIMIT, "the record is over the limit");
    if (!rl_stream_skip(w->s, (size_t)size))
        complain(w, RL_ESYNTAX, "the archive ends inside the record");
    return RL_OK;
}

/* To the place that the caller wants to go on from; from the beginning where no record is there. */
static void go_on(rl_reader_run *r, rl_stream *s)
{
    rl_read_place from = r->opt->from;
    if (r->depth || !from.at)
        return;
    if (!rl_stream_seek(s, from.at, from.plain) || !rl_str_starts(rl_stream_peek(s, 7), "WARC/1."))
        rl_stream_seek(s, 0, 0);
}

rl_status rl_read_warc(rl_reader_run *r, rl_stream *s, rl_error *err)
{
    warc w = {.r = r, .s = s, .own = rl_arena_new(RL_ARENA_DEFAULT)};
    rl_error why;
    rl_status st = w.own ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    go_on(r, s);
    while (st == RL_OK && read_header(&w)) {
        why = (rl_error){0};
        rl_arena_clear(w.own);
        rl_status one = record(&w, &why);
        if (*r->told == RL_OK && (one == RL_ESYNTAX || one == RL_ELIMIT || one == RL_EUTF8)) {
            complain(&w, one, why.message);
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
