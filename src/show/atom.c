/* An account as an Atom feed (RFC 4287): an entry a figure and a happening, the newest first. Times are those of the
 * reports, never a clock's; an entry is renewed when its figure is told again or another replaces or denies it. Ids are
 * made from those of points (UUIDs of version 8, RFC 9562), so a reader keeps entries apart from one run to the next.
 * O(points log points + claims). */
#include <stdlib.h>

#include "show/cite.h"
#include "show/html.h"
#include "show/json.h"

enum { ORIGINS_NAMED = 8 };

typedef struct {
    const rl_series *series; /* of a figure */
    const rl_point *point;
    const rl_account_happening *happening; /* … or this */
    char id[48];
    int64_t published, updated; /* minutes */
} entry;

static void uuid(char out[48], const char *what, rl_str name)
{
    rl_buf b = {0};
    char h[33];
    rl_buf_z(&b, what);
    rl_buf_add(&b, name);
    rl_hash128_hex(rl_buf_str(&b), h);
    h[12] = '8';
    h[16] = "89ab"[(unsigned)h[16] & 3];
    snprintf(out, 48, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
    rl_buf_clear(&b);
}

/* When a report, or what it holds of that day, became known; the beginning of 1970 where nothing tells. */
static int64_t minute_of(const rl_report *r, rl_date day)
{
    int64_t m;
    rl_date d;
    if (rl_minute_parse(r->published, &m) && rl_date_parse(r->published, &d) &&
        (!rl_date_known(day) || rl_date_days(d) == rl_date_days(day)))
        return m;
    return rl_date_known(day) && day.month ? (int64_t)rl_date_days(day) * 1440 : 0;
}

static void span_of(const rl_account *a, const rl_point *p, int64_t *first, int64_t *last)
{
    *first = *last = 0;
    for (size_t i = 0; i < p->nclaims; i++) {
        const rl_account_claim *c = &a->claims[p->claims[i]];
        int64_t m = minute_of(a->reports[c->report].report, c->known);
        *first = i && *first < m ? *first : m;
        *last = *last > m ? *last : m;
    }
}

/* A figure is touched when another comes to replace or contradict it. all[from[i]] is the first point of series i. */
static void touch(rl_show *s, const rl_account *a, const entry *all, const size_t *from, entry *e)
{
    const rl_point *p = e->point;
    for (size_t i = 0; i <= p->nagainst && i < RL_ACCOUNT_WINDOW; i++) {
        const rl_series *r;
        const rl_point *q = rl_show_point(s, i ? p->against[i - 1] : p->superseded_by, &r);
        int64_t first = q ? all[from[r - a->series] + (size_t)(q - r->points)].published : 0;
        e->updated = first > e->updated ? first : e->updated;
    }
}

static entry of_point(const rl_account *a, const rl_series *r, const rl_point *p)
{
    entry e = {.series = r, .point = p};
    uuid(e.id, "point ", rl_str_z(p->id));
    span_of(a, p, &e.published, &e.updated);
    return e;
}

static entry of_happening(const rl_account *a, const rl_account_happening *h)
{
    entry e = {.happening = h};
    rl_buf name = {0};
    const rl_telling *t = &h->tellings[0];
    rl_buf_f(&name, "%s %u ", rl_happening_name(h->type), t->happening->span.off);
    rl_buf_add(&name, a->reports[t->report].report->id);
    uuid(e.id, "happening ", rl_buf_str(&name));
    rl_buf_clear(&name);
    for (size_t i = 0; i < h->ntellings; i++) {
        const rl_account_report *r = &a->reports[h->tellings[i].report];
        int64_t m = minute_of(r->report, r->date);
        e.published = i && e.published < m ? e.published : m;
        e.updated = e.updated > m ? e.updated : m;
    }
    return e;
}

static int newest_first(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    int c = (a->updated < b->updated) - (a->updated > b->updated);
    return c ? c : strcmp(a->id, b->id);
}

/* <name>text</name>, text made of b, which is emptied. */
static void element(rl_buf *out, const char *open, const char *name, rl_buf *b)
{
    rl_buf_f(out, "<%s>", open);
    rl_show_html(out, rl_buf_str(b));
    rl_buf_f(out, "</%s>\n", name);
    b->len = 0;
}

static void stamp(rl_buf *out, const char *name, int64_t minute)
{
    rl_buf_f(out, "<%s>", name);
    rl_show_minute(out, minute);
    rl_buf_f(out, "</%s>\n", name);
}

static bool is_web(rl_str url)
{
    return rl_str_starts(url, "http://") || rl_str_starts(url, "https://");
}

/* Addresses of the reports that tell it, each once where they follow one another. */
static void link_to(rl_buf *out, const rl_report *r)
{
    if (!is_web(r->url))
        return;
    rl_buf_z(out, "<link rel=\"related\" href=\"");
    rl_show_html(out, r->url);
    rl_buf_z(out, "\"/>\n");
}

static void words_of(rl_show *s, rl_buf *b, const rl_account *a, const rl_point *p)
{
    for (size_t i = 0; i < p->nclaims; i++) {
        const rl_account_claim *c = &a->claims[p->claims[i]];
        rl_show_report_title(s, b, a, c->report);
        rl_buf_f(b, " %u-%u: ", c->claim->span.off, rl_span_end(c->claim->span));
        rl_show_plain(b, rl_show_quote(a, c), 0);
        rl_buf_c(b, '\n');
    }
}

static void figure(rl_show *s, rl_buf *out, const rl_account *a, const entry *e)
{
    const rl_point *p = e->point;
    rl_buf b = {0};
    rl_show_series_title(s, &b, e->series);
    rl_show_join(s, &b, 1);
    rl_show_value(s, &b, p->value);
    element(out, "title", "title", &b);
    rl_show_term(s, &b, "standing", rl_standing_name(p->standing));
    rl_show_join(s, &b, p->superseded_by || p->part_of || p->denies || p->nagainst);
    rl_show_relations(s, &b, e->series, p);
    rl_show_join(s, &b, 1);
    rl_show_day(s, &b, p->date);
    rl_buf_z(&b, ". ");
    rl_show_origins(s, &b, p, ORIGINS_NAMED);
    element(out, "summary", "summary", &b);
    words_of(s, &b, a, p);
    element(out, "content type=\"text\"", "content", &b);
    rl_buf_f(out, "<category term=\"%s\"/>\n<category term=\"%s\"/>\n", rl_measure_name(e->series->measure),
             rl_standing_name(p->standing));
    for (size_t i = 0; i < p->nclaims; i++)
        if (!i || a->claims[p->claims[i]].report != a->claims[p->claims[i - 1]].report)
            link_to(out, a->reports[a->claims[p->claims[i]].report].report);
    rl_buf_clear(&b);
}

static void happening(rl_show *s, rl_buf *out, const rl_account *a, const entry *e)
{
    const rl_account_happening *h = e->happening;
    rl_buf b = {0};
    rl_show_happening(s, &b, h);
    rl_show_join(s, &b, 1);
    rl_show_place(s, &b, &h->place);
    rl_show_join(s, &b, 1);
    rl_show_day(s, &b, h->date);
    element(out, "title", "title", &b);
    for (size_t i = 0; i < h->ntellings; i++) {
        rl_show_report_title(s, &b, a, h->tellings[i].report);
        rl_buf_f(&b, " %u-%u\n", h->tellings[i].happening->span.off,
                 rl_span_end(h->tellings[i].happening->span));
    }
    element(out, "content type=\"text\"", "content", &b);
    rl_buf_f(out, "<category term=\"%s\"/>\n", rl_happening_name(h->type));
    for (size_t i = 0; i < h->ntellings; i++)
        link_to(out, a->reports[h->tellings[i].report].report);
    rl_buf_clear(&b);
}

static void head(rl_show *s, rl_buf *out, const rl_account *a, int64_t updated)
{
    rl_buf b = {0};
    char id[48];
    rl_str story = rl_show_settings(s)->story;
    rl_buf_z(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
                  "xml:lang=\"");
    rl_show_html(out, rl_str_z(rl_show_lang(s)));
    uuid(id, "story ", story.len ? story : rl_str_z(a->nseries ? a->series[0].id : ""));
    rl_buf_f(out, "\">\n<id>%s</id>\n", id);
    rl_show_story_line(s, &b, a, 0);
    element(out, "title", "title", &b);
    rl_show_cite_line(s, &b, a);
    element(out, "subtitle", "subtitle", &b);
    stamp(out, "updated", updated);
    rl_buf_z(out, "<author><name>relata</name></author>\n<generator version=\"" RL_VERSION
                  "\">relata</generator>\n");
    rl_show_say(s, &b, "account.places", NULL, 0);
    element(out, "rights", "rights", &b);
    rl_buf_clear(&b);
}

/* All entries, the newest first, on the heap; *n of them. */
static entry *entries(rl_show *s, const rl_account *a, size_t *n)
{
    size_t most = a->nhappenings, *from = calloc(a->nseries + 1, sizeof *from);
    for (size_t i = 0; i < a->nseries; i++)
        most += a->series[i].npoints;
    entry *e = from ? calloc(most + 1, sizeof *e) : NULL;
    *n = 0;
    for (size_t i = 0; e && i < a->nseries; i++) {
        from[i] = *n;
        for (size_t k = 0; k < a->series[i].npoints; k++)
            e[(*n)++] = of_point(a, &a->series[i], &a->series[i].points[k]);
    }
    for (size_t i = 0; e && i < *n; i++)
        touch(s, a, e, from, &e[i]);
    for (size_t i = 0; e && i < a->nhappenings; i++)
        e[(*n)++] = of_happening(a, &a->happenings[i]);
    if (e)
        qsort(e, *n, sizeof *e, newest_first);
    free(from);
    return e;
}

void rl_show_account_atom(rl_show *s, rl_buf *out, const rl_account *a)
{
    size_t n;
    rl_show_begin(s, out, a);
    entry *e = entries(s, a, &n);
    if (!e) {
        out->st = out->st ? out->st : RL_ENOMEM;
        return;
    }
    head(s, out, a, n ? e[0].updated : 0);
    for (size_t i = 0; i < n; i++) {
        rl_buf_f(out, "<entry>\n<id>%s</id>\n", e[i].id);
        stamp(out, "updated", e[i].updated);
        stamp(out, "published", e[i].published);
        if (e[i].point)
            figure(s, out, a, &e[i]);
        else
            happening(s, out, a, &e[i]);
        rl_buf_z(out, "</entry>\n");
    }
    rl_buf_z(out, "</feed>\n");
    free(e);
}
