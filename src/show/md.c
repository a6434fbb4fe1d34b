/* An account as Markdown (CommonMark with tables). Text of reports is escaped: it can open no link, no HTML, no
 * cell. Linear. */
#include "show/cite.h"
#include "show/words.h"

enum { ORIGINS_NAMED = 6 };

/* Plain text with what Markdown would read as markup escaped. */
static void escape(rl_buf *out, rl_str s)
{
    rl_buf b = {0};
    rl_show_plain(&b, s, 0);
    for (size_t i = 0; i < b.len; i++) {
        if (strchr("\\`*_{}[]<>()#|~!&$", b.ptr[i]) && b.ptr[i] != '\0')
            rl_buf_c(out, '\\');
        rl_buf_c(out, b.ptr[i]);
    }
    rl_buf_clear(&b);
}

static void flush(rl_buf *out, rl_buf *b)
{
    escape(out, rl_buf_str(b));
    b->len = 0;
}

static void heading(rl_show *s, rl_buf *out, const char *key)
{
    rl_buf b = {0};
    rl_show_say(s, &b, key, NULL, 0);
    rl_buf_z(out, "\n## ");
    flush(out, &b);
    rl_buf_z(out, "\n\n");
    rl_buf_clear(&b);
}

static void table_head(rl_show *s, rl_buf *out)
{
    static const char *const keys[] = {"value", "date", "standing", "source"};
    rl_buf b = {0};
    rl_buf_z(out, "\n|");
    for (size_t i = 0; i < 4; i++) {
        rl_show_term(s, &b, "column", keys[i]);
        rl_buf_c(out, ' ');
        flush(out, &b);
        rl_buf_z(out, " |");
    }
    rl_buf_z(out, "\n| --- | --- | --- | --- |\n");
    rl_buf_clear(&b);
}

static void figure(rl_show *s, rl_buf *out, const rl_series *r, const rl_point *p)
{
    rl_buf b = {0};
    bool bold = p->standing == RL_ST_CURRENT;
    rl_buf_z(out, bold ? "| **" : "| ");
    rl_show_value(s, &b, p->value);
    flush(out, &b);
    rl_buf_z(out, bold ? "**" : "");
    if (p->modality == RL_MOD_POSSIBLE || p->modality == RL_MOD_REPORTED) {
        rl_buf_c(out, ' ');
        rl_show_term(s, &b, "modality_mark", rl_modality_name(p->modality));
        flush(out, &b);
    }
    rl_buf_z(out, " | ");
    rl_show_day(s, &b, p->date);
    flush(out, &b);
    rl_buf_z(out, " | ");
    rl_show_term(s, &b, "standing", rl_standing_name(p->standing));
    rl_show_join(s, &b, p->superseded_by || p->part_of || p->denies || p->nagainst);
    rl_show_relations(s, &b, r, p);
    flush(out, &b);
    rl_buf_z(out, " | ");
    rl_show_origins(s, &b, p, ORIGINS_NAMED);
    flush(out, &b);
    rl_buf_z(out, " |\n");
    rl_buf_clear(&b);
}

static void series(rl_show *s, rl_buf *out, const rl_series *r)
{
    rl_buf b = {0};
    rl_buf_z(out, "\n### ");
    rl_show_series_title(s, &b, r);
    flush(out, &b);
    rl_buf_z(out, "\n");
    rl_show_spread(s, &b, r);
    if (b.len) {
        rl_buf_c(out, '\n');
        flush(out, &b);
        rl_buf_c(out, '\n');
    }
    table_head(s, out);
    for (size_t i = r->npoints; i > 0; i--)
        figure(s, out, r, &r->points[i - 1]);
    rl_buf_clear(&b);
}

static void time_line(rl_show *s, rl_buf *out, const rl_account *a)
{
    for (size_t i = 0; i < a->nhappenings; i++) {
        const rl_account_happening *h = &a->happenings[i];
        rl_buf b = {0};
        rl_buf_z(out, "- **");
        rl_show_day(s, &b, h->date);
        flush(out, &b);
        rl_buf_z(out, "** ");
        rl_show_happening(s, &b, h);
        if (h->place.name.len) {
            rl_show_join(s, &b, 1);
            rl_show_place(s, &b, &h->place);
        }
        flush(out, &b);
        rl_buf_z(out, ": ");
        for (size_t k = 0; k < h->ntellings; k++) {
            rl_show_join(s, &b, k);
            rl_buf_add(&b, a->reports[h->tellings[k].report].report->id);
        }
        flush(out, &b);
        rl_buf_c(out, '\n');
        rl_buf_clear(&b);
    }
}

static void evidence(rl_show *s, rl_buf *out, const rl_account *a)
{
    for (size_t i = 0; i < a->nclaims; i++) {
        const rl_account_claim *c = &a->claims[i];
        rl_buf b = {0};
        if (i == 0 || c->report != a->claims[i - 1].report) {
            rl_buf_z(out, i ? "\n### " : "### ");
            rl_show_report_title(s, &b, a, c->report);
            flush(out, &b);
            rl_buf_z(out, "\n\n");
        }
        rl_buf_z(out, "- ");
        rl_show_claim_title(s, &b, c->claim);
        flush(out, &b);
        rl_buf_f(out, " (%u-%u)\n  > ", c->claim->span.off, rl_span_end(c->claim->span));
        escape(out, rl_show_quote(a, c));
        rl_buf_c(out, '\n');
        rl_buf_clear(&b);
    }
}

static void story(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf b = {0};
    for (size_t i = 0; rl_show_story_line(s, &b, a, i); i++) {
        rl_buf_z(out, i == 0 ? "# " : i == 1 ? "\n" : "");
        flush(out, &b);
        rl_buf_z(out, i ? "  \n" : "\n");
    }
    rl_buf_clear(&b);
}

static void foot(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf b = {0};
    rl_show_cite_line(s, &b, a);
    rl_buf_z(out, "\n---\n\n");
    flush(out, &b);
    rl_buf_c(out, '\n');
    rl_buf_clear(&b);
}

void rl_show_account_md(rl_show *s, rl_buf *out, const rl_account *a)
{
    static const rl_show_parts parts = {story, heading, series, time_line, evidence, foot};
    rl_show_in_order(s, out, a, &parts);
}
