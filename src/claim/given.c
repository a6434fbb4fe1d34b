/* Claims that a sheet of figures gives: a cell each. Its speaker is a column of the row where there is one, else the sheet in
 * its own voice. A place that the gazetteer does not know stays as written. Linear. */
#include "base/cell.h"
#include "claim/claim.h"
#include "mark/place.h"

typedef struct {
    rl_column column;
    rl_span head; /* its name in the sheet */
} column;

typedef struct {
    rl_arena *mem;
    const rl_packs *packs;
    rl_names **names;
    const rl_report *report;
    uint64_t text_hash;
    column columns[RL_SHEET_MAP_MAX];
    size_t n;
    rl_span cells[RL_SHEET_MAP_MAX]; /* of the row at hand */
    rl_span line;
    rl_claim_list claims;
} sheet;

static rl_str text_of(const sheet *s, rl_span at)
{
    return rl_span_str(s->report->text, at);
}

/* The next piece of [*off, end) up to sep. */
static rl_span cut(rl_str text, uint32_t *off, uint32_t end, char sep)
{
    const char *p = *off < end ? memchr(text.ptr + *off, sep, end - *off) : NULL;
    uint32_t to = p ? (uint32_t)(p - text.ptr) : end;
    rl_span s = {*off, to - *off};
    *off = p ? to + 1 : end;
    return s;
}

/* "killed.child: Dead children" */
static void read_heads(sheet *s, rl_span line)
{
    uint32_t at = line.off, end = rl_span_end(line);
    cut(s->report->text, &at, end, '\t');
    while (at < end && s->n < RL_SHEET_MAP_MAX) {
        rl_span whole = cut(s->report->text, &at, end, '\t');
        rl_str key, head = text_of(s, whole);
        column *c = &s->columns[s->n++];
        rl_str_cut(&head, ':', &key);
        head = rl_str_trim(head);
        rl_column_parse(key, &c->column);
        c->head =
            head.len ? (rl_span){(uint32_t)(head.ptr - s->report->text.ptr), (uint32_t)head.len} : whole;
    }
}

/* The first cell of the row that is of a kind and not empty. */
static const column *find(const sheet *s, rl_column_kind kind, rl_span *cell)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->columns[i].column.kind == kind && s->cells[i].len) {
            *cell = s->cells[i];
            return &s->columns[i];
        }
    *cell = (rl_span){0};
    return NULL;
}

static rl_status add_place(sheet *s, rl_claim *c)
{
    rl_span country;
    find(s, RL_COL_COUNTRY, &country);
    if (!find(s, RL_COL_PLACE, &c->place_span)) {
        c->place_span = country;
        if (!country.len)
            return RL_OK;
    }
    rl_str name = text_of(s, c->place_span);
    rl_buf both = {0};
    rl_buf_add(&both, name);
    if (country.len && country.off != c->place_span.off) {
        rl_buf_z(&both, ", ");
        rl_buf_add(&both, text_of(s, country));
    }
    if (!both.st && !rl_place_find(s->packs, rl_buf_str(&both), &c->place))
        c->place = (rl_place){.name = name};
    rl_status st = both.st;
    rl_buf_clear(&both);
    return st;
}

static rl_status add_source(sheet *s, rl_claim *c)
{
    rl_span cell;
    const column *col = find(s, RL_COL_SOURCE, &cell);
    if (!col)
        return RL_OK;
    rl_source *src = RL_NEW(s->mem, rl_source, 1);
    if (!src)
        return RL_ENOMEM;
    rl_str name = text_of(s, cell);
    *src = (rl_source){
        .name = name, .text = name, .span = cell, .kind = col->column.speaker, .key = rl_source_key(name)};
    uint64_t key;
    bool person = src->kind == RL_S_PERSON && (*s->names || !rl_names_open(s->packs, s->names, NULL));
    if (person && !rl_name_english(s->mem, *s->names, name, &src->name, &key) && key)
        src->key = key;
    if (!src->name.len)
        src->name = name;
    c->sources = src;
    c->nsources = 1;
    return RL_OK;
}

