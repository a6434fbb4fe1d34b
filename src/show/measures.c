/* What a story comes to in a list of stories: the figure of each of its measures that stands. Linear. */
#include "show/json.h"

/* The newest figure of each series of totals that stands. */
static const rl_point *newest(const rl_series *s)
{
    const rl_point *p = NULL;
    for (size_t i = 0; i < s->npoints; i++)
        if (s->points[i].standing == RL_ST_CURRENT || s->points[i].standing == RL_ST_CONTESTED)
            p = &s->points[i];
    return p;
}

void rl_show_json_measures(rl_buf *b, const rl_account *a)
{
    bool first = true;
    rl_buf_z(b, ",\"measures\":[");
    for (size_t i = 0; i < a->nseries; i++) {
        const rl_series *s = &a->series[i];
        const rl_point *p = s->past || s->part_of ? NULL : newest(s);
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
