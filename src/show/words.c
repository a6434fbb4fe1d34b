/* Words, numbers, days and places for the reader. Invariants: the packs outlive an rl_show; a message is
 * compiled once and kept; nothing here knows a language. Cost: a look-up by key is a binary search. */
#include "show/words.h"

#include <stdlib.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#include "pack/pack.h"

typedef struct {
    uint64_t key;
    rl_show_pattern *pattern;
} compiled;

typedef struct {
    const rl_point *point;
    const rl_series *series;
} ref;

struct rl_show {
    ref *refs; /* points of the account at hand, by id */
    size_t nrefs;
    const rl_place *places; /* of that account, borrowed */
    size_t nplaces;
    char hash[33];
    rl_show_options opt;
    char lang[64], locale[ULOC_FULLNAME_CAPACITY];
    const rl_pack *pack, *english;
    UNumberFormat *number;
    UDateFormat *day;
    compiled *at;
    size_t n, cap;
};

static UDateFormat *open_days(const char *locale)
{
    static const UChar skeleton[] = {'y', 'M', 'M', 'M', 'd', 0},
                       utc[] = {'E', 't', 'c', '/', 'U', 'T', 'C', 0};
    UErrorCode st = U_ZERO_ERROR;
    UChar pattern[128];
    UDateTimePatternGenerator *g = udatpg_open(locale, &st);
    int32_t n = udatpg_getBestPattern(g, skeleton, -1, pattern, 127, &st);
    udatpg_close(g);
    UDateFormat *f = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, utc, -1, pattern, n, &st);
    return U_SUCCESS(st) ? f : NULL;
}

rl_status rl_show_open(const rl_show_options *opt, rl_show **out, rl_error *err)
{
    const char *lang = opt->lang ? opt->lang : "en";
    rl_show *s = calloc(1, sizeof *s);
    UErrorCode st = U_ZERO_ERROR;
    *out = NULL;
    if (!s)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    s->opt = *opt;
    snprintf(s->lang, sizeof s->lang, "%s", lang);
    uloc_forLanguageTag(lang, s->locale, sizeof s->locale, NULL, &st);
    s->pack = rl_pack_get(opt->packs, rl_str_z(lang));
    s->english = rl_pack_get(opt->packs, RL_STR("en"));
    if (!s->pack || U_FAILURE(st)) {
        rl_show_close(s);
        return rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "no pack for the language '%.60s'", lang);
    }
    s->number = unum_open(UNUM_DECIMAL, NULL, 0, s->locale, NULL, &st);
    s->day = open_days(s->locale);
    if (U_FAILURE(st) || !s->day) {
        rl_show_close(s);
        return rl_fail(err, RL_ENOTFOUND, NULL, 0, 0, "no formats for the language '%.60s'", lang);
    }
    *out = s;
    return RL_OK;
}

void rl_show_close(rl_show *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        rl_show_pattern_free(s->at[i].pattern);
    free(s->at);
    free(s->refs);
    if (s->number)
        unum_close(s->number);
    if (s->day)
        udat_close(s->day);
    free(s);
}

const char *rl_show_lang(const rl_show *s)
{
    return s->lang;
}
const rl_show_options *rl_show_settings(const rl_show *s)
{
    return &s->opt;
}

bool rl_show_is_rtl(const char *lang)
{
    UErrorCode st = U_ZERO_ERROR;
    char locale[ULOC_FULLNAME_CAPACITY];
    uloc_forLanguageTag(lang, locale, sizeof locale, NULL, &st);
    return U_SUCCESS(st) && uloc_isRightToLeft(locale);
}

/* ---- messages ---- */

static rl_show_pattern *compile_message(rl_show *s, const char *key)
{
    rl_str m = rl_pack_message(s->opt.packs, s->pack, key);
    rl_show_pattern *p = m.len ? rl_show_pattern_new(s->lang, m.ptr, m.len) : NULL;
    if (p || !s->english)
        return p;
    m = rl_pack_message(s->opt.packs, s->english, key);
    return m.len ? rl_show_pattern_new("en", m.ptr, m.len) : NULL;
}

