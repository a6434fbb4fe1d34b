/* DOCX and ODT: a zip archive of XML.
 *
 * The central directory leads to the text part and to the part that says who and when; zlib inflates
 * them, libxml2's reader goes through them. Paragraphs become lines, headings parts of their kind.
 * Invariants: nothing outside the two parts is inflated; sizes that the archive gives are not
 * believed. Cost: linear in those parts. */
#include "read/reader.h"
#include "read/sheet.h"
#include "read/when.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <zlib.h>

static uint32_t le(const char *p, int n)
{
    uint32_t v = 0;
    for (int i = n; i-- > 0;)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static rl_status inflate_entry(rl_arena *mem, rl_str data, rl_str *out, rl_error *err)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data.ptr, .avail_in = (uInt)data.len};
    rl_buf b = {.max = RL_TEXT_MAX};
    char step[32768];
    if (inflateInit2(&z, -15) != Z_OK)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    int r = Z_OK;
    while (r == Z_OK && b.st == RL_OK) {
        z.next_out = (Bytef *)step;
        z.avail_out = sizeof step;
        r = inflate(&z, Z_NO_FLUSH);
        rl_buf_add(&b, (rl_str){step, sizeof step - z.avail_out});
        if (r == Z_OK && z.avail_out == sizeof step)
            break;
    }
    inflateEnd(&z);
    rl_status st = b.st != RL_OK
                       ? rl_fail(err, b.st, NULL, 0, 0, "a part comes to more than %u bytes", RL_TEXT_MAX)
                   : r != Z_STREAM_END ? rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "a part is broken")
                                       : RL_OK;
    if (st == RL_OK) {
        *out = rl_arena_copy(mem, rl_buf_str(&b));
        st = out->ptr ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    }
    rl_buf_clear(&b);
    return st;
}

rl_status rl_zip_entry(rl_arena *mem, rl_str zip, const char *name, rl_str *out, rl_error *err)
{
    size_t end = zip.len, nlen = strlen(name);
    *out = (rl_str){0};
    size_t low = zip.len > 65557 ? zip.len - 65557 : 0;
    bool found = false;
    while (!found && end >= low + 22)
        found = memcmp(zip.ptr + --end - 21, "PK\x05\x06", 4) == 0;
    if (!found)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "the zip archive has no directory");
    size_t at = le(zip.ptr + end - 21 + 16, 4), n = le(zip.ptr + end - 21 + 10, 2);
    for (size_t i = 0; i < n && i < RL_ZIP_ENTRIES_MAX && at + 46 <= zip.len; i++) {
        const char *p = zip.ptr + at;
        size_t name_len = le(p + 28, 2), size = le(p + 20, 4), local = le(p + 42, 4);
        if (memcmp(p, "PK\x01\x02", 4) != 0 || at + 46 + name_len > zip.len)
            break;
        if (name_len != nlen || memcmp(p + 46, name, nlen) != 0) {
            at += 46 + name_len + le(p + 30, 2) + le(p + 32, 2);
            continue;
        }
        if (local + 30 > zip.len)
            break;
        size_t data = local + 30 + le(zip.ptr + local + 26, 2) + le(zip.ptr + local + 28, 2);
        if (data > zip.len || size > zip.len - data)
            break;
        uint32_t method = le(p + 10, 2);
        rl_str bytes = rl_str_sub(zip, data, size);
        if (method == 8)
            return inflate_entry(mem, bytes, out, err);
        if (method != 0)
            break;
        *out = bytes;
        return RL_OK;
    }
    return rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "there is no %s in the archive", name);
}

typedef struct {
    rl_arena *mem;
    rl_buf body;
    RL_VEC(rl_part) parts;
    size_t para; /* where the open paragraph begins */
    bool heading;
} office;

static void end_paragraph(office *o)
{
    while (o->body.len > o->para &&
           (o->body.ptr[o->body.len - 1] == ' ' || o->body.ptr[o->body.len - 1] == '\n'))
        o->body.len--;
    if (o->body.len > o->para) {
        rl_part *p = o->heading && o->parts.n < RL_PASSAGES_MAX ? RL_PUSH(o->mem, o->parts) : NULL;
        if (!p)
            o->parts.n = o->parts.cap = 0;
        else
            *p = (rl_part){.kind = RL_PSG_HEADLINE,
                           .span = {(uint32_t)o->para, (uint32_t)(o->body.len - o->para)}};
        rl_buf_z(&o->body, "\n\n");
    }
    o->para = o->body.len;
    o->heading = false;
}

static bool is(xmlTextReaderPtr x, const char *prefix, const char *name)
{
    const char *p = (const char *)xmlTextReaderConstPrefix(x),
               *n = (const char *)xmlTextReaderConstLocalName(x);
    return p && strcmp(p, prefix) == 0 && strcmp(n, name) == 0;
}

/* Styles of headings are named so in every language of the program that wrote them. */
static void style(office *o, xmlTextReaderPtr x)
{
    xmlChar *v = xmlTextReaderGetAttribute(x, (const xmlChar *)"w:val");
    o->heading = v && (rl_str_starts(rl_str_z((const char *)v), "Heading") ||
                       rl_str_starts(rl_str_z((const char *)v), "Title"));
    xmlFree(v);
}

