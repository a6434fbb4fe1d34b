/* Cells of a sheet of figures: values, days, and the heads that say what a column holds. Nothing here knows a language.
 * docs/inputs.md tells the forms. */
#ifndef RL_BASE_CELL_H
#define RL_BASE_CELL_H

#include "base/base.h"

/** In which order a day is written where it is not ISO 8601; it is told, never guessed. */
typedef enum { RL_DAY_ISO, RL_DAY_DMY, RL_DAY_MDY, RL_DAY_YMD, RL_DAY_N } rl_day_order;
/** "iso", "dmy" …; static, NULL past the end. */
const char *rl_day_order_name(rl_day_order o);

/** "12", "40+", ">40", ">= 40", "<40", "~40", "30-40" in digits of any script, blanks between; false for all else. */
bool rl_cell_value(rl_str s, rl_value *out);
/** ISO 8601, else a day of that order: numbers apart by any sign, the year of four digits. A time after it is passed over. */
bool rl_cell_day(rl_str s, rl_day_order order, rl_date *out);

/** What a column holds. */
typedef enum {
    RL_COL_NONE,
    RL_COL_FIGURE, /* measure, who, kind are set */
    RL_COL_VALUE,  /* a figure whose measure stands in another column */
    RL_COL_MEASURE,
    RL_COL_WHO,
    RL_COL_DATE, /* order is set */
    RL_COL_PLACE,
    RL_COL_COUNTRY,
    RL_COL_SOURCE, /* speaker is set */
    RL_COL_N
} rl_column_kind;
typedef struct {
    rl_column_kind kind;
    rl_measure measure;
    rl_who who;
    rl_kind count;
    rl_day_order order;
    rl_source_kind speaker;
} rl_column;
/** "killed", "killed.child", "killed.child.new", "date", "date.dmy", "place", "source", "witness" …; false for all else. */
bool rl_column_parse(rl_str key, rl_column *out);

#endif
