/* XLSX: the workbook names its sheets, a relation leads to the part of one, cells point into the shared strings, and their
 * style tells which numbers are days. Parts are inflated by rl_zip_entry, so each is bounded; entities are not expanded and
 * no fault of the XML is mended: a figure must not come from a guess. Linear in the parts that are read.
 * Source of the forms: ECMA-376, Office Open XML, part 1: 18 (SpreadsheetML). */
#include "read/sheet.h"

#include <libxml/xmlreader.h>
#include <stdlib.h>

typedef RL_VEC(rl_str) strings;

typedef struct {
    rl_arena *mem;
    rl_str zip;
    strings shared;
    RL_VEC(bool) is_day; /* per cell style */
    bool from_1904;
} book;

static xmlTextReaderPtr open_xml(rl_str xml)
{
    return xmlReaderForMemory(xml.ptr, (int)xml.len, NULL, NULL,
                              XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

/* The next node: 1; 0 at the end; -1 for a fault, and for a document type: workbooks have none, and entities come from them. */
static int step(xmlTextReaderPtr x)
{
    int r = xmlTextReaderRead(x);
    return r == 1 && xmlTextReaderNodeType(x) == XML_READER_TYPE_DOCUMENT_TYPE ? -1 : r;
}

static rl_status xml_status(int last, const char *part, rl_error *err)
{
    return last == 0 ? RL_OK : rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "%s in the workbook is broken", part);
}

static bool is(xmlTextReaderPtr x, const char *name)
{
    return strcmp((const char *)xmlTextReaderConstLocalName(x), name) == 0;
}

static rl_str attribute(rl_arena *mem, xmlTextReaderPtr x, const char *name)
{
    xmlChar *v = xmlTextReaderGetAttribute(x, (const xmlChar *)name);
    rl_str s = v ? rl_arena_copy(mem, rl_str_z((const char *)v)) : (rl_str){0};
    xmlFree(v);
    return s;
}

static uint64_t number_of(rl_arena *mem, xmlTextReaderPtr x, const char *name, uint64_t otherwise)
{
    uint64_t n;
    return rl_str_uint(attribute(mem, x, name), UINT32_MAX, &n) ? n : otherwise;
}

static bool is_text(int type)
{
    return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
           type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE;
}

/* The text of the t elements in the element at hand, without its phonetic runs, up to its end. */
static int gather(xmlTextReaderPtr x, rl_buf *out)
{
    int depth = xmlTextReaderDepth(x), r = 1, in = 0, skip = 0;
    if (xmlTextReaderIsEmptyElement(x))
        return 1;
    while ((r = step(x)) == 1 && xmlTextReaderDepth(x) > depth) {
        int type = xmlTextReaderNodeType(x);
        bool start = type == XML_READER_TYPE_ELEMENT && !xmlTextReaderIsEmptyElement(x),
             end = type == XML_READER_TYPE_END_ELEMENT;
        if (is_text(type) && in && !skip)
            rl_buf_z(out, (const char *)xmlTextReaderConstValue(x));
        if ((start || end) && is(x, "t"))
            in += start ? 1 : -1;
        if ((start || end) && is(x, "rPh"))
            skip += start ? 1 : -1;
    }
    return r;
}

static rl_status read_shared(book *b, rl_error *err)
{
    rl_str xml;
    rl_error none;
    rl_buf text = {.max = RL_SHEET_CELL_MAX};
    if (rl_zip_entry(b->mem, b->zip, "xl/sharedStrings.xml", &xml, &none))
        return none.code == RL_ENOTFOUND ? RL_OK : rl_fail(err, none.code, NULL, 0, 0, "%s", none.message);
    xmlTextReaderPtr x = open_xml(xml);
    int r = x ? 1 : -1;
    rl_status st = RL_OK;
    while (!st && r == 1 && (r = step(x)) == 1) {
        if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT || !is(x, "si"))
            continue;
        text.len = 0;
        r = gather(x, &text);
        rl_str *at = b->shared.n < RL_SHEET_CELLS_MAX && !text.st ? RL_PUSH(b->mem, b->shared) : NULL;
        if (!at)
            st = rl_fail(err, RL_ELIMIT, NULL, 0, 0, "a cell of over %u bytes, or over %u different ones",
                         RL_SHEET_CELL_MAX, RL_SHEET_CELLS_MAX);
        else
            *at = rl_arena_copy(b->mem, rl_buf_str(&text));
    }
    xmlFreeTextReader(x);
    rl_buf_clear(&text);
    return st ? st : xml_status(r, "sharedStrings.xml", err);
}

