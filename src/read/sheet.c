/* A sheet of figures as a report: its mapped columns, a line a row, cells as written, so that claims point at bytes.
 *
 *     sheet TAB name
 *     row TAB key: head TAB key: head …
 *     2 TAB cell TAB cell …
 *
 * What a column holds is told by a map (docs/inputs.md), nothing is guessed: a cell that is no count is left empty, a row
 * whose day, measure or class is not one is left out, and each is told with its row and column. src/claim/given.c
 * reads claims from the lines. Linear in the cells. */
#include "read/sheet.h"

#include "base/cell.h"
#include "read/recode.h"

#include <strings.h>

/* One entry of a map: a column by its head, or what holds for every row. */
typedef struct {
    rl_str key, text;
    bool constant;
    rl_column column;
    uint32_t at; /* index of the column */
} entry;

typedef struct {
    rl_reader_run *r;
    entry at[RL_SHEET_MAP_MAX];
    size_t n, faults;
    rl_str sheet, name; /* settings: sheet:=, name:= */
    rl_buf out;
} mapped;

/* ---- the map ---- */

static bool next_entry(rl_str *map, char sep, rl_str *key, rl_str *text, bool *constant)
{
    rl_str pair;
    do {
        if (!map->len)
            return false;
        rl_str_cut(map, sep, &pair);
        pair = rl_str_trim(pair);
    } while (!pair.len || pair.ptr[0] == '#');
    *text = pair;
    rl_str_cut(text, '=', key);
    *constant = rl_str_ends(*key, ":");
    key->len -= *constant;
    *key = rl_str_trim(*key);
    *text = rl_str_trim(*text);
    return true;
}

static char separator_of(rl_str map)
{
    return map.len && memchr(map.ptr, '\n', map.len) ? '\n' : ',';
}

bool rl_sheet_map(rl_str map)
{
    rl_str rest = map, key, text;
    bool constant;
    rl_column c;
    while (next_entry(&rest, separator_of(map), &key, &text, &constant))
        if (rl_column_parse(key, &c) && (c.kind == RL_COL_FIGURE || c.kind == RL_COL_VALUE))
            return true;
    return false;
}

static rl_status parse_map(mapped *m, rl_str map, rl_error *err)
{
    rl_str rest = map;
    entry e = {0};
    while (next_entry(&rest, separator_of(map), &e.key, &e.text, &e.constant)) {
        int n = (int)(e.key.len < 64 ? e.key.len : 64);
        if (e.constant && (rl_str_is(e.key, "sheet") || rl_str_is(e.key, "name"))) {
            *(rl_str_is(e.key, "name") ? &m->name : &m->sheet) = e.text;
            continue;
        }
        if (!rl_column_parse(e.key, &e.column))
            return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "the map's '%.*s' is nothing that a column can hold",
                           n, e.key.ptr);
        if (!e.text.len)
            return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "the map says no column for '%.*s'", n, e.key.ptr);
        if (m->n == RL_SHEET_MAP_MAX)
            return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "a map of over %u columns", RL_SHEET_MAP_MAX);
        m->at[m->n++] = e;
    }
    return RL_OK;
}

/* ---- columns ---- */

