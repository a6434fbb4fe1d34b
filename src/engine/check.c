/* Examples: each is a report of its own; what is found is held against what is marked, one to one. */
#include "engine/check.h"

#include <stdlib.h>

#include "pack/entry.h"

enum { MARKS_MAX = 32 };

typedef struct {
    rl_str measure, value, who, kind, modality, place, date, source;
    bool has_source, optional, hit;
    uint32_t line;
} mark;

typedef struct {
    rl_arena *mem;
    rl_reader *reader;
    const rl_pack *pack;
    const char *file;
    rl_check_fault fault;
    void *ctx;
    rl_check_result *out;
    rl_date day;
    rl_str text;
    uint32_t text_line;
    mark marks[MARKS_MAX];
    size_t n;
    bool none, open;
    uint8_t *used; /* per entry: a cue line that was exercised */
} checker;

static void say(checker *c, uint32_t line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void say(checker *c, uint32_t line, const char *fmt, ...)
{
    rl_error e = {.code = RL_ESYNTAX, .line = line};
    va_list ap;
    snprintf(e.file, sizeof e.file, "%s", c->file);
    va_start(ap, fmt);
    vsnprintf(e.message, sizeof e.message, fmt, ap);
    va_end(ap);
    if (c->fault)
        c->fault(c->ctx, &e);
}

/* "8", ">=8", ">8", "<=8", "<8", "~8", "30..40", "tens" */
static void write_value(const rl_value *v, char out[64])
{
    long long low = (long long)v->low, high = (long long)v->high;
    switch (v->qualifier) {
    case RL_Q_AT_LEAST:
        snprintf(out, 64, ">=%lld", low);
        break;
    case RL_Q_MORE_THAN:
        snprintf(out, 64, ">%lld", low);
        break;
    case RL_Q_AT_MOST:
        snprintf(out, 64, "<=%lld", high);
        break;
    case RL_Q_LESS_THAN:
        snprintf(out, 64, "<%lld", high);
        break;
    case RL_Q_ABOUT:
        snprintf(out, 64, "~%lld", low);
        break;
    case RL_Q_RANGE:
        snprintf(out, 64, "%lld..%lld", low, high);
        break;
    case RL_Q_VAGUE:
        snprintf(out, 64, "%s", rl_vague_name(v->vague));
        break;
    default:
        snprintf(out, 64, "%lld", low);
    }
}

static bool contains(rl_str hay, rl_str needle)
{
    return needle.len && memmem(hay.ptr, hay.len, needle.ptr, needle.len);
}

static bool same_source(const rl_claim *c, rl_str want)
{
    if (!want.len)
        return c->nsources == 0;
    for (size_t i = 0; i < c->nsources; i++) {
        const rl_source *s = &c->sources[i];
        if (contains(s->name, want) || contains(s->text, want) || contains(want, s->name) ||
            contains(want, s->text))
            return true;
    }
    return false;
}

/* What of the mark's slots the claim has not, as words; empty where all agree. */
static void wrong_slots(const mark *m, const rl_claim *c, char out[512])
{
    char date[16] = "none";
    int n = 0;
    out[0] = 0;
    if (rl_date_known(c->date))
        snprintf(date, sizeof date, "%04d-%02u-%02u", c->date.year, c->date.month, c->date.day);
#define WRONG(want, got)                                                                                     \
    n += snprintf(out + n, (size_t)(512 - n > 0 ? 512 - n : 0), " %.*s expected, found %s;",                 \
                  (int)(want).len, (want).ptr, got)
    if (m->who.len && !rl_str_is(m->who, rl_who_name(c->who)))
        WRONG(m->who, rl_who_name(c->who));
    if (m->kind.len ? !rl_str_is(m->kind, rl_kind_name(c->kind)) : false)
        WRONG(m->kind, rl_kind_name(c->kind));
    if (!rl_str_is(m->modality.len ? m->modality : RL_STR("asserted"), rl_modality_name(c->modality)))
        WRONG(m->modality.len ? m->modality : RL_STR("asserted"), rl_modality_name(c->modality));
    if (m->place.len && !rl_str_eq(m->place, c->place.name))
        WRONG(m->place, c->place.name.len ? c->place.name.ptr : "no place");
    if (m->date.len && !rl_str_is(m->date, date))
        WRONG(m->date, date);
    if (m->has_source && !same_source(c, m->source))
        n += snprintf(out + n, (size_t)(512 - n > 0 ? 512 - n : 0), " source %.*s expected, found %.*s;",
                      (int)m->source.len, m->source.ptr, c->nsources ? (int)c->sources[0].name.len : 4,
                      c->nsources ? c->sources[0].name.ptr : "none");
#undef WRONG
    (void)n;
}

/* The mark that a claim is: same measure and value, the one with the fewest wrong slots. */
static mark *find_mark(checker *c, const rl_claim *claim, const char *value)
{
    mark *best = NULL;
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < c->n; i++) {
        mark *m = &c->marks[i];
        char wrong[512];
        if (m->hit || !rl_str_is(m->measure, rl_measure_name(claim->measure)) || !rl_str_is(m->value, value))
            continue;
        wrong_slots(m, claim, wrong);
        if (strlen(wrong) < fewest) {
            fewest = strlen(wrong);
            best = m;
        }
    }
    return best;
}

