/* CSV as spreadsheets write it. Invariants: a quotation mark inside a cell that none began stays as it is; a quotation that
 * is never closed is an error. Linear. */
#include "read/sheet.h"

typedef struct {
    rl_sheet *sheet;
    rl_str s;
    size_t i;
    char sep;
    rl_buf cell;
    RL_VEC(rl_str) cells;
} csv;

/* What stands most often between the cells of the first line; the line's quotations are passed over. */
static char separator(rl_str s)
{
    static const char signs[] = {'\t', ';', ',', '|'};
    size_t n[sizeof signs] = {0}, best = 2;
    bool quoted = false;
    for (size_t i = 0; i < s.len && (quoted || s.ptr[i] != '\n'); i++) {
        if (s.ptr[i] == '"')
            quoted = !quoted;
        for (size_t k = 0; !quoted && k < sizeof signs; k++)
            n[k] += s.ptr[i] == signs[k];
    }
    for (size_t k = 0; k < sizeof signs; k++)
        if (n[k] > n[best])
            best = k;
    return signs[best];
}

/* A cell in quotation marks; i stands after the first. False where it is not closed. */
static bool quoted(csv *c)
{
    for (; c->i < c->s.len; c->i++) {
        char ch = c->s.ptr[c->i];
        if (ch == '"' && c->i + 1 < c->s.len && c->s.ptr[c->i + 1] == '"')
            c->i++;
        else if (ch == '"') {
            c->i++;
            return true;
        }
        rl_buf_c(&c->cell, ch);
    }
    return false;
}

static bool ends_cell(const csv *c)
{
    char ch = c->s.ptr[c->i];
    return ch == c->sep || ch == '\n' || (ch == '\r' && (c->i + 1 == c->s.len || c->s.ptr[c->i + 1] == '\n'));
}

static rl_status one_cell(csv *c, uint32_t row, rl_error *err)
{
    c->cell.len = 0;
    if (c->i < c->s.len && c->s.ptr[c->i] == '"') {
        c->i++;
        if (!quoted(c))
            return rl_fail(err, RL_ESYNTAX, NULL, row, 0, "row %u: a quotation mark is never closed", row);
    }
    while (c->i < c->s.len && !ends_cell(c))
        rl_buf_c(&c->cell, c->s.ptr[c->i++]);
    if (c->cell.st || c->cells.n >= RL_SHEET_COLUMNS_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, row, 0,
                       c->cell.st ? "row %u: a cell of over %u bytes" : "row %u: over %u columns", row,
                       c->cell.st ? RL_SHEET_CELL_MAX : RL_SHEET_COLUMNS_MAX);
    rl_str *at = RL_PUSH(c->sheet->mem, c->cells), text = rl_str_trim(rl_buf_str(&c->cell));
    if (at)
        *at = text.len ? rl_arena_copy(c->sheet->mem, text) : (rl_str){0};
    return at && (!text.len || at->ptr) ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
}

static rl_status one_row(csv *c, uint32_t row, rl_error *err)
{
    rl_status st = RL_OK;
    c->cells.n = 0;
    for (bool more = true; more && !st;) {
        st = one_cell(c, row, err);
        more = !st && c->i < c->s.len && c->s.ptr[c->i] == c->sep;
        c->i += more;
    }
    if (c->i < c->s.len && c->s.ptr[c->i] == '\r')
        c->i++;
    if (c->i < c->s.len && c->s.ptr[c->i] == '\n')
        c->i++;
    return st ? st : rl_sheet_add(c->sheet, row, c->cells.at, c->cells.n, err);
}

rl_status rl_sheet_csv(rl_sheet *out, rl_str text, rl_error *err)
{
    csv c = {.sheet = out, .s = text, .sep = separator(text), .cell = {.max = RL_SHEET_CELL_MAX}};
    rl_status st = RL_OK;
    for (uint32_t row = 1; c.i < text.len && !st; row++)
        st = one_row(&c, row, err);
    rl_buf_clear(&c.cell);
    return st;
}
