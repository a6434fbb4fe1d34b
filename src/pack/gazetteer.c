/* The gazetteer's compiler and its reader.
 *
 * Compiling: our own table gives what names mean (common words, endings, articles), then countries, divisions
 * and places are read, each name is folded, hashed by word and kept as (key, place, flags); sorted and merged
 * they become the runs that the hash's slots point to. Invariants: a place's index never changes once given;
 * every prefix of a name of several words has a slot with RL_GS_MORE; local names are sorted by locale, then
 * place. O(n log n) in the names. Reading allocates nothing and checks every index against the head. */
#include "pack/gazetteer.h"

#include <math.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unistd.h>

#include "pack/fold.h"
#include "pack/format.h"

enum {
    OWN = 1u << 16 /* of our own table: its short names are meant */,
    FIELDS_MAX = 20,
    SCRIPTS_MAX = 4,
    COUNTRY_N = 26 * 26,
    STEM_MIN = 4,
    STEM_POPULATION = 50000,
    PAIRS_ONE = 1 << 12,
    PAIRS_TWO = 1 << 16
};

const rl_gazetteer_paths rl_gazetteer_debian = {
    .cities = "/usr/share/libtimezonemap/ui/cities15000.txt",
    .admin1 = "/usr/share/libtimezonemap/ui/admin1Codes.txt",
    .country_info = "/usr/share/libtimezonemap/ui/countryInfo.txt",
    .catalogues = "/usr/share/locale",
};

/* ---- words of a name ---- */

typedef struct {
    uint64_t hash[RL_PLACE_WORDS_MAX];
    size_t from[RL_PLACE_WORDS_MAX], to[RL_PLACE_WORDS_MAX]; /* bytes */
    size_t n;
    uint32_t letters;
    uint8_t script; /* of the first letter */
    bool chars, digits, upper, lower, apostrophe, too_many;
} words;

static bool is_apostrophe(uint32_t cp)
{
    return cp == 0x27 || cp == 0x2019 || cp == 0x2018 || cp == 0x2BC || cp == 0x2BB || cp == 0x5F3 ||
           cp == 0x60;
}

static void end_word(words *w, uint64_t *h, size_t to)
{
    if (*h == 0)
        return;
    w->hash[w->n] = rl_fold_end(*h);
    w->to[w->n++] = to;
    *h = 0;
}

/* join: an apostrophe between letters is a letter, as in packs that say so. */
static bool scan(rl_str s, bool join, words *w)
{
    uint64_t h = 0;
    *w = (words){0};
    for (size_t i = 0, at; i < s.len;) {
        at = i;
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        rl_cp c = rl_fold_cp(cp);
        bool apostrophe = is_apostrophe(cp);
        if (apostrophe && h && i < s.len)
            w->apostrophe = true;
        if (apostrophe && join && h && i < s.len)
            c = (rl_cp){'\'', RL_CP_LETTER, w->script, 0};
        else if (apostrophe)
            c.cls = RL_CP_PUNCT;
        if (c.cls == RL_CP_MARK)
            continue;
        if (c.cls == RL_CP_DIGIT)
            w->digits = true;
        if (c.cls != RL_CP_LETTER && c.cls != RL_CP_JOIN && c.cls != RL_CP_CHAR) {
            end_word(w, &h, at);
            continue;
        }
        if (c.cls == RL_CP_CHAR)
            end_word(w, &h, at);
        if (!h && w->n == RL_PLACE_WORDS_MAX) {
            w->too_many = true;
            return false;
        }
        if (!h) {
            h = RL_FOLD_SEED;
            w->from[w->n] = at;
        }
        h = rl_fold_step(h, c.fold);
        w->script = w->letters ? w->script : c.script;
        w->letters += c.cls != RL_CP_JOIN;
        w->upper |= c.upper;
        w->lower |= c.cls == RL_CP_LETTER && !c.upper;
        if (c.cls == RL_CP_CHAR) {
            w->chars = true;
            end_word(w, &h, i);
        }
    }
    end_word(w, &h, s.len);
    return w->n > 0;
}

static uint64_t key_of(const words *w, size_t n)
{
    uint64_t key = w->hash[0];
    for (size_t i = 1; i < n; i++)
        key = rl_gazetteer_key_add(key, w->hash[i]);
    return key;
}

uint64_t rl_gazetteer_key(rl_str name)
{
    words w;
    return scan(name, false, &w) ? key_of(&w, w.n) : 0;
}

/* ---- what is built ---- */

typedef struct {
    uint64_t key;
    uint32_t place, flags;
} keyed;
typedef struct {
    uint32_t locale, place, rank, text; /* rank: own table 0, catalogue 1, by script 2 */
} local_name;
typedef struct {
    rl_str code;
    uint32_t place;
} coded;
typedef struct {
    rl_str zone; /* of the time zone database: many a capital's name in every language is ICU's through it */
    uint32_t place;
} zoned;
typedef struct {
    rl_str id, name;
} message;
typedef struct {
    rl_str tag;
    uint8_t scripts[SCRIPTS_MAX];
    size_t nscripts;
    bool latin;
    message *messages; /* ascending by id */
    size_t nmessages;
    uint32_t *pairs; /* how often each pair of letters stands in its known names; not for Latin */
} locale;
typedef struct {
    uint32_t script; /* 0: any */
    rl_str text;
    uint32_t cp[8]; /* folded */
    size_t n;
} affix;
typedef struct {
    double x, y, z, weight;
    uint64_t population;
} centre;

typedef struct {
    rl_arena *mem;
    rl_error *err;
    rl_status st; /* latched: out of memory or a limit */
    RL_VEC(rl_gazetteer_place) places;
    RL_VEC(centre) centres; /* one a place of kind country or region, else unused */
    RL_VEC(keyed) names;
    RL_VEC(uint64_t) more;
    RL_VEC(local_name) locals;
    RL_VEC(uint64_t) risky;
    RL_VEC(uint64_t) dropped;
    RL_VEC(affix) endings;
    RL_VEC(affix) articles;
    RL_VEC(affix) cuts;
    RL_VEC(coded) regions;
    RL_VEC(zoned) zones;
    rl_buf strings;
    uint32_t *interned; /* offsets, open addressing */
    size_t ninterned, interned_cap;
    locale *locales;
    size_t nlocales;
    uint32_t country[COUNTRY_N]; /* 1 + place */
} build;

static void latch(build *b, rl_status st)
{
    if (!b->st)
        b->st = rl_fail(b->err, st, NULL, 0, 0,
                        st == RL_ELIMIT ? "the gazetteer is over a limit" : "out of memory");
}

#define PUSH(b, vec, ...)                                                                                    \
    do {                                                                                                     \
        __typeof__((b)->vec.at) p_ = RL_PUSH((b)->mem, (b)->vec);                                            \
        if (p_)                                                                                              \
            *p_ = __VA_ARGS__;                                                                               \
        else                                                                                                 \
            latch((b), RL_ENOMEM);                                                                           \
    } while (0)

static int by_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void sort(void *at, size_t n, size_t size, int (*by)(const void *, const void *))
{
    if (n)
        qsort(at, n, size, by);
}

/* ---- strings, each kept once ---- */

static void grow_interned(build *b)
{
    size_t cap = b->interned_cap ? b->interned_cap * 2 : 1 << 16;
    uint32_t *at = RL_NEW(b->mem, uint32_t, cap);
    if (!at) {
        latch(b, RL_ENOMEM);
        return;
    }
    for (size_t i = 0; i < b->interned_cap; i++) {
        if (!b->interned[i])
            continue;
        const char *s = b->strings.ptr + b->interned[i];
        size_t slot = rl_hash(s, strlen(s)) & (cap - 1);
        while (at[slot])
            slot = (slot + 1) & (cap - 1);
        at[slot] = b->interned[i];
    }
    b->interned = at;
    b->interned_cap = cap;
}