/* The compiled message of a key, made when first asked for; NULL where nobody has it. */
static rl_show_pattern *pattern_of(rl_show *s, const char *key)
{
    uint64_t h = rl_hash(key, strlen(key));
    size_t lo;
    RL_LOWER_BOUND(lo, s->n, mid, s->at[mid].key < h);
    if (lo < s->n && s->at[lo].key == h)
        return s->at[lo].pattern;
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 64;
        compiled *at = realloc(s->at, cap * sizeof *at);
        if (!at)
            return NULL;
        s->at = at;
        s->cap = cap;
    }
    memmove(s->at + lo + 1, s->at + lo, (s->n - lo) * sizeof *s->at);
    s->at[lo] = (compiled){h, compile_message(s, key)};
    s->n++;
    return s->at[lo].pattern;
}

static bool try_say(rl_show *s, rl_buf *out, const char *key, const rl_show_arg *args, size_t n)
{
    rl_show_pattern *p = pattern_of(s, key);
    size_t len = 0;
    char *text = p ? rl_show_pattern_format(p, args, n, &len) : NULL;
    if (text)
        rl_buf_add(out, (rl_str){text, len});
    free(text);
    return text != NULL;
}

void rl_show_say(rl_show *s, rl_buf *out, const char *key, const rl_show_arg *args, size_t n)
{
    if (!try_say(s, out, key, args, n))
        rl_buf_z(out, key);
}

void rl_show_term(rl_show *s, rl_buf *out, const char *prefix, const char *name)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%s", prefix, name ? name : "");
    rl_show_say(s, out, key, NULL, 0);
}

static bool try_term(rl_show *s, rl_buf *out, const char *prefix, rl_str name)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%.*s", prefix, (int)(name.len < 64 ? name.len : 64), name.ptr);
    return try_say(s, out, key, NULL, 0);
}

void rl_show_term_or(rl_show *s, rl_buf *out, const char *prefix, rl_str name)
{
    if (!try_term(s, out, prefix, name))
        rl_buf_add(out, name);
}

/* ---- numbers, days, names ---- */

static void add_utf16(rl_buf *out, const UChar *u, int32_t n)
{
    char b[512];
    int32_t len = 0;
    UErrorCode st = U_ZERO_ERROR;
    u_strToUTF8(b, sizeof b, &len, u, n, &st);
    if (U_SUCCESS(st))
        rl_buf_add(out, (rl_str){b, (size_t)len});
}

void rl_show_number(rl_show *s, rl_buf *out, int64_t n)
{
    UChar u[64];
    UErrorCode st = U_ZERO_ERROR;
    int32_t len = unum_formatInt64(s->number, n, u, 64, NULL, &st);
    if (U_SUCCESS(st))
        add_utf16(out, u, len);
    else
        rl_buf_f(out, "%lld", (long long)n);
}

void rl_show_day(rl_show *s, rl_buf *out, rl_date d)
{
    UChar u[128];
    UErrorCode st = U_ZERO_ERROR;
    if (!rl_date_known(d)) {
        rl_show_say(s, out, "date.unknown", NULL, 0);
        return;
    }
    if (!d.month) {
        rl_buf_f(out, "%d", d.year);
        return;
    }
    int32_t len = udat_format(s->day, (double)rl_date_days(d) * 86400000.0, u, 128, NULL, &st);
    if (U_SUCCESS(st))
        add_utf16(out, u, len);
}

void rl_show_days(rl_show *s, rl_buf *out, rl_date from, rl_date to)
{
    rl_buf a = {0}, b = {0};
    rl_show_day(s, &a, from);
    if (!rl_date_known(to) || rl_date_days(from) == rl_date_days(to)) {
        rl_buf_add(out, rl_buf_str(&a));
    } else {
        rl_show_day(s, &b, to);
        rl_show_arg args[] = {RL_ARG_S("from", rl_buf_str(&a)), RL_ARG_S("to", rl_buf_str(&b))};
        rl_show_say(s, out, "date.range", args, 2);
    }
    rl_buf_clear(&a);
    rl_buf_clear(&b);
}