/* Does a format write years or days? Colours and locales in brackets, quoted and escaped letters are no signs of it. */
static bool writes_days(rl_str f)
{
    for (size_t i = 0; i < f.len; i++) {
        char c = f.ptr[i], close = c == '"' ? '"' : c == '[' ? ']' : 0;
        if (c == '\\' || c == '_' || c == '*')
            i++;
        else if (close)
            for (i++; i < f.len && f.ptr[i] != close;)
                i++;
        else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D')
            return true;
    }
    return false;
}

/* 18.8.30: formats that every program has. */
static bool is_day_format(uint64_t id)
{
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
           (id >= 50 && id <= 54) || id == 57 || id == 58;
}

static rl_status read_styles(book *b, rl_error *err)
{
    rl_str xml;
    rl_error none;
    RL_VEC(uint64_t) days = {0};
    if (rl_zip_entry(b->mem, b->zip, "xl/styles.xml", &xml, &none))
        return none.code == RL_ENOTFOUND ? RL_OK : rl_fail(err, none.code, NULL, 0, 0, "%s", none.message);
    xmlTextReaderPtr x = open_xml(xml);
    bool cells = false;
    int r = x ? 1 : -1;
    while (r == 1 && (r = step(x)) == 1) {
        int type = xmlTextReaderNodeType(x);
        if (is(x, "cellXfs"))
            cells = type == XML_READER_TYPE_ELEMENT;
        if (type != XML_READER_TYPE_ELEMENT || b->is_day.n >= RL_SHEET_STYLES_MAX ||
            days.n >= RL_SHEET_STYLES_MAX)
            continue;
        if (is(x, "numFmt") && writes_days(attribute(b->mem, x, "formatCode"))) {
            uint64_t *at = RL_PUSH(b->mem, days);
            if (at)
                *at = number_of(b->mem, x, "numFmtId", 0);
        }
        if (cells && is(x, "xf")) {
            uint64_t id = number_of(b->mem, x, "numFmtId", 0);
            bool *at = RL_PUSH(b->mem, b->is_day), day = is_day_format(id);
            for (size_t i = 0; i < days.n && !day; i++)
                day = days.at[i] == id;
            if (at)
                *at = day;
        }
    }
    xmlFreeTextReader(x);
    return xml_status(r, "styles.xml", err);
}

/* ---- which part ---- */

static rl_status sheet_relation(book *b, rl_str name, rl_str *id, rl_error *err)
{
    rl_str xml;
    rl_status st = rl_zip_entry(b->mem, b->zip, "xl/workbook.xml", &xml, err);
    if (st)
        return st;
    xmlTextReaderPtr x = open_xml(xml);
    int r = x ? 1 : -1;
    while (r == 1 && (r = step(x)) == 1) {
        if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT)
            continue;
        if (is(x, "workbookPr")) {
            rl_str v = attribute(b->mem, x, "date1904");
            b->from_1904 = rl_str_is(v, "1") || rl_str_is(v, "true");
        }
        if (is(x, "sheet") && !id->len && (!name.len || rl_str_eq(attribute(b->mem, x, "name"), name)))
            *id = attribute(b->mem, x, "r:id");
    }
    xmlFreeTextReader(x);
    st = xml_status(r, "workbook.xml", err);
    if (!st && !id->len)
        st = rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "the workbook has no sheet '%.*s'",
                     (int)(name.len < 64 ? name.len : 64), name.len ? name.ptr : "");
    return st;
}