static uint32_t intern(build *b, rl_str s)
{
    if (!s.len || b->st || memchr(s.ptr, 0, s.len))
        return 0;
    if (b->ninterned * 2 >= b->interned_cap)
        grow_interned(b);
    if (b->st)
        return 0;
    size_t slot = rl_hash(s.ptr, s.len) & (b->interned_cap - 1);
    for (; b->interned[slot]; slot = (slot + 1) & (b->interned_cap - 1))
        if (rl_str_is(s, b->strings.ptr + b->interned[slot]))
            return b->interned[slot];
    if (!b->strings.len)
        rl_buf_c(&b->strings, 0);
    uint32_t off = (uint32_t)b->strings.len;
    rl_buf_add(&b->strings, s);
    rl_buf_c(&b->strings, 0);
    if (b->strings.st) {
        latch(b, b->strings.st);
        return 0;
    }
    b->interned[slot] = off;
    b->ninterned++;
    return off;
}

static rl_str text_at(const build *b, uint32_t off)
{
    return off ? rl_str_z(b->strings.ptr + off) : (rl_str){"", 0};
}

/* ---- names ---- */

static bool listed(const uint64_t *at, size_t n, uint64_t key)
{
    return n && bsearch(&key, at, n, sizeof *at, by_u64) != NULL;
}

static void add_key(build *b, const words *w, size_t n, uint32_t place, uint32_t flags)
{
    uint64_t key = w->hash[0];
    for (size_t i = 1; i < n; i++) {
        PUSH(b, more, key);
        key = rl_gazetteer_key_add(key, w->hash[i]);
    }
    if (listed(b->risky.at, b->risky.n, key))
        flags |= RL_GN_RISKY;
    PUSH(b, names, (keyed){key, place, flags});
}

static size_t folded(rl_str s, uint32_t *cp, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        rl_cp c = rl_fold_cp(rl_utf8_next(s.ptr, s.len, &i));
        if (c.cls == RL_CP_MARK)
            continue;
        if (n == max)
            return 0;
        cp[n++] = c.fold;
    }
    return n;
}

/* The last word without its ending: inflected forms are met by taking the pack's suffixes off. */
static void add_stem(build *b, rl_str name, const words *w, uint32_t place, uint32_t flags)
{
    uint32_t cp[RL_PLACE_STEM_MAX];
    size_t last = w->n - 1,
           n = folded(rl_str_sub(name, w->from[last], w->to[last] - w->from[last]), cp, RL_PLACE_STEM_MAX);
    for (size_t i = 0; i < b->endings.n; i++) {
        const affix *e = &b->endings.at[i];
        if (e->script != w->script || n < e->n + STEM_MIN ||
            memcmp(cp + n - e->n, e->cp, e->n * sizeof *cp) != 0)
            continue;
        words stem = *w;
        stem.hash[last] = rl_fold_hash(cp, n - e->n);
        add_key(b, &stem, stem.n, place, flags | RL_GN_STEM);
        return;
    }
}

static void add_without_article(build *b, rl_str name, const words *w, uint32_t place, uint32_t flags)
{
    uint32_t cp[RL_PLACE_STEM_MAX];
    size_t n = folded(rl_str_sub(name, w->from[0], w->to[0] - w->from[0]), cp, RL_PLACE_STEM_MAX);
    for (size_t i = 0; i < b->articles.n; i++) {
        const affix *a = &b->articles.at[i];
        if (a->script != w->script || n < a->n + 3 || memcmp(cp, a->cp, a->n * sizeof *cp) != 0)
            continue;
        words bare = *w;
        bare.hash[0] = rl_fold_hash(cp + a->n, n - a->n);
        add_key(b, &bare, bare.n, place, flags | RL_GN_STEM);
        return;
    }
}

static bool short_name(const words *w)
{
    if (!w->chars)
        return w->letters < 4;
    return w->letters < 3 && w->script != USCRIPT_HAN && w->script != USCRIPT_HANGUL;
}

static void add_cut(build *b, rl_str name, const words *w, uint32_t place, uint32_t flags)
{
    for (size_t i = 0; i < b->cuts.n; i++) {
        words c;
        if (!scan(b->cuts.at[i].text, false, &c) || c.n >= w->n || (w->chars && w->n - c.n < 2))
            continue;
        if (memcmp(w->hash + w->n - c.n, c.hash, c.n * sizeof *c.hash) != 0)
            continue;
        words shorter = *w;
        shorter.n -= c.n;
        shorter.letters -= c.letters;
        if (short_name(&shorter))
            return;                     /* "The City" */
        flags &= ~(uint32_t)RL_GN_MAIN; /* a city of that name comes first */
        add_key(b, w, w->n - c.n, place, flags);
        if (!w->chars)
            add_stem(b, name, &shorter, place, flags);
        return;
    }
}

static bool inflects(const build *b, uint32_t place)
{
    const rl_gazetteer_place *p = &b->places.at[place];
    return p->kind != RL_P_CITY || p->population >= STEM_POPULATION;
}

static void add_name(build *b, uint32_t place, rl_str name, uint32_t flags)
{
    words w;
    name = rl_str_trim(name);
    if (rl_str_starts(name, "=")) {
        name = rl_str_sub(name, 1, name.len - 1);
        flags |= RL_GN_CAPS;
    }
    if (!scan(name, false, &w) || w.digits || w.letters < 2)
        return;
    uint64_t key = key_of(&w, w.n);
    if (!(flags & RL_GN_LOCAL) && listed(b->dropped.at, b->dropped.n, key))
        return;
    if (short_name(&w) && !(flags & (RL_GN_CAPS | OWN)))
        flags |= RL_GN_RISKY;
    add_key(b, &w, w.n, place, flags);
    if (flags & RL_GN_CAPS)
        return;
    add_cut(b, name, &w, place, flags);
    if (!w.chars && inflects(b, place)) {
        add_stem(b, name, &w, place, flags);
        add_without_article(b, name, &w, place, flags);
    }
    words joined;
    if (w.apostrophe && scan(name, true, &joined))
        add_key(b, &joined, joined.n, place, flags);
}

/* Names of the dump that no report writes: codes, and forms romanised by a machine, all in small letters. */
static bool worth(rl_str name)
{
    words w;
    if (!scan(name, false, &w) || w.digits)
        return false;
    if (w.script != USCRIPT_LATIN)
        return true;
    return w.upper && w.lower;
}

static bool writes(const locale *l, uint8_t script)
{
    for (size_t i = 0; i < l->nscripts; i++)
        if (l->scripts[i] == script)
            return true;
    return false;
}

static uint8_t script_of(rl_str name)
{
    words w;
    return scan(name, false, &w) ? w.script : 0;
}

static void add_local(build *b, uint32_t l, uint32_t place, uint32_t rank, rl_str name)
{
    if (!writes(&b->locales[l], script_of(name)) || rl_str_eq(name, text_at(b, b->places.at[place].name)))
        return;
    uint32_t text = intern(b, name);
    if (text)
        PUSH(b, locals, (local_name){l, place, rank, text});
}

/* Names of our own table: "name", "lang:name", "=ACRONYM", separated by bars. */
static void add_own_names(build *b, uint32_t place, rl_str names)
{
    rl_str name, lang;
    while (names.len) {
        rl_str_cut(&names, '|', &name);
        name = rl_str_trim(name);
        rl_str rest = name;
        bool tagged = rl_str_cut(&rest, ':', &lang) && lang.len < 9;
        for (uint32_t l = 0; tagged && l < b->nlocales; l++)
            if (rl_str_eq(b->locales[l].tag, lang))
                add_local(b, l, place, 0, rest);
        add_name(b, place, tagged ? rest : name, RL_GN_LOCAL | OWN);
    }
}

