/* Mails and saved pages in MIME (EML, MHTML).
 *
 * A page saved as MHTML is its first HTML part, read as a page; of a mail the plain text is the
 * body, else its HTML as it stands. Invariants: parts are nested RL_MIME_DEPTH_MAX deep and
 * RL_MIME_PARTS_MAX in number. Cost: linear, times the depth. */
#include "read/http.h"
#include "read/reader.h"
#include "read/recode.h"
#include "read/when.h"

#include <ctype.h>
#include <strings.h>

typedef struct {
    rl_reader_run *r;
    rl_str html, html_charset, html_at; /* the first HTML part: decoded bytes, charset, location */
    rl_str text, text_charset;
    size_t parts;
    bool related; /* a saved page */
} mail;

/* ---- decoding ---- */

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

static rl_str quoted_printable(rl_arena *mem, rl_str s, bool header)
{
    char *p = rl_alloc(mem, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.len; i++) {
        char c = s.ptr[i];
        if (header && c == '_') {
            p[n++] = ' ';
        } else if (c != '=') {
            p[n++] = c;
        } else if (i + 2 < s.len && hex(s.ptr[i + 1]) >= 0 && hex(s.ptr[i + 2]) >= 0) {
            p[n++] = (char)(hex(s.ptr[i + 1]) * 16 + hex(s.ptr[i + 2]));
            i += 2;
        } else if (i + 2 == s.len - 0 && hex(s.ptr[i + 1]) >= 0) {
            i++;
        } else { /* a soft line end */
            size_t k = i + 1;
            while (k < s.len && (s.ptr[k] == ' ' || s.ptr[k] == '\t' || s.ptr[k] == '\r'))
                k++;
            if (k < s.len && s.ptr[k] == '\n')
                i = k;
        }
    }
    return (rl_str){p, p ? n : 0};
}

static rl_str base64(rl_arena *mem, rl_str s)
{
    char *p = rl_alloc(mem, s.len / 4 * 3 + 4);
    size_t n = 0;
    uint32_t acc = 0;
    int bits = 0;
    for (size_t i = 0; p && i < s.len && s.ptr[i] != '='; i++) {
        char c = s.ptr[i];
        int v = c >= 'A' && c <= 'Z'        ? c - 'A'
                : c >= 'a' && c <= 'z'      ? c - 'a' + 26
                : isdigit((unsigned char)c) ? c - '0' + 52
                : c == '+'                  ? 62
                : c == '/'                  ? 63
                                            : -1;
        if (v < 0)
            continue;
        acc = acc << 6 | (uint32_t)v;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            p[n++] = (char)(acc >> bits & 255);
        }
    }
    return (rl_str){p, p ? n : 0};
}

static rl_str decode(rl_arena *mem, rl_str s, rl_str encoding)
{
    if (rl_starts_nocase(encoding, "quoted-printable"))
        return quoted_printable(mem, s, false);
    return rl_starts_nocase(encoding, "base64") ? base64(mem, s) : s;
}

/* A header's value in UTF-8: "=?charset?B?…?=" and raw bytes. */
static rl_str header_text(rl_arena *mem, rl_str s)
{
    rl_buf b = {.max = 1u << 20};
    rl_recoded rc;
    bool after_word = false;
    for (size_t i = 0; i < s.len;) {
        rl_str rest = rl_str_sub(s, i, s.len - i), charset, coding, body;
        if (rl_str_starts(rest, "=?")) {
            rl_str in = rl_str_sub(rest, 2, rest.len - 2);
            const char *end = NULL;
            if (rl_str_cut(&in, '?', &charset) && rl_str_cut(&in, '?', &coding) && in.len)
                end = memmem(in.ptr, in.len, "?=", 2);
            if (end && coding.len == 1) {
                body = rl_str_sub(in, 0, (size_t)(end - in.ptr));
                body = (coding.ptr[0] | 32) == 'b' ? base64(mem, body) : quoted_printable(mem, body, true);
                if (rl_recode(mem, body, charset, false, &rc, NULL) == RL_OK)
                    rl_buf_add(&b, rc.text);
                i = (size_t)(end + 2 - s.ptr);
                after_word = true;
                continue;
            }
        }
        /* white space between two encoded words is not text */
        size_t k = i;
        while (k < s.len && isspace((unsigned char)s.ptr[k]))
            k++;
        if (after_word && k > i && rl_str_starts(rl_str_sub(s, k, s.len - k), "=?")) {
            i = k;
            continue;
        }
        after_word = false;
        rl_buf_c(&b, s.ptr[i] == '\r' || s.ptr[i] == '\n' ? ' ' : s.ptr[i]);
        i++;
    }
    rl_str out = rl_arena_copy(mem, rl_buf_str(&b));
    rl_buf_clear(&b);
    if (rl_recode(mem, out, (rl_str){0}, false, &rc, NULL) == RL_OK)
        out = rc.text;
    return rl_plain_text(mem, out);
}

/* ---- parts ---- */