static bool country_name(const rl_show *s, rl_buf *out, rl_str code)
{
    char id[8];
    UChar u[128];
    UErrorCode st = U_ZERO_ERROR;
    if (code.len != 2)
        return false;
    snprintf(id, sizeof id, "_%.2s", code.ptr);
    int32_t n = uloc_getDisplayCountry(id, s->locale, u, 128, &st);
    if (U_FAILURE(st) || st == U_USING_DEFAULT_WARNING || !n)
        return false;
    add_utf16(out, u, n);
    return true;
}

void rl_show_place(rl_show *s, rl_buf *out, const rl_place *p)
{
    bool ask = p->name.len && s->opt.place_name;
    rl_str name = ask ? s->opt.place_name(s->opt.packs, p, s->lang) : (rl_str){0};
    if (!p->name.len)
        rl_show_say(s, out, "place.none", NULL, 0);
    else if (name.len)
        rl_buf_add(out, name);
    else if (!p->is_country || !country_name(s, out, p->country))
        rl_buf_add(out, p->name);
}

void rl_show_language(rl_show *s, rl_buf *out, rl_str tag)
{
    char id[32];
    UChar u[128];
    UErrorCode st = U_ZERO_ERROR;
    snprintf(id, sizeof id, "%.*s", (int)(tag.len < 31 ? tag.len : 31), tag.ptr);
    int32_t n = uloc_getDisplayName(id, s->locale, u, 128, &st);
    if (U_SUCCESS(st) && n)
        add_utf16(out, u, n);
    else
        rl_buf_add(out, tag);
}

void rl_show_join(rl_show *s, rl_buf *out, size_t at)
{
    rl_show_arg args[] = {{"first", "", 0, 0}, {"next", "", 0, 0}};
    if (at)
        rl_show_say(s, out, "list.pair", args, 2);
}

/* ---- values and series ---- */

void rl_show_value(rl_show *s, rl_buf *out, rl_value v)
{
    if (v.qualifier == RL_Q_VAGUE) {
        rl_show_term(s, out, "vague", rl_vague_name(v.vague));
        return;
    }
    rl_buf lo = {0}, hi = {0};
    rl_show_number(s, &lo, v.has_low ? v.low : v.high);
    rl_show_number(s, &hi, v.has_high ? v.high : v.low);
    rl_show_arg args[] = {RL_ARG_S("n", v.has_low ? rl_buf_str(&lo) : rl_buf_str(&hi)),
                          RL_ARG_S("low", rl_buf_str(&lo)), RL_ARG_S("high", rl_buf_str(&hi))};
    char key[64];
    snprintf(key, sizeof key, "value.%s", rl_qualifier_name(v.qualifier));
    rl_show_say(s, out, key, args, 3);
    rl_buf_clear(&lo);
    rl_buf_clear(&hi);
}

/* title as the argument of a message that says more of it. */
static void extend(rl_show *s, rl_buf *title, const char *key, rl_str when)
{
    rl_buf longer = {0};
    rl_show_arg args[] = {RL_ARG_S("title", rl_buf_str(title)), RL_ARG_S("when", when)};
    rl_show_say(s, &longer, key, args, 2);
    rl_buf_clear(title);
    *title = longer;
}

