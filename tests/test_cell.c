/* Cells of sheets: values, days, heads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cell.h"

static void values(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        int64_t low, high; /* -1: no bound */
        rl_qualifier q;
    } good[] = {{"12", 12, 12, RL_Q_EXACT},
                {"0", 0, 0, RL_Q_EXACT},
                {" 1 234 ", -2, 0, 0},
                {"40+", 40, -1, RL_Q_AT_LEAST},
                {">= 40", 40, -1, RL_Q_AT_LEAST},
                {"\u226540", 40, -1, RL_Q_AT_LEAST},
                {"> 40", 40, -1, RL_Q_MORE_THAN},
                {"<40", -1, 40, RL_Q_LESS_THAN},
                {"<=40", -1, 40, RL_Q_AT_MOST},
                {"~40", 40, 40, RL_Q_ABOUT},
                {"30-40", 30, 40, RL_Q_RANGE},
                {"30 \u2013 40", 30, 40, RL_Q_RANGE},
                {"40-40", 40, 40, RL_Q_EXACT},
                {"\u0661\u0662", 12, 12, RL_Q_EXACT},
                {"123456789012345", 123456789012345, 123456789012345, RL_Q_EXACT},
                {"1234567890123456", -2, 0, 0},
                {"", -2, 0, 0},
                {"-4", -2, 0, 0},
                {"40-30", -2, 0, 0},
                {"1,234", -2, 0, 0},
                {"1.234", -2, 0, 0},
                {"12.0", -2, 0, 0},
                {"1e3", -2, 0, 0},
                {"12?", -2, 0, 0},
                {"dozens", -2, 0, 0},
                {"> 40+", -2, 0, 0},
                {"1-2-3", -2, 0, 0},
                {"\xff", -2, 0, 0}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        rl_value v;
        bool is = rl_cell_value(rl_str_z(good[i].cell), &v);
        if (is != (good[i].low != -2))
            fail_msg("'%s' is %sa value", good[i].cell, is ? "" : "not ");
        if (!is)
            continue;
        assert_int_equal(v.qualifier, good[i].q);
        assert_int_equal(v.has_low ? v.low : -1, good[i].low);
        assert_int_equal(v.has_high ? v.high : -1, good[i].high);
    }
}

static void days(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        rl_day_order order;
        const char *iso; /* NULL: no day */
    } d[] = {{"2026-03-04", RL_DAY_ISO, "2026-03-04"},
             {"2026-03-04T10:00", RL_DAY_ISO, "2026-03-04"},
             {"2026-03-04 10:00:00", RL_DAY_DMY, "2026-03-04"},
             {"2026-03-041", RL_DAY_ISO, NULL},
             {"04.03.2026", RL_DAY_ISO, NULL},
             {"04.03.2026", RL_DAY_DMY, "2026-03-04"},
             {"4/3/2026", RL_DAY_MDY, "2026-04-03"},
             {"4. 3. 2026", RL_DAY_DMY, "2026-03-04"},
             {"4. 3. 2026.", RL_DAY_DMY, "2026-03-04"},
             {"04.03.2026 12:30", RL_DAY_DMY, "2026-03-04"},
             {"2026/3/4", RL_DAY_YMD, "2026-03-04"},
             {"\u0664/\u0663/\u0662\u0660\u0662\u0666", RL_DAY_DMY, "2026-03-04"},
             {"04.03.26", RL_DAY_DMY, NULL},
             {"13/12/2026", RL_DAY_MDY, NULL},
             {"31.02.2026", RL_DAY_DMY, NULL},
             {"04.2026", RL_DAY_DMY, NULL},
             {"04.03.2026x", RL_DAY_DMY, NULL},
             {"", RL_DAY_DMY, NULL}};
    for (size_t i = 0; i < sizeof d / sizeof *d; i++) {
        rl_date is, want = {0};
        bool day = rl_cell_day(rl_str_z(d[i].cell), d[i].order, &is);
        if (day != (d[i].iso != NULL))
            fail_msg("'%s' is %sa day", d[i].cell, day ? "" : "not ");
        if (d[i].iso)
            assert_true(rl_date_parse(rl_str_z(d[i].iso), &want));
        assert_true(is.year == want.year && is.month == want.month && is.day == want.day);
    }
}

static void heads(void **state)
{
    (void)state;
    rl_column c;
    assert_true(rl_column_parse(RL_STR("killed.child.new"), &c));
    assert_true(c.kind == RL_COL_FIGURE && c.measure == RL_M_KILLED && c.who == RL_W_CHILD &&
                c.count == RL_K_NEW);
    assert_true(rl_column_parse(RL_STR("date.mdy"), &c) && c.kind == RL_COL_DATE && c.order == RL_DAY_MDY);
    assert_true(rl_column_parse(RL_STR("date"), &c) && c.order == RL_DAY_ISO);
    assert_true(rl_column_parse(RL_STR("witness"), &c) && c.kind == RL_COL_SOURCE &&
                c.speaker == RL_S_WITNESS);
    assert_true(rl_column_parse(RL_STR("value"), &c) && c.kind == RL_COL_VALUE);
    static const char *const none[] = {"",      "dead", "killed.dead", "date.ydm", "place.x",
                                       "title", "body", "killed..",    "part"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (rl_column_parse(rl_str_z(none[i]), &c))
            fail_msg("'%s' is a head", none[i]);
}

/* Every minute that is one, and none that is none. */
static void minutes(void **state)
{
    (void)state;
    int64_t m;
    assert_true(rl_minute_parse(RL_STR("1970-01-01T00:01"), &m) && m == 1);
    assert_true(rl_minute_parse(RL_STR("1970-01-01T02:01+02:00"), &m) && m == 1);
    assert_true(rl_minute_parse(RL_STR("1969-12-31T22:01:59.5-0200"), &m) && m == 1);
    assert_false(rl_minute_parse(RL_STR("1970-01-01"), &m));
    assert_false(rl_minute_parse(RL_STR("1970-01-01T24:00"), &m));
    assert_false(rl_minute_parse(RL_STR("1970-02-30T10:00"), &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(days),
                                       cmocka_unit_test(heads), cmocka_unit_test(minutes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