/* ---- lines of tab-separated files ---- */

typedef struct {
    const char *path;
    char *text;
    rl_str rest;
    uint32_t line;
    rl_str field[FIELDS_MAX];
    size_t n;
} table;

static rl_status table_open(const char *path, table *t, rl_error *err)
{
    size_t len;
    *t = (table){.path = path};
    rl_status st = rl_file_read(path, RL_GAZETTEER_FILE_MAX, &t->text, &len, err);
    if (st)
        return st;
    t->rest = (rl_str){t->text, len};
    return RL_OK;
}

static bool table_next(table *t)
{
    rl_str line;
    while (t->rest.len) {
        rl_str_cut(&t->rest, '\n', &line);
        t->line++;
        if (rl_str_ends(line, "\r"))
            line.len--;
        if (!line.len || line.ptr[0] == '#')
            continue;
        t->n = 0;
        for (bool more = true; more && t->n < FIELDS_MAX;)
            more = rl_str_cut(&line, '\t', &t->field[t->n++]);
        for (size_t i = t->n; i < FIELDS_MAX; i++)
            t->field[i] = (rl_str){"", 0};
        return true;
    }
    return false;
}

/* A decimal number of degrees as millionths. */
static bool degrees_e6(rl_str s, int32_t max, int32_t *out)
{
    rl_str whole;
    bool minus = rl_str_starts(s, "-");
    if (minus)
        s = rl_str_sub(s, 1, s.len - 1);
    rl_str_cut(&s, '.', &whole);
    uint64_t w, f = 0;
    if (!rl_str_uint(whole, 180, &w))
        return false;
    for (size_t i = 0; i < 6; i++) {
        f *= 10;
        if (i < s.len && (s.ptr[i] < '0' || s.ptr[i] > '9'))
            return false;
        f += i < s.len ? (uint64_t)(s.ptr[i] - '0') : 0;
    }
    int64_t v = (int64_t)(w * 1000000 + f);
    if (v > (int64_t)max * 1000000)
        return false;
    *out = (int32_t)(minus ? -v : v);
    return true;
}

static bool country_slot(rl_str cc, size_t *out)
{
    if (cc.len != 2 || cc.ptr[0] < 'A' || cc.ptr[0] > 'Z' || cc.ptr[1] < 'A' || cc.ptr[1] > 'Z')
        return false;
    *out = (size_t)(cc.ptr[0] - 'A') * 26 + (size_t)(cc.ptr[1] - 'A');
    return true;
}

static uint32_t add_place(build *b, rl_gazetteer_place p, rl_str name)
{
    if (b->places.n >= RL_GAZETTEER_PLACES_MAX)
        latch(b, RL_ELIMIT);
    p.name = intern(b, name);
    uint32_t at = (uint32_t)b->places.n;
    PUSH(b, places, p);
    PUSH(b, centres, (centre){0});
    return b->st ? 0 : at;
}

/* ---- locales ---- */

static uint32_t le32(const unsigned char *p, bool swap)
{
    return swap ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static int by_message(const void *a, const void *b)
{
    return rl_str_cmp(((const message *)a)->id, ((const message *)b)->id);
}

/* A compiled message catalogue as GNU gettext writes it; what does not fit its bytes is passed over. */
static void read_catalogue(build *b, locale *l, rl_str mo)
{
    const unsigned char *p = (const unsigned char *)mo.ptr;
    if (mo.len < 20 || (le32(p, false) != 0x950412DEu && le32(p, true) != 0x950412DEu))
        return;
    bool swap = le32(p, false) != 0x950412DEu;
    uint64_t n = le32(p + 8, swap), from = le32(p + 12, swap), to = le32(p + 16, swap);
    if (n > mo.len / 8 || from + n * 8 > mo.len || to + n * 8 > mo.len ||
        !(l->messages = RL_NEW(b->mem, message, n)))
        return;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t klen = le32(p + from + i * 8, swap), k = le32(p + from + i * 8 + 4, swap);
        uint64_t vlen = le32(p + to + i * 8, swap), v = le32(p + to + i * 8 + 4, swap);
        if (k + klen <= mo.len && v + vlen <= mo.len && klen && vlen)
            l->messages[l->nmessages++] = (message){{mo.ptr + k, klen}, {mo.ptr + v, vlen}};
    }
    sort(l->messages, l->nmessages, sizeof *l->messages, by_message);
}

static void open_catalogue(build *b, locale *l, const char *folder)
{
    char path[4096];
    char *text;
    size_t len;
    int n =
        snprintf(path, sizeof path, "%s/%.*s/LC_MESSAGES/geonames.mo", folder, (int)l->tag.len, l->tag.ptr);
    if (n < 0 || (size_t)n >= sizeof path)
        return;
    for (char *c = path + strlen(folder); *c; c++)
        *c = *c == '-' ? '_' : *c;
    if (rl_file_read(path, RL_GAZETTEER_FILE_MAX, &text, &len, NULL))
        return; /* a language without a catalogue */
    rl_str copy = rl_arena_copy(b->mem, (rl_str){text, len});
    free(text);
    if (copy.ptr)
        read_catalogue(b, l, copy);
}

/* Visit the pairs of letters of a name, its ends counted as 0: with counts, count them; without, the mean
 * logarithm of how likely each second letter is after its first. */
static double pairs(const locale *l, rl_str name, bool count)
{
    uint32_t cp[RL_PLACE_STEM_MAX], last = 0;
    size_t n = folded(name, cp, RL_PLACE_STEM_MAX);
    double sum = 0;
    for (size_t i = 0; n && i <= n; i++) {
        uint32_t next = i < n ? cp[i] : 0;
        uint32_t *one = &l->pairs[last * 0x9E3779B1u >> 20],
                 *two = &l->pairs[PAIRS_ONE + ((last * 0x9E3779B1u ^ next * 0x85EBCA6Bu) >> 16)];
        if (count) {
            ++*one;
            ++*two;
        } else {
            sum += log((*two + 0.02) / (*one + 1.0));
        }
        last = next;
    }
    return n ? sum / (double)(n + 1) : -100;
}

static double likeness(const locale *l, rl_str name)
{
    return l->pairs ? pairs(l, name, false) : 0;
}

static void learn_pairs(build *b, locale *l)
{
    if (l->latin || !(l->pairs = RL_NEW(b->mem, uint32_t, PAIRS_ONE + PAIRS_TWO)))
        return;
    for (size_t i = 0; i < l->nmessages; i++)
        if (writes(l, script_of(l->messages[i].name)))
            pairs(l, l->messages[i].name, true);
}

static void add_script(locale *l, UScriptCode s)
{
    if (s == USCRIPT_SIMPLIFIED_HAN || s == USCRIPT_TRADITIONAL_HAN)
        s = USCRIPT_HAN;
    if (l->nscripts < SCRIPTS_MAX && s > 0 && s < 127)
        l->scripts[l->nscripts++] = (uint8_t)s;
    l->latin |= s == USCRIPT_LATIN;
}