void rl_show_series_title(rl_show *s, rl_buf *out, const rl_series *r)
{
    rl_buf m = {0}, who = {0}, place = {0}, when = {0}, title = {0};
    rl_show_term(s, &m, "measure", rl_measure_name(r->measure));
    rl_show_term(s, &who, "who", rl_who_name(r->who));
    rl_show_place(s, &place, &r->place);
    rl_show_arg args[] = {RL_ARG_S("measure", rl_buf_str(&m)), RL_ARG_S("who", rl_buf_str(&who)),
                          RL_ARG_S("place", rl_buf_str(&place))};
    rl_show_say(s, &title, r->place.name.len ? "series.title" : "series.title_no_place", args, 3);
    if (r->kind == RL_K_NEW)
        extend(s, &title, "series.new", (rl_str){0});
    if (r->past && rl_date_known(r->past_date))
        rl_show_day(s, &when, r->past_date);
    if (r->past)
        extend(s, &title, when.len ? "series.past" : "series.past_unknown", rl_buf_str(&when));
    rl_buf_add(out, rl_buf_str(&title));
    rl_buf_clear(&title);
    rl_buf_clear(&m);
    rl_buf_clear(&who);
    rl_buf_clear(&place);
    rl_buf_clear(&when);
}

void rl_show_spread(rl_show *s, rl_buf *out, const rl_series *r)
{
    rl_buf lo = {0}, best = {0}, hi = {0};
    rl_show_number(s, &lo, r->low);
    rl_show_number(s, &best, r->best);
    rl_show_number(s, &hi, r->high);
    rl_show_arg args[] = {RL_ARG_S("low", rl_buf_str(&lo)), RL_ARG_S("best", rl_buf_str(&best)),
                          RL_ARG_S("high", rl_buf_str(&hi))};
    const char *key = NULL;
    if (r->has_best && r->has_low && r->has_high)
        key = r->low == r->best && r->best == r->high ? NULL : "spread.low_best_high";
    else if (r->has_best)
        key = r->has_high ? "spread.best_high" : r->has_low && r->low < r->best ? "spread.low_best" : NULL;
    else if (r->has_low && r->has_high)
        key = "spread.low_high";
    else if (r->has_low)
        key = "spread.low";
    else if (r->has_high)
        key = "spread.high";
    if (key)
        rl_show_say(s, out, key, args, 3);
    rl_buf_clear(&lo);
    rl_buf_clear(&best);
    rl_buf_clear(&hi);
}

static const rl_place *place_called(const rl_show *s, rl_str name)
{
    for (size_t i = 0; i < s->nplaces; i++)
        if (rl_str_eq(s->places[i].name, name))
            return &s->places[i];
    return NULL;
}

/* "Cyprus Ministry of Health": a place of the account, and an office. */
static bool try_office_of(rl_show *s, rl_buf *out, rl_str name)
{
    rl_buf office = {0}, where = {0};
    bool said = false;
    for (size_t i = 1; i + 1 < name.len && !said; i++) {
        const rl_place *p = name.ptr[i] == ' ' ? place_called(s, rl_str_sub(name, 0, i)) : NULL;
        if (!p || !try_term(s, &office, "source", rl_str_sub(name, i + 1, name.len - i - 1)))
            continue;
        rl_show_place(s, &where, p);
        rl_show_arg args[] = {RL_ARG_S("name", rl_buf_str(&office)), RL_ARG_S("place", rl_buf_str(&where))};
        rl_show_say(s, out, "origin.of_place", args, 2);
        said = true;
    }
    rl_buf_clear(&office);
    rl_buf_clear(&where);
    return said;
}

void rl_show_speaker(rl_show *s, rl_buf *out, rl_str name)
{
    if (!try_term(s, out, "source", name) && !try_office_of(s, out, name))
        rl_buf_add(out, name);
}

void rl_show_origin(rl_show *s, rl_buf *out, const rl_origin *o)
{
    if (!o->voice) {
        rl_show_speaker(s, out, o->name);
        return;
    }
    rl_show_arg arg = RL_ARG_S("name", o->name);
    rl_show_say(s, out, "origin.report", &arg, 1);
}

