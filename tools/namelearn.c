/* Learns packs/names.tsv: how often a romanised letter of each script stands for each letter of the English
 * spelling, and what rl_name_same weighs.
 *
 *     namelearn packs/romanise.txt PEOPLE.tsv > packs/names.tsv
 *
 * PEOPLE.tsv: Wikidata id, then lang=name; only odd ids are read. Letters: each name is aligned with the English
 * one (best path, a few rounds) and the pairs are counted. Weights: letters are learned on either half of the
 * people and all names of the other half compared; a logistic is fitted to the pairs, and the bar is the lowest
 * at which PRECISION of the pairs are one name. Deterministic. */
#include <math.h>
#include <stdlib.h>

#include "mark/name.h"

enum { ROUNDS = 8, GROUPS = 24, PEOPLE = 4096, LANGS = 40, WEIGHTS = 6, STEPS = 30 };
static const double PRECISION = 0.9875, USUAL = 0.5, USUAL_SEEN = 2; /* supposed share, as if so often seen */
static const double RELATIVES = 0.05;                                /* weight of one who is made */
static const double ALONE = 0.1; /* a family name alone is one of few: those of its story */
static const double OTHERS = 2;  /* half of the people are compared: there are twice as many others */

static const char *const scripts[] = {"Latn", "Grek", "Cyrl", "Arab", "Hebr", "Hani", "Kana",
                                      "Hang", "Thai", "Deva", "Taml", "Geor", "Armn"};
/* Groups of letters that are one sign: consonants that English writes with several, vowels, finals of pinyin. */
static const char *const signs[] = {
    "sh", "ch", "zh", "kh", "th",  "ts",  "tz",  "dz",  "ph", "gh", "ck", "sch", "cz", "sz", "rz",
    "ng", "qu", "ll", "ss", "nn",  "tt",  "rr",  "mm",  "ff", "pp", "dd", "bb",  "gg", "cc", "kk",
    "wh", "wr", "kn", "dj", "ee",  "ea",  "oo",  "ou",  "ow", "au", "aw", "ai",  "ay", "ei", "ey",
    "ie", "eu", "oe", "ue", "ae",  "ia",  "ya",  "yo",  "yu", "ye", "ua", "uo",  "ui", "iu", "ao",
    "an", "en", "in", "un", "ang", "eng", "ing", "ong", "er", "ar", "or", "ir",  "ur", "on", "igh"};
static uint64_t count[GROUPS][RL_NAME_SIGNS_MAX][RL_NAME_SIGNS_MAX];

typedef struct {
    rl_name english, at[LANGS]; /* english.n 0: none; at: all of them, English too */
    uint64_t lang[LANGS];
    size_t n;
} person;
static person people[PEOPLE];
static size_t npeople;

static const char *const weights[] = {"score", "share", "worst", "apart", "usual"};
static const char *const bars[] = {"bar", "bar-one", "bar-ones"};

/* Two names of one pair of languages: what is measured of them. */
typedef struct {
    double x[WEIGHTS]; /* score, share and worst ÷ usual, apart, usual, 1 */
    double z, weight;
    int g, h, kind; /* scripts; which bar */
    bool same;
} sample;
typedef RL_VEC(sample) samples;
static double usual[GROUPS][GROUPS], seen[GROUPS][GROUPS];

static void add_signs(rl_buf *b)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        rl_buf_f(b, "Latn\t%s\t%s\t0\n", signs[i], signs[i]);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        rl_buf_f(b, "%s\ta\ta\t0\n", scripts[i]);
}

static void write_letters(const rl_names *names, rl_buf *b)
{
    for (size_t g = 1; rl_name_script(names, g); g++)
        for (size_t e = 0; rl_name_sign(names, e); e++)
            for (size_t x = 0; rl_name_sign(names, x); x++)
                if (count[g][e][x])
                    rl_buf_f(b, "%s\t%s\t%s\t%llu\n", rl_name_script(names, g), rl_name_sign(names, e),
                             rl_name_sign(names, x), (unsigned long long)count[g][e][x]);
}

/* ---- people ---- */

