/* Times in the forms of the web.
 *
 * Machine forms are parsed here, since the forms met are looser than any one standard; names of
 * months come from ICU, in the page's language and in English, and are compared folded. A date must
 * be between 1900 and 2100. Pure; cost linear in the bytes looked at. */
#include "read/when.h"

#include <ctype.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

typedef struct {
    rl_str s;
    size_t at;
} cursor;

static bool number(cursor *c, size_t min, size_t max, int *out)
{
    size_t i = c->at;
    int v = 0;
    while (i < c->s.len && i - c->at < max && isdigit((unsigned char)c->s.ptr[i]))
        v = v * 10 + (c->s.ptr[i++] - '0');
    if (i - c->at < min)
        return false;
    c->at = i;
    *out = v;
    return true;
}

static char peek(const cursor *c)
{
    return c->at < c->s.len ? c->s.ptr[c->at] : 0;
}
static bool one_of(cursor *c, const char *set)
{
    char p = peek(c);
    if (!p || !strchr(set, p))
        return false;
    c->at++;
    return true;
}

static bool in_range(const rl_when *w)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return w->year >= 1900 && w->year <= 2100 && w->month >= 1 && w->month <= 12 && w->day >= 1 &&
           w->day <= days[w->month - 1] &&
           (w->month != 2 || w->day < 29 || (w->year % 4 == 0 && (w->year % 100 || w->year % 400 == 0)));
}

/* "Z", "+02:00", "+0200", "GMT", "UTC", "EST" … at the cursor. */
static void zone(cursor *c, rl_when *w)
{
    static const struct {
        const char *name;
        int min;
    } named[] = {{"UTC", 0},    {"GMT", 0},    {"EST", -300}, {"EDT", -240}, {"CST", -360},
                 {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}};
    int h, m = 0;
    cursor t = *c;
    while (one_of(&t, " "))
        ;
    if (one_of(&t, "Zz") && !isalpha((unsigned char)peek(&t))) {
        w->zone_min = RL_ZONE_UTC;
        *c = t;
        return;
    }
    char sign = peek(&t);
    if (one_of(&t, "+-") && number(&t, 2, 2, &h)) {
        one_of(&t, ":");
        if (!number(&t, 2, 2, &m))
            m = 0;
        if (h <= 14 && m < 60) {
            w->zone_min = (h * 60 + m) * (sign == '-' ? -1 : 1);
            *c = t;
        }
        return;
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (rl_str_starts(rl_str_sub(c->s, t.at, c->s.len - t.at), named[i].name)) {
            w->zone_min = named[i].min;
            c->at = t.at + 3;
            return;
        }
}

/* "13:05", "13:05:07.123", "1:05 pm", "13h05" at the cursor. */
static bool clock_time(cursor *c, rl_when *w)
{
    cursor t = *c;
    int h, m, s = 0;
    if (!number(&t, 1, 2, &h) || !one_of(&t, ":.h") || !number(&t, 2, 2, &m) || h > 24 || m > 59)
        return false;
    if (peek(&t) == ':') {
        t.at++;
        if (!number(&t, 2, 2, &s) || s > 60)
            return false;
        if (one_of(&t, ".,"))
            while (isdigit((unsigned char)peek(&t)))
                t.at++;
    }
    cursor p = t;
    while (one_of(&p, " "))
        ;
    char half = (char)tolower((unsigned char)peek(&p));
    if ((half == 'a' || half == 'p') && h <= 12) {
        p.at++;
        one_of(&p, ".");
        if (tolower((unsigned char)peek(&p)) == 'm') {
            p.at++;
            one_of(&p, ".");
            h = h % 12 + (half == 'p' ? 12 : 0);
            t = p;
        }
    }
    w->hour = h % 24;
    w->minute = m;
    w->second = s > 59 ? 59 : s;
    *c = t;
    zone(c, w);
    return true;
}

/* What stands between a date and its time of day. */
static void clock_after(cursor *c, rl_when *w)
{
    cursor t = *c;
    one_of(&t, "T");
    for (int i = 0; i < 4 && one_of(&t, " ,-|"); i++)
        ;
    if (clock_time(&t, w))
        *c = t;
}

static bool year_first(cursor *c, rl_when *w)
{
    cursor t = *c;
    if (!number(&t, 4, 4, &w->year))
        return false;
    char sep = peek(&t);
    if (one_of(&t, "-/.")) {
        if (!number(&t, 1, 2, &w->month) || peek(&t) != sep)
            return false;
        t.at++;
        if (!number(&t, 1, 2, &w->day))
            return false;
    } else if (!number(&t, 2, 2, &w->month) || !number(&t, 2, 2, &w->day)) {
        return false;
    }
    if (!in_range(w) || isdigit((unsigned char)peek(&t)))
        return false;
    /* 20191120T101500Z */
    if (peek(&t) == 'T' && t.at + 7 <= t.s.len && isdigit((unsigned char)t.s.ptr[t.at + 3])) {
        cursor b = t;
        b.at++;
        if (number(&b, 2, 2, &w->hour) && number(&b, 2, 2, &w->minute)) {
            if (!number(&b, 2, 2, &w->second))
                w->second = 0;
            zone(&b, w);
            *c = b;
            return w->hour < 24 && w->minute < 60;
        }
        w->hour = -1;
    }
    *c = t;
    clock_after(c, w);
    return true;
}

static bool day_first(cursor *c, rl_when *w)
{
    cursor t = *c;
    if (!number(&t, 1, 2, &w->day))
        return false;
    char sep = peek(&t);
    if (!one_of(&t, "./-"))
        return false;
    one_of(&t, " ");
    if (!number(&t, 1, 2, &w->month) || peek(&t) != sep)
        return false;
    t.at++;
    one_of(&t, " ");
    if (!number(&t, 4, 4, &w->year) || isdigit((unsigned char)peek(&t)))
        return false;
    if (w->month > 12 && w->day <= 12) {
        int d = w->month;
        w->month = w->day;
        w->day = d;
    }
    if (!in_range(w))
        return false;
    *c = t;
    clock_after(c, w);
    return true;
}

static int month_en(rl_str s)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char low[3];
    if (s.len < 3)
        return 0;
    for (int i = 0; i < 3; i++)
        low[i] = (char)tolower((unsigned char)s.ptr[i]);
    for (int i = 0; i < 12; i++)
        if (memcmp(names + i * 3, low, 3) == 0)
            return i + 1;
    return 0;
}

