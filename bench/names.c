/* Measures src/mark/name.c: for every pair of languages, each name of one against all names of the other.
 *
 *     names packs/romanise.txt packs/names.tsv PEOPLE.tsv [even|odd] [-v]
 *
 * Prints recall and precision of rl_name_same a pair of languages and over all, and of the best match alone.
 * Learn and tune on the odd Wikidata numbers, measure on the even. -v: the errors. */
#include <stdlib.h>

#include "mark/name.h"

enum { PEOPLE_MAX = 2000, LANGS_MAX = 32 };

typedef struct {
    size_t hit, missed, wrong, best_hit, best_wrong;
} score;

static char lang_code[LANGS_MAX][8];
static size_t nlangs, npeople;
static rl_name parsed[PEOPLE_MAX][LANGS_MAX];
static rl_str written[PEOPLE_MAX][LANGS_MAX];

static size_t lang_of(rl_str code)
{
    for (size_t i = 0; i < nlangs; i++)
        if (rl_str_is(code, lang_code[i]))
            return i;
    if (nlangs == LANGS_MAX)
        return 0;
    snprintf(lang_code[nlangs], sizeof lang_code[0], "%.*s", (int)(code.len < 7 ? code.len : 7), code.ptr);
    return nlangs++;
}

static void read_people(rl_arena *mem, rl_names *names, rl_str text, bool odd)
{
    rl_str line, id, field, code;
    while (text.len && npeople < PEOPLE_MAX) {
        rl_str_cut(&text, '\n', &line);
        rl_str_cut(&line, '\t', &id);
        if (!id.len || id.ptr[0] != 'Q' || ((id.ptr[id.len - 1] - '0') % 2 == 1) != odd)
            continue;
        while (line.len) {
            rl_str_cut(&line, '\t', &field);
            rl_str_cut(&field, '=', &code);
            size_t l = lang_of(code);
            written[npeople][l] = field;
            if (rl_name_parse(mem, names, field, &parsed[npeople][l]))
                parsed[npeople][l] = (rl_name){0};
        }
        npeople++;
    }
}

static score compare(rl_names *names, size_t la, size_t lb, bool verbose)
{
    score s = {0};
    for (size_t i = 0; i < npeople; i++) {
        if (!parsed[i][la].n)
            continue;
        size_t best = SIZE_MAX;
        double most = 0;
        for (size_t j = 0; j < npeople; j++) {
            if (!parsed[j][lb].n)
                continue;
            bool same = rl_name_same(names, &parsed[i][la], &parsed[j][lb]);
            if (same == (i == j)) {
                s.hit += same;
            } else {
                s.wrong += same;
                s.missed += !same;
            }
            if (verbose && same != (i == j))
                printf("  %s %.*s | %.*s  %.1f\n", same ? "WRONG" : "MISSED", (int)written[i][la].len,
                       written[i][la].ptr, (int)written[j][lb].len, written[j][lb].ptr,
                       rl_name_score(names, &parsed[i][la], &parsed[j][lb]));
            double w = same ? rl_name_score(names, &parsed[i][la], &parsed[j][lb]) : 0;
            if (same && (best == SIZE_MAX || w > most)) {
                best = j;
                most = w;
            }
        }
        s.best_hit += best == i;
        s.best_wrong += best != SIZE_MAX && best != i;
    }
    return s;
}

static double share(size_t a, size_t b)
{
    return a + b ? (double)a / (double)(a + b) : 1;
}

static void show(const char *a, const char *b, score s)
{
    printf("%s-%s\tnames %zu\trecall %.3f\tprecision %.3f\tbest: recall %.3f\tprecision %.3f\n", a, b,
           s.hit + s.missed, share(s.hit, s.missed), share(s.hit, s.wrong),
           s.hit + s.missed ? (double)s.best_hit / (double)(s.hit + s.missed) : 1,
           share(s.best_hit, s.best_wrong));
}

int main(int argc, char **argv)
{
    char *text[3] = {0};
    size_t len[3] = {0};
    rl_error err = {0};
    rl_names *names;
    rl_arena *mem = rl_arena_new((size_t)256 << 20);
    for (int i = 0; i < 3; i++)
        if (argc < 4 || rl_file_read(argv[1 + i], 64u << 20, &text[i], &len[i], &err)) {
            fprintf(stderr, "usage: names RULES TABLE PEOPLE [even|odd] [-v]: %s\n", err.message);
            return 2;
        }
    if (rl_names_open_text((rl_str){text[0], len[0]}, (rl_str){text[1], len[1]}, &names, &err)) {
        fprintf(stderr, "%s:%u: %s\n", err.file, err.line, err.message);
        return 1;
    }
    read_people(mem, names, (rl_str){text[2], len[2]}, argc > 4 && strcmp(argv[4], "odd") == 0);
    score all = {0};
    size_t pairs = 0, good = 0;
    for (size_t a = 0; a < nlangs; a++)
        for (size_t b = a + 1; b < nlangs; b++) {
            score s = compare(names, a, b, argc > 5);
            if (s.hit + s.missed)
                show(lang_code[a], lang_code[b], s);
            all.hit += s.hit, all.missed += s.missed, all.wrong += s.wrong;
            all.best_hit += s.best_hit, all.best_wrong += s.best_wrong;
            pairs += s.hit + s.missed > 0;
            good += s.hit + s.missed && share(s.hit, s.missed) >= 0.9 && share(s.hit, s.wrong) >= 0.98;
        }
    show("all", "", all);
    printf("pairs at recall 0.9 and precision 0.98: %zu of %zu\n", good, pairs);
    rl_names_close(names);
    rl_arena_free(mem);
    for (int i = 0; i < 3; i++)
        free(text[i]);
    return 0;
}