static bool same_head(rl_str a, rl_str b)
{
    return rl_str_eq(a, b) || (a.len == b.len && a.len && strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static rl_status find_column(entry *e, const rl_sheet_row *head, rl_error *err)
{
    size_t found = 0;
    for (uint32_t i = 0; i < head->n; i++)
        if (same_head(head->at[i], e->text)) {
            e->at = i;
            found++;
        }
    if (found == 1)
        return RL_OK;
    rl_buf names = {.max = 200};
    for (uint32_t i = 0; i < head->n; i++) {
        rl_buf_z(&names, i ? ", " : "");
        rl_buf_add(&names, head->at[i]);
    }
    rl_status st =
        rl_fail(err, RL_EUSAGE, NULL, head->number, 0, "row %u: %s column '%.*s'; there are %.*s%s",
                head->number, found ? "more than one" : "no", (int)(e->text.len < 64 ? e->text.len : 64),
                e->text.ptr, (int)names.len, names.len ? names.ptr : "", names.st ? " and more" : "");
    rl_buf_clear(&names);
    return st;
}

/* ---- rows ---- */

static void fault(mapped *m, const rl_sheet_row *row, const entry *e, rl_str cell, const char *what)
{
    if (m->faults++ < RL_SHEET_FAULTS_MAX)
        rl_reader_problem(m->r, RL_ESYNTAX, "row %u, column '%.*s': '%.*s' is %s", row->number,
                          (int)(e->text.len < 64 ? e->text.len : 64), e->text.ptr,
                          (int)(cell.len < 64 ? cell.len : 64), cell.len ? cell.ptr : "", what);
}

static rl_str cell_of(const rl_sheet_row *row, const entry *e)
{
    rl_str s = e->constant ? e->text : e->at < row->n ? row->at[e->at] : (rl_str){0};
    /* what a spreadsheet, or relata, put before it lest it be a formula */
    if (s.len > 1 && s.ptr[0] == '\'' && strchr("=+-@", s.ptr[1]))
        s = rl_str_sub(s, 1, s.len - 1);
    return s;
}

typedef enum { CELL_GOOD, CELL_EMPTY, CELL_BAD, ROW_BAD } verdict;

static verdict look(mapped *m, const rl_sheet_row *row, const entry *e, rl_str s)
{
    rl_value v;
    rl_date d;
    rl_measure measure;
    rl_who who;
    if (!s.len)
        return CELL_EMPTY;
    switch (e->column.kind) {
    case RL_COL_FIGURE:
    case RL_COL_VALUE:
        if (rl_cell_value(s, &v))
            return CELL_GOOD;
        fault(m, row, e, s, "no count (12, 40+, >40, <40, ~40, 30-40; no separators)");
        return CELL_BAD;
    case RL_COL_DATE:
        if (rl_cell_day(s, e->column.order, &d))
            return CELL_GOOD;
        fault(m, row, e, s,
              e->column.order
                  ? "no day in the order that the map tells; the row is left out"
                  : "no ISO 8601 day, and the map tells no order (date.dmy=HEAD); the row is left out");
        return ROW_BAD;
    case RL_COL_MEASURE:
        if (rl_measure_parse(s, &measure))
            return CELL_GOOD;
        fault(m, row, e, s, "no measure (killed, injured, ...); the row is left out");
        return ROW_BAD;
    case RL_COL_WHO:
        if (rl_who_parse(s, &who))
            return CELL_GOOD;
        fault(m, row, e, s, "no class of people or things (any, civilian, ...); the row is left out");
        return ROW_BAD;
    default:
        return CELL_GOOD;
    }
}

/* A cell on one line: what would part lines and cells is a blank. */
static void add_cell(rl_buf *out, rl_str s)
{
    for (size_t i = 0; i < s.len; i++)
        rl_buf_c(out, (unsigned char)s.ptr[i] < 0x20 ? ' ' : s.ptr[i]);
}

static void add_row(mapped *m, const rl_sheet_row *row)
{
    size_t before = m->out.len, figures = 0;
    rl_buf_f(&m->out, "%u", row->number);
    for (size_t i = 0; i < m->n; i++) {
        const entry *e = &m->at[i];
        rl_str s = cell_of(row, e);
        verdict v = look(m, row, e, s);
        if (v == ROW_BAD) {
            m->out.len = before;
            return;
        }
        figures += v == CELL_GOOD && (e->column.kind == RL_COL_FIGURE || e->column.kind == RL_COL_VALUE);
        rl_buf_c(&m->out, '\t');
        if (v == CELL_GOOD)
            add_cell(&m->out, s);
    }
    if (figures)
        rl_buf_c(&m->out, '\n');
    else
        m->out.len = before;
}

static void add_heads(mapped *m)
{
    rl_buf_z(&m->out, "sheet\t");
    add_cell(&m->out, m->name);
    rl_buf_z(&m->out, "\nrow");
    for (size_t i = 0; i < m->n; i++) {
        const entry *e = &m->at[i];
        rl_buf_c(&m->out, '\t');
        rl_buf_add(&m->out, e->key);
        rl_buf_z(&m->out, e->constant ? ":" : ": ");
        add_cell(&m->out, e->constant ? RL_STR("=") : e->text);
    }
    rl_buf_c(&m->out, '\n');
}

/* Row 2 of a sheet for humanitarian exchange: hashtags, no figures. */
static bool is_tags(const rl_sheet_row *row)
{
    bool any = false;
    for (uint32_t i = 0; i < row->n; i++) {
        if (row->at[i].len && row->at[i].ptr[0] != '#')
            return false;
        any = any || row->at[i].len;
    }
    return any;
}

static rl_status render(mapped *m, const rl_sheet *s, rl_error *err)
{
    const rl_sheet_row *head = s->rows.at;
    rl_status st = RL_OK;
    if (!s->rows.n)
        return rl_fail(err, RL_ESYNTAX, NULL, 0, 0, "the sheet is empty");
    for (size_t i = 0; i < m->n && !st; i++)
        if (!m->at[i].constant)
            st = find_column(&m->at[i], head, err);
    if (st)
        return st;
    add_heads(m);
    for (size_t i = 1; i < s->rows.n && !m->out.st; i++)
        if (i > 1 || !is_tags(&s->rows.at[i]))
            add_row(m, &s->rows.at[i]);
    if (m->faults > RL_SHEET_FAULTS_MAX)
        rl_reader_problem(m->r, RL_ESYNTAX, "and %zu more such cells", m->faults - RL_SHEET_FAULTS_MAX);
    return m->out.st ? rl_fail(err, m->out.st, NULL, 0, 0, "the sheet comes to over %u bytes", RL_TEXT_MAX)
                     : RL_OK;
}

/* ---- the reader ---- */

rl_status rl_sheet_add(rl_sheet *s, uint32_t number, const rl_str *cells, size_t n, rl_error *err)
{
    while (n && !cells[n - 1].len)
        n--;
    if (!n)
        return RL_OK;
    s->cells += n;
    if (s->cells > RL_SHEET_CELLS_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, number, 0, "row %u: over %u cells", number, RL_SHEET_CELLS_MAX);
    rl_sheet_row *row = RL_PUSH(s->mem, s->rows);
    rl_str *at = RL_NEW(s->mem, rl_str, n);
    if (!row || !at)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    memcpy(at, cells, n * sizeof *at);
    *row = (rl_sheet_row){at, (uint32_t)n, number};
    return RL_OK;
}

/* "folder/figures.xlsx" → "figures". */
static rl_str base_name(rl_str path)
{
    rl_str name = path;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/')
            name = rl_str_sub(path, i + 1, path.len - i - 1);
    for (size_t i = name.len; i > 1; i--)
        if (name.ptr[i - 1] == '.')
            return rl_str_sub(name, 0, i - 1);
    return name;
}

static bool ends_nocase(rl_str s, const char *end)
{
    size_t n = strlen(end);
    return s.len > n && strncasecmp(s.ptr + s.len - n, end, n) == 0;
}

bool rl_sheet_named(rl_str doc, rl_str map)
{
    static const char *const ends[] = {".csv", ".tsv", ".tab", ".xlsx", ".xlsm"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_nocase(doc, ends[i]))
            return rl_sheet_map(map);
    return false;
}

static rl_status cells_of(rl_reader_run *r, rl_str bytes, rl_str name, rl_sheet *s, rl_document *d,
                          rl_error *err)
{
    rl_recoded rc;
    if (rl_str_starts(bytes, "PK\x03\x04"))
        return rl_sheet_xlsx(s, bytes, name, err);
    rl_status st = rl_recode(r->mem, bytes, r->opt->charset, false, &rc, err);
    if (st)
        return st;
    d->charset = rc.charset;
    d->mended = rc.mended;
    return rl_sheet_csv(s, rc.text, err);
}

rl_status rl_read_sheet(rl_reader_run *r, rl_str bytes, rl_error *err)
{
    mapped m = {.r = r, .out = {.max = RL_TEXT_MAX}};
    rl_sheet s = {.mem = r->mem};
    rl_document d = {.kind = RL_IN_SHEET, .doc = r->doc, .raw = bytes};
    rl_status st = parse_map(&m, r->opt->map, err);
    if (!m.name.len)
        m.name = base_name(r->doc);
    st = st ? st : cells_of(r, bytes, m.sheet, &s, &d, err);
    st = st ? st : render(&m, &s, err);
    if (!st) {
        d.outlet = m.name;
        d.body = rl_arena_copy(r->mem, rl_buf_str(&m.out));
        st = d.body.ptr ? rl_reader_emit(r, &d, err) : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    }
    rl_buf_clear(&m.out);
    return st;
}