static void open_locales(build *b, const rl_gazetteer_paths *paths, const rl_str *tags, size_t n)
{
    b->locales = RL_NEW(b->mem, locale, n + 1);
    if (!b->locales) {
        latch(b, RL_ENOMEM);
        return;
    }
    b->nlocales = n;
    for (size_t i = 0; i < n; i++) {
        locale *l = &b->locales[i];
        UScriptCode code[8];
        UErrorCode st = U_ZERO_ERROR;
        l->tag = rl_arena_copy(b->mem, tags[i]);
        if (!l->tag.ptr) {
            latch(b, RL_ENOMEM);
            return;
        }
        int32_t k = uscript_getCode(l->tag.ptr, code, 8, &st);
        for (int32_t j = 0; U_SUCCESS(st) && j < k; j++)
            add_script(l, code[j]);
        if (paths->catalogues && *paths->catalogues)
            open_catalogue(b, l, paths->catalogues);
        learn_pairs(b, l);
    }
}

static rl_str catalogue_name(const locale *l, rl_str id)
{
    message m = {id, {NULL, 0}}, *hit = NULL;
    if (l->nmessages)
        hit = bsearch(&m, l->messages, l->nmessages, sizeof m, by_message);
    return hit ? hit->name : (rl_str){"", 0};
}

/* ---- our own table ---- */

static rl_status bad_own(const table *t, size_t field, rl_error *err, const char *what)
{
    const char *line = t->field[0].ptr;
    return rl_fail(err, RL_ESYNTAX, t->path, t->line, (uint32_t)(t->field[field].ptr - line) + 1, "%s", what);
}

static void own_affix(build *b, const char *kind, rl_str script, rl_str text)
{
    affix a = {.text = text};
    char z[16];
    snprintf(z, sizeof z, "%.*s", (int)(script.len < 8 ? script.len : 8), script.ptr);
    int32_t code = u_getPropertyValueEnum(UCHAR_SCRIPT, z);
    a.script = code > 0 && code < 127 ? (uint32_t)code : 0;
    a.n = folded(text, a.cp, sizeof a.cp / sizeof *a.cp);
    if (strcmp(kind, "ending") == 0)
        PUSH(b, endings, a);
    else if (strcmp(kind, "article") == 0)
        PUSH(b, articles, a);
    else
        PUSH(b, cuts, a);
}

/* First pass: what the names of all others are treated by. */
static void own_setting(build *b, const table *t)
{
    rl_str kind = t->field[0], list = t->field[3], item;
    while (list.len) {
        rl_str_cut(&list, '|', &item);
        item = rl_str_trim(item);
        uint64_t key = rl_gazetteer_key(item);
        if (rl_str_is(kind, "risky") && key)
            PUSH(b, risky, key);
        else if (rl_str_is(kind, "drop") && key)
            PUSH(b, dropped, key);
        else if (rl_str_is(kind, "ending") && item.len)
            own_affix(b, "ending", t->field[1], item);
        else if (rl_str_is(kind, "article") && item.len)
            own_affix(b, "article", t->field[1], item);
        else if (rl_str_is(kind, "cut") && item.len)
            own_affix(b, "cut", t->field[1], item);
    }
}

static uint32_t region_at(const build *b, rl_str code)
{
    size_t lo = 0, hi = b->regions.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = rl_str_cmp(b->regions.at[mid].code, code);
        if (c == 0)
            return b->regions.at[mid].place;
        *(c < 0 ? &lo : &hi) = c < 0 ? mid + 1 : mid;
    }
    return UINT32_MAX;
}

/* "CC lat lon population covers": all but the country may lack; "-" is no country. */
static bool own_area(build *b, const table *t)
{
    rl_str rest = t->field[2], cc, lat, lon, pop;
    rl_gazetteer_place p = {.kind = RL_P_AREA};
    uint64_t n = 0;
    size_t slot;
    rl_str_cut(&rest, ' ', &cc);
    rl_str_cut(&rest, ' ', &lat);
    rl_str_cut(&rest, ' ', &lon);
    rl_str_cut(&rest, ' ', &pop);
    if (country_slot(cc, &slot))
        memcpy(p.country, cc.ptr, 2);
    else if (!rl_str_is(cc, "-"))
        return false;
    p.has_point = lat.len > 0;
    if (p.has_point && (!degrees_e6(lat, 90, &p.lat_e6) || !degrees_e6(lon, 180, &p.lon_e6)))
        return false;
    if (pop.len && !rl_str_uint(pop, UINT32_MAX, &n))
        return false;
    p.population = (uint32_t)n;
    p.covers = intern(b, rest);
    uint32_t at = add_place(b, p, t->field[1]);
    add_name(b, at, t->field[1], RL_GN_MAIN);
    add_own_names(b, at, t->field[3]);
    return true;
}

/* The most populous place of a country with this main name. */
static uint32_t city_at(const build *b, rl_str name, rl_str cc)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < b->places.n; i++) {
        const rl_gazetteer_place *p = &b->places.at[i];
        if (p->kind != RL_P_CITY || cc.len < 2 || memcmp(p->country, cc.ptr, 2) != 0 ||
            !rl_str_eq(text_at(b, p->name), name))
            continue;
        if (best == UINT32_MAX || p->population > b->places.at[best].population)
            best = i;
    }
    return best;
}

/* "CC/Name in the dump" renames; "CC lat lon population" adds where the dump has none of that name. */
static bool own_city(build *b, const table *t)
{
    rl_str rest = t->field[2], cc, old, lat, lon, pop;
    bool renamed = memchr(rest.ptr, '/', rest.len) != NULL;
    rl_str_cut(&rest, renamed ? '/' : ' ', &cc);
    old = renamed ? rest : t->field[1];
    uint32_t at = city_at(b, old, cc);
    if (at == UINT32_MAX && renamed)
        at = city_at(b, t->field[1], cc);
    size_t slot;
    if (!country_slot(cc, &slot))
        return false;
    if (at == UINT32_MAX && !renamed) {
        rl_gazetteer_place p = {.kind = RL_P_CITY, .has_point = 1};
        uint64_t n = 0;
        rl_str_cut(&rest, ' ', &lat);
        rl_str_cut(&rest, ' ', &lon);
        rl_str_cut(&rest, ' ', &pop);
        if (!degrees_e6(lat, 90, &p.lat_e6) || !degrees_e6(lon, 180, &p.lon_e6) ||
            !rl_str_uint(pop, UINT32_MAX, &n))
            return false;
        memcpy(p.country, cc.ptr, 2);
        p.population = (uint32_t)n;
        p.admin1 = intern(b, rest);
        at = add_place(b, p, t->field[1]);
    }
    if (at == UINT32_MAX || b->st)
        return true; /* another dump: nothing to rename */
    b->places.at[at].name = intern(b, t->field[1]);
    add_name(b, at, t->field[1], RL_GN_MAIN);
    add_own_names(b, at, t->field[3]);
    return true;
}

static bool own_rename(build *b, const table *t, uint32_t at)
{
    if (at == UINT32_MAX)
        return true;
    b->places.at[at].name = intern(b, t->field[1]);
    add_name(b, at, t->field[1], RL_GN_MAIN);
    add_own_names(b, at, t->field[3]);
    return true;
}

static bool own_line(build *b, const table *t)
{
    rl_str kind = t->field[0], where = t->field[2];
    size_t slot;
    if (rl_str_is(kind, "area"))
        return own_area(b, t);
    if (rl_str_is(kind, "city"))
        return own_city(b, t);
    if (rl_str_is(kind, "region"))
        return own_rename(b, t, region_at(b, where));
    if (rl_str_is(kind, "country"))
        return country_slot(where, &slot) &&
               own_rename(b, t, b->country[slot] ? b->country[slot] - 1 : UINT32_MAX);
    return rl_str_is(kind, "risky") || rl_str_is(kind, "drop") || rl_str_is(kind, "ending") ||
           rl_str_is(kind, "article") || rl_str_is(kind, "cut");
}

