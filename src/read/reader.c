/* Reading an input: what it is, and which reader reads it.
 *
 * Pages, texts, mails and office files are read whole (they are one report); archives, feeds and
 * JSON Lines as streams. Invariants: an input within an input is read RL_NEST_MAX deep; a document's
 * memory is gone before the next is read. Cost: the readers'. */
#include "read/reader.h"
#include "read/recode.h"
#include "read/sheet.h"

#include <stdlib.h>

rl_status rl_reader_emit(rl_reader_run *r, const rl_document *d, rl_error *err)
{
    *r->told = r->sink->document ? r->sink->document(r->sink->ctx, r->mem, d, err) : RL_OK;
    return *r->told;
}

void rl_reader_problem(rl_reader_run *r, rl_status code, const char *fmt, ...)
{
    rl_error e = {.code = code};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e.message, sizeof e.message, fmt, ap);
    va_end(ap);
    snprintf(e.file, sizeof e.file, "%.*s", (int)(r->doc.len < 500 ? r->doc.len : 500),
             r->doc.ptr ? r->doc.ptr : "");
    if (r->sink->problem && ++*r->problems <= RL_PROBLEMS_MAX)
        r->sink->problem(r->sink->ctx, &e);
}

/* Faults that were not told one by one. */
static void tell_rest(rl_reader_run *r)
{
    size_t more = *r->problems > RL_PROBLEMS_MAX ? *r->problems - RL_PROBLEMS_MAX : 0;
    *r->problems = 0;
    if (more)
        rl_reader_problem(r, RL_ELIMIT, "%zu more faults are not told one by one", more);
}

rl_str rl_reader_part(rl_reader_run *r, const char *fmt, ...)
{
    char z[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(z, sizeof z, fmt, ap);
    va_end(ap);
    size_t n = strlen(z);
    char *p = rl_alloc(r->mem, r->doc.len + n + 2);
    if (!p)
        return r->doc;
    if (r->doc.len)
        memcpy(p, r->doc.ptr, r->doc.len);
    p[r->doc.len] = '#';
    memcpy(p + r->doc.len + 1, z, n);
    return (rl_str){p, r->doc.len + n + 1};
}

rl_status rl_reader_all(rl_reader_run *r, rl_stream *s, size_t max, rl_str *out, rl_error *err)
{
    rl_str all = rl_stream_peek(s, max + 1);
    *out = (rl_str){0};
    if (all.len > max)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "is over %zu bytes", max);
    rl_status st = rl_stream_status(s, err);
    if (st == RL_ENOMEM || st == RL_ELIMIT || (st != RL_OK && !all.len))
        return st;
    if (st != RL_OK)
        rl_reader_problem(r, st, "%s; read up to there", err ? err->message : "damaged");
    *out = rl_arena_copy(r->mem, all);
    return out->ptr ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
}

/* ---- plain text ---- */

static rl_status text_origins(rl_arena *mem, const rl_recoded *rc, rl_document *d, rl_error *err)
{
    rl_read_origin *o = RL_NEW(mem, rl_read_origin, rc->nruns);
    if (!o && rc->nruns)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in a text");
    for (size_t i = 0; i < rc->nruns; i++) {
        const rl_recode_run *run = &rc->runs[i];
        uint32_t end = i + 1 < rc->nruns ? rc->runs[i + 1].out : (uint32_t)rc->text.len;
        o[i] = (rl_read_origin){run->out, end - run->out, run->in,
                                (end - run->out) / run->out_unit * run->in_unit};
    }
    d->origins = o;
    d->norigins = rc->nruns;
    return RL_OK;
}

/* Bytes of a picture or a program come out as letters of some encoding, with control characters all over. */
static bool is_text(rl_str s)
{
    size_t odd = 0;
    for (size_t i = 0; i < s.len; i++)
        odd += (unsigned char)s.ptr[i] < ' ' && !memchr("\t\n\v\f\r\x1b", s.ptr[i], 6);
    return odd < 16 || odd < s.len / 32;
}

rl_status rl_read_text(rl_arena *mem, rl_str bytes, rl_str charset, rl_document *d, rl_error *err)
{
    rl_recoded rc;
    rl_status st = rl_recode(mem, bytes, charset, false, &rc, err);
    if (st != RL_OK)
        return st;
    if (!is_text(rc.text))
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "is no text: too much of it are control characters");
    d->body = rc.text;
    d->charset = rc.charset;
    d->mended = rc.mended;
    return text_origins(mem, &rc, d, err);
}

/* ---- dispatch ---- */

