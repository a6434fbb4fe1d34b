/* Text → passages. Lines are told apart by kind (headline, caption, post, body) and language; neighbours
 * that agree in both are one passage, so that a speaker named in one paragraph is known in the next.
 * A post is known by its signature "— Name (@handle) date". O(text); CLD2 sees at most DETECT_MAX bytes a line. */
#include <stdlib.h>

#include "text/text.h"

enum {
    WORDS_MAX = 24,
    DETECT_MAX = 144,
    HEADLINE_MAX = 260,
    POST_REACH = 1600,
    SAMPLE = 96,
    SCRIPT_REACH = 1 << 18
};

typedef struct {
    rl_span span;
    char lang[16];
    uint8_t script; /* that of most letters */
    uint8_t kind;
    uint32_t letters;
    bool blank_before, closed; /* closed: ends with a stop */
    rl_span author, handle, date;
} line_of;

typedef struct {
    rl_arena *mem;
    const rl_packs *packs;
    rl_str text;
    char main_lang[16];
    uint8_t main_script;
    RL_VEC(line_of) lines;
} splitter;

static rl_str trimmed(rl_str text, size_t from, size_t to, rl_span *span)
{
    rl_str s = rl_str_trim(rl_str_sub(text, from, to - from));
    *span = (rl_span){(uint32_t)(s.ptr - text.ptr), (uint32_t)s.len};
    return s;
}

static void set_lang(char out[16], const char *tag)
{
    size_t n = strnlen(tag, 15);
    memcpy(out, tag, n);
    out[n] = 0;
}

/* So many letters of a script more; the script that then has most: of equals the one that came to it first. */
static uint8_t count_run(uint32_t count[128], uint8_t script, uint32_t run, uint8_t best)
{
    uint8_t k = script & 127;
    count[k] += run;
    return count[k] > count[best] ? k : best;
}

/* The script of most letters, and how many letters: of the first SAMPLE bytes, and of as many after each of stride bytes more. */
static uint8_t script_of(rl_str s, size_t stride, uint32_t *letters)
{
    uint32_t count[128] = {0}, n = 0, run = 0;
    uint8_t best = 0, script = 0;
    for (size_t from = 0; from < s.len && from < SCRIPT_REACH; from += stride) {
        size_t i = from, max = from + SAMPLE < s.len ? from + SAMPLE : s.len;
        while (i < max) {
            rl_cp c = rl_fold_cp(rl_utf8_next(s.ptr, s.len, &i));
            if (c.cls != RL_CP_LETTER && c.cls != RL_CP_CHAR)
                continue;
            if (c.script != script) {
                best = count_run(count, script, run, best);
                script = c.script;
                n += run;
                run = 0;
            }
            run++;
        }
    }
    *letters = n + run;
    return count_run(count, script, run, best);
}

/* Letters of a line, told from its sample. */
static uint32_t letters_of(uint32_t sampled, size_t len)
{
    return len > SAMPLE ? (uint32_t)((uint64_t)sampled * len / SAMPLE) : sampled;
}

static void detect(rl_str s, char out[16])
{
    size_t n = s.len < DETECT_MAX ? s.len : DETECT_MAX;
    while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
        n--;
    rl_text_language(s.ptr, n, out);
}

/* Hashes of the first words of a line; what a pack knows of them tells its language faster than CLD2 does. */
static size_t first_words(rl_str s, uint64_t *out, size_t max)
{
    uint64_t h = RL_FOLD_SEED;
    size_t n = 0, letters = 0;
    for (size_t i = 0; i < s.len && n < max;) {
        rl_cp c = rl_fold_cp(rl_utf8_next(s.ptr, s.len, &i));
        if (c.cls == RL_CP_LETTER || c.cls == RL_CP_JOIN) {
            h = rl_fold_step(letters++ ? h : RL_FOLD_SEED, c.fold);
        } else if (c.cls != RL_CP_MARK) {
            if (letters)
                out[n++] = rl_fold_end(h);
            letters = 0;
        }
    }
    if (letters && n < max)
        out[n++] = rl_fold_end(h);
    return n;
}

