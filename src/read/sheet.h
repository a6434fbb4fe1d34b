/* Sheets of figures kept by hand: cells of CSV and XLSX, and the report that they are read as. Inside src/read only. */
#ifndef RL_READ_SHEET_H
#define RL_READ_SHEET_H

#include "read/reader.h"

/** A row that has a cell: number as the spreadsheet counts it, from 1; cells from column A to its last. */
typedef struct {
    rl_str *at;
    uint32_t n, number;
} rl_sheet_row;

/** Cells are trimmed UTF-8; a day of XLSX is ISO 8601. All of it lives in the arena. */
typedef struct {
    rl_arena *mem;
    RL_VEC(rl_sheet_row) rows;
    size_t cells;
} rl_sheet;

/** A row after the last; RL_ELIMIT, RL_ENOMEM. Empty rows are left out. */
RL_MUST_CHECK rl_status rl_sheet_add(rl_sheet *s, uint32_t number, const rl_str *cells, size_t n,
                                     rl_error *err);

/** RFC 4180 with any of , ; tab | between cells, told from the first line. Errors name the row. */
RL_MUST_CHECK rl_status rl_sheet_csv(rl_sheet *out, rl_str text, rl_error *err);
/** A workbook of Office Open XML; name: of the sheet, empty: the first. */
RL_MUST_CHECK rl_status rl_sheet_xlsx(rl_sheet *out, rl_str zip, rl_str name, rl_error *err);
/** Is a zip archive a workbook? */
bool rl_sheet_is_xlsx(rl_arena *mem, rl_str zip);

#endif