/* "Wed, 20 Nov 2019 10:00:00 GMT", "20 November 2019", "Nov 20, 2019", "Wed Nov 20 10:00:00 2019". */
static bool named_month(cursor *c, rl_when *w)
{
    cursor t = *c;
    for (int words = 0; words < 4 && t.at < t.s.len; words++) {
        while (one_of(&t, " ,."))
            ;
        if (isdigit((unsigned char)peek(&t))) {
            int v = 0;
            number(&t, 1, 4, &v);
            if (v > 31)
                return false;
            w->day = v;
            while (isalpha((unsigned char)peek(&t)))
                t.at++; /* 20th */
            one_of(&t, "-");
            continue;
        }
        size_t from = t.at;
        while (isalpha((unsigned char)peek(&t)))
            t.at++;
        int m = month_en(rl_str_sub(t.s, from, t.at - from));
        if (m) {
            w->month = m;
            break;
        }
        if (t.at == from)
            return false;
    }
    for (int i = 0; i < 3 && one_of(&t, " ,.-"); i++)
        ;
    if (!w->month)
        return false;
    if (!w->day) {
        if (!number(&t, 1, 2, &w->day))
            return false;
        while (isalpha((unsigned char)peek(&t)))
            t.at++;
        for (int i = 0; i < 3 && one_of(&t, " ,"); i++)
            ;
    }
    cursor before = t;
    if (clock_time(&t, w)) /* asctime */
        for (int i = 0; i < 3 && one_of(&t, " "); i++)
            ;
    else
        t = before;
    if (!number(&t, 4, 4, &w->year) || !in_range(w))
        return false;
    *c = t;
    if (w->hour < 0)
        clock_after(c, w);
    return true;
}