static void text_node(office *o, xmlTextReaderPtr x, bool in_text)
{
    const char *v = (const char *)xmlTextReaderConstValue(x);
    if (v && in_text)
        rl_buf_add(&o->body, rl_str_z(v));
}

/* Word: w:p holds w:r holds w:t. OpenDocument: text:p and text:h hold text itself. */
static void text_part(office *o, xmlTextReaderPtr x)
{
    int in = 0, skip = 0;
    while (xmlTextReaderRead(x) == 1 && o->body.st == RL_OK) {
        int t = xmlTextReaderNodeType(x);
        bool start = t == XML_READER_TYPE_ELEMENT, end = t == XML_READER_TYPE_END_ELEMENT,
             empty = start && xmlTextReaderIsEmptyElement(x);
        if (t == XML_READER_TYPE_TEXT || t == XML_READER_TYPE_SIGNIFICANT_WHITESPACE ||
            t == XML_READER_TYPE_CDATA) {
            text_node(o, x, in > 0 && !skip);
            continue;
        }
        if (!start && !end)
            continue;
        bool para = is(x, "w", "p") || is(x, "text", "p") || is(x, "text", "h");
        if (para)
            end_paragraph(o);
        if (start && is(x, "text", "h"))
            o->heading = true;
        if (start && is(x, "w", "pStyle"))
            style(o, x);
        if (!empty && (is(x, "w", "t") || is(x, "text", "p") || is(x, "text", "h")))
            in += start ? 1 : -1;
        if (!empty && (is(x, "w", "instrText") || is(x, "w", "delText") || is(x, "office", "annotation") ||
                       is(x, "text", "tracked-changes")))
            skip += start ? 1 : -1;
        if (start && (is(x, "w", "tab") || is(x, "text", "tab") || is(x, "text", "s")))
            rl_buf_c(&o->body, ' ');
        if (start && (is(x, "w", "br") || is(x, "text", "line-break")))
            rl_buf_c(&o->body, '\n');
        if (end && (is(x, "w", "tc") || is(x, "table", "table-cell")))
            end_paragraph(o);
    }
    end_paragraph(o);
}

/* The first text of an element of that local name. */
static rl_str first_of(rl_arena *mem, rl_str xml, const char *name)
{
    xmlTextReaderPtr x =
        xmlReaderForMemory(xml.ptr, (int)xml.len, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER);
    rl_str out = {0};
    while (x && !out.len && xmlTextReaderRead(x) == 1) {
        if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT ||
            strcmp((const char *)xmlTextReaderConstLocalName(x), name) != 0)
            continue;
        xmlChar *v = xmlTextReaderReadString(x);
        if (v)
            out = rl_plain_text(mem, rl_str_z((const char *)v));
        xmlFree(v);
    }
    xmlFreeTextReader(x);
    return out;
}

static void about(rl_arena *mem, rl_str xml, rl_document *d, rl_str *author)
{
    rl_when w;
    d->title = first_of(mem, xml, "title");
    d->lang = first_of(mem, xml, "language");
    *author = first_of(mem, xml, "creator");
    if (!author->len)
        *author = first_of(mem, xml, "initial-creator");
    rl_str made = first_of(mem, xml, "created");
    if (!made.len)
        made = first_of(mem, xml, "creation-date");
    if (rl_when_parse(made, &w))
        d->published = rl_when_iso(mem, &w);
    rl_str changed = first_of(mem, xml, "modified");
    if (rl_when_parse(changed, &w))
        d->modified = rl_when_iso(mem, &w);
}

rl_status rl_read_zipped(rl_reader_run *r, rl_str bytes, rl_error *err)
{
    rl_document d = {.kind = RL_IN_DOCX, .doc = r->doc, .raw = bytes};
    office o = {.mem = r->mem, .body = {.max = RL_TEXT_MAX}};
    rl_str xml, meta, author = {0};
    rl_error none;
    rl_status st = rl_zip_entry(r->mem, bytes, "word/document.xml", &xml, err);
    if (st == RL_ENOTFOUND) {
        d.kind = RL_IN_ODT;
        st = rl_zip_entry(r->mem, bytes, "content.xml", &xml, err);
    }
    if (st == RL_ENOTFOUND)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0,
                       rl_sheet_is_xlsx(r->mem, bytes)
                           ? "is a workbook: a map tells what its columns hold (--map)"
                           : "is a zip archive without a document in it");
    if (st != RL_OK)
        return st;
    xmlTextReaderPtr x =
        xmlReaderForMemory(xml.ptr, (int)xml.len, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER);
    if (!x)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    text_part(&o, x);
    xmlFreeTextReader(x);
    if (rl_zip_entry(r->mem, bytes, d.kind == RL_IN_ODT ? "meta.xml" : "docProps/core.xml", &meta, &none) ==
        RL_OK)
        about(r->mem, meta, &d, &author);
    d.body = rl_arena_copy(r->mem, rl_str_trim(rl_buf_str(&o.body)));
    d.parts = o.parts.at;
    d.nparts = o.parts.n;
    d.authors = &author;
    d.nauthors = author.len > 0;
    st = o.body.st == RL_OK && d.body.ptr
             ? RL_OK
             : rl_fail(err, RL_ELIMIT, NULL, 0, 0, "the text is over %u bytes", RL_TEXT_MAX);
    rl_buf_clear(&o.body);
    return st == RL_OK ? rl_reader_emit(r, &d, err) : st;
}
