/* A series as a step chart: days across, counts up, a line through the figures that stood in turn, a band where
 * words allow a range, a mark for each standing (filled, hollow, diamond, cross, half), so that nothing hangs on
 * colour. Coordinates are integers: the same series gives the same bytes. Linear in the points. */
#include "show/html.h"

enum { W = 640, H = 180, LEFT = 70, RIGHT = 20, TOP = 14, BOTTOM = 34 };

typedef struct {
    int32_t day0, day1;
    int64_t top;
} axes;

static int64_t point_low(const rl_value *v)
{
    static const int64_t low[RL_V_N] = {0, 2, 20, 200, 2000, 20000, 200000, 2000000};
    if (v->qualifier == RL_Q_VAGUE)
        return low[(unsigned)v->vague < RL_V_N ? v->vague : 0];
    return v->has_low ? v->low : v->has_high ? v->high : 0;
}

static int64_t point_high(const rl_value *v)
{
    static const int64_t high[RL_V_N] = {0, 19, 99, 999, 9999, 99999, 999999, 9999999};
    if (v->qualifier == RL_Q_VAGUE)
        return high[(unsigned)v->vague < RL_V_N ? v->vague : 0];
    return v->has_high ? v->high : point_low(v);
}

static bool is_dated(rl_date d)
{
    return rl_date_known(d) && d.month;
}

static axes measure_axes(const rl_series *r)
{
    axes x = {INT32_MAX, INT32_MIN, 1};
    for (size_t i = 0; i < r->npoints; i++) {
        int64_t top = point_high(&r->points[i].value);
        x.top = top > x.top ? top : x.top;
        if (!is_dated(r->points[i].date))
            continue;
        int32_t d = rl_date_days(r->points[i].date);
        x.day0 = d < x.day0 ? d : x.day0;
        x.day1 = d > x.day1 ? d : x.day1;
    }
    return x;
}

static int at_y(const axes *x, int64_t v)
{
    double share = (double)v / (double)x->top;
    return H - BOTTOM - (int)(share * (H - TOP - BOTTOM) + 0.5);
}

/* Points without a day stand in a column of their own at the end. */
static int at_x(const axes *x, rl_date d)
{
    const int room = W - LEFT - RIGHT - 40;
    if (!is_dated(d) || x->day1 < x->day0)
        return W - RIGHT - 20;
    if (x->day1 == x->day0)
        return LEFT + room / 2;
    return LEFT + 10 + (int)((int64_t)(room - 20) * (rl_date_days(d) - x->day0) / (x->day1 - x->day0));
}