static bool add_measure(const sheet *s, const column *col, rl_claim *c)
{
    rl_span cell;
    c->measure = col->column.measure;
    c->who = col->column.who;
    c->kind = col->column.count;
    c->cue_span = col->head;
    if (find(s, RL_COL_WHO, &cell)) {
        c->whom_span = cell;
        if (!rl_who_parse(text_of(s, cell), &c->who))
            return false;
    }
    if (col->column.kind == RL_COL_FIGURE)
        return true;
    if (!find(s, RL_COL_MEASURE, &cell) || !rl_measure_parse(text_of(s, cell), &c->measure))
        return false;
    c->cue_span = cell;
    return true;
}

static rl_status add_claim(sheet *s, const column *col, rl_span cell)
{
    rl_claim c = {.doc = s->report->id,
                  .lang = RL_STR("und"),
                  .modality = RL_MOD_ASSERTED,
                  .passage = RL_PSG_BODY,
                  .confidence = 1,
                  .span = s->line,
                  .sentence = s->line,
                  .value_span = cell,
                  .rule = "given by a cell"};
    const column *day = find(s, RL_COL_DATE, &c.date_span);
    if (!rl_cell_value(text_of(s, cell), &c.value) || !add_measure(s, col, &c) ||
        (day && !rl_cell_day(text_of(s, c.date_span), day->column.order, &c.date)))
        return RL_OK;
    if (s->claims.n >= RL_CLAIMS_MAX)
        return RL_ELIMIT;
    if (add_place(s, &c) || add_source(s, &c))
        return RL_ENOMEM;
    uint64_t h[3] = {s->text_hash, (uint64_t)cell.off << 32 | cell.len, (uint64_t)c.measure};
    snprintf(c.id, sizeof c.id, "%016llx", (unsigned long long)rl_hash(h, sizeof h));
    rl_claim *at = RL_PUSH(s->mem, s->claims);
    if (!at)
        return RL_ENOMEM;
    *at = c;
    return RL_OK;
}

static rl_status read_row(sheet *s)
{
    uint32_t at = s->line.off, end = rl_span_end(s->line);
    rl_status st = RL_OK;
    cut(s->report->text, &at, end, '\t');
    for (size_t i = 0; i < s->n; i++)
        s->cells[i] = cut(s->report->text, &at, end, '\t');
    for (size_t i = 0; i < s->n && !st; i++)
        if (s->cells[i].len &&
            (s->columns[i].column.kind == RL_COL_FIGURE || s->columns[i].column.kind == RL_COL_VALUE))
            st = add_claim(s, &s->columns[i], s->cells[i]);
    return st;
}

rl_status rl_claim_given(rl_arena *mem, const rl_packs *packs, rl_names **names, const rl_report *report,
                         rl_reading *out, rl_error *err)
{
    rl_str text = report->text;
    rl_passage *all = RL_NEW(mem, rl_passage, 1);
    sheet *s = RL_NEW(mem, sheet, 1);
    uint32_t at = 0, end = (uint32_t)text.len;
    if (!all || !s)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    *s = (sheet){.mem = mem,
                 .packs = packs,
                 .names = names,
                 .report = report,
                 .text_hash = rl_hash(text.len ? text.ptr : "", text.len)};
    cut(text, &at, end, '\n');
    read_heads(s, cut(text, &at, end, '\n'));
    rl_status st = RL_OK;
    while (at < end && !st) {
        s->line = cut(text, &at, end, '\n');
        st = read_row(s);
    }
    if (st)
        return rl_fail(err, st, NULL, 0, 0, st == RL_ELIMIT ? "more than %u claims" : "out of memory",
                       RL_CLAIMS_MAX);
    *all = (rl_passage){.kind = RL_PSG_BODY, .span = {0, end}, .lang = RL_STR("und"), .supported = true};
    *out = (rl_reading){.claims = s->claims.at,
                        .nclaims = s->claims.n,
                        .passages = all,
                        .npassages = text.len > 0,
                        .date_reason = RL_STR(""),
                        .weekday = -1};
    return RL_OK;
}