static void leaf(mail *m, rl_str headers, rl_str body)
{
    rl_str type = rl_header(headers, "content-type"), how = rl_header(headers, "content-transfer-encoding");
    if (rl_starts_nocase(rl_header(headers, "content-disposition"), "attachment"))
        return;
    if ((rl_starts_nocase(type, "text/html") || rl_starts_nocase(type, "application/xhtml")) &&
        !m->html.len) {
        m->html = decode(m->r->mem, body, how);
        m->html_charset = rl_header_param(type, "charset");
        m->html_at = rl_header(headers, "content-location");
    } else if ((!type.len || rl_starts_nocase(type, "text/plain")) && !m->text.len) {
        m->text = decode(m->r->mem, body, how);
        m->text_charset = rl_header_param(type, "charset");
    }
}

/* The parts between lines of "--boundary". */
static void walk(mail *m, rl_str headers, rl_str body, unsigned depth)
{
    rl_str type = rl_header(headers, "content-type");
    if (depth > RL_MIME_DEPTH_MAX || m->parts++ > RL_MIME_PARTS_MAX)
        return;
    if (rl_starts_nocase(type, "message/rfc822")) {
        size_t n = rl_header_size(body);
        walk(m, rl_str_sub(body, 0, n), rl_str_sub(body, n, body.len - n), depth + 1);
        return;
    }
    rl_str mark = rl_header_param(type, "boundary");
    if (!rl_starts_nocase(type, "multipart/") || !mark.len || mark.len > 200) {
        leaf(m, headers, body);
        return;
    }
    m->related = m->related || (depth == 0 && rl_starts_nocase(type, "multipart/related"));
    const char *part = NULL;
    for (size_t i = 0; i < body.len && m->parts <= RL_MIME_PARTS_MAX;) {
        const char *nl = memchr(body.ptr + i, '\n', body.len - i);
        size_t end = nl ? (size_t)(nl - body.ptr) : body.len;
        bool is_mark = end - i >= mark.len + 2 && memcmp(body.ptr + i, "--", 2) == 0 &&
                       memcmp(body.ptr + i + 2, mark.ptr, mark.len) == 0;
        if (is_mark && part) {
            rl_str whole = {part, (size_t)(body.ptr + i - part)};
            size_t n = rl_header_size(whole);
            walk(m, rl_str_sub(whole, 0, n), rl_str_sub(whole, n, whole.len - n), depth + 1);
        }
        if (is_mark)
            part = nl ? nl + 1 : NULL;
        i = end + 1;
    }
}

static rl_str sender(rl_arena *mem, rl_str from)
{
    from = header_text(mem, from);
    const char *lt = from.len ? memchr(from.ptr, '<', from.len) : NULL;
    if (lt && lt > from.ptr)
        from.len = (size_t)(lt - from.ptr);
    from = rl_str_trim(from);
    if (from.len > 1 && from.ptr[0] == '"' && from.ptr[from.len - 1] == '"')
        from = rl_str_sub(from, 1, from.len - 2);
    return from;
}

static rl_status as_mail(mail *m, rl_document *d, rl_error *err)
{
    if (m->text.len)
        return rl_read_text(m->r->mem, rl_str_trim(m->text), m->text_charset, d, err);
    rl_recoded rc;
    rl_status st = rl_recode(m->r->mem, m->html, m->html_charset, true, &rc, err);
    return st == RL_OK ? rl_read_fragment(m->r->mem, rc.text, d, err) : st;
}

rl_status rl_read_mail(rl_reader_run *r, rl_str bytes, rl_error *err)
{
    mail m = {.r = r};
    rl_document d = {0};
    rl_status st;
    size_t n = rl_header_size(bytes);
    rl_str headers = rl_str_sub(bytes, 0, n ? n : bytes.len);
    walk(&m, headers, rl_str_sub(bytes, headers.len, bytes.len - headers.len), 0);
    rl_str at = rl_header(headers, "snapshot-content-location");
    rl_extract_options opt = *r->opt;
    opt.charset = m.html_charset;
    opt.url = at.len ? at : rl_starts_nocase(m.html_at, "http") ? m.html_at : (rl_str){0};
    bool page = m.html.len && (m.related || opt.url.len);
    st = page ? rl_read_page(r->mem, m.html, &opt, &d, err) : as_mail(&m, &d, err);
    if (st != RL_OK)
        return st;
    rl_when w;
    rl_str from = sender(r->mem, rl_header(headers, "from")), date = rl_header(headers, "date");
    if (!d.title.len)
        d.title = header_text(r->mem, rl_header(headers, "subject"));
    if (!d.published.len && rl_when_parse(date, &w))
        d.published = rl_when_iso(r->mem, &w);
    if (!d.nauthors && from.len && !page) {
        d.authors = &from;
        d.nauthors = 1;
    }
    d.origins = NULL; /* the parts are decoded: their bytes are not the input's */
    d.norigins = 0;
    d.doc = r->doc;
    d.raw = bytes;
    d.kind = RL_IN_MAIL;
    return rl_reader_emit(r, &d, err);
}