static bool epoch(rl_str s, rl_when *w)
{
    uint64_t v;
    if ((s.len != 10 && s.len != 13) || !rl_str_uint(s, 9999999999999u, &v))
        return false;
    int64_t secs = (int64_t)(s.len == 13 ? v / 1000 : v);
    rl_date d = rl_date_from_days((int32_t)(secs / 86400));
    *w = (rl_when){d.year,           d.month,    d.day, (int)(secs % 86400 / 3600), (int)(secs % 3600 / 60),
                   (int)(secs % 60), RL_ZONE_UTC};
    return in_range(w);
}

bool rl_when_parse(rl_str s, rl_when *out)
{
    bool (*const forms[])(cursor *, rl_when *) = {year_first, day_first, named_month};
    s = rl_str_trim(s);
    if (epoch(s, out))
        return true;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        cursor c = {s, 0};
        *out = (rl_when){.hour = -1, .zone_min = RL_ZONE_NONE};
        if (forms[i](&c, out))
            return true;
    }
    *out = (rl_when){0};
    return false;
}

bool rl_when_in_url(rl_str url, rl_when *out)
{
    for (size_t i = 0; i + 10 < url.len; i++) {
        if (!strchr("/-_.", url.ptr[i]) || !isdigit((unsigned char)url.ptr[i + 1]))
            continue;
        cursor c = {url, i + 1};
        *out = (rl_when){.hour = -1, .zone_min = RL_ZONE_NONE};
        cursor t = c;
        int y, m, d;
        if (!number(&t, 4, 4, &y))
            continue;
        bool sep = one_of(&t, "/-_");
        if (!number(&t, 2, 2, &m) || (sep && !one_of(&t, "/-_")) || !number(&t, 2, 2, &d) ||
            isdigit((unsigned char)peek(&t)))
            continue;
        *out = (rl_when){y, m, d, -1, 0, 0, RL_ZONE_NONE};
        if (in_range(out) && y >= 1990)
            return true;
    }
    *out = (rl_when){0};
    return false;
}

rl_str rl_when_iso(rl_arena *mem, const rl_when *w)
{
    char z[64];
    int n = 0;
    if (!w->day)
        return (rl_str){0};
    n = snprintf(z, sizeof z, "%04d-%02d-%02d", w->year, w->month, w->day);
    if (w->hour >= 0) {
        n += snprintf(z + n, sizeof z - (size_t)n, "T%02d:%02d:%02d", w->hour, w->minute, w->second);
        if (w->zone_min == RL_ZONE_UTC)
            n += snprintf(z + n, sizeof z - (size_t)n, "Z");
        else if (w->zone_min != RL_ZONE_NONE)
            n += snprintf(z + n, sizeof z - (size_t)n, "%c%02d:%02d", w->zone_min < 0 ? '-' : '+',
                          abs(w->zone_min) / 60, abs(w->zone_min) % 60);
    }
    return rl_arena_copy(mem, (rl_str){z, (size_t)n});
}

/* ---- in running text, with ICU's names of months ---- */

enum { LOOK = 400, NAME = 32 };

typedef struct {
    UChar name[4][12][NAME];
    int len[4][12];
} months;

static void fold(UChar *s, int *len)
{
    UErrorCode e = U_ZERO_ERROR;
    UChar out[NAME];
    int n = u_strFoldCase(out, NAME, s, *len, U_FOLD_CASE_DEFAULT, &e);
    if (U_FAILURE(e) || n > NAME)
        return;
    while (n && out[n - 1] == '.')
        n--;
    memcpy(s, out, sizeof *out * (size_t)n);
    *len = n;
}

