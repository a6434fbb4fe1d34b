/* Any encoding to UTF-8 through ICU.
 *
 * The order of belief: a byte order mark; being valid UTF-8 with letters beyond ASCII (chance does
 * not make that); the declaration, in the sense browsers give it (ISO-8859-1 is windows-1252), if
 * the bytes are text in it and do not read as another encoding far better; ICU's detector; and
 * windows-1252 when nothing else is left. A page that is UTF-8 but for a few broken bytes stays
 * UTF-8 with U+FFFD in their place.
 *
 * Invariants: the text is valid UTF-8; runs ascend in both members. Cost: linear; the detector sees
 * at most SAMPLE bytes. */
#include "read/recode.h"

#include <ctype.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/uchar.h>

enum { SAMPLE = 32 << 10, CHUNK = 4096, META_LOOK = 4096 };

/* What browsers read under these names (the Encoding Standard), as ICU's converters. */
static const struct {
    const char *label, *icu;
} labels[] = {
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"x-gbk", "gb18030"},
    {"shift_jis", "ibm-943_P15A-2003"},
    {"shift-jis", "ibm-943_P15A-2003"},
    {"x-sjis", "ibm-943_P15A-2003"},
    {"sjis", "ibm-943_P15A-2003"},
    {"windows-31j", "ibm-943_P15A-2003"},
    {"euc-kr", "windows-949"},
    {"ks_c_5601-1987", "windows-949"},
    {"korean", "windows-949"},
    {"big5", "windows-950"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"x-mac-roman", "macintosh"},
    {"utf8", "utf-8"},
    {"unicode", "utf-16le"},
    {"utf-16", "utf-16le"},
};

/* Encodings that hold nearly the same text; a detector's word for one is no word against another. */
static const struct {
    const char *a, *b;
} cousins[] = {{"iso-8859-7", "windows-1253"},
               {"iso-8859-5", "none"},
               {"iso-8859-2", "windows-1250"},
               {"iso-8859-1", "windows-1252"},
               {"iso-8859-9", "windows-1254"},
               {"iso-8859-8", "windows-1255"},
               {"iso-8859-8-i", "windows-1255"},
               {"iso-8859-6", "windows-1256"},
               {"iso-8859-13", "windows-1257"},
               {"euc-kr", "windows-949"},
               {"shift_jis", "ibm-943_P15A-2003"},
               {"big5", "windows-950"},
               {"koi8-r", "koi8-u"},
               {"iso-8859-1", "windows-1254"},
               {"windows-1252", "windows-1254"}};

static bool same(rl_str s, const char *z)
{
    return strlen(z) == s.len && strncasecmp(s.ptr, z, s.len) == 0;
}

/* The name to open for a declared label; on the arena. */
static const char *converter_name(rl_arena *mem, rl_str label)
{
    label = rl_str_trim(label);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (same(label, labels[i].label))
            return labels[i].icu;
    if (!label.len || label.len > 40)
        return NULL;
    const char *name = rl_arena_copy(mem, label).ptr;
    UErrorCode e = U_ZERO_ERROR;
    UConverter *c = name ? ucnv_open(name, &e) : NULL;
    if (U_FAILURE(e))
        return NULL;
    ucnv_close(c);
    return name;
}

static bool related(const char *a, const char *b)
{
    if (strcasecmp(a, b) == 0)
        return true;
    for (size_t i = 0; i < sizeof cousins / sizeof *cousins; i++)
        if ((strcasecmp(a, cousins[i].a) == 0 && strcasecmp(b, cousins[i].b) == 0) ||
            (strcasecmp(b, cousins[i].a) == 0 && strcasecmp(a, cousins[i].b) == 0))
            return true;
    return false;
}

/* The value after "charset=" (or "encoding=" of an XML declaration) near the beginning. */
static rl_str meta_charset(rl_str s)
{
    size_t n = s.len < META_LOOK ? s.len : META_LOOK;
    for (size_t i = 0; i + 8 < n; i++) {
        bool cs = strncasecmp(s.ptr + i, "charset", 7) == 0,
             enc = i < 200 && strncasecmp(s.ptr + i, "encoding", 8) == 0;
        if (!cs && !enc)
            continue;
        size_t k = i + (cs ? 7 : 8);
        while (k < n && (s.ptr[k] == ' ' || s.ptr[k] == '='))
            k++;
        if (k < n && (s.ptr[k] == '"' || s.ptr[k] == '\''))
            k++;
        size_t from = k;
        while (k < n &&
               (isalnum((unsigned char)s.ptr[k]) || s.ptr[k] == '-' || s.ptr[k] == '_' || s.ptr[k] == ':'))
            k++;
        if (k > from + 2)
            return rl_str_sub(s, from, k - from);
    }
    return (rl_str){0};
}