static void read_person(rl_arena *mem, rl_names *names, rl_str line)
{
    rl_str id, field, lang;
    rl_str_cut(&line, '\t', &id);
    if (!id.len || id.ptr[0] != 'Q' || (id.ptr[id.len - 1] - '0') % 2 == 0 || npeople == PEOPLE)
        return;
    person *p = &people[npeople++];
    while (line.len && p->n < LANGS) {
        rl_str_cut(&line, '\t', &field);
        rl_str_cut(&field, '=', &lang);
        if (rl_name_parse(mem, names, field, &p->at[p->n]) || !p->at[p->n].n)
            continue;
        if (rl_str_is(lang, "en"))
            p->english = p->at[p->n];
        p->lang[p->n++] = rl_hash(lang.ptr, lang.len);
    }
}

/* Signs and scripts have the numbers that add_signs gives them, whatever table is opened later. */
static rl_status read_people(rl_arena *mem, rl_str rules, rl_str text, rl_error *err)
{
    rl_buf table = {0};
    rl_names *names;
    add_signs(&table);
    rl_status st = rl_names_open_text(rules, rl_buf_str(&table), &names, err);
    for (rl_str line; !st && text.len; rl_arena_clear(mem)) {
        rl_str_cut(&text, '\n', &line);
        read_person(mem, names, line);
    }
    rl_names_close(names);
    rl_buf_clear(&table);
    return st;
}

/* ---- letters ---- */

static void learn_person(rl_names *names, const person *p)
{
    rl_name_pair pairs[2 * RL_NAME_LETTERS_MAX];
    size_t n;
    for (size_t k = 0; p->english.n && k < p->n; k++) {
        const rl_name *other = &p->at[k];
        if (memcmp(other, &p->english, sizeof *other) == 0 ||
            rl_name_align(names, &p->english, other, pairs, &n) < 4)
            continue;
        for (size_t i = 0; i < n; i++)
            count[other->script][pairs[i].a][pairs[i].b]++;
    }
}

/* Every step-th person from one. */
static rl_status learn_letters(rl_str rules, size_t from, size_t step, rl_buf *table, rl_error *err)
{
    rl_names *names = NULL;
    rl_status st = RL_OK;
    rl_buf_clear(table);
    add_signs(table);
    for (int round = 0; round < ROUNDS && !st; round++) {
        if ((st = rl_names_open_text(rules, rl_buf_str(table), &names, err)))
            break;
        memset(count, 0, sizeof count);
        for (size_t i = from; i < npeople; i += step)
            learn_person(names, &people[i]);
        rl_buf_clear(table);
        add_signs(table);
        write_letters(names, table);
        rl_names_close(names);
    }
    return st;
}

/* ---- weights ---- */

static double *usual_of(double table[GROUPS][GROUPS], int g, int h)
{
    return g < h ? &table[g][h] : &table[h][g];
}

static bool compare(rl_arena *mem, rl_names *names, const rl_name *a, const rl_name *b, bool same,
                    double weight, samples *out)
{
    rl_name_likeness like = rl_name_like(names, a, b);
    if (like.score <= 0)
        return true;
    sample *s = RL_PUSH(mem, *out);
    if (!s)
        return false;
    *s = (sample){{like.score, like.share, like.worst, like.apart, 0, 1},
                  0,
                  weight,
                  a->script,
                  b->script,
                  rl_name_kind(a, b),
                  same};
    if (same && !s->kind) {
        *usual_of(usual, a->script, b->script) += like.share;
        ++*usual_of(seen, a->script, b->script);
    }
    return true;
}

static rl_name last_word(const rl_name *a)
{
    rl_name x = {.script = a->script, .words = 1};
    x.n = x.start[1] = (uint8_t)(a->n - a->start[a->words - 1]);
    memcpy(x.letters, a->letters + a->start[a->words - 1], x.n);
    return x;
}

/* In full, and as family names alone. */
static bool compare_both(rl_arena *mem, rl_names *names, const rl_name *a, const rl_name *b, bool same,
                         samples *out)
{
    double weight = same ? 1 : OTHERS, alone = same ? 1 : ALONE;
    rl_name x = last_word(a), y = last_word(b);
    return compare(mem, names, a, b, same, weight, out) && compare(mem, names, &x, &y, same, alone, out) &&
           compare(mem, names, &x, b, same, alone, out) && compare(mem, names, a, &y, same, alone, out);
}

static bool compare_people(rl_arena *mem, rl_names *names, const person *p, const person *q, samples *out)
{
    for (size_t a = 0; a < p->n; a++)
        for (size_t b = p == q ? a + 1 : 0; b < q->n; b++)
            if (p->lang[a] != q->lang[b] && !compare_both(mem, names, &p->at[a], &q->at[b], p == q, out))
                return false;
    return true;
}