static int longer_first(const void *a, const void *b)
{
    const affix *x = a, *y = b;
    return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : rl_str_cmp(x->text, y->text);
}

static rl_status own_pass(build *b, const table *own, bool settings)
{
    table t = *own;
    if (!own->text)
        return RL_OK;
    t.line = 0;
    while (table_next(&t)) {
        if (t.n < 4)
            return bad_own(&t, 0, b->err, "four columns: kind, name, where, names");
        if (settings)
            own_setting(b, &t);
        else if (!own_line(b, &t))
            return bad_own(&t, 2, b->err, "unknown kind, or its third column is malformed");
    }
    if (settings) {
        sort(b->risky.at, b->risky.n, sizeof *b->risky.at, by_u64);
        sort(b->dropped.at, b->dropped.n, sizeof *b->dropped.at, by_u64);
        sort(b->endings.at, b->endings.n, sizeof *b->endings.at, longer_first);
        sort(b->cuts.at, b->cuts.n, sizeof *b->cuts.at, longer_first);
    }
    return b->st;
}

/* ---- countries and divisions ---- */

/* "Myanmar (Burma)": both are names. */
static void add_country_name(build *b, uint32_t place, rl_str name, uint32_t flags)
{
    rl_str head, inside = name;
    if (rl_str_cut(&inside, '(', &head)) {
        rl_str_cut(&inside, ')', &inside);
        add_name(b, place, head, flags);
    }
    add_name(b, place, name, flags);
}

static rl_str icu_name(ULocaleDisplayNames *names, const char *cc, char *out, int32_t cap)
{
    UChar wide[256];
    UErrorCode st = U_ZERO_ERROR;
    int32_t len = 0, n = uldn_regionDisplayName(names, cc, wide, 256, &st);
    if (U_SUCCESS(st) && n < 256)
        u_strToUTF8(out, cap, &len, wide, n, &st);
    bool known = U_SUCCESS(st) && st != U_STRING_NOT_TERMINATED_WARNING && len > 0 && strcmp(out, cc) != 0;
    return (rl_str){out, known ? (size_t)len : 0};
}

static size_t letters(rl_str s)
{
    words w;
    return scan(s, false, &w) ? w.letters : 0;
}

/* In each locale the long form and the short; the one to show is the short, unless it is an acronym. */
static void country_locale(build *b, uint32_t l)
{
    char cc[3] = "", one[512], two[512];
    UErrorCode st = U_ZERO_ERROR;
    UDisplayContext brief[] = {UDISPCTX_LENGTH_SHORT, UDISPCTX_NO_SUBSTITUTE};
    UDisplayContext full[] = {UDISPCTX_LENGTH_FULL, UDISPCTX_NO_SUBSTITUTE};
    ULocaleDisplayNames *shorter = uldn_openForContext(b->locales[l].tag.ptr, brief, 2, &st);
    ULocaleDisplayNames *longer = uldn_openForContext(b->locales[l].tag.ptr, full, 2, &st);
    for (uint32_t i = 0; U_SUCCESS(st) && i < b->places.n; i++) {
        if (b->places.at[i].kind != RL_P_COUNTRY)
            continue;
        memcpy(cc, b->places.at[i].country, 2);
        rl_str s = icu_name(shorter, cc, one, sizeof one), f = icu_name(longer, cc, two, sizeof two);
        bool acronym = letters(s) <= 3 && letters(f) > 3 && !rl_str_eq(s, f);
        add_country_name(b, i, f, RL_GN_LOCAL);
        add_country_name(b, i, s, acronym ? RL_GN_LOCAL | RL_GN_CAPS : RL_GN_LOCAL);
        if (f.len)
            add_local(b, l, i, 1, acronym || !s.len ? f : s);
        for (int k = 0; f.len && b->locales[l].pairs && k < 4; k++)
            pairs(&b->locales[l], f, true);
    }
    uldn_close(shorter);
    uldn_close(longer);
}

static rl_status read_countries(build *b, const char *path)
{
    table t;
    rl_status st = table_open(path, &t, b->err);
    if (st)
        return st;
    while (!b->st && !st && table_next(&t)) {
        size_t slot;
        uint64_t population = 0;
        rl_str name = rl_str_trim(t.field[4]);
        if (t.n < 8 || !country_slot(t.field[0], &slot) || !name.len)
            st = rl_fail(b->err, RL_ESYNTAX, path, t.line, 1, "not a line of countryInfo.txt");
        else if (!listed(b->dropped.at, b->dropped.n, rl_gazetteer_key(name))) {
            rl_gazetteer_place p = {.kind = RL_P_COUNTRY};
            memcpy(p.country, t.field[0].ptr, 2);
            rl_str_uint(t.field[7], UINT32_MAX, &population);
            p.population = (uint32_t)population;
            uint32_t at = add_place(b, p, name);
            b->country[slot] = at + 1;
            add_country_name(b, at, name, RL_GN_MAIN);
        }
    }
    free(t.text);
    for (uint32_t l = 0; !b->st && !st && l < b->nlocales; l++)
        country_locale(b, l);
    return st ? st : b->st;
}

static int by_code(const void *a, const void *b)
{
    return rl_str_cmp(((const coded *)a)->code, ((const coded *)b)->code);
}

static rl_status read_regions(build *b, const char *path)
{
    table t;
    rl_status st = table_open(path, &t, b->err);
    if (st)
        return st;
    while (!b->st && !st && table_next(&t)) {
        uint64_t id = 0;
        if (t.n < 4 || t.field[0].len < 4 || t.field[0].ptr[2] != '.' ||
            !rl_str_uint(t.field[3], UINT32_MAX, &id)) {
            st = rl_fail(b->err, RL_ESYNTAX, path, t.line, 1, "not a line of admin1Codes.txt");
            break;
        }
        rl_gazetteer_place p = {.kind = RL_P_REGION, .id = (uint32_t)id};
        memcpy(p.country, t.field[0].ptr, 2);
        p.admin1 = intern(b, rl_str_sub(t.field[0], 3, t.field[0].len - 3));
        uint32_t at = add_place(b, p, t.field[1]);
        add_name(b, at, t.field[1], RL_GN_MAIN);
        add_name(b, at, t.field[2], RL_GN_MAIN);
        PUSH(b, regions, (coded){rl_arena_copy(b->mem, t.field[0]), at});
    }
    free(t.text);
    sort(b->regions.at, b->regions.n, sizeof *b->regions.at, by_code);
    return st ? st : b->st;
}

/* ---- cities ---- */

/* Columns of a GeoNames dump. */
enum {
    G_ID,
    G_NAME,
    G_ASCII,
    G_ALT,
    G_LAT,
    G_LON,
    G_CLASS,
    G_CODE,
    G_CC,
    G_CC2,
    G_ADMIN1,
    G_POP = 14,
    G_ZONE = 17
};

static bool kind_of(rl_str cls, rl_str code, uint8_t *kind)
{
    if (rl_str_is(cls, "P")) { /* not: historical, abandoned, destroyed */
        *kind = RL_P_CITY;
        return !rl_str_is(code, "PPLH") && !rl_str_is(code, "PPLQ") && !rl_str_is(code, "PPLW") &&
               !rl_str_is(code, "PPLCH");
    }
    *kind = RL_P_AREA;
    return rl_str_is(code, "ADM2") || rl_str_is(code, "ISL") || rl_str_is(code, "ISLS") ||
           rl_str_is(code, "RGN");
}

static void add_weight(centre *c, const rl_gazetteer_place *p)
{
    const double rad = 3.14159265358979323846 / 180e6;
    double lat = p->lat_e6 * rad, lon = p->lon_e6 * rad, w = p->population + 1.0;
    c->x += w * cos(lat) * cos(lon);
    c->y += w * cos(lat) * sin(lon);
    c->z += w * sin(lat);
    c->weight += w;
    c->population += p->population;
}

