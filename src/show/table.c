/* Claims as a table of a terminal: a line a claim, the report named where it changes. The columns' widths come
 * from the terminal's alone, so that the rows of several reports stand under one head. Linear. */
#include "show/json.h"
#include "show/term.h"

enum { VALUE, MEASURE, WHO, PLACE, DATE, SOURCE, WORDS, COLUMNS };

static void widths(const rl_show *s, size_t w[COLUMNS])
{
    static const size_t narrow[COLUMNS] = {13, 11, 13, 12, 10, 0, 0},
                        wide[COLUMNS] = {16, 13, 16, 16, 10, 24, 0};
    size_t all = rl_show_columns(s), used = 0;
    bool is_wide = all >= 132;
    for (size_t i = 0; i < COLUMNS; i++) {
        w[i] = is_wide ? wide[i] : narrow[i];
        used += w[i] ? w[i] + 1 : 0;
    }
    size_t last = is_wide ? WORDS : SOURCE;
    w[last] = all > used + 8 ? all - used : 8;
}

static void cell(rl_buf *out, rl_str s, size_t width, bool last)
{
    if (!width)
        return;
    if (last)
        rl_show_isolated(out, s, width);
    else
        rl_show_cell(out, s, width);
    rl_buf_c(out, last ? '\n' : ' ');
}

static bool is_last(const size_t w[COLUMNS], size_t i)
{
    return i == WORDS || (i == SOURCE && !w[WORDS]);
}

void rl_show_claims_table_head(rl_show *s, rl_buf *out)
{
    static const char *const keys[COLUMNS] = {"value", "measure", "who", "place", "date", "source", "words"};
    size_t w[COLUMNS];
    widths(s, w);
    rl_show_ink(s, out, RL_INK_BOLD);
    for (size_t i = 0; i < COLUMNS; i++) {
        rl_buf b = {0};
        rl_show_term(s, &b, "column", keys[i]);
        cell(out, rl_buf_str(&b), w[i], is_last(w, i));
        rl_buf_clear(&b);
    }
    rl_show_no_ink(s, out);
}

static void value_of(rl_show *s, rl_buf *b, const rl_claim *c)
{
    rl_show_value(s, b, c->value);
    if (c->kind == RL_K_TOTAL)
        return;
    rl_buf_c(b, ' ');
    rl_show_term(s, b, "kind_short", rl_kind_name(c->kind));
}

static void measure_of(rl_show *s, rl_buf *b, const rl_claim *c)
{
    if (c->modality != RL_MOD_ASSERTED) {
        rl_show_term(s, b, "modality_mark", rl_modality_name(c->modality));
        rl_buf_c(b, ' ');
    }
    rl_show_term(s, b, "measure", rl_measure_name(c->measure));
}

static void source_of(rl_show *s, rl_buf *b, const rl_claim *c)
{
    for (size_t i = 0; i < c->nsources + c->nvia; i++) {
        const rl_source *src = i < c->nsources ? &c->sources[i] : &c->via[i - c->nsources];
        rl_show_join(s, b, i);
        rl_show_speaker(s, b, src->name.len ? src->name : src->text);
    }
}

static void row(rl_show *s, rl_buf *out, const rl_claim *c, rl_str text, const size_t w[COLUMNS])
{
    for (size_t i = 0; i < COLUMNS; i++) {
        rl_buf b = {0};
        switch (i) {
        case VALUE:
            value_of(s, &b, c);
            break;
        case MEASURE:
            measure_of(s, &b, c);
            break;
        case WHO:
            rl_show_term(s, &b, "who", rl_who_name(c->who));
            break;
        case PLACE:
            if (c->place.name.len)
                rl_show_place(s, &b, &c->place);
            break;
        case DATE:
            rl_show_iso(&b, c->date);
            break;
        case SOURCE:
            source_of(s, &b, c);
            break;
        default:
            if (rl_span_end(c->span) <= text.len)
                rl_buf_add(&b, rl_span_str(text, c->span));
        }
        cell(out, rl_buf_str(&b), w[i], is_last(w, i));
        rl_buf_clear(&b);
    }
}

void rl_show_claims_table(rl_show *s, rl_buf *out, const rl_claim *claims, size_t n, rl_str text)
{
    size_t w[COLUMNS];
    widths(s, w);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !rl_str_eq(claims[i].doc, claims[i - 1].doc)) {
            rl_show_ink(s, out, RL_INK_NAME);
            rl_show_isolated(out, claims[i].doc, rl_show_columns(s));
            rl_show_no_ink(s, out);
            rl_buf_c(out, '\n');
        }
        row(s, out, &claims[i], text, w);
    }
}