/* The first word of a, the others of b: a relative, a namesake. False where either has but one. */
static bool crossed(const rl_name *a, const rl_name *b, rl_name *out)
{
    size_t first = a->start[1], rest = (size_t)(b->n - b->start[1]);
    if (a->words < 2 || b->words < 2 || first + rest > RL_NAME_LETTERS_MAX)
        return false;
    *out = *b;
    memcpy(out->letters, a->letters, first);
    memcpy(out->letters + first, b->letters + b->start[1], rest);
    out->n = (uint8_t)(first + rest);
    for (int w = 1; w <= b->words; w++)
        out->start[w] = (uint8_t)((size_t)(b->start[w] - b->start[1]) + first);
    return true;
}

/* People who share a family or a given name are fewer than they are met: so they are made. */
static bool compare_crossed(rl_arena *mem, rl_names *names, const person *p, const person *q, samples *out)
{
    rl_name x;
    for (size_t a = 0; a < p->n; a++)
        for (size_t b = 0; b < p->n; b++)
            for (size_t c = 0; c < q->n; c++) {
                if (p->lang[a] == p->lang[b] || p->lang[b] != q->lang[c])
                    continue;
                if (crossed(&q->at[c], &p->at[b], &x) &&
                    !compare(mem, names, &p->at[a], &x, false, RELATIVES, out))
                    return false;
                if (crossed(&p->at[b], &q->at[c], &x) &&
                    !compare(mem, names, &p->at[a], &x, false, RELATIVES, out))
                    return false;
            }
    return true;
}

/* Letters of the other half. */
static rl_status compare_half(rl_arena *mem, rl_str rules, size_t half, rl_buf *table, samples *out,
                              rl_error *err)
{
    rl_names *names;
    rl_status st = learn_letters(rules, 1 - half, 2, table, err);
    if (!st)
        st = rl_names_open_text(rules, rl_buf_str(table), &names, err);
    if (st)
        return st;
    for (size_t i = half; i < npeople && !st; i += 2)
        for (size_t k = i; k < npeople && !st; k += 2)
            if (!compare_people(mem, names, &people[i], &people[k], out))
                st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = half; i + 2 < npeople && !st; i += 2)
        if (!compare_crossed(mem, names, &people[i], &people[i + 2], out))
            st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    rl_names_close(names);
    return st;
}

static void write_usual(const rl_names *names, samples *all, rl_buf *b)
{
    for (int g = 0; g < GROUPS; g++)
        for (int h = g; h < GROUPS; h++) {
            double percent = round(100 * (usual[g][h] + USUAL * USUAL_SEEN) / (seen[g][h] + USUAL_SEEN));
            usual[g][h] = percent / 100;
            if (g && seen[g][h] > 0)
                rl_buf_f(b, "%s\t%s\t=\t%.0f\n", rl_name_script(names, (size_t)g),
                         rl_name_script(names, (size_t)h), percent);
        }
    for (size_t i = 0; i < all->n; i++) {
        sample *s = &all->at[i];
        double u = *usual_of(usual, s->g, s->h);
        s->x[0] = fmin(s->x[0], RL_NAME_SCORE_MAX);
        s->x[1] /= u;
        s->x[2] /= u;
        s->x[4] = u;
    }
}

/* m · step = gradient, by elimination; m holds the gradient in its last column. */
static void solve(double m[WEIGHTS][WEIGHTS + 1])
{
    for (int i = 0; i < WEIGHTS; i++)
        for (int r = 0; r < WEIGHTS; r++) {
            double q = m[r][i] / m[i][i];
            for (int c = i; r != i && c <= WEIGHTS; c++)
                m[r][c] -= q * m[i][c];
        }
}

