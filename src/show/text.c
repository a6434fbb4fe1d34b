/* An account for a terminal: the story in a few lines, each series with its newest figures first, the time line,
 * then every claim's words by report. A standing is told by mark and word; colour only adds. Linear. */
#include "show/cite.h"
#include "show/term.h"

enum { FIGURE_COLUMNS = 20, DAY_COLUMNS = 13, STANDING_COLUMNS = 13, ORIGINS_NAMED = 4 };

static const struct {
    uint32_t mark;
    rl_ink ink;
} looks[RL_ST_N] = {
    [RL_ST_CURRENT] = {0x25cf, RL_INK_GOOD},   [RL_ST_SUPERSEDED] = {0x25cb, RL_INK_DIM},
    [RL_ST_CONTESTED] = {0x25c6, RL_INK_WARN}, [RL_ST_DENIED] = {0x2715, RL_INK_BAD},
    [RL_ST_PART] = {0x25d0, RL_INK_NAME},
};

static void heading(rl_show *s, rl_buf *out, const char *key)
{
    rl_buf_c(out, '\n');
    rl_show_ink(s, out, RL_INK_BOLD);
    rl_show_say(s, out, key, NULL, 0);
    rl_show_no_ink(s, out);
    rl_buf_c(out, '\n');
}

static void story(rl_show *s, rl_buf *out, const rl_account *a)
{
    for (size_t i = 0;; i++) {
        rl_buf b = {0};
        bool more = rl_show_story_line(s, &b, a, i);
        if (more && i == 0)
            rl_show_ink(s, out, RL_INK_BOLD);
        if (more)
            rl_show_wrap(out, rl_buf_str(&b), 0, rl_show_columns(s));
        if (more && i == 0)
            rl_show_no_ink(s, out);
        rl_buf_clear(&b);
        if (!more)
            return;
    }
}

/* "replaced by 18", "against 40", "of 18", "denies 40": what a point has to do with another. */
static void relation(rl_show *s, rl_buf *out, const rl_series *own, const char *key, const char *id)
{
    const rl_series *other = NULL;
    const rl_point *p = rl_show_point(s, id, &other);
    if (!p)
        return;
    rl_buf v = {0}, place = {0};
    rl_show_value(s, &v, p->value);
    if (other != own) {
        rl_show_place(s, &place, &other->place);
        rl_show_arg args[] = {RL_ARG_S("value", rl_buf_str(&v)), RL_ARG_S("place", rl_buf_str(&place))};
        rl_buf in = {0};
        rl_show_say(s, &in, "relation.elsewhere", args, 2);
        rl_buf_clear(&v);
        v = in;
    }
    rl_show_arg arg = RL_ARG_S("value", rl_buf_str(&v));
    rl_show_say(s, out, key, &arg, 1);
    rl_buf_clear(&v);
    rl_buf_clear(&place);
}

void rl_show_relations(rl_show *s, rl_buf *out, const rl_series *own, const rl_point *p)
{
    if (p->superseded_by)
        relation(s, out, own, "relation.superseded_by", p->superseded_by);
    else if (p->part_of)
        relation(s, out, own, "relation.part_of", p->part_of);
    else if (p->denies)
        relation(s, out, own, "relation.denies", p->denies);
    else if (p->nagainst)
        relation(s, out, own, "relation.against", p->against[0]);
}

static void figure(rl_show *s, rl_buf *out, const rl_series *r, const rl_point *p)
{
    rl_buf b = {0};
    unsigned st = p->standing;
    rl_buf_z(out, "  ");
    rl_show_ink(s, out, looks[st].ink);
    rl_show_cp(out, looks[st].mark);
    rl_buf_c(out, ' ');
    rl_show_value(s, &b, p->value);
    rl_show_cell(out, rl_buf_str(&b), FIGURE_COLUMNS);
    rl_show_no_ink(s, out);
    rl_buf_c(out, ' ');
    b.len = 0;
    rl_show_day(s, &b, p->date);
    rl_show_cell(out, rl_buf_str(&b), DAY_COLUMNS);
    rl_buf_c(out, ' ');
    b.len = 0;
    rl_show_term(s, &b, "standing", rl_standing_name(p->standing));
    rl_show_cell(out, rl_buf_str(&b), STANDING_COLUMNS);
    b.len = 0;
    bool hedged = p->modality == RL_MOD_POSSIBLE || p->modality == RL_MOD_REPORTED;
    if (hedged)
        rl_show_term(s, &b, "modality_mark", rl_modality_name(p->modality));
    rl_buf_z(&b, hedged ? " " : "");
    rl_show_relations(s, &b, r, p);
    rl_buf_c(out, ' ');
    rl_show_isolated(out, rl_buf_str(&b), 0);
    rl_buf_c(out, '\n');
    b.len = 0;
    rl_show_origins(s, &b, p, ORIGINS_NAMED);
    rl_show_wrap(out, rl_buf_str(&b), 6, rl_show_columns(s));
    rl_buf_clear(&b);
}

static void series(rl_show *s, rl_buf *out, const rl_series *r)
{
    rl_buf b = {0};
    rl_buf_c(out, '\n');
    rl_show_series_title(s, &b, r);
    rl_show_ink(s, out, RL_INK_BOLD);
    rl_show_isolated(out, rl_buf_str(&b), 0);
    rl_show_no_ink(s, out);
    b.len = 0;
    rl_show_spread(s, &b, r);
    if (b.len) {
        rl_buf_z(out, "  ");
        rl_show_ink(s, out, RL_INK_DIM);
        rl_show_isolated(out, rl_buf_str(&b), 0);
        rl_show_no_ink(s, out);
    }
    rl_buf_c(out, '\n');
    rl_buf_clear(&b);
    if (r->best_point < r->npoints)
        figure(s, out, r, &r->points[r->best_point]);
    for (size_t i = r->npoints; i > 0; i--)
        if (i - 1 != r->best_point)
            figure(s, out, r, &r->points[i - 1]);
}