static void weigh(build *b, const rl_gazetteer_place *p, rl_str cc, rl_str admin1)
{
    size_t slot;
    char code[64];
    if (p->kind != RL_P_CITY)
        return;
    if (country_slot(cc, &slot) && b->country[slot])
        add_weight(&b->centres.at[b->country[slot] - 1], p);
    int n = snprintf(code, sizeof code, "%.*s.%.*s", (int)cc.len, cc.ptr,
                     (int)(admin1.len < 32 ? admin1.len : 32), admin1.ptr);
    uint32_t region = region_at(b, (rl_str){code, (size_t)n});
    if (region != UINT32_MAX)
        add_weight(&b->centres.at[region], p);
}

/* The English catalogue's name, unless it is the dump's with something added. */
static rl_str english_name(const build *b, rl_str id, rl_str name, rl_str ascii)
{
    for (size_t l = 0; l < b->nlocales; l++) {
        if (!rl_str_is(b->locales[l].tag, "en"))
            continue;
        rl_str en = catalogue_name(&b->locales[l], id);
        bool grown = en.len > ascii.len && (memmem(en.ptr, en.len, ascii.ptr, ascii.len) != NULL);
        return en.len && en.len < 100 && !grown && worth(en) ? en : name;
    }
    return name;
}

/* The dump does not say which language an alternate name is of: take the one whose pairs of letters are
 * the most like those of the locale's known names, and with no more words than the English one has. */
static rl_str likeliest(rl_str alternates, rl_str english, const locale *l)
{
    rl_str name, best = {"", 0};
    double most = 0;
    words e, w;
    bool known = scan(english, false, &e);
    while (alternates.len) {
        rl_str_cut(&alternates, ',', &name);
        if (!scan(name, false, &w) || !writes(l, w.script) || w.digits)
            continue;
        double score = likeness(l, name) - (known && !w.chars && w.n > e.n ? 2.0 * (double)(w.n - e.n) : 0);
        if (!best.len || score > most) {
            best = name;
            most = score;
        }
    }
    return best;
}

static void city_names(build *b, uint32_t at, const table *t)
{
    rl_str alternates = t->field[G_ALT], name;
    add_name(b, at, text_at(b, b->places.at[at].name), RL_GN_MAIN);
    add_name(b, at, t->field[G_NAME], RL_GN_MAIN);
    add_name(b, at, t->field[G_ASCII], RL_GN_MAIN);
    while (alternates.len) {
        rl_str_cut(&alternates, ',', &name);
        if (worth(name))
            add_name(b, at, name, 0);
    }
    for (uint32_t l = 0; l < b->nlocales; l++) {
        const locale *loc = &b->locales[l];
        rl_str told = catalogue_name(loc, t->field[G_ID]);
        rl_str_cut(&told, ',', &told);
        if (told.len && worth(told))
            add_name(b, at, told, writes(loc, script_of(told)) ? RL_GN_LOCAL : 0);
        if (told.len && writes(loc, script_of(told)))
            add_local(b, l, at, 1, told);
        else if (!loc->latin &&
                 (told = likeliest(t->field[G_ALT], text_at(b, b->places.at[at].name), loc)).len)
            add_local(b, l, at, 2, told);
    }
}

/* Is this the city that its time zone is named after? */
static void note_zone(build *b, uint32_t at, const table *t)
{
    rl_str zone = t->field[G_ZONE], city = zone, ascii = t->field[G_ASCII], head;
    while (rl_str_cut(&city, '/', &head))
        ;
    city = head;
    if (!city.len || city.len > ascii.len)
        return;
    for (size_t i = 0; i < city.len; i++)
        if (city.ptr[i] != ascii.ptr[i] && !(city.ptr[i] == '_' && ascii.ptr[i] == ' '))
            return;
    if (ascii.len > city.len && ascii.ptr[city.len] != ' ')
        return;
    for (size_t i = 0; i < b->zones.n; i++) {
        if (!rl_str_eq(b->zones.at[i].zone, zone))
            continue;
        if (b->places.at[b->zones.at[i].place].population < b->places.at[at].population)
            b->zones.at[i].place = at;
        return;
    }
    PUSH(b, zones, (zoned){rl_arena_copy(b->mem, zone), at});
}

static void zone_name(build *b, uint32_t l, UDateFormat *format, UCalendar *calendar, const zoned *z)
{
    UChar id[128], wide[256];
    char utf8[512];
    int32_t n = 0, len = 0;
    UErrorCode st = U_ZERO_ERROR;
    u_strFromUTF8(id, 128, &n, z->zone.ptr, (int32_t)z->zone.len, &st);
    ucal_setTimeZone(calendar, id, n, &st);
    n = udat_formatCalendar(format, calendar, wide, 256, NULL, &st);
    if (U_FAILURE(st) || n >= 256)
        return;
    u_strToUTF8(utf8, sizeof utf8, &len, wide, n, &st);
    rl_str name = {utf8, (size_t)len};
    if (U_FAILURE(st) || !writes(&b->locales[l], script_of(name)))
        return;
    add_name(b, z->place, name, RL_GN_LOCAL);
    add_local(b, l, z->place, 1, name);
}

static void zone_names(build *b)
{
    static const UChar pattern[] = {'V', 'V', 'V', 0};
    for (uint32_t l = 0; l < b->nlocales && !b->st; l++) {
        UErrorCode st = U_ZERO_ERROR;
        const char *tag = b->locales[l].tag.ptr;
        UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, tag, NULL, 0, pattern, 3, &st);
        UCalendar *calendar = ucal_open(NULL, 0, tag, UCAL_GREGORIAN, &st);
        for (size_t i = 0; U_SUCCESS(st) && i < b->zones.n; i++)
            zone_name(b, l, format, calendar, &b->zones.at[i]);
        udat_close(format);
        ucal_close(calendar);
    }
}

static rl_status add_city(build *b, const table *t)
{
    uint64_t id, population = 0;
    rl_gazetteer_place p = {.has_point = 1};
    if (t->n < G_POP + 1 || !rl_str_uint(t->field[G_ID], UINT32_MAX, &id) ||
        !degrees_e6(t->field[G_LAT], 90, &p.lat_e6) || !degrees_e6(t->field[G_LON], 180, &p.lon_e6))
        return rl_fail(b->err, RL_ESYNTAX, t->path, t->line, 1, "not a line of a GeoNames dump");
    size_t slot;
    if (!kind_of(t->field[G_CLASS], t->field[G_CODE], &p.kind) || !country_slot(t->field[G_CC], &slot))
        return RL_OK;
    rl_str_uint(t->field[G_POP], UINT32_MAX, &population);
    p.id = (uint32_t)id;
    p.population = (uint32_t)population;
    memcpy(p.country, t->field[G_CC].ptr, 2);
    p.admin1 = intern(b, t->field[G_ADMIN1]);
    weigh(b, &p, t->field[G_CC], t->field[G_ADMIN1]);
    uint32_t at = add_place(b, p, english_name(b, t->field[G_ID], t->field[G_NAME], t->field[G_ASCII]));
    if (!b->st) {
        city_names(b, at, t);
        note_zone(b, at, t);
    }
    return b->st;
}

static rl_status read_cities(build *b, const char *path)
{
    table t;
    rl_status st = table_open(path, &t, b->err);
    while (!st && table_next(&t))
        st = add_city(b, &t);
    free(t.text);
    if (!st)
        zone_names(b);
    return st ? st : b->st;
}