static void note_cue(checker *c, const rl_claim *claim)
{
    if (claim->cue_ref.file && claim->cue_ref.line < 65536)
        c->used[claim->cue_ref.line] =
            1; /* lines of cues are told apart by number: a pack keeps them in one file */
}

static bool run_example(checker *c, rl_error *err)
{
    rl_report report = {.id = RL_STR("example"), .text = c->text, .lang = rl_str_z(rl_pack_tag(c->pack))};
    rl_read_options opt = {.date = c->day};
    rl_reading r;
    bool failed = false;
    if (rl_read_report(c->mem, c->reader, &report, &opt, &r, err))
        return false;
    for (size_t i = 0; i < r.nclaims; i++) {
        char value[64], wrong[512];
        const rl_claim *claim = &r.claims[i];
        write_value(&claim->value, value);
        mark *m = find_mark(c, claim, value);
        if (!m) {
            bool again = false;
            for (size_t k = 0; k < c->n; k++)
                again |= c->marks[k].hit && rl_str_is(c->marks[k].measure, rl_measure_name(claim->measure)) &&
                         rl_str_is(c->marks[k].value, value);
            bool single =
                claim->value.qualifier == RL_Q_EXACT && claim->value.low <= 1 && claim->value.high <= 1;
            if (again || (single && c->n))
                continue; /* told twice; and one person or none is never wrong to find beside others */
            say(c, c->text_line, "found %s %s %s, which is not marked: \"%.*s\" (packs/%s:%u)",
                rl_measure_name(claim->measure), value, rl_who_name(claim->who), (int)claim->span.len,
                c->text.ptr + claim->span.off, claim->cue_ref.file ? claim->cue_ref.file : "",
                claim->cue_ref.line);
            c->out->false_claims++;
            failed = true;
            continue;
        }
        m->hit = true;
        note_cue(c, claim);
        wrong_slots(m, claim, wrong);
        if (wrong[0]) {
            say(c, m->line, "%s %s:%s", rl_measure_name(claim->measure), value, wrong);
            failed = true;
        }
    }
    for (size_t i = 0; i < c->n; i++) {
        mark *m = &c->marks[i];
        if (m->optional)
            continue;
        c->out->wanted++;
        c->out->found += m->hit;
        if (m->hit)
            continue;
        say(c, m->line, "not found: %.*s %.*s", (int)m->measure.len, m->measure.ptr, (int)m->value.len,
            m->value.ptr);
        failed = true;
    }
    c->out->failed += failed;
    return true;
}

static bool end_example(checker *c, rl_error *err)
{
    bool ok = true;
    if (c->open) {
        bool trap = !c->n || c->none;
        if (!c->n && !c->none)
            say(c, c->text_line, "an example without '+', '?' or '-' after it");
        c->out->examples++;
        c->out->traps += trap;
        ok = run_example(c, err);
    }
    rl_arena_clear(c->mem);
    c->n = 0;
    c->open = c->none = false;
    return ok;
}

static rl_str unescape(rl_arena *mem, rl_str s)
{
    char *p = rl_alloc(mem, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < s.len; i++) {
        if (s.ptr[i] == '\\' && i + 1 < s.len && s.ptr[i + 1] == 'n') {
            p[n++] = '\n';
            i++;
        } else {
            p[n++] = s.ptr[i];
        }
    }
    return (rl_str){p, p ? n : 0};
}

static rl_str after(rl_str s, size_t n)
{
    return rl_str_trim(rl_str_sub(s, n, s.len - n));
}