static void time_line(rl_show *s, rl_buf *out, const rl_account *a)
{
    for (size_t i = 0; i < a->nhappenings; i++) {
        const rl_account_happening *h = &a->happenings[i];
        rl_buf b = {0};
        rl_show_day(s, &b, h->date);
        rl_buf_z(out, "  ");
        rl_show_cell(out, rl_buf_str(&b), DAY_COLUMNS);
        b.len = 0;
        rl_show_happening(s, &b, h);
        if (h->place.name.len) {
            rl_show_join(s, &b, 1);
            rl_show_place(s, &b, &h->place);
        }
        rl_buf_c(out, ' ');
        rl_show_isolated(out, rl_buf_str(&b), 0);
        b.len = 0;
        rl_show_arg arg = RL_ARG_N("n", h->ntellings);
        rl_show_say(s, &b, "happening.reports", &arg, 1);
        rl_buf_z(out, "  ");
        rl_show_ink(s, out, RL_INK_DIM);
        rl_buf_add(out, rl_buf_str(&b));
        rl_show_no_ink(s, out);
        rl_buf_c(out, '\n');
        rl_buf_clear(&b);
    }
}

static void say_review(rl_show *s, rl_buf *out, const rl_review *r)
{
    static const char *const keys[] = {"review.confirmed", "review.rejected", "review.amended"};
    rl_show_arg args[] = {RL_ARG_S("who", r->by), RL_ARG_S("why", r->why), RL_ARG_N("n", r->decision)};
    _Static_assert(sizeof keys / sizeof *keys == RL_REVIEW_N, "words for each");
    rl_show_join(s, out, 1);
    rl_show_say(s, out, keys[r->state], args, 3);
}

void rl_show_claim_title(rl_show *s, rl_buf *out, const rl_claim *c)
{
    rl_buf m = {0}, who = {0}, v = {0};
    rl_show_term(s, &m, "measure", rl_measure_name(c->measure));
    rl_show_term(s, &who, "who", rl_who_name(c->who));
    rl_show_value(s, &v, c->value);
    rl_show_arg args[] = {RL_ARG_S("measure", rl_buf_str(&m)), RL_ARG_S("who", rl_buf_str(&who)),
                          RL_ARG_S("value", rl_buf_str(&v))};
    rl_show_say(s, out, "claim.title", args, 3);
    if (c->modality != RL_MOD_ASSERTED) {
        rl_show_join(s, out, 1);
        rl_show_term(s, out, "modality", rl_modality_name(c->modality));
    }
    if (c->review)
        say_review(s, out, c->review);
    rl_buf_clear(&m);
    rl_buf_clear(&who);
    rl_buf_clear(&v);
}

void rl_show_report_title(rl_show *s, rl_buf *out, const rl_account *a, size_t r)
{
    const rl_account_report *rep = &a->reports[r];
    rl_buf day = {0};
    rl_show_day(s, &day, rep->date);
    rl_show_arg args[] = {RL_ARG_S("doc", rep->report->id), RL_ARG_S("date", rl_buf_str(&day))};
    rl_show_say(s, out, rep->date.inferred ? "report.title_inferred" : "report.title", args, 2);
    if (rep->copy_of != r) {
        rl_show_arg arg = RL_ARG_S("doc", a->reports[rep->copy_of].report->id);
        rl_show_join(s, out, 1);
        rl_show_say(s, out, "report.copy_of", &arg, 1);
    }
    if (rep->retracted) {
        rl_show_join(s, out, 1);
        rl_show_say(s, out, "report.retracted", NULL, 0);
    }
    rl_buf_clear(&day);
}

static void evidence(rl_show *s, rl_buf *out, const rl_account *a)
{
    for (size_t i = 0; i < a->nclaims; i++) {
        const rl_account_claim *c = &a->claims[i];
        rl_buf b = {0};
        if (i == 0 || c->report != a->claims[i - 1].report) {
            rl_buf_c(out, '\n');
            rl_show_report_title(s, &b, a, c->report);
            rl_show_ink(s, out, RL_INK_NAME);
            rl_show_isolated(out, rl_buf_str(&b), 0);
            rl_show_no_ink(s, out);
            rl_buf_c(out, '\n');
            b.len = 0;
        }
        rl_show_claim_title(s, &b, c->claim);
        rl_buf_f(out, "  %7u-%-7u ", c->claim->span.off, rl_span_end(c->claim->span));
        rl_show_isolated(out, rl_buf_str(&b), 0);
        rl_buf_c(out, '\n');
        rl_show_ink(s, out, RL_INK_DIM);
        rl_show_wrap(out, rl_show_quote(a, c), 6, rl_show_columns(s));
        rl_show_no_ink(s, out);
        rl_buf_clear(&b);
    }
}

static void foot(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf b = {0};
    rl_show_cite_line(s, &b, a);
    rl_buf_c(out, '\n');
    rl_show_ink(s, out, RL_INK_DIM);
    rl_show_wrap(out, rl_buf_str(&b), 0, rl_show_columns(s));
    rl_show_no_ink(s, out);
    rl_buf_clear(&b);
}

void rl_show_account_text(rl_show *s, rl_buf *out, const rl_account *a)
{
    static const rl_show_parts parts = {story, heading, series, time_line, evidence, foot};
    rl_show_in_order(s, out, a, &parts);
}