static bool load_months(const char *lang, months *m)
{
    static const UDateFormatSymbolType kinds[] = {UDAT_MONTHS, UDAT_STANDALONE_MONTHS, UDAT_SHORT_MONTHS,
                                                  UDAT_STANDALONE_SHORT_MONTHS};
    UErrorCode e = U_ZERO_ERROR;
    UDateFormat *f = udat_open(UDAT_NONE, UDAT_LONG, lang, NULL, 0, NULL, 0, &e);
    if (U_FAILURE(e))
        return false;
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < 12; i++) {
            e = U_ZERO_ERROR;
            int n = udat_getSymbols(f, kinds[k], i, m->name[k][i], NAME, &e);
            m->len[k][i] = U_SUCCESS(e) && n <= NAME ? n : 0;
            fold(m->name[k][i], &m->len[k][i]);
        }
    udat_close(f);
    return true;
}

/* The month whose name the word at s begins, by the longest name; 0: none. In languages that
 * decline their months a word may go on for up to three letters. */
static int month_at(const months *m, const UChar *s, int n, int *len)
{
    int best = 0;
    *len = 0;
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < 12; i++) {
            int l = m->len[k][i];
            if (l < 2 || l > n || l <= *len || u_memcmp(s, m->name[k][i], l) != 0 ||
                u_isdigit(m->name[k][i][0]))
                continue;
            *len = l;
            best = i + 1;
        }
    int more = 0;
    while (best && *len + more < n && u_isalpha(s[*len + more]))
        more++;
    if (more > 3)
        return 0;
    *len += more;
    return best;
}

static bool uint_at(const UChar *s, int n, int *at, int max_digits, int *v)
{
    int i = *at, d;
    *v = 0;
    while (i < n && i - *at < max_digits && (d = u_charDigitValue(s[i])) >= 0)
        *v = *v * 10 + d, i++;
    bool ok = i > *at && (i >= n || u_charDigitValue(s[i]) < 0);
    if (ok)
        *at = i;
    return ok;
}

/* The number that ends just before at, over white space, dots, commas and up to four letters
 * ("de", "th"). */
static bool uint_before(const UChar *s, int at, int *v)
{
    int i = at, letters = 0;
    while (i > 0 && (u_isUWhiteSpace(s[i - 1]) || strchr(".,-", s[i - 1] < 128 ? s[i - 1] : 'x') ||
                     (u_isalpha(s[i - 1]) && letters++ < 4)))
        i--;
    int end = i;
    while (i > 0 && end - i < 3 && u_charDigitValue(s[i - 1]) >= 0)
        i--;
    int from = i;
    return end - from >= 1 && end - from <= 2 && uint_at(s, end, &from, 2, v);
}

static bool uint_after(const UChar *s, int n, int *at, int digits, int *v)
{
    int i = *at, letters = 0;
    while (i < n && (u_isUWhiteSpace(s[i]) || s[i] == '.' || s[i] == ',' || s[i] == '-' ||
                     (u_isalpha(s[i]) && letters++ < 4)))
        i++;
    if (!uint_at(s, n, &i, digits, v))
        return false;
    *at = i;
    return true;
}

/* Year 年 month 月 day 日, and the like: three numbers with one letter between. */
static bool cjk_date(const UChar *s, int n, int at, rl_when *w, int *end)
{
    if (!uint_at(s, n, &at, 4, &w->year) || at >= n || s[at] < 0x2E80)
        return false;
    at++;
    while (at < n && u_isUWhiteSpace(s[at]))
        at++;
    if (!uint_at(s, n, &at, 2, &w->month) || at >= n || s[at] < 0x2E80)
        return false;
    at++;
    while (at < n && u_isUWhiteSpace(s[at]))
        at++;
    if (!uint_at(s, n, &at, 2, &w->day) || at >= n || s[at] < 0x2E80)
        return false;
    *end = at + 1;
    return in_range(w);
}

