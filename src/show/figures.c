/* An account as a table of figures: a point a row, as CSV with the hashtags of HXL 1.1 in the second row. A figure
 * stands under the tag of its measure only where it is the best of its series, so that who adds up a tagged column adds
 * up no figure with the one that replaced it. The same in every language. Linear. */
#include "show/cite.h"
#include "show/csv.h"

/* Hashtags of the HXL 1.1 dictionary; its own rules allow #x_… where it has none, and attributes of one's own. */
static const struct {
    const char *head, *tag;
} columns[] = {{"series", "#meta+series+id"},
               {"point", "#meta+id"},
               {"measure", "#indicator+name"},
               {"who", "#indicator+type"},
               {"kind", "#indicator+kind"},
               {"place", "#loc+name"},
               {"country", "#country+code+v_iso2"},
               {"place_id", "#loc+code+v_geonames"},
               {"lat", "#geo+lat"},
               {"lon", "#geo+lon"},
               {"date", "#date"},
               {"date_from", "#date+type"},
               {"first", "#date+reported+start"},
               {"last", "#date+reported+end"},
               {"qualifier", "#indicator+qualifier"},
               {"low", "#indicator+num+min"},
               {"high", "#indicator+num+max"},
               {"vague", "#indicator+magnitude"},
               {"modality", "#meta+modality"},
               {"standing", "#status"},
               {"related", "#meta+related"},
               {"best", "#meta+best"},
               {"past", "#meta+past"},
               {"sources", "#meta+source"},
               {"channels", "#meta+channel"},
               {"origins", "#meta+origins+num"},
               {"report", "#meta+report"},
               {"outlet", "#meta+outlet"},
               {"url", "#meta+url"},
               {"start", "#meta+start"},
               {"end", "#meta+end"},
               {"lang", "#meta+lang"},
               {"words", "#description"},
               {"claims", "#meta+claims"}};
static const char *const tags[RL_M_N] = {[RL_M_KILLED] = "#affected+killed",
                                         [RL_M_INJURED] = "#affected+injured",
                                         [RL_M_HOSPITALIZED] = "#affected+hospitalized",
                                         [RL_M_MISSING] = "#affected+missing",
                                         [RL_M_DETAINED] = "#affected+detained",
                                         [RL_M_RELEASED] = "#affected+released",
                                         [RL_M_ABDUCTED] = "#affected+abducted",
                                         [RL_M_DISPLACED] = "#affected+displaced",
                                         [RL_M_RESCUED] = "#affected+rescued",
                                         [RL_M_INFECTED] = "#affected+infected",
                                         [RL_M_DEPLOYED] = "#x_deployed",
                                         [RL_M_GATHERED] = "#x_gathered",
                                         [RL_M_DESTROYED] = "#x_destroyed",
                                         [RL_M_CANCELLED] = "#x_cancelled"};

static void heads(rl_buf *out)
{
    size_t n = sizeof columns / sizeof *columns;
    for (size_t i = 0; i < n; i++)
        rl_show_csv_z(out, columns[i].head);
    for (rl_measure m = 0; m < RL_M_N; m++)
        rl_show_csv_z(out, rl_measure_name(m));
    rl_show_csv_z(out, "cite");
    rl_show_csv_end(out);
    for (size_t i = 0; i < n; i++)
        rl_show_csv_z(out, columns[i].tag);
    for (rl_measure m = 0; m < RL_M_N; m++)
        rl_show_csv_z(out, tags[m]);
    rl_show_csv_z(out, "#meta+citation");
    rl_show_csv_end(out);
}

static void flush(rl_buf *out, rl_buf *b)
{
    rl_show_csv_text(out, rl_buf_str(b));
    b->len = 0;
}

static void list(rl_buf *b, rl_str s)
{
    rl_buf_z(b, b->len ? "; " : "");
    rl_buf_add(b, s);
}

