/* An account as one HTML file: no script, nothing from a network (its own policy forbids it), light and dark,
 * every quotation in its language and direction. Text of reports only ever goes through rl_show_html. Linear. */
#include "show/html.h"

#include "show/cite.h"

enum { ORIGINS_NAMED = 8 };

void rl_show_html(rl_buf *out, rl_str s)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        char b[4];
        switch (cp) {
        case '&':
            rl_buf_z(out, "&amp;");
            break;
        case '<':
            rl_buf_z(out, "&lt;");
            break;
        case '>':
            rl_buf_z(out, "&gt;");
            break;
        case '"':
            rl_buf_z(out, "&quot;");
            break;
        case '\'':
            rl_buf_z(out, "&#39;");
            break;
        default:
            if (cp >= 0x20 ? !(cp >= 0x7f && cp < 0xa0) && cp != 0xfffe && cp != 0xffff
                           : cp == '\n' || cp == '\t')
                rl_buf_add(out, (rl_str){b, rl_utf8_put(cp, b)});
        }
    }
}

static void flush(rl_buf *out, rl_buf *b)
{
    rl_show_html(out, rl_buf_str(b));
    b->len = 0;
}

static void say(rl_show *s, rl_buf *out, const char *key)
{
    rl_buf b = {0};
    rl_show_say(s, &b, key, NULL, 0);
    flush(out, &b);
    rl_buf_clear(&b);
}

static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1c1f24;--dim:#5b6470;--paper:#fff;--line:#d6dae0;--mark:#0b57a4;--band:#0b57a42e}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e7e9ec;--dim:#a1abb8;--paper:#15181c;--line:#3a414a;--"
    "mark:#7cb7f5;"
    "--band:#7cb7f533}}"
    "*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem 1rem "
    "4rem;max-width:52rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.55 system-ui,sans-serif}"
    "h1{font-size:1.7rem;margin:.2rem 0 .6rem}h2{margin:2.4rem 0 .6rem;border-bottom:2px solid var(--line)}"
    "h3{font-size:1.05rem;margin:1.6rem 0 .2rem}p{margin:.2rem 0}.dim,dt,td.n{color:var(--dim)}"
    "svg{width:100%;height:auto;font-size:12px}svg text{fill:var(--ink)}.axis{fill:none;stroke:var(--line)}"
    ".line{fill:none;stroke:var(--mark);stroke-width:2}.band{fill:var(--band)}.m{stroke:var(--mark);stroke-"
    "width:2}"
    ".full{fill:var(--mark)}.hollow{fill:var(--paper)}.key{display:inline-block;width:1.2em;height:1.2em;"
    "vertical-align:-.25em}"
    "table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:start;vertical-align:top;"
    "padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line)}"
    "tr.superseded b{font-weight:400;text-decoration:line-through}ol.line{list-style:none;padding:0}"
    "ol.line li{display:flex;gap:1rem;padding:.25rem 0;border-bottom:1px solid var(--line)}"
    "ol.line time,ol.line .none{flex:0 0 8.5rem;color:var(--dim)}"
    "blockquote{margin:.2rem 0 .9rem;padding:.1rem .8rem;border-inline-start:4px solid var(--line);"
    "overflow-wrap:anywhere}a{color:var(--mark)}.e{font-size:.92rem}:target{outline:2px solid var(--mark)}"
    "@media(max-width:34rem){ol.line li{flex-direction:column;gap:0}}";