static void read_mark(checker *c, rl_str line, uint32_t lineno, bool optional)
{
    mark m = {.line = lineno, .optional = optional};
    rl_str rest = after(line, 1), w;
    if (c->n == MARKS_MAX) {
        say(c, lineno, "more than %d claims in one example", MARKS_MAX);
        return;
    }
    rl_str_cut(&rest, ' ', &m.measure);
    rl_str_cut(&rest, ' ', &m.value);
    while ((rest = rl_str_trim(rest)).len) {
        if (rl_str_starts(rest, "source=") || rl_str_starts(rest, "place=")) {
            bool source = rest.ptr[0] == 's';
            rl_str v = after(rest, source ? 7 : 6);
            /* a place or source may have blanks: it goes on to the next key */
            static const char *const keys[] = {" source=", " date=", " mod=", " kind=", " place="};
            size_t end = v.len;
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                const char *p = memmem(v.ptr, v.len, keys[k], strlen(keys[k]));
                if (p && (size_t)(p - v.ptr) < end)
                    end = (size_t)(p - v.ptr);
            }
            if (source && v.len && v.ptr[0] == '=')
                v = after(v, 1);
            *(source ? &m.source : &m.place) = rl_str_trim(rl_str_sub(v, 0, end));
            m.has_source |= source;
            rest = rl_str_sub(v, end, v.len - end);
            continue;
        }
        rl_str_cut(&rest, ' ', &w);
        if (rl_str_starts(w, "kind="))
            m.kind = after(w, 5);
        else if (rl_str_starts(w, "mod="))
            m.modality = after(w, 4);
        else if (rl_str_starts(w, "date="))
            m.date = after(w, 5);
        else if (w.len && !m.who.len && !memchr(w.ptr, '=', w.len))
            m.who = w;
        else if (w.len)
            say(c, lineno, "'%.*s' is no slot", (int)w.len, w.ptr);
    }
    c->marks[c->n++] = m;
}

static void count_cues(checker *c)
{
    for (uint32_t i = 0; i < rl_pack_entry_lines(c->pack); i++) {
        const rl_entry *e = rl_pack_entry_line(c->pack, i);
        const char *file = rl_pack_file(c->pack, e->file);
        size_t n = strlen(rl_pack_tag(c->pack));
        if (e->cls != RL_C_CUE || e->arg == RL_M_N || (e->flags & RL_E_CAPITAL) ||
            strncmp(file, rl_pack_tag(c->pack), n) || file[n] != '/' || e->line >= 65536)
            continue;
        c->out->cues++;
        c->out->exercised += c->used[e->line];
        if (!c->used[e->line]) {
            rl_error f = {.code = RL_ESYNTAX, .line = e->line};
            snprintf(f.file, sizeof f.file, "%s", file);
            snprintf(f.message, sizeof f.message, "no example exercises this cue (%s)",
                     rl_measure_name((rl_measure)e->arg));
            if (c->fault)
                c->fault(c->ctx, &f);
        }
    }
}

rl_status rl_check_examples(const rl_packs *packs, const char *tag, rl_str text, const char *file,
                            rl_check_fault fault, void *ctx, rl_check_result *out, rl_error *err)
{
    checker *c = calloc(1, sizeof *c);
    rl_arena *texts = rl_arena_new(RL_PACK_FILE_MAX * 2);
    rl_status st = RL_OK;
    uint32_t lineno = 0;
    rl_str line;
    *out = (rl_check_result){0};
    if (c)
        *c = (checker){.mem = rl_arena_new(RL_ARENA_DEFAULT),
                       .reader = rl_reader_new(packs),
                       .pack = rl_pack_get(packs, rl_str_z(tag)),
                       .file = file,
                       .fault = fault,
                       .ctx = ctx,
                       .out = out,
                       .used = calloc(65536, 1)};
    if (!c || !texts || !c->mem || !c->used || !c->reader)
        st = rl_fail(err, RL_ENOMEM, file, 0, 0, "out of memory");
    else if (!c->pack)
        st = rl_fail(err, RL_ENOTFOUND, file, 0, 0, "no pack '%s'", tag);
    while (!st && text.len) {
        rl_str_cut(&text, '\n', &line);
        lineno++;
        rl_str t = rl_str_trim(line);
        char first = t.len ? t.ptr[0] : '#';
        bool ok = true;
        if (first == '#')
            continue;
        if (first == '@' || first == '>')
            ok = end_example(c, err);
        if (first == '@' && !rl_date_parse(after(t, 1), &c->day)) {
            say(c, lineno, "'@' takes a day like 2022-01-06");
        } else if (first == '>') {
            c->text = unescape(texts, after(t, 1));
            c->text_line = lineno;
            c->open = true;
        } else if (first == '+' || first == '?') {
            read_mark(c, t, lineno, first == '?');
        } else if (first == '-') {
            c->none = true;
        } else if (first != '@') {
            say(c, lineno, "a line begins with '@', '>', '+', '?', '-' or '#'");
        }
        if (!ok)
            st = err ? err->code : RL_ENOMEM;
    }
    if (!st && !end_example(c, err))
        st = RL_ENOMEM;
    if (!st)
        count_cues(c);
    rl_arena_free(texts);
    if (c) {
        rl_arena_free(c->mem);
        rl_reader_free(c->reader);
        free(c->used);
    }
    free(c);
    return st;
}