static void related(rl_buf *b, const char *what, const char *id)
{
    if (id)
        rl_buf_f(b, "%s%s %s", b->len ? "; " : "", what, id);
}

static void relations(rl_buf *out, rl_buf *b, const rl_point *p)
{
    related(b, "superseded_by", p->superseded_by);
    related(b, "part_of", p->part_of);
    related(b, "denies", p->denies);
    for (size_t i = 0; i < p->nagainst; i++)
        related(b, "against", p->against[i]);
    flush(out, b);
}

static void what(rl_buf *out, const rl_series *r, const rl_point *p)
{
    rl_show_csv_z(out, r->id);
    rl_show_csv_z(out, p->id);
    rl_show_csv_z(out, rl_measure_name(r->measure));
    rl_show_csv_z(out, rl_who_name(r->who));
    rl_show_csv_z(out, rl_kind_name(r->kind));
    rl_show_csv_place(out, &r->place);
    rl_show_csv_date(out, p->date);
    rl_show_csv_z(out, p->date_of_report ? "report" : "claim");
    rl_show_csv_date(out, p->first);
    rl_show_csv_date(out, p->last);
    rl_show_csv_value(out, p->value);
}

static void who_says(rl_buf *out, rl_buf *b, const rl_account *a, const rl_point *p)
{
    const rl_account_claim *c = &a->claims[p->claims[0]];
    const rl_report *r = a->reports[c->report].report;
    for (size_t i = 0; i < p->norigins; i++)
        list(b, p->origins[i].name);
    flush(out, b);
    for (size_t i = 0; i < p->nchannels; i++)
        list(b, p->channels[i]);
    flush(out, b);
    rl_show_csv_number(out, true, (int64_t)p->norigins);
    rl_show_csv_text(out, r->id);
    rl_show_csv_text(out, r->outlet);
    rl_show_csv_text(out, r->url);
    rl_show_csv_number(out, true, c->claim->span.off);
    rl_show_csv_number(out, true, rl_span_end(c->claim->span));
    rl_show_csv_text(out, c->claim->lang);
    rl_show_csv_text(out, rl_show_quote(a, c));
    rl_show_claim_places(b, a, p->claims, p->nclaims);
    flush(out, b);
}

static void row(rl_buf *out, rl_buf *b, const rl_account *a, const rl_series *r, size_t i, rl_str cite)
{
    const rl_point *p = &r->points[i];
    bool best = i == r->best_point;
    what(out, r, p);
    rl_show_csv_z(out, rl_modality_name(p->modality));
    rl_show_csv_z(out, rl_standing_name(p->standing));
    relations(out, b, p);
    rl_show_csv_z(out, best ? "yes" : "no");
    rl_show_csv_z(out, r->past ? "yes" : "no");
    who_says(out, b, a, p);
    for (rl_measure m = 0; m < RL_M_N; m++)
        rl_show_csv_number(out, m == r->measure && best && r->has_best && !r->past, r->best);
    rl_show_csv_text(out, cite);
    rl_show_csv_end(out);
}

void rl_show_claim_places(rl_buf *out, const rl_account *a, const uint32_t *claims, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const rl_account_claim *c = &a->claims[claims[i]];
        rl_buf_z(out, i ? "; " : "");
        rl_buf_add(out, a->reports[c->report].report->id);
        rl_buf_f(out, ":%u-%u", c->claim->span.off, rl_span_end(c->claim->span));
    }
}

void rl_show_account_csv(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf cite = {0}, b = {0};
    rl_show_begin(s, out, a);
    rl_show_cite_line(s, &cite, a);
    rl_show_csv_bom(out);
    heads(out);
    for (size_t i = 0; i < a->nseries; i++)
        for (size_t k = 0; k < a->series[i].npoints; k++)
            row(out, &b, a, &a->series[i], k, rl_buf_str(&cite));
    rl_buf_clear(&cite);
    rl_buf_clear(&b);
}
