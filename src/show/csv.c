/* Cells of CSV. Linear. */
#include "show/csv.h"

#include "show/json.h"

/* First letters of a formula; spreadsheets take the full-width forms for the plain ones. */
static bool is_formula(rl_str s)
{
    size_t i = 0;
    uint32_t cp = s.len ? rl_utf8_next(s.ptr, s.len, &i) : 'a';
    if (cp > 0xFF00 && cp < 0xFF5F)
        cp -= 0xFEE0;
    return cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == '\t' || cp == '\r' || cp == '\n';
}

void rl_show_csv_text(rl_buf *out, rl_str s)
{
    bool formula = is_formula(s), quoted = formula;
    for (size_t i = 0; i < s.len && !quoted; i++)
        quoted = s.ptr[i] == '"' || s.ptr[i] == ',' || s.ptr[i] == '\n' || s.ptr[i] == '\r';
    rl_buf_z(out, quoted ? formula ? "\"'" : "\"" : "");
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            rl_buf_c(out, '"');
        if (s.ptr[i] != '\0')
            rl_buf_c(out, s.ptr[i]);
    }
    rl_buf_z(out, quoted ? "\"," : ",");
}

void rl_show_csv_z(rl_buf *out, const char *z)
{
    rl_show_csv_text(out, rl_str_z(z));
}

void rl_show_csv_number(rl_buf *out, bool has, int64_t n)
{
    if (has)
        rl_buf_f(out, "%lld", (long long)n);
    rl_buf_c(out, ',');
}

void rl_show_csv_decimal(rl_buf *out, bool has, double v, unsigned decimals)
{
    if (has)
        rl_show_json_decimal(out, v, decimals);
    rl_buf_c(out, ',');
}

void rl_show_csv_date(rl_buf *out, rl_date d)
{
    rl_show_iso(out, d);
    rl_buf_c(out, ',');
}

void rl_show_csv_value(rl_buf *out, rl_value v)
{
    bool vague = v.qualifier == RL_Q_VAGUE;
    rl_show_csv_z(out, rl_qualifier_name(v.qualifier));
    rl_show_csv_number(out, !vague && v.has_low, v.low);
    rl_show_csv_number(out, !vague && v.has_high, v.high);
    rl_show_csv_z(out, vague ? rl_vague_name(v.vague) : NULL);
}

void rl_show_csv_place(rl_buf *out, const rl_place *p)
{
    rl_show_csv_text(out, p->name);
    rl_show_csv_text(out, p->country);
    rl_show_csv_number(out, p->id != 0, p->id);
    rl_show_csv_decimal(out, p->has_point, p->lat, 5);
    rl_show_csv_decimal(out, p->has_point, p->lon, 5);
}

void rl_show_csv_end(rl_buf *out)
{
    if (out->len && out->ptr[out->len - 1] == ',')
        out->len--;
    rl_buf_z(out, "\r\n");
}

void rl_show_csv_bom(rl_buf *out)
{
    rl_buf_z(out, "\xEF\xBB\xBF");
}