static void head(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf b = {0};
    rl_buf_z(out, "<!DOCTYPE html>\n<html lang=\"");
    rl_show_html(out, rl_str_z(rl_show_lang(s)));
    rl_buf_f(out, "\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
             rl_show_is_rtl(rl_show_lang(s)) ? "rtl" : "ltr");
    rl_buf_z(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                  "'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    rl_show_story_line(s, &b, a, 0);
    flush(out, &b);
    rl_buf_f(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<header>\n", style);
    for (size_t i = 0; rl_show_story_line(s, &b, a, i); i++) {
        rl_buf_z(out, i ? "<p>" : "<h1>");
        flush(out, &b);
        rl_buf_z(out, i ? "</p>\n" : "</h1>\n");
    }
    rl_buf_z(out, "</header>\n");
    rl_buf_clear(&b);
}

static void key(rl_show *s, rl_buf *out)
{
    rl_buf b = {0};
    rl_buf_z(out, "<p class=\"dim\">");
    for (rl_standing st = 0; st < RL_ST_N; st++) {
        rl_buf_z(out, "<svg class=\"key\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">");
        rl_show_mark(out, st, 8, 8);
        rl_buf_z(out, "</svg> ");
        rl_show_term(s, &b, "standing", rl_standing_name(st));
        flush(out, &b);
        rl_buf_z(out, " \n");
    }
    rl_buf_z(out, "</p>\n");
    rl_buf_clear(&b);
}

static void figure_claims(rl_buf *out, const rl_account *a, const rl_point *p)
{
    rl_buf_z(out, " <span class=\"dim\">");
    for (size_t i = 0; i < p->nclaims; i++)
        rl_buf_f(out, "<a href=\"#%s\">[%zu]</a> ", a->claims[p->claims[i]].claim->id,
                 (size_t)p->claims[i] + 1);
    rl_buf_z(out, "</span>");
}

static void figure(rl_show *s, rl_buf *out, const rl_account *a, const rl_series *r, const rl_point *p)
{
    rl_buf b = {0};
    rl_buf_f(out, "<tr class=\"%s\"><td><svg class=\"key\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">",
             rl_standing_name(p->standing));
    rl_show_mark(out, p->standing, 8, 8);
    rl_buf_z(out, "</svg> <b>");
    rl_show_value(s, &b, p->value);
    flush(out, &b);
    rl_buf_z(out, "</b> ");
    if (p->modality == RL_MOD_POSSIBLE || p->modality == RL_MOD_REPORTED)
        rl_show_term(s, &b, "modality_mark", rl_modality_name(p->modality));
    flush(out, &b);
    rl_buf_z(out, "</td><td class=\"n\">");
    rl_show_day(s, &b, p->date);
    flush(out, &b);
    rl_buf_z(out, "</td><td>");
    rl_show_term(s, &b, "standing", rl_standing_name(p->standing));
    rl_show_join(s, &b, p->superseded_by || p->part_of || p->denies || p->nagainst);
    rl_show_relations(s, &b, r, p);
    flush(out, &b);
    rl_buf_z(out, "</td><td>");
    rl_show_origins(s, &b, p, ORIGINS_NAMED);
    flush(out, &b);
    figure_claims(out, a, p);
    rl_buf_z(out, "</td></tr>\n");
    rl_buf_clear(&b);
}

static void series(rl_show *s, rl_buf *out, const rl_account *a, size_t k)
{
    static const char *const columns[] = {"value", "date", "standing", "source"};
    const rl_series *r = &a->series[k];
    rl_buf b = {0};
    rl_buf_z(out, "<section>\n<h3>");
    rl_show_series_title(s, &b, r);
    flush(out, &b);
    rl_buf_z(out, "</h3>\n<p class=\"dim\">");
    rl_show_spread(s, &b, r);
    flush(out, &b);
    rl_buf_z(out, "</p>\n<div dir=\"ltr\">");
    rl_show_chart(s, out, r, k);
    rl_buf_z(out, "</div>\n<table>\n<thead><tr>");
    for (size_t i = 0; i < 4; i++) {
        rl_buf_z(out, "<th scope=\"col\">");
        rl_show_term(s, &b, "column", columns[i]);
        flush(out, &b);
        rl_buf_z(out, "</th>");
    }
    rl_buf_z(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = r->npoints; i > 0; i--)
        figure(s, out, a, r, &r->points[i - 1]);
    rl_buf_z(out, "</tbody>\n</table>\n</section>\n");
    rl_buf_clear(&b);
}

static void happening(rl_show *s, rl_buf *out, const rl_account *a, const rl_account_happening *h)
{
    rl_buf b = {0};
    rl_show_day(s, &b, h->date);
    rl_buf_z(out, "<li>");
    if (rl_date_known(h->date)) {
        rl_buf_f(out, "<time datetime=\"%04d-%02d-%02d\">", h->date.year, h->date.month, h->date.day);
        flush(out, &b);
        rl_buf_z(out, "</time>");
    } else {
        rl_buf_z(out, "<span class=\"none\">");
        flush(out, &b);
        rl_buf_z(out, "</span>");
    }
    rl_buf_z(out, "<span>");
    rl_show_happening(s, &b, h);
    if (h->place.name.len) {
        rl_show_join(s, &b, 1);
        rl_show_place(s, &b, &h->place);
    }
    flush(out, &b);
    rl_buf_z(out, " <span class=\"dim\">");
    for (size_t k = 0; k < h->ntellings; k++) {
        rl_buf_f(out, " <a href=\"#r%u\">", h->tellings[k].report + 1);
        rl_show_html(out, a->reports[h->tellings[k].report].report->id);
        rl_buf_z(out, "</a>");
    }
    rl_buf_z(out, "</span></span></li>\n");
    rl_buf_clear(&b);
}

static void report(rl_show *s, rl_buf *out, const rl_account *a, size_t r)
{
    rl_buf b = {0};
    rl_show_report_title(s, &b, a, r);
    rl_buf_f(out, "<h3 id=\"r%zu\">", r + 1);
    flush(out, &b);
    rl_buf_z(out, "</h3>\n");
    rl_buf_clear(&b);
}

static void claim(rl_show *s, rl_buf *out, const rl_account *a, size_t i)
{
    const rl_account_claim *c = &a->claims[i];
    char lang[64];
    snprintf(lang, sizeof lang, "%.*s", (int)(c->claim->lang.len < 63 ? c->claim->lang.len : 63),
             c->claim->lang.len ? c->claim->lang.ptr : "");
    rl_buf b = {0};
    rl_buf_f(out, "<p class=\"e\" id=\"%s\">[%zu] ", c->claim->id, i + 1);
    rl_show_claim_title(s, &b, c->claim);
    flush(out, &b);
    rl_buf_z(out, " <span class=\"dim\">");
    rl_show_arg args[] = {RL_ARG_N("from", c->claim->span.off), RL_ARG_N("to", rl_span_end(c->claim->span))};
    rl_show_say(s, &b, "claim.bytes", args, 2);
    flush(out, &b);
    rl_buf_z(out, "</span></p>\n<blockquote lang=\"");
    rl_show_html(out, rl_str_z(lang));
    rl_buf_f(out, "\" dir=\"%s\">", rl_show_is_rtl(lang) ? "rtl" : "ltr");
    rl_show_html(out, rl_show_quote(a, c));
    rl_buf_z(out, "</blockquote>\n");
    rl_buf_clear(&b);
}

static void evidence(rl_show *s, rl_buf *out, const rl_account *a)
{
    size_t i = 0;
    for (size_t r = 0; r < a->nreports; r++) {
        report(s, out, a, r);
        for (; i < a->nclaims && a->claims[i].report == r; i++)
            claim(s, out, a, i);
    }
}

static void heading(rl_show *s, rl_buf *out, const char *key_)
{
    rl_buf_z(out, "<h2>");
    say(s, out, key_);
    rl_buf_z(out, "</h2>\n");
}

void rl_show_account_html(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf cite = {0};
    rl_show_begin(s, out, a);
    head(s, out, a);
    rl_buf_z(out, "<main>\n");
    heading(s, out, "heading.figures");
    key(s, out);
    for (size_t i = 0; i < a->nseries; i++)
        series(s, out, a, i);
    heading(s, out, "heading.time_line");
    rl_buf_z(out, "<ol class=\"line\">\n");
    for (size_t i = 0; i < a->nhappenings; i++)
        happening(s, out, a, &a->happenings[i]);
    rl_buf_z(out, "</ol>\n");
    heading(s, out, "heading.evidence");
    evidence(s, out, a);
    rl_buf_z(out, "</main>\n<footer class=\"dim\"><p>");
    say(s, out, "account.places");
    rl_buf_z(out, "</p><p dir=\"ltr\" lang=\"en\" class=\"e\">");
    rl_show_cite_line(s, &cite, a);
    flush(out, &cite);
    rl_buf_z(out, "</p></footer>\n</body>\n</html>\n");
    rl_buf_clear(&cite);
}