/* Countries and divisions get the middle of their people. */
static void set_centres(build *b)
{
    const double deg = 180e6 / 3.14159265358979323846;
    for (size_t i = 0; i < b->places.n; i++) {
        rl_gazetteer_place *p = &b->places.at[i];
        const centre *c = &b->centres.at[i];
        if (p->has_point || c->weight <= 0)
            continue;
        p->lat_e6 = (int32_t)lround(atan2(c->z, hypot(c->x, c->y)) * deg);
        p->lon_e6 = (int32_t)lround(atan2(c->y, c->x) * deg);
        p->has_point = 1;
        if (!p->population)
            p->population = c->population > UINT32_MAX ? UINT32_MAX : (uint32_t)c->population;
    }
}

/* ---- writing ---- */

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* One name a key and place: it is a stem or an acronym only if it is so in all its forms. */
static void merge_names(build *b)
{
    size_t n = 0;
    const uint32_t all = RL_GN_STEM | RL_GN_CAPS;
    sort(b->names.at, b->names.n, sizeof *b->names.at, by_key);
    for (size_t i = 0; i < b->names.n; i++) {
        keyed k = b->names.at[i];
        keyed *last = n ? &b->names.at[n - 1] : NULL;
        if (last && last->key == k.key && last->place == k.place)
            last->flags = ((last->flags | k.flags) & ~all) | (last->flags & k.flags & all);
        else
            b->names.at[n++] = k;
    }
    b->names.n = n;
    for (size_t i = 0; i < n; i++) {
        keyed *k = &b->names.at[i];
        if (k->flags & OWN)
            k->flags &= ~(uint32_t)(OWN | RL_GN_RISKY);
    }
    n = 0;
    sort(b->more.at, b->more.n, sizeof *b->more.at, by_u64);
    for (size_t i = 0; i < b->more.n; i++)
        if (!n || b->more.at[n - 1] != b->more.at[i])
            b->more.at[n++] = b->more.at[i];
    b->more.n = n;
}

static int by_local(const void *a, const void *b)
{
    const local_name *x = a, *y = b;
    if (x->locale != y->locale)
        return x->locale < y->locale ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->text > y->text) - (x->text < y->text);
}

static uint64_t spread(uint64_t key)
{
    key *= 0xD6E8FEB86659FD93u;
    return key ^ key >> 32;
}

static uint32_t put(rl_buf *out, size_t base, const void *p, size_t bytes)
{
    while ((out->len - base) % 8 && !out->st)
        rl_buf_c(out, 0);
    size_t off = out->len - base;
    rl_buf_add(out, (rl_str){p, bytes});
    return (uint32_t)off;
}

static void put_names(build *b, rl_buf *out, size_t base, rl_gazetteer_head *h)
{
    h->names_off = put(out, base, NULL, 0);
    h->nnames = (uint32_t)b->names.n;
    for (size_t i = 0; i < b->names.n; i++) {
        const keyed *k = &b->names.at[i];
        bool last = i + 1 == b->names.n || k[1].key != k->key;
        rl_gazetteer_name n = {k->place & 0xFFFFFF, (uint8_t)(k->flags | (last ? RL_GN_LAST : 0))};
        rl_buf_add(out, (rl_str){(const char *)&n, sizeof n});
    }
}

/* Names of one key stand together: from the key to the first of them, and whether longer names go on from it. */
static void put_slots(build *b, rl_buf *out, size_t base, rl_gazetteer_head *h)
{
    uint64_t *keys = RL_NEW(b->mem, uint64_t, b->names.n + b->more.n + 1);
    uint32_t *vals = RL_NEW(b->mem, uint32_t, b->names.n + b->more.n + 1);
    size_t n = 0, i = 0, m = 0;
    if (!keys || !vals) {
        latch(b, RL_ENOMEM);
        return;
    }
    while (i < b->names.n || m < b->more.n) {
        bool name = i < b->names.n && (m == b->more.n || b->names.at[i].key <= b->more.at[m]);
        uint64_t key = name ? b->names.at[i].key : b->more.at[m];
        bool more = m < b->more.n && b->more.at[m] == key;
        keys[n] = spread(key);
        vals[n++] = (name ? (uint32_t)i << 2 | RL_GS_NAME : 0) | (more ? RL_GS_MORE : 0);
        m += more;
        while (name && i < b->names.n && b->names.at[i].key == key)
            i++;
    }
    while (h->slot_bits < 32 && b->names.n << 2 >> h->slot_bits)
        h->slot_bits++;
    rl_status st =
        b->names.n > UINT32_MAX >> 2 ? RL_ELIMIT : rl_table_put(out, keys, vals, n, h->slot_bits, &h->nslots);
    if (st)
        latch(b, st);
    h->slots_off = (uint32_t)(out->len - base - h->nslots * sizeof *keys);
}

static void put_locals(build *b, rl_buf *out, size_t base, rl_gazetteer_head *h)
{
    size_t n = 0;
    rl_gazetteer_locale *ls = RL_NEW(b->mem, rl_gazetteer_locale, b->nlocales + 1);
    if (!ls) {
        latch(b, RL_ENOMEM);
        return;
    }
    sort(b->locals.at, b->locals.n, sizeof *b->locals.at, by_local);
    h->locals_off = put(out, base, NULL, 0);
    for (uint32_t l = 0, i = 0; l < b->nlocales; l++) {
        ls[l] = (rl_gazetteer_locale){intern(b, b->locales[l].tag), (uint32_t)n, 0};
        for (; i < b->locals.n && b->locals.at[i].locale == l; i++) {
            const local_name *x = &b->locals.at[i];
            if (ls[l].n && x->place == x[-1].place)
                continue;
            rl_gazetteer_local one = {x->place, x->text};
            rl_buf_add(out, (rl_str){(const char *)&one, sizeof one});
            ls[l].n++;
            n++;
        }
    }
    h->nlocals = (uint32_t)n;
    h->nlocales = (uint32_t)b->nlocales;
    h->locales_off = put(out, base, ls, b->nlocales * sizeof *ls);
}