/* The pack that has plainly more of the line's words among its common ones than any other, NULL where none stands out. */
static const char *by_words(const splitter *s, rl_str line)
{
    uint64_t words[WORDS_MAX];
    uint8_t known[64] = {0};
    size_t n = first_words(line, words, WORDS_MAX), best = 0, second = 0, pick = 0,
           npacks = rl_packs_count(s->packs);
    if (n < 6)
        return NULL;
    for (size_t k = 0; k < n; k++)
        for (uint64_t m = rl_packs_common(s->packs, words[k]); m; m &= m - 1)
            known[__builtin_ctzll(m)]++;
    for (size_t i = 0; i < npacks && i < 64; i++) {
        if (known[i] > best) {
            second = best;
            best = known[i];
            pick = i;
        } else if (known[i] > second) {
            second = known[i];
        }
    }
    /* at least two words of five, and a margin of a fifth of the words over the next */
    return best * 5 >= n * 2 && (best - second) * 5 >= n ? rl_packs_tag(s->packs, pick) : NULL;
}

static bool has_pack(const splitter *s, const char *lang)
{
    return rl_pack_get(s->packs, rl_str_z(lang)) != NULL;
}

/* ---- posts: "… — Name (@handle) January 6, 2022" ---- */

static bool handle_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The dash before a name, looking back from `at` but not before `from`; SIZE_MAX: none. */
static size_t dash_before(rl_str text, size_t from, size_t at)
{
    size_t low = at > 160 && at - 160 > from ? at - 160 : from;
    for (size_t i = at; i-- > low;) {
        if (i + 2 < text.len && !memcmp(text.ptr + i, "\xE2\x80\x94", 3))
            return i;
        if (i + 2 < text.len && !memcmp(text.ptr + i, "\xE2\x80\x93", 3) && text.ptr[i + 3] == ' ')
            return i;
    }
    return SIZE_MAX;
}

/* A signature in [from, to): its dash in *dash, its end in *end. */
static bool signature(rl_str text, size_t from, size_t to, line_of *l, size_t *dash, size_t *end)
{
    for (size_t i = from; i + 3 < to; i++) {
        const char *at = memchr(text.ptr + i + 1, '@', to - i - 1);
        if (!at)
            return false;
        i = (size_t)(at - text.ptr) - 1;
        if (text.ptr[i] != '(' || i + 3 >= to)
            continue;
        size_t h = i + 2, e = h;
        while (e < to && handle_char(text.ptr[e]))
            e++;
        if (e == h || e >= to || text.ptr[e] != ')')
            continue;
        *dash = dash_before(text, from, i);
        if (*dash == SIZE_MAX)
            continue;
        l->handle = (rl_span){(uint32_t)h, (uint32_t)(e - h)};
        trimmed(text, *dash + 3, i, &l->author);
        size_t d = e + 1;
        while (d < to && d < e + 40 && text.ptr[d] != '\n')
            d++;
        trimmed(text, e + 1, d, &l->date);
        *end = d;
        return true;
    }
    return false;
}

/* ---- lines ---- */

static bool push_line(splitter *s, size_t from, size_t to, bool blank_before, const line_of *sig)
{
    line_of l = sig ? *sig : (line_of){0};
    rl_str str = trimmed(s->text, from, to, &l.span);
    if (!str.len && !sig)
        return true;
    l.blank_before = blank_before;
    l.script = script_of(str, SIZE_MAX / 2, &l.letters);
    l.letters = letters_of(l.letters, str.len);
    l.kind = sig ? RL_PSG_POST : RL_PSG_BODY;
    l.closed = str.len && strchr(".!?:;", str.ptr[str.len - 1]);
    line_of *p = RL_PUSH(s->mem, s->lines);
    if (!p)
        return false;
    *p = l;
    return true;
}

static bool split_lines(splitter *s)
{
    size_t from = 0;
    bool blank = true;
    while (from < s->text.len) {
        const char *nl = memchr(s->text.ptr + from, '\n', s->text.len - from);
        size_t to = nl ? (size_t)(nl - s->text.ptr) : s->text.len, at = from, dash, end;
        line_of sig = {0};
        bool any = false;
        while (at < to && signature(s->text, at, to, &sig, &dash, &end)) {
            if (!push_line(s, at, dash, blank, &sig))
                return false;
            at = end;
            any = true;
            blank = false;
        }
        rl_span rest;
        if (trimmed(s->text, at, to, &rest).len) {
            if (!push_line(s, at, to, blank, NULL))
                return false;
            blank = false;
        } else if (!any) {
            blank = true;
        }
        from = to + 1;
    }
    return s->lines.n <= RL_PASSAGES_MAX;
}