void rl_show_origins(rl_show *s, rl_buf *out, const rl_point *p, size_t max)
{
    rl_buf names = {0}, all = {0}, via = {0};
    size_t n = p->norigins <= max + 1 ? p->norigins : max;
    for (size_t i = 0; i < n; i++) {
        rl_show_join(s, &names, i);
        rl_show_origin(s, &names, &p->origins[i]);
    }
    rl_show_arg more[] = {RL_ARG_S("names", rl_buf_str(&names)), RL_ARG_N("n", p->norigins - n)};
    if (n < p->norigins)
        rl_show_say(s, &all, "origins.more", more, 2);
    else
        rl_buf_add(&all, rl_buf_str(&names));
    for (size_t i = 0; i < p->nchannels && i < max; i++) {
        rl_show_join(s, &via, i);
        rl_show_speaker(s, &via, p->channels[i]);
    }
    rl_show_arg args[] = {RL_ARG_S("names", rl_buf_str(&all)), RL_ARG_S("via", rl_buf_str(&via))};
    if (p->nchannels)
        rl_show_say(s, out, "origins.via", args, 2);
    else
        rl_buf_add(out, rl_buf_str(&all));
    rl_buf_clear(&names);
    rl_buf_clear(&all);
    rl_buf_clear(&via);
}

void rl_show_happening(rl_show *s, rl_buf *out, const rl_account_happening *h)
{
    rl_buf type = {0}, topic = {0};
    rl_show_term(s, &type, "happening", rl_happening_name(h->type));
    if (h->topic.len) {
        rl_show_term_or(s, &topic, "topic", h->topic);
        rl_show_arg args[] = {RL_ARG_S("what", rl_buf_str(&type)), RL_ARG_S("topic", rl_buf_str(&topic))};
        rl_show_say(s, out, "happening.with_topic", args, 2);
    } else {
        rl_buf_add(out, rl_buf_str(&type));
    }
    rl_buf_clear(&type);
    rl_buf_clear(&topic);
}

/* ---- points by id ---- */

static int ref_cmp(const void *x, const void *y)
{
    return strcmp(((const ref *)x)->point->id, ((const ref *)y)->point->id);
}

void rl_show_begin(rl_show *s, rl_buf *out, const rl_account *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->nseries; i++)
        n += a->series[i].npoints;
    free(s->refs);
    s->nrefs = 0;
    s->places = a->places;
    s->nplaces = a->nplaces;
    s->refs = calloc(n + 1, sizeof *s->refs);
    if (!s->refs) {
        out->st = out->st == RL_OK ? RL_ENOMEM : out->st;
        return;
    }
    for (size_t i = 0; i < a->nseries; i++)
        for (size_t p = 0; p < a->series[i].npoints; p++)
            s->refs[s->nrefs++] = (ref){&a->series[i].points[p], &a->series[i]};
    qsort(s->refs, s->nrefs, sizeof *s->refs, ref_cmp);
    rl_show_account_hash(s, a, s->hash);
}

const char *rl_show_hash(const rl_show *s)
{
    return s->hash;
}

const rl_point *rl_show_point(const rl_show *s, const char *id, const rl_series **series)
{
    rl_point want = {.id = id};
    ref key = {&want, NULL}, *found = id ? bsearch(&key, s->refs, s->nrefs, sizeof key, ref_cmp) : NULL;
    *series = found ? found->series : NULL;
    return found ? found->point : NULL;
}

void rl_show_in_order(rl_show *s, rl_buf *out, const rl_account *a, const rl_show_parts *parts)
{
    rl_show_begin(s, out, a);
    parts->story(s, out, a);
    if (a->nseries)
        parts->heading(s, out, "heading.figures");
    for (size_t i = 0; i < a->nseries; i++)
        parts->series(s, out, &a->series[i]);
    if (a->nhappenings)
        parts->heading(s, out, "heading.time_line");
    parts->time_line(s, out, a);
    if (a->nclaims)
        parts->heading(s, out, "heading.evidence");
    parts->evidence(s, out, a);
    parts->foot(s, out, a);
}