/* ---- conversion with origins ---- */

typedef struct {
    rl_arena *mem;
    char *out;
    size_t n, cap;
    RL_VEC(rl_recode_run) runs;
    size_t chars, bad; /* characters; those that were no text */
    bool failed;
} writer;

static void add_run(writer *w, size_t in, size_t out_unit, size_t in_unit)
{
    rl_recode_run *last = w->runs.n ? &w->runs.at[w->runs.n - 1] : NULL;
    if (last && last->out_unit == out_unit && last->in_unit == in_unit &&
        (w->n - last->out) / out_unit * in_unit == in - last->in)
        return;
    rl_recode_run *r = RL_PUSH(w->mem, w->runs);
    if (!r) {
        w->failed = true;
        return;
    }
    *r = (rl_recode_run){(uint32_t)w->n, (uint32_t)in, (uint8_t)out_unit, (uint8_t)in_unit};
}

static void put_char(writer *w, uint32_t cp, size_t in, size_t in_len)
{
    char z[4];
    size_t n = rl_utf8_put(cp, z);
    if (w->n + n > w->cap) {
        size_t cap = w->cap * 2 + 64;
        char *p = rl_alloc(w->mem, cap);
        if (!p) {
            w->failed = true;
            return;
        }
        memcpy(p, w->out, w->n);
        w->out = p;
        w->cap = cap;
    }
    add_run(w, in, n, in_len > 255 ? 255 : in_len);
    memcpy(w->out + w->n, z, n);
    w->n += n;
    w->chars++;
    w->bad += cp == 0xFFFD || (cp >= 0x80 && cp < 0xA0) ||
              (cp < 0x20 && cp != '\n' && cp != '\r' && cp != '\t' && cp != '\f');
}

/* The characters of one chunk; off[i] is where in the input UTF-16 unit i began. `end` is where the
 * input of the chunk ends. */
static void put_units(writer *w, const UChar *u, const int32_t *off, size_t n, size_t base, size_t end)
{
    for (size_t i = 0; i < n && !w->failed;) {
        size_t len = U16_IS_LEAD(u[i]) && i + 1 < n && U16_IS_TRAIL(u[i + 1]) ? 2 : 1;
        uint32_t cp = len == 2 ? (uint32_t)U16_GET_SUPPLEMENTARY(u[i], u[i + 1]) : u[i];
        size_t in = base + (size_t)(off[i] < 0 ? 0 : off[i]);
        size_t next = i + len < n && off[i + len] >= 0 ? base + (size_t)off[i + len] : end;
        if (len == 1 && U16_IS_SURROGATE(u[i]))
            cp = 0xFFFD;
        put_char(w, cp, in, next > in ? next - in : 1);
        i += len;
    }
}

static bool convert(rl_arena *mem, rl_str in, size_t skip, const char *name, writer *w)
{
    UErrorCode e = U_ZERO_ERROR;
    UConverter *c = ucnv_open(name, &e);
    if (U_FAILURE(e))
        return false;
    *w = (writer){.mem = mem, .cap = in.len + in.len / 2 + 64};
    w->out = rl_alloc(mem, w->cap);
    w->failed = !w->out;
    const char *p = in.ptr + skip, *stop = in.ptr + in.len;
    while (!w->failed) {
        UChar u[CHUNK];
        int32_t off[CHUNK];
        UChar *t = u;
        const char *from = p;
        e = U_ZERO_ERROR;
        ucnv_toUnicode(c, &t, u + CHUNK, &p, stop, off, true, &e);
        put_units(w, u, off, (size_t)(t - u), (size_t)(from - in.ptr), (size_t)(p - in.ptr));
        if (e != U_BUFFER_OVERFLOW_ERROR)
            break;
    }
    ucnv_close(c);
    return !w->failed;
}