void rl_show_mark(rl_buf *out, rl_standing st, int x, int y)
{
    switch (st) {
    case RL_ST_CURRENT:
        rl_buf_f(out, "<circle class=\"m full\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x, y);
        break;
    case RL_ST_SUPERSEDED:
        rl_buf_f(out, "<circle class=\"m hollow\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x, y);
        break;
    case RL_ST_CONTESTED:
        rl_buf_f(out, "<path class=\"m hollow\" d=\"M%d %dl6 6-6 6-6-6z\"/>", x, y - 6);
        break;
    case RL_ST_DENIED:
        rl_buf_f(out, "<path class=\"m hollow\" d=\"M%d %dl10 10m0-10l-10 10\"/>", x - 5, y - 5);
        break;
    default:
        rl_buf_f(out, "<circle class=\"m hollow\" cx=\"%d\" cy=\"%d\" r=\"5\"/>", x, y);
        rl_buf_f(out, "<path class=\"m full\" d=\"M%d %da5 5 0 0 0 0 10z\"/>", x, y - 5);
    }
}

static void label(rl_buf *out, const char *anchor, int x, int y, rl_str text)
{
    rl_buf_f(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
    rl_show_html(out, text);
    rl_buf_z(out, "</text>");
}

static void frame(rl_show *s, rl_buf *out, const axes *x)
{
    rl_buf b = {0};
    rl_buf_f(out, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", LEFT, TOP, H - BOTTOM, W - RIGHT);
    rl_show_number(s, &b, x->top);
    label(out, "end", LEFT - 8, TOP + 8, rl_buf_str(&b));
    b.len = 0;
    rl_show_number(s, &b, 0);
    label(out, "end", LEFT - 8, H - BOTTOM, rl_buf_str(&b));
    for (int k = 0; k < 2 && x->day1 >= x->day0; k++) {
        if (k == 1 && x->day0 == x->day1)
            break;
        rl_date d = rl_date_from_days(k ? x->day1 : x->day0);
        b.len = 0;
        rl_show_day(s, &b, d);
        label(out, "middle", at_x(x, d), H - BOTTOM + 20, rl_buf_str(&b));
    }
    rl_buf_clear(&b);
}

static void bands(rl_buf *out, const axes *x, const rl_series *r)
{
    for (size_t i = 0; i < r->npoints; i++) {
        const rl_point *p = &r->points[i];
        int cx = at_x(x, p->date), lo = at_y(x, point_low(&p->value)), hi = at_y(x, point_high(&p->value));
        if (lo > hi)
            rl_buf_f(out, "<rect class=\"band\" x=\"%d\" y=\"%d\" width=\"20\" height=\"%d\" rx=\"3\"/>",
                     cx - 10, hi, lo - hi);
        bool open = p->value.qualifier == RL_Q_AT_LEAST || p->value.qualifier == RL_Q_MORE_THAN;
        if (open)
            rl_buf_f(out, "<path class=\"line\" d=\"M%d %dv-16m-4 5l4-5 4 5\"/>", cx, lo - 6);
    }
}

/* The figures that stood, one after the other. */
static void steps(rl_buf *out, const axes *x, const rl_series *r)
{
    bool first = true;
    for (size_t i = 0; i < r->npoints; i++) {
        const rl_point *p = &r->points[i];
        bool on_line = p->standing == RL_ST_SUPERSEDED || i == r->best_point;
        if (!on_line || !is_dated(p->date))
            continue;
        if (first)
            rl_buf_f(out, "<path class=\"line\" d=\"M%d %d", at_x(x, p->date), at_y(x, point_low(&p->value)));
        else
            rl_buf_f(out, "H%dV%d", at_x(x, p->date), at_y(x, point_low(&p->value)));
        first = false;
    }
    if (!first)
        rl_buf_f(out, "H%d\"/>", W - RIGHT - 40);
}

void rl_show_chart(rl_show *s, rl_buf *out, const rl_series *r, size_t number)
{
    axes x = measure_axes(r);
    rl_buf title = {0}, b = {0};
    rl_show_series_title(s, &title, r);
    rl_show_arg arg = RL_ARG_S("title", rl_buf_str(&title));
    rl_show_say(s, &b, "chart.title", &arg, 1);
    rl_buf_f(out, "<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-labelledby=\"c%zu\"><title id=\"c%zu\">", W,
             H, number, number);
    rl_show_html(out, rl_buf_str(&b));
    rl_buf_z(out, "</title>");
    frame(s, out, &x);
    bands(out, &x, r);
    steps(out, &x, r);
    for (size_t i = 0; i < r->npoints; i++) {
        const rl_point *p = &r->points[i];
        int cx = at_x(&x, p->date), cy = at_y(&x, point_low(&p->value));
        b.len = 0;
        rl_show_value(s, &b, p->value);
        rl_buf_z(out, "<g>");
        rl_show_mark(out, p->standing, cx, cy);
        bool left = cx > W - 160; /* room for words on the other side */
        label(out, left ? "end" : "start", left ? cx - 9 : cx + 9, cy - 6 < TOP + 4 ? cy + 16 : cy - 8,
              rl_buf_str(&b));
        rl_buf_z(out, "</g>");
    }
    rl_buf_z(out, "</svg>\n");
    rl_buf_clear(&title);
    rl_buf_clear(&b);
}
