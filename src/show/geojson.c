/* An account as GeoJSON (RFC 7946): a feature a place, with its series and their best points. What has no place, or
 * one without a point, is a feature with a null geometry. The same in every language. O(series log series). */
#include <stdlib.h>

#include "show/cite.h"
#include "show/json.h"

static int place_cmp(const rl_place *a, const rl_place *b)
{
    int c = (a->name.len == 0) - (b->name.len == 0);
    c = c ? c : rl_str_cmp(a->name, b->name);
    c = c ? c : rl_str_cmp(a->country, b->country);
    return c ? c : (a->id > b->id) - (a->id < b->id);
}

static int by_place(const void *x, const void *y)
{
    const rl_series *const *a = x, *const *b = y;
    int c = place_cmp(&(*a)->place, &(*b)->place);
    return c ? c : (*a > *b) - (*a < *b);
}

static void figure(rl_buf *out, const rl_account *a, const rl_series *r)
{
    rl_show_json_series(out, r);
    rl_buf_z(out, ",\"best_figure\":");
    if (r->best_point < r->npoints) {
        const rl_point *p = &r->points[r->best_point];
        rl_buf_z(out, "{\"point\":");
        rl_show_json_point(out, a, p);
        rl_buf_z(out, ",\"told\":[");
        for (size_t i = 0; i < p->nclaims; i++) {
            const rl_account_claim *c = &a->claims[p->claims[i]];
            rl_buf_z(out, i ? ",{\"doc\":" : "{\"doc\":");
            rl_buf_json(out, a->reports[c->report].report->id);
            rl_buf_f(out, ",\"start\":%u,\"end\":%u}", c->claim->span.off, rl_span_end(c->claim->span));
        }
        rl_buf_z(out, "]}");
    } else {
        rl_buf_z(out, "null");
    }
    rl_buf_c(out, '}');
}

static void geometry(rl_buf *out, const rl_place *p)
{
    if (!p->name.len || !p->has_point) {
        rl_buf_z(out, "null");
        return;
    }
    rl_buf_z(out, "{\"type\":\"Point\",\"coordinates\":[");
    rl_show_json_decimal(out, p->lon, 5);
    rl_buf_c(out, ',');
    rl_show_json_decimal(out, p->lat, 5);
    rl_buf_z(out, "]}");
}

/* The series [at, at + n) of one place. */
static void feature(rl_buf *out, const rl_account *a, const rl_series *const *at, size_t n)
{
    const rl_place *p = &at[0]->place;
    rl_buf_z(out, "{\"type\":\"Feature\",");
    if (p->id)
        rl_buf_f(out, "\"id\":%u,", p->id);
    rl_buf_z(out, "\"geometry\":");
    geometry(out, p);
    rl_buf_z(out, ",\"properties\":{\"place\":");
    rl_show_json_place(out, p);
    rl_buf_z(out, ",\"series\":[");
    for (size_t i = 0; i < n; i++) {
        rl_buf_z(out, i ? ",\n  " : "\n  ");
        figure(out, a, at[i]);
    }
    rl_buf_z(out, "]}}");
}

void rl_show_account_geojson(rl_show *s, rl_buf *out, const rl_account *a)
{
    const rl_series **at = calloc(a->nseries + 1, sizeof *at);
    if (!at) {
        out->st = out->st ? out->st : RL_ENOMEM;
        return;
    }
    for (size_t i = 0; i < a->nseries; i++)
        at[i] = &a->series[i];
    qsort(at, a->nseries, sizeof *at, by_place);
    rl_show_begin(s, out, a);
    rl_buf_z(out, "{\"type\":\"FeatureCollection\",\"cite\":");
    rl_show_cite_json(s, out, a, rl_show_hash(s));
    rl_buf_z(out, ",\n\"features\":[");
    for (size_t i = 0, n; i < a->nseries; i += n) {
        for (n = 1; i + n < a->nseries && !place_cmp(&at[i]->place, &at[i + n]->place);)
            n++;
        rl_buf_z(out, i ? ",\n" : "\n");
        feature(out, a, at + i, n);
    }
    rl_buf_z(out, "\n]}\n");
    free(at);
}