/* UTF-8 with broken bytes replaced. */
static bool convert_broken(rl_arena *mem, rl_str in, writer *w)
{
    *w = (writer){.mem = mem, .cap = in.len + in.len / 4 + 64};
    w->out = rl_alloc(mem, w->cap);
    w->failed = !w->out;
    for (size_t i = 0; i < in.len && !w->failed;) {
        size_t from = i;
        uint32_t cp = rl_utf8_next(in.ptr, in.len, &i);
        put_char(w, cp, from, i - from);
    }
    return !w->failed;
}

/* ---- judging ---- */

/* Whether all is well-formed UTF-8; eight bytes of ASCII at a time. */
static bool is_utf8(rl_str s)
{
    size_t i = 0;
    while (i < s.len) {
        uint64_t word;
        if (i + 8 <= s.len && (memcpy(&word, s.ptr + i, 8), !(word & 0x8080808080808080u))) {
            i += 8;
        } else if ((unsigned char)s.ptr[i] < 128) {
            i++;
        } else {
            size_t from = i;
            if (rl_utf8_next(s.ptr, s.len, &i) == 0xFFFD && i - from == 1)
                return false;
        }
    }
    return true;
}

static void count_utf8(rl_str s, size_t *good, size_t *bad)
{
    *good = *bad = 0;
    for (size_t i = 0; i < s.len;) {
        if ((unsigned char)s.ptr[i] < 128) {
            i++;
            continue;
        }
        size_t from = i;
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        if (cp == 0xFFFD && i - from == 1)
            (*bad)++;
        else
            (*good)++;
    }
}

/* Bytes outside tags, of the stretches that hold some beyond ASCII: what a detector should see. */
static size_t sample(rl_str s, char *out)
{
    size_t n = 0, i = 0;
    while (i < s.len && n < SAMPLE) {
        const char *lt = memchr(s.ptr + i, '<', s.len - i);
        size_t end = lt ? (size_t)(lt - s.ptr) : s.len;
        bool high = false;
        for (size_t k = i; k < end && !high; k++)
            high = (unsigned char)s.ptr[k] >= 128;
        if (high) {
            size_t take = end - i < SAMPLE - n ? end - i : SAMPLE - n;
            memcpy(out + n, s.ptr + i, take);
            n += take;
            if (n < SAMPLE)
                out[n++] = ' ';
        }
        const char *gt = end < s.len ? memchr(s.ptr + end, '>', s.len - end) : NULL;
        i = gt ? (size_t)(gt - s.ptr) + 1 : s.len;
    }
    return n;
}

/* The detector's first choice and its confidence, and the confidence of `declared` or a cousin. */
static const char *detect(rl_arena *mem, rl_str bytes, const char *declared, int *confidence,
                          int *of_declared)
{
    char *buf = rl_alloc(mem, SAMPLE);
    const char *best = NULL;
    UErrorCode e = U_ZERO_ERROR;
    *confidence = *of_declared = 0;
    size_t n = buf ? sample(bytes, buf) : 0;
    UCharsetDetector *d = n ? ucsdet_open(&e) : NULL;
    if (!d || U_FAILURE(e))
        return NULL;
    ucsdet_setText(d, buf, (int32_t)n, &e);
    int32_t found = 0;
    const UCharsetMatch **m = ucsdet_detectAll(d, &found, &e);
    for (int32_t i = 0; U_SUCCESS(e) && i < found; i++) {
        const char *name = ucsdet_getName(m[i], &e);
        int conf = ucsdet_getConfidence(m[i], &e);
        if (strncasecmp(name, "UTF-8", 5) == 0 || strncasecmp(name, "UTF-16", 6) == 0 ||
            strncasecmp(name, "IBM42", 5) == 0)
            continue;
        if (!best) {
            best = converter_name(mem, rl_str_z(name));
            *confidence = conf;
        }
        if (declared && related(converter_name(mem, rl_str_z(name)), declared) && conf > *of_declared)
            *of_declared = conf;
    }
    ucsdet_close(d);
    return best;
}