static int by_id(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void put_ids(build *b, rl_buf *out, size_t base, rl_gazetteer_head *h)
{
    uint64_t *ids = RL_NEW(b->mem, uint64_t, b->places.n + 1);
    if (!ids) {
        latch(b, RL_ENOMEM);
        return;
    }
    for (size_t i = 0; i < b->places.n; i++)
        ids[i] = (uint64_t)b->places.at[i].id << 32 | i;
    sort(ids, b->places.n, sizeof *ids, by_id);
    h->ids_off = put(out, base, NULL, 0);
    for (size_t i = 0; i < b->places.n; i++) {
        uint32_t at = (uint32_t)ids[i];
        rl_buf_add(out, (rl_str){(const char *)&at, sizeof at});
    }
}

/* A file beside our own table, as it is; where there is none, nothing. */
static void put_beside(const char *own, const char *file, rl_buf *out, size_t base, uint32_t *off,
                       uint32_t *bytes)
{
    char path[4096], *text = NULL;
    size_t len = 0;
    const char *slash = own ? strrchr(own, '/') : NULL;
    int n = own ? snprintf(path, sizeof path, "%.*s%s", slash ? (int)(slash + 1 - own) : 0, own, file) : 0;
    if (n > 0 && (size_t)n < sizeof path && rl_file_read(path, RL_PACK_FILE_MAX, &text, &len, NULL))
        len = 0;
    *off = put(out, base, text ? text : "", len);
    *bytes = (uint32_t)len;
    free(text);
}

static rl_status write_section(build *b, const char *own, rl_buf *out)
{
    rl_gazetteer_head h = {.magic = RL_GAZETTEER_MAGIC, .version = RL_GAZETTEER_VERSION};
    size_t base = out->len;
    merge_names(b);
    if (b->st)
        return b->st;
    put(out, base, &h, sizeof h);
    h.nplaces = (uint32_t)b->places.n;
    h.places_off = put(out, base, b->places.at, b->places.n * sizeof *b->places.at);
    put_names(b, out, base, &h);
    put_slots(b, out, base, &h);
    put_locals(b, out, base, &h);
    put_ids(b, out, base, &h);
    intern(b, RL_STR("-"));
    put_beside(own, "romanise.txt", out, base, &h.rules_off, &h.rules_bytes);
    put_beside(own, "names.tsv", out, base, &h.letters_off, &h.letters_bytes);
    h.strings_off = put(out, base, b->strings.ptr, b->strings.len);
    h.strings_bytes = (uint32_t)b->strings.len;
    put(out, base, "", 0);
    if (out->st || out->len - base > UINT32_MAX) {
        latch(b, out->st ? out->st : RL_ELIMIT);
        return b->st;
    }
    h.bytes = (uint32_t)(out->len - base);
    memcpy(out->ptr + base, &h, sizeof h);
    return b->st;
}

rl_status rl_gazetteer_build_from(const rl_gazetteer_paths *paths, const rl_str *locales, size_t nlocales,
                                  rl_buf *out, rl_error *err)
{
    build b = {.err = err, .mem = rl_arena_new((size_t)8 << 30)};
    table own = {0};
    rl_status st = b.mem ? RL_OK : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st)
        open_locales(&b, paths, locales, nlocales);
    if (!st && paths->own && *paths->own)
        st = table_open(paths->own, &own, err);
    if (!st)
        st = own_pass(&b, &own, true);
    if (!st)
        st = read_countries(&b, paths->country_info);
    if (!st)
        st = read_regions(&b, paths->admin1);
    if (!st)
        st = read_cities(&b, paths->cities);
    if (!st)
        st = own_pass(&b, &own, false);
    if (!st) {
        set_centres(&b);
        st = write_section(&b, paths->own, out);
    }
    free(own.text);
    rl_buf_clear(&b.strings);
    rl_arena_free(b.mem);
    return st;
}

rl_status rl_gazetteer_build(const char *cities, const char *admin1, const char *country_info,
                             const char *own, const rl_str *locales, size_t nlocales, rl_buf *out,
                             rl_error *err)
{
    rl_gazetteer_paths paths = rl_gazetteer_debian;
    paths.cities = cities ? cities : paths.cities;
    paths.admin1 = admin1 ? admin1 : paths.admin1;
    paths.country_info = country_info ? country_info : paths.country_info;
    paths.own = own && access(own, R_OK) == 0 ? own : NULL;
    return rl_gazetteer_build_from(&paths, locales, nlocales, out, err);
}

/* ---- reading ---- */

static bool fits(const rl_gazetteer_head *h, uint32_t off, uint32_t n, size_t size)
{
    return off % 4 == 0 && off >= sizeof *h && off <= h->bytes && (uint64_t)n * size <= h->bytes - off;
}

rl_status rl_gazetteer_view(const void *section, size_t bytes, rl_gazetteer *out)
{
    const rl_gazetteer_head *h = section;
    const char *p = section;
    *out = (rl_gazetteer){0};
    if (!section || bytes < sizeof *h || (uintptr_t)section % 8)
        return RL_ESYNTAX;
    if (h->magic != RL_GAZETTEER_MAGIC || h->version != RL_GAZETTEER_VERSION)
        return RL_EVERSION;
    if (h->bytes > bytes || h->bytes < sizeof *h ||
        !fits(h, h->places_off, h->nplaces, sizeof *out->places) ||
        !fits(h, h->names_off, h->nnames, sizeof *out->names) ||
        !fits(h, h->slots_off, h->nslots, sizeof *out->slots) ||
        !fits(h, h->locales_off, h->nlocales, sizeof *out->locales) ||
        !fits(h, h->locals_off, h->nlocals, sizeof *out->locals) ||
        !fits(h, h->ids_off, h->nplaces, sizeof *out->ids) || !fits(h, h->rules_off, h->rules_bytes, 1) ||
        !fits(h, h->letters_off, h->letters_bytes, 1) || !fits(h, h->strings_off, h->strings_bytes, 1) ||
        h->slots_off % 8 || h->nslots <= RL_TABLE_PAD || h->slot_bits > 32 || !h->strings_bytes ||
        p[h->strings_off + h->strings_bytes - 1] != 0)
        return RL_ESYNTAX;
    *out = (rl_gazetteer){.head = h,
                          .places = (const void *)(p + h->places_off),
                          .names = (const void *)(p + h->names_off),
                          .slots = (const void *)(p + h->slots_off),
                          .locales = (const void *)(p + h->locales_off),
                          .locals = (const void *)(p + h->locals_off),
                          .ids = (const void *)(p + h->ids_off),
                          .strings = p + h->strings_off};
    return RL_OK;
}

rl_str rl_gazetteer_rules(const rl_gazetteer *g)
{
    return (rl_str){(const char *)g->head + g->head->rules_off, g->head->rules_bytes};
}
rl_str rl_gazetteer_letters(const rl_gazetteer *g)
{
    return (rl_str){(const char *)g->head + g->head->letters_off, g->head->letters_bytes};
}

const char *rl_gazetteer_text(const rl_gazetteer *g, uint32_t text)
{
    return text < g->head->strings_bytes ? g->strings + text : "";
}

const rl_gazetteer_name *rl_gazetteer_find(const rl_gazetteer *g, uint64_t key, uint32_t *n, bool *more)
{
    uint64_t slot = rl_table_find(g->slots, g->head->nslots, g->head->slot_bits, spread(key));
    uint64_t first = slot >> 2, end = first;
    *n = 0;
    *more = slot & RL_GS_MORE;
    if (!(slot & RL_GS_NAME))
        return NULL;
    while (end < g->head->nnames && !(g->names[end++].flags & RL_GN_LAST))
        ;
    *n = (uint32_t)(end - first);
    return *n ? &g->names[first] : NULL;
}

static const rl_gazetteer_locale *locale_at(const rl_gazetteer *g, rl_str tag)
{
    for (uint32_t i = 0; i < g->head->nlocales; i++)
        if (rl_str_is(tag, rl_gazetteer_text(g, g->locales[i].tag)))
            return &g->locales[i];
    return NULL;
}

const char *rl_gazetteer_local_name(const rl_gazetteer *g, uint32_t place, rl_str tag)
{
    const rl_gazetteer_locale *l = locale_at(g, tag);
    rl_str rest = tag, primary;
    if (!l && rl_str_cut(&rest, '-', &primary))
        l = locale_at(g, primary);
    if (!l || l->first > g->head->nlocals || l->n > g->head->nlocals - l->first)
        return "";
    size_t lo = l->first, hi = lo + l->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (g->locals[mid].place == place)
            return rl_gazetteer_text(g, g->locals[mid].text);
        *(g->locals[mid].place < place ? &lo : &hi) = g->locals[mid].place < place ? mid + 1 : mid;
    }
    return "";
}

uint32_t rl_gazetteer_by_id(const rl_gazetteer *g, uint32_t id)
{
    uint32_t lo = 0, hi = g->head->nplaces;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2, at = g->ids[mid];
        if (at >= g->head->nplaces)
            return UINT32_MAX;
        if (g->places[at].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo >= g->head->nplaces || g->ids[lo] >= g->head->nplaces || !id || g->places[g->ids[lo]].id != id)
        return UINT32_MAX;
    return g->ids[lo];
}