static rl_status sheet_part(book *b, rl_str id, char part[256], rl_error *err)
{
    rl_str xml;
    rl_status st = rl_zip_entry(b->mem, b->zip, "xl/_rels/workbook.xml.rels", &xml, err);
    if (st)
        return st;
    xmlTextReaderPtr x = open_xml(xml);
    int r = x ? 1 : -1;
    *part = 0;
    while (r == 1 && (r = step(x)) == 1) {
        if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT || !is(x, "Relationship") ||
            !rl_str_eq(attribute(b->mem, x, "Id"), id))
            continue;
        rl_str to = attribute(b->mem, x, "Target");
        bool whole = rl_str_starts(to, "/");
        if (to.len < 200)
            snprintf(part, 256, "%s%.*s", whole ? "" : "xl/", (int)(to.len - whole),
                     to.len ? to.ptr + whole : "");
    }
    xmlFreeTextReader(x);
    st = xml_status(r, "workbook.xml.rels", err);
    return st || *part ? st : rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "the workbook's sheet leads nowhere");
}

/* ---- cells ---- */

/* "BC12" → 54 (from 0); UINT32_MAX for no column. */
static uint32_t column_of(rl_str ref)
{
    uint32_t n = 0, i = 0;
    for (; i < ref.len && ref.ptr[i] >= 'A' && ref.ptr[i] <= 'Z' && i < 4; i++)
        n = n * 26 + (uint32_t)(ref.ptr[i] - 'A') + 1;
    return i ? n - 1 : UINT32_MAX;
}

/* Days from 1900 (with its 29 February that never was: what lies before is left as it is) or 1904. */
static rl_str day_of(book *b, rl_str v)
{
    rl_str whole = v;
    uint64_t n;
    rl_buf iso = {0};
    rl_str_cut(&whole, '.', &v);
    if (!rl_str_uint(v, 2958465, &n) || (!b->from_1904 && n < 61))
        return (rl_str){0};
    rl_date base = b->from_1904 ? (rl_date){.year = 1904, .month = 1, .day = 1}
                                : (rl_date){.year = 1899, .month = 12, .day = 30};
    rl_date d = rl_date_from_days(rl_date_days(base) + (int32_t)n);
    rl_buf_f(&iso, "%04d-%02d-%02d", d.year, d.month, d.day);
    rl_str out = rl_arena_copy(b->mem, rl_buf_str(&iso));
    rl_buf_clear(&iso);
    return out;
}

static rl_str value_of(book *b, rl_str type, uint64_t style, rl_str v)
{
    uint64_t n;
    if (rl_str_is(type, "s"))
        return rl_str_uint(v, UINT32_MAX, &n) && n < b->shared.n ? b->shared.at[n] : (rl_str){0};
    if (type.len && !rl_str_is(type, "n"))
        return v; /* text, a formula's text, an error such as #REF!: as it is */
    rl_str day = style < b->is_day.n && b->is_day.at[style] ? day_of(b, v) : (rl_str){0};
    return day.len ? day : v;
}

typedef struct {
    book *b;
    rl_sheet *out;
    RL_VEC(rl_str) cells;
    uint32_t row;
    rl_buf text;
} rows;

static rl_status put(rows *w, uint32_t col, rl_str v, rl_error *err)
{
    if (!v.len)
        return RL_OK;
    if (col >= RL_SHEET_COLUMNS_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, w->row, 0, "row %u: over %u columns", w->row,
                       RL_SHEET_COLUMNS_MAX);
    while (w->cells.n <= col) {
        rl_str *at = RL_PUSH(w->b->mem, w->cells);
        if (!at)
            return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
        *at = (rl_str){0};
    }
    w->cells.at[col] = v;
    return RL_OK;
}