/* Newton's method; the weights are held near nought a little, so that it converges. */
static void fit(samples *all, double w[WEIGHTS])
{
    for (int step = 0; step < STEPS; step++) {
        double m[WEIGHTS][WEIGHTS + 1] = {0};
        for (size_t i = 0; i < all->n; i++) {
            const sample *s = &all->at[i];
            if (s->kind) /* one word says what it does in a name in full */
                continue;
            double z = 0;
            for (int k = 0; k < WEIGHTS; k++)
                z += w[k] * s->x[k];
            double p = 1 / (1 + exp(-z)), e = s->weight * (p - s->same), v = s->weight * p * (1 - p);
            for (int k = 0; k < WEIGHTS; k++) {
                for (int c = 0; c < WEIGHTS; c++)
                    m[k][c] += v * s->x[k] * s->x[c];
                m[k][WEIGHTS] += e * s->x[k];
            }
        }
        for (int k = 0; k < WEIGHTS; k++) {
            m[k][k] += 0.1;
            m[k][WEIGHTS] += 0.1 * w[k];
        }
        solve(m);
        for (int k = 0; k < WEIGHTS; k++)
            w[k] -= m[k][WEIGHTS] / m[k][k];
    }
}

static int likest_first(const void *x, const void *y)
{
    const sample *a = x, *b = y;
    return a->z != b->z ? (a->z < b->z) - (a->z > b->z) : a->same - b->same;
}

/* The lowest bar of a kind at which PRECISION of what passes is one name. */
static double bar_of(const samples *all, int kind)
{
    double right = 0, wrong = 0, bar = INFINITY;
    for (size_t i = 0; i < all->n; i++) {
        const sample *s = &all->at[i];
        if (s->kind != kind)
            continue;
        right += s->same;
        wrong += s->same ? 0 : s->weight;
        if (right >= PRECISION * (right + wrong))
            bar = s->z;
    }
    return bar;
}

static void write_weights(samples *all, rl_buf *b)
{
    double w[WEIGHTS] = {0};
    fit(all, w);
    for (size_t i = 0; i < all->n; i++) {
        sample *s = &all->at[i];
        s->z = 0;
        for (int k = 0; k + 1 < WEIGHTS; k++)
            s->z += w[k] * s->x[k];
    }
    qsort(all->at, all->n, sizeof *all->at, likest_first);
    for (int k = 0; k + 1 < WEIGHTS; k++)
        rl_buf_f(b, "same\t%s\t=\t%.0f\n", weights[k], fabs(1000 * w[k]));
    for (int kind = 0; kind < RL_NAME_KINDS; kind++)
        rl_buf_f(b, "same\t%s\t=\t%.0f\n", bars[kind], 1000 * bar_of(all, kind));
}

/* ---- all of it ---- */

static rl_status learn(rl_arena *mem, rl_str rules, rl_str text, rl_buf *table, rl_error *err)
{
    samples all = {0};
    rl_names *names = NULL;
    rl_status st = read_people(mem, rules, text, err);
    for (size_t half = 0; half < 2 && !st; half++)
        st = compare_half(mem, rules, half, table, &all, err);
    if (!st)
        st = learn_letters(rules, 0, 1, table, err);
    if (!st)
        st = rl_names_open_text(rules, rl_buf_str(table), &names, err);
    if (st)
        return st;
    write_usual(names, &all, table);
    write_weights(&all, table);
    rl_names_close(names);
    return table->st;
}

int main(int argc, char **argv)
{
    char *rules = NULL, *text = NULL;
    size_t nr = 0, nt = 0;
    rl_error err = {0};
    rl_buf table = {0};
    rl_arena *mem = rl_arena_new((size_t)1 << 30);
    if (argc != 3 || !mem || rl_file_read(argv[1], 1u << 20, &rules, &nr, NULL) ||
        rl_file_read(argv[2], 64u << 20, &text, &nt, NULL)) {
        fprintf(stderr, "usage: namelearn RULES PEOPLE\n");
        return 2;
    }
    rl_status st = learn(mem, (rl_str){rules, nr}, (rl_str){text, nt}, &table, &err);
    if (st)
        fprintf(stderr, "namelearn: %s:%u: %s\n", err.file, err.line, err.message);
    else
        printf("# How often romanised letters of a script (third column) stand for letters of the English "
               "spelling (second; \"-\": none);\n"
               "# then what one name in two scripts usually comes to (=, per cent), and what tells one name "
               "from "
               "two (same, thousandths).\n"
               "# Learned from the odd Wikidata numbers (CC0) of a table of people by: namelearn "
               "packs/romanise.txt PEOPLE.tsv > packs/names.tsv\n%s",
               table.ptr);
    rl_buf_clear(&table);
    free(rules);
    free(text);
    rl_arena_free(mem);
    return st != RL_OK;
}