static const char *bom(rl_str s, size_t *skip)
{
    static const struct {
        const char *mark;
        size_t n;
        const char *name;
    } marks[] = {{"\xEF\xBB\xBF", 3, "utf-8"},
                 {"\xFF\xFE\0\0", 4, "utf-32le"},
                 {"\0\0\xFE\xFF", 4, "utf-32be"},
                 {"\xFF\xFE", 2, "utf-16le"},
                 {"\xFE\xFF", 2, "utf-16be"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (s.len >= marks[i].n && memcmp(s.ptr, marks[i].mark, marks[i].n) == 0) {
            *skip = marks[i].n;
            return marks[i].name;
        }
    *skip = 0;
    return NULL;
}

/* UTF-16 without a mark: nearly every other byte of the beginning is zero. */
static const char *bare_utf16(rl_str s)
{
    size_t n = s.len < 512 ? s.len & ~(size_t)1 : 512, zero[2] = {0, 0};
    for (size_t i = 0; i < n; i++)
        zero[i & 1] += s.ptr[i] == 0;
    if (n < 16)
        return NULL;
    return zero[1] > n / 3 && zero[0] < n / 16   ? "utf-16le"
           : zero[0] > n / 3 && zero[1] < n / 16 ? "utf-16be"
                                                 : NULL;
}

static rl_status done(const writer *w, const char *name, bool mended, rl_recoded *out)
{
    *out = (rl_recoded){{w->out, w->n}, name, w->runs.at, w->runs.n, mended};
    return RL_OK;
}

/* Not UTF-8: by declaration or detection. */
static rl_status other(rl_arena *mem, rl_str bytes, rl_str declared, rl_recoded *out, rl_error *err)
{
    const char *name = converter_name(mem, declared);
    bool says_utf = name && strncasecmp(name, "utf", 3) == 0;
    size_t good, bad;
    int conf, of_declared;
    writer w;

    count_utf8(bytes, &good, &bad);
    if (good > 20 * bad)
        return convert_broken(mem, bytes, &w)
                   ? done(&w, "utf-8", true, out)
                   : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in recoding");
    if (says_utf)
        name = NULL;
    const char *found = detect(mem, bytes, name, &conf, &of_declared);
    if (name && convert(mem, bytes, 0, name, &w)) {
        bool clean = w.bad * 500 <= w.chars;
        bool other_reads_better = found && !related(found, name) && conf >= 25 && conf > of_declared + 15;
        if (clean && !other_reads_better)
            return done(&w, name, false, out);
    }
    if (!found || conf < 5)
        found = name ? name : "windows-1252";
    if (!convert(mem, bytes, 0, found, &w))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in recoding");
    return done(&w, found, name != NULL || says_utf, out);
}

rl_status rl_recode(rl_arena *mem, rl_str bytes, rl_str declared, bool html, rl_recoded *out, rl_error *err)
{
    size_t skip;
    writer w;
    const char *marked = bom(bytes, &skip);

    *out = (rl_recoded){0};
    if (bytes.len > RL_TEXT_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "text is over %u bytes", RL_TEXT_MAX);
    if (!marked)
        marked = bare_utf16(bytes);
    if (marked && strcmp(marked, "utf-8") != 0) {
        if (!convert(mem, bytes, skip, marked, &w))
            return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in recoding");
        return done(&w, marked, false, out);
    }
    rl_str said = rl_str_trim(declared);
    if (html && !said.len)
        said = meta_charset(bytes);
    bool shifts = said.len > 2 && (strncasecmp(said.ptr, "iso-2022", said.len < 8 ? said.len : 8) == 0 ||
                                   same(said, "hz-gb-2312"));
    rl_str rest = rl_str_sub(bytes, skip, bytes.len - skip);
    if (!shifts && is_utf8(rest)) {
        *out = (rl_recoded){.text = rest, .charset = "utf-8"};
        rl_recode_run *r = RL_NEW(mem, rl_recode_run, 1);
        if (!r)
            return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in recoding");
        *r = (rl_recode_run){0, (uint32_t)skip, 1, 1};
        out->runs = r;
        out->nruns = 1;
        return RL_OK;
    }
    return other(mem, bytes, said, out, err);
}

uint32_t rl_recode_origin(const rl_recoded *r, uint32_t at)
{
    size_t lo;
    RL_LOWER_BOUND(lo, r->nruns, mid, r->runs[mid].out <= at);
    if (!lo)
        return 0;
    const rl_recode_run *run = &r->runs[lo - 1];
    return run->in + (at - run->out) / run->out_unit * run->in_unit;
}