/* One c element; *next: the column that the next one has where it does not say. */
static rl_status cell(rows *w, xmlTextReaderPtr x, uint32_t *next, int *r, rl_error *err)
{
    rl_arena *mem = w->b->mem;
    rl_str ref = attribute(mem, x, "r"), type = attribute(mem, x, "t");
    uint64_t style = number_of(mem, x, "s", 0);
    uint32_t col = ref.len ? column_of(ref) : *next;
    int depth = xmlTextReaderDepth(x);
    bool in = false;
    *next = col == UINT32_MAX ? *next + 1 : col + 1;
    w->text.len = 0;
    if (xmlTextReaderIsEmptyElement(x))
        return RL_OK;
    while ((*r = step(x)) == 1 && xmlTextReaderDepth(x) > depth) {
        int t = xmlTextReaderNodeType(x);
        if (t == XML_READER_TYPE_ELEMENT && is(x, "is"))
            *r = gather(x, &w->text);
        else if ((t == XML_READER_TYPE_ELEMENT || t == XML_READER_TYPE_END_ELEMENT) && is(x, "v"))
            in = t == XML_READER_TYPE_ELEMENT && !xmlTextReaderIsEmptyElement(x);
        else if (is_text(t) && in)
            rl_buf_z(&w->text, (const char *)xmlTextReaderConstValue(x));
        if (*r != 1)
            break;
    }
    if (w->text.st)
        return rl_fail(err, RL_ELIMIT, NULL, w->row, 0, "row %u: a cell of over %u bytes", w->row,
                       RL_SHEET_CELL_MAX);
    rl_str v = rl_str_trim(rl_buf_str(&w->text));
    v = v.len ? rl_arena_copy(mem, v) : v;
    return put(w, col, rl_str_trim(value_of(w->b, type, style, v)), err);
}

static rl_status read_rows(rows *w, rl_str xml, rl_error *err)
{
    xmlTextReaderPtr x = open_xml(xml);
    int r = x ? 1 : -1;
    uint32_t next = 0;
    rl_status st = RL_OK;
    while (!st && r == 1 && (r = step(x)) == 1) {
        int type = xmlTextReaderNodeType(x);
        bool start = type == XML_READER_TYPE_ELEMENT;
        if (start && is(x, "row")) {
            uint64_t n = number_of(w->b->mem, x, "r", w->row + 1);
            if (n <= w->row)
                st = rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "rows do not ascend: %llu after %u",
                             (unsigned long long)n, w->row);
            w->row = (uint32_t)n;
            w->cells.n = 0;
            next = 0;
        } else if (start && is(x, "c")) {
            st = cell(w, x, &next, &r, err);
        } else if (type == XML_READER_TYPE_END_ELEMENT && is(x, "row")) {
            st = rl_sheet_add(w->out, w->row, w->cells.at, w->cells.n, err);
        }
    }
    xmlFreeTextReader(x);
    return st ? st : xml_status(r, "the sheet", err);
}

bool rl_sheet_is_xlsx(rl_arena *mem, rl_str zip)
{
    rl_str xml;
    rl_error none;
    return rl_zip_entry(mem, zip, "xl/workbook.xml", &xml, &none) == RL_OK;
}

rl_status rl_sheet_xlsx(rl_sheet *out, rl_str zip, rl_str name, rl_error *err)
{
    book b = {.mem = out->mem, .zip = zip};
    rows w = {.b = &b, .out = out, .text = {.max = RL_SHEET_CELL_MAX}};
    char part[256];
    rl_str id = {0}, xml;
    rl_status st = sheet_relation(&b, name, &id, err);
    st = st ? st : sheet_part(&b, id, part, err);
    st = st ? st : read_shared(&b, err);
    st = st ? st : read_styles(&b, err);
    st = st ? st : rl_zip_entry(b.mem, zip, part, &xml, err);
    st = st ? st : read_rows(&w, xml, err);
    rl_buf_clear(&w.text);
    return st;
}
