/* What a story comes to in a list of stories: the figure of each of its measures that stands. Linear. */
#include "show/json.h"

static bool is_standing(const rl_point *p)
{
    return p->standing == RL_ST_CURRENT || p->standing == RL_ST_CONTESTED;
}

/* The figure that the series' rule holds best; of none, the newest that stands. NULL: nothing does. */
static const rl_point *newest(const rl_series *s)
{
    if (s->best_point < s->npoints)
        return &s->points[s->best_point];
    for (size_t i = s->npoints; i-- > 0;)
        if (is_standing(&s->points[i]))
            return &s->points[i];
    return NULL;
}

/* Does a series of a place that holds this one's tell a figure? It stands before it, a few steps at most. */
static bool is_held(const rl_account *a, size_t i)
{
    const char *holder = a->series[i].part_of;
    for (size_t k = i; holder && k-- > 0 && i - k <= RL_ACCOUNT_WINDOW;)
        if (!strcmp(a->series[k].id, holder)) {
            if (newest(&a->series[k]))
                return true;
            holder = a->series[k].part_of;
        }
    return false;
}

void rl_show_json_measures(rl_buf *b, const rl_account *a)
{
    bool first = true;
    rl_buf_z(b, ",\"measures\":[");
    for (size_t i = 0; i < a->nseries; i++) {
        const rl_series *s = &a->series[i];
        const rl_point *p = s->past || is_held(a, i) ? NULL : newest(s);
        if (!p)
            continue;
        rl_buf_f(b, "%s{\"measure\":\"%s\",\"whom\":\"%s\",\"kind\":\"%s\",\"value\":", first ? "" : ",",
                 rl_measure_name(s->measure), rl_who_name(s->who), rl_kind_name(s->kind));
        rl_show_json_value(b, p->value);
        rl_buf_z(b, ",\"place\":");
        rl_show_json_place(b, &s->place);
        rl_buf_z(b, ",\"date\":");
        rl_show_json_date(b, p->date);
        rl_buf_z(b, ",\"origins\":[");
        for (size_t k = 0; k < p->norigins; k++) {
            rl_buf_z(b, k ? "," : "");
            rl_buf_json(b, p->origins[k].name);
        }
        rl_buf_z(b, "]}");
        first = false;
    }
    rl_buf_c(b, ']');
}