/* The language of one line by its script, its words, or CLD2; "und" where it is too short to tell. */
static void detect_line(const splitter *s, line_of *l)
{
    rl_str str = rl_span_str(s->text, l->span);
    const rl_pack *alone = rl_packs_alone(s->packs, l->script);
    const char *tag = alone ? rl_pack_tag(alone) : by_words(s, str);
    if (tag)
        set_lang(l->lang, tag);
    else if (l->letters >= 16)
        detect(str, l->lang);
    else
        set_lang(l->lang, "und");
}

/* The main language: that of most letters among the lines of the main script, else of all. */
static void find_main(splitter *s)
{
    struct {
        const char *lang;
        size_t letters;
    } seen[16] = {0};
    size_t n = 0, best = 0;
    for (size_t i = 0; i < s->lines.n; i++) {
        const line_of *l = &s->lines.at[i];
        size_t k = 0;
        if (!strcmp(l->lang, "und") || l->script != s->main_script)
            continue;
        while (k < n && strcmp(seen[k].lang, l->lang))
            k++;
        if (k == n && n < 16)
            seen[n++].lang = l->lang;
        if (k < 16 && (seen[k].letters += l->letters) > seen[best].letters)
            best = k;
    }
    if (n)
        set_lang(s->main_lang, seen[best].lang);
    else
        detect(s->text, s->main_lang);
}

static void tell_languages(splitter *s, bool given)
{
    for (size_t i = 0; i < s->lines.n; i++)
        detect_line(s, &s->lines.at[i]);
    if (!given)
        find_main(s);
    bool readable = has_pack(s, s->main_lang);
    for (size_t i = 0; i < s->lines.n; i++) {
        line_of *l = &s->lines.at[i];
        bool home = l->script == s->main_script || !l->letters;
        /* one short line of the home script is hardly in another language; and never for one we can't read */
        bool ours = home && (!strcmp(l->lang, "und") || l->letters < 48 ||
                             (readable && l->letters < 160 && !has_pack(s, l->lang)));
        if (ours)
            set_lang(l->lang, s->main_lang);
    }
}

/* A post that has only a signature on its line, or lines of another language before it: those are its text. */
static void join_posts(splitter *s)
{
    for (size_t i = 0; i < s->lines.n; i++) {
        line_of *l = &s->lines.at[i];
        if (l->kind != RL_PSG_POST)
            continue;
        bool foreign = strcmp(l->lang, s->main_lang) != 0;
        bool bare = l->letters == 0;
        size_t k = i;
        while (k > 0) {
            line_of *p = &s->lines.at[k - 1];
            if (p->kind == RL_PSG_POST || l->span.off - p->span.off > POST_REACH)
                break;
            if (bare && !foreign && l->letters == 0 && k == i)
                foreign = strcmp(p->lang, s->main_lang) != 0;
            bool same = !strcmp(p->lang, l->lang) || p->letters < 16 || bare;
            /* in the report's own language only the line right before a bare signature is the post's */
            if (foreign ? !(p->script != s->main_script || strcmp(p->lang, s->main_lang)) && p->letters >= 16
                        : !(bare && k == i))
                break;
            if (!same)
                break;
            p->kind = RL_PSG_POST;
            p->author = l->author;
            p->handle = l->handle;
            p->date = l->date;
            if (bare)
                set_lang(l->lang, p->lang);
            else
                set_lang(p->lang, l->lang);
            bare = false;
            k--;
        }
    }
}

/* The words of captions of a language: "photo | archive". */
static rl_str caption_words(const splitter *s, const char *lang)
{
    const rl_pack *pack = rl_pack_get(s->packs, rl_str_z(lang));
    return pack ? rl_pack_setting(pack, "caption") : (rl_str){0};
}