static rl_status whole(rl_reader_run *r, rl_str bytes, rl_input_kind kind, rl_str charset, rl_str url,
                       rl_error *err)
{
    rl_document d = {.kind = kind};
    rl_extract_options opt = *r->opt;
    rl_status st;
    switch (kind) {
    case RL_IN_MAIL:
        return rl_read_mail(r, bytes, err);
    case RL_IN_DOCX:
    case RL_IN_ODT:
        return rl_read_zipped(r, bytes, err);
    case RL_IN_PDF:
        return rl_read_pdf(r, bytes, err);
    case RL_IN_SHEET:
        return rl_read_sheet(r, bytes, err);
    case RL_IN_HTML:
        opt.charset = charset;
        opt.url = url;
        st = rl_read_page(r->mem, bytes, &opt, &d, err);
        if (st == RL_OK && d.cut)
            rl_reader_problem(r, RL_ELIMIT,
                              "elements are nested or numbered beyond the limit; read up to there");
        break;
    default:
        st = rl_read_text(r->mem, bytes, charset, &d, err);
        d.url = url;
        break;
    }
    d.kind = kind;
    d.raw = bytes;
    d.doc = r->doc;
    return st == RL_OK ? rl_reader_emit(r, &d, err) : st;
}

static rl_status dispatch(rl_reader_run *r, rl_stream *s, rl_str charset, rl_str url, rl_error *err)
{
    rl_str all;
    rl_input_kind kind =
        rl_sheet_named(r->doc, r->opt->map) ? RL_IN_SHEET : rl_input_kind_of(rl_stream_peek(s, 8192));
    switch (kind) {
    case RL_IN_UNKNOWN: {
        rl_status st = rl_stream_status(s, err);
        return st != RL_OK ? st
                           : rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "is empty, or nothing that can be read");
    }
    case RL_IN_WARC:
        return rl_read_warc(r, s, err);
    case RL_IN_RSS:
    case RL_IN_ATOM:
    case RL_IN_SITEMAP:
        return rl_read_feed(r, s, err);
    case RL_IN_JSONL:
    case RL_IN_JSON_FEED:
    case RL_IN_TELEGRAM:
        return rl_read_json(r, s, kind, err);
    default: {
        rl_status st = rl_reader_all(r, s, RL_TEXT_MAX, &all, err);
        return st == RL_OK ? whole(r, all, kind, charset, url, err) : st;
    }
    }
}

rl_status rl_read_inner(rl_reader_run *r, rl_str doc, rl_str bytes, rl_str charset, rl_str url, rl_error *err)
{
    if (r->depth >= RL_NEST_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "inputs within inputs are nested over %u deep",
                       RL_NEST_MAX);
    rl_reader_run in = *r;
    in.depth++;
    in.doc = doc;
    rl_input_kind kind = rl_input_kind_of(rl_str_sub(bytes, 0, bytes.len < 8192 ? bytes.len : 8192));
    if (kind == RL_IN_HTML || kind == RL_IN_TEXT || kind == RL_IN_MAIL || kind == RL_IN_PDF ||
        kind == RL_IN_DOCX || kind == RL_IN_ODT)
        return whole(&in, bytes, kind, charset, url, err);
    rl_stream *s = rl_stream_memory(bytes, r->opt->max_inflated, err);
    if (!s)
        return RL_ENOMEM;
    rl_status st = dispatch(&in, s, charset, url, err);
    rl_stream_close(s);
    return st;
}

static rl_status run(rl_str doc, rl_stream *s, const rl_extract_options *opt, const rl_reader_sink *sink,
                     rl_error *err)
{
    static const rl_extract_options none = {0};
    rl_status told = RL_OK;
    size_t problems = 0;
    rl_reader_run r = {
        .opt = opt ? opt : &none, .sink = sink, .doc = doc, .told = &told, .problems = &problems};
    r.mem = rl_arena_new(RL_ARENA_DEFAULT);
    if (!r.mem) {
        rl_stream_close(s);
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    }
    rl_status st = dispatch(&r, s, r.opt->charset, r.opt->url, err);
    if (st == RL_OK && rl_stream_damaged(s))
        rl_reader_problem(&r, RL_ESYNTAX, "%zu broken gzip members were passed over", rl_stream_damaged(s));
    tell_rest(&r);
    if (st != RL_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%.*s", (int)(doc.len < 500 ? doc.len : 500),
                 doc.ptr ? doc.ptr : "");
    rl_stream_close(s);
    rl_arena_free(r.mem);
    return st;
}

rl_status rl_read_bytes(rl_str doc, rl_str bytes, const rl_extract_options *opt, const rl_reader_sink *sink,
                        rl_error *err)
{
    rl_stream *s = rl_stream_memory(bytes, opt ? opt->max_inflated : 0, err);
    return s ? run(doc, s, opt, sink, err) : RL_ENOMEM;
}

rl_status rl_read_file(const char *path, const rl_extract_options *opt, const rl_reader_sink *sink,
                       rl_error *err)
{
    rl_error e = {0};
    rl_stream *s = rl_stream_file(path, opt ? opt->max_inflated : 0, err ? err : &e);
    if (s && sink->had)
        rl_stream_count(s, sink->had);
    return s ? run(rl_str_z(path), s, opt, sink, err) : err ? err->code : e.code;
}