static bool month_name_date(const months *m, const UChar *s, int n, int at, rl_when *w, int *end)
{
    int len, year, day;
    int mo = month_at(m, s + at, n - at, &len);
    if (!mo)
        return false;
    int after = at + len;
    *w = (rl_when){.month = mo, .hour = -1, .zone_min = RL_ZONE_NONE};
    if (uint_before(s, at, &day) && uint_after(s, n, &after, 4, &year) && year > 1900) {
        w->day = day;
        w->year = year;
    } else {
        after = at + len;
        if (!uint_after(s, n, &after, 2, &day) || !uint_after(s, n, &after, 4, &year))
            return false;
        w->day = day;
        w->year = year;
    }
    *end = after;
    return in_range(w);
}

static bool scan(const months *sets, int nsets, const UChar *s, int n, rl_when *w, int *end)
{
    for (int i = 0; i < n; i++) {
        bool start = i == 0 || !u_isalnum(s[i - 1]);
        if (u_charDigitValue(s[i]) >= 0 && start) {
            *w = (rl_when){.hour = -1, .zone_min = RL_ZONE_NONE};
            if (cjk_date(s, n, i, w, end))
                return true;
            char z[48];
            size_t k = 0;
            for (int j = i; j < n && k + 1 < sizeof z; j++, k++)
                z[k] = u_charDigitValue(s[j]) >= 0 ? (char)('0' + u_charDigitValue(s[j]))
                       : s[j] < 128                ? (char)s[j]
                                                   : '~';
            cursor c = {{z, k}, 0};
            rl_when a = {.hour = -1, .zone_min = RL_ZONE_NONE}, b = a;
            if (year_first(&c, &a) && (z[4] == '-' || z[4] == '/' || z[4] == '.')) {
                *w = a;
                *end = i + (int)c.at;
                return true;
            }
            c.at = 0;
            if (day_first(&c, &b)) {
                *w = b;
                *end = i + (int)c.at;
                return true;
            }
        }
        for (int k = 0; k < nsets && start && u_isalpha(s[i]); k++)
            if (month_name_date(&sets[k], s, n, i, w, end))
                return true;
    }
    return false;
}

/* A time of day in the forty characters from `end` on. */
static void clock_near(const UChar *s, int n, int end, rl_when *w)
{
    char z[64];
    size_t k = 0;
    for (int j = end; j < n && k < 40; j++, k++)
        z[k] = u_charDigitValue(s[j]) >= 0 ? (char)('0' + u_charDigitValue(s[j]))
               : s[j] < 128 && s[j]        ? (char)s[j]
                                           : '~';
    for (size_t i = 0; i < k && w->hour < 0; i++)
        if (isdigit((unsigned char)z[i]) && (i == 0 || !isdigit((unsigned char)z[i - 1]))) {
            cursor c = {{z, k}, i};
            clock_time(&c, w);
        }
}

bool rl_when_find(rl_str str, const char *lang, rl_when *out)
{
    UChar u[LOOK + 8], folded[2 * LOOK];
    UErrorCode e = U_ZERO_ERROR;
    int32_t n = 0;
    months sets[2];
    int nsets = 0, end = 0;

    *out = (rl_when){0};
    str.len = str.len > LOOK ? LOOK : str.len;
    u_strFromUTF8WithSub(u, LOOK, &n, str.ptr, (int32_t)str.len, ' ', NULL, &e);
    if (U_FAILURE(e) || n > LOOK)
        return false;
    n = u_strFoldCase(folded, 2 * LOOK, u, n, U_FOLD_CASE_DEFAULT, &e);
    if (U_FAILURE(e) || n > 2 * LOOK)
        return false;
    bool digits = false;
    for (int i = 0; i < n; i++)
        digits = digits || u_charDigitValue(folded[i]) >= 0;
    if (!digits)
        return false;
    nsets += lang && *lang && load_months(lang, &sets[nsets]);
    nsets += load_months("en", &sets[nsets]);
    if (!scan(sets, nsets, folded, n, out, &end)) {
        *out = (rl_when){0};
        return false;
    }
    if (out->hour < 0)
        clock_near(folded, n, end, out);
    return true;
}