static bool has_caption_word(const splitter *s, const line_of *l, rl_str list)
{
    rl_str str = rl_span_str(s->text, l->span), w;
    while (list.len) {
        rl_str_cut(&list, '|', &w);
        w = rl_str_trim(w);
        if (w.len && memmem(str.ptr, str.len, w.ptr, w.len))
            return true;
    }
    return false;
}

static void tell_kinds(splitter *s)
{
    bool first = true;
    const char *lang = "";
    rl_str words = {0};
    for (size_t i = 0; i < s->lines.n; i++) {
        line_of *l = &s->lines.at[i];
        if (l->kind == RL_PSG_POST)
            continue;
        if (strcmp(lang, l->lang))
            words = caption_words(s, lang = l->lang);
        if (has_caption_word(s, l, words))
            l->kind = RL_PSG_CAPTION;
        else if (first && !l->closed && l->span.len <= HEADLINE_MAX && i + 1 < s->lines.n)
            l->kind = RL_PSG_HEADLINE;
        first = false;
    }
}

/* ---- the day of a post, from its signature ---- */

static rl_date signature_date(splitter *s, rl_span span, const char *lang)
{
    const rl_pack *pack = rl_pack_get(s->packs, rl_str_z(lang)), *en = rl_pack_get(s->packs, RL_STR("en"));
    for (int turn = 0; turn < 2 && span.len; turn++, pack = en) {
        rl_block b;
        rl_passage p = {.span = span};
        rl_date d = {0};
        if (!pack || rl_text_tokenise(s->mem, s->text, &p, pack, &b, NULL))
            continue;
        for (size_t i = 0; i < b.ntokens; i++) {
            const rl_entry *m = rl_token_get(&b, i, RL_C_MONTH);
            uint64_t v;
            if (m && !m->text)
                d.month = (uint8_t)m->value;
            if (b.tokens[i].kind == RL_T_NUMBER && rl_str_uint(rl_token_str(&b, i), 2200, &v)) {
                if (v >= 1 && v <= 31)
                    d.day = (uint8_t)v;
                else if (v >= 1990)
                    d.year = (int16_t)v;
            }
        }
        if (d.year && d.month && d.day)
            return d;
    }
    return (rl_date){0};
}

static rl_status collect(splitter *s, rl_passage **out, size_t *n)
{
    RL_VEC(rl_passage) v = {0};
    for (size_t i = 0; i < s->lines.n; i++) {
        const line_of *l = &s->lines.at[i], *p = i ? &s->lines.at[i - 1] : NULL;
        bool join = p && v.n && p->kind == l->kind && !strcmp(p->lang, l->lang) &&
                    l->kind != RL_PSG_HEADLINE && l->kind != RL_PSG_CAPTION &&
                    (l->kind != RL_PSG_POST || p->handle.off == l->handle.off);
        if (!l->span.len)
            continue;
        if (join) {
            rl_passage *last = &v.at[v.n - 1];
            last->span.len = rl_span_end(l->span) - last->span.off;
            continue;
        }
        rl_passage *q = RL_PUSH(s->mem, v);
        if (!q)
            return RL_ENOMEM;
        *q = (rl_passage){.kind = l->kind, .span = l->span, .author = l->author, .handle = l->handle};
        q->lang = rl_arena_copy(s->mem, rl_str_z(l->lang));
        q->supported = has_pack(s, l->lang);
        if (l->kind == RL_PSG_POST)
            q->date = signature_date(s, l->date, l->lang);
    }
    *out = v.at;
    *n = v.n;
    return RL_OK;
}

rl_status rl_text_passages(rl_arena *mem, const rl_packs *packs, rl_str text, rl_str lang, rl_passage **out,
                           size_t *n, rl_error *err)
{
    splitter s = {.mem = mem, .packs = packs, .text = text};
    uint32_t letters;
    *out = NULL;
    *n = 0;
    s.main_script = script_of(text, text.len / 32 + SAMPLE, &letters);
    bool given = lang.len && lang.len < sizeof s.main_lang;
    if (given)
        snprintf(s.main_lang, sizeof s.main_lang, "%.*s", (int)lang.len, lang.ptr);
    if (!split_lines(&s))
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "more than %u lines, or out of memory", RL_PASSAGES_MAX);
    tell_languages(&s, given);
    join_posts(&s);
    tell_kinds(&s);
    if (collect(&s, out, n))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    return RL_OK;
}
