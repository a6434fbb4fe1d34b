/* Learns packs/names.tsv: how often a romanised letter of each script stands for each letter of the English
 * spelling. Aligns each name of the learning half with the English one (best path, a few rounds), counts the pairs.
 *
 *     namelearn packs/romanise.txt PEOPLE.tsv > packs/names.tsv
 *
 * PEOPLE.tsv: Wikidata id, then lang=name; only odd ids are read. Deterministic. */
#include <stdlib.h>

#include "mark/name.h"

enum { ROUNDS = 8, GROUPS = 24 };

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

static void write_table(const rl_names *names, rl_buf *b)
{
    for (size_t g = 1; names && rl_name_script(names, g); g++)
        for (size_t e = 0; rl_name_sign(names, e); e++)
            for (size_t x = 0; rl_name_sign(names, x); x++)
                if (count[g][e][x])
                    rl_buf_f(b, "%s\t%s\t%s\t%llu\n", rl_name_script(names, g), rl_name_sign(names, e),
                             rl_name_sign(names, x), (unsigned long long)count[g][e][x]);
}

static void add_signs(rl_buf *b)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        rl_buf_f(b, "Latn\t%s\t%s\t0\n", signs[i], signs[i]);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        rl_buf_f(b, "%s\ta\ta\t0\n", scripts[i]);
}

static void learn_person(rl_arena *mem, rl_names *names, rl_str line)
{
    rl_str id, field, lang;
    rl_name english = {0}, other;
    rl_name_pair pairs[2 * RL_NAME_LETTERS_MAX];
    size_t n;
    rl_str_cut(&line, '\t', &id);
    if (!id.len || id.ptr[0] != 'Q' || (id.ptr[id.len - 1] - '0') % 2 == 0)
        return;
    while (line.len) {
        rl_str_cut(&line, '\t', &field);
        rl_str_cut(&field, '=', &lang);
        if (rl_str_is(lang, "en")) {
            if (rl_name_parse(mem, names, field, &english))
                return;
            continue;
        }
        if (!english.n || rl_name_parse(mem, names, field, &other) ||
            rl_name_align(names, &english, &other, pairs, &n) < 4)
            continue;
        for (size_t i = 0; i < n; i++)
            count[other.script][pairs[i].a][pairs[i].b]++;
    }
}

static rl_status run(rl_arena *mem, rl_str rules, rl_str people)
{
    rl_buf table = {0};
    rl_names *names = NULL;
    rl_error err = {0};
    rl_status st = RL_OK;
    add_signs(&table);
    for (int round = 0; round < ROUNDS && !st; round++) {
        st = rl_names_open_text(rules, rl_buf_str(&table), &names, &err);
        memset(count, 0, sizeof count);
        for (rl_str rest = people, line; !st && rest.len; rl_arena_clear(mem)) {
            rl_str_cut(&rest, '\n', &line);
            learn_person(mem, names, line);
        }
        rl_buf_clear(&table);
        add_signs(&table);
        write_table(names, &table);
        rl_names_close(names);
    }
    if (st)
        fprintf(stderr, "namelearn: %s:%u: %s\n", err.file, err.line, err.message);
    else
        printf("# How often romanised letters of a script (third column) stand for letters of the English "
               "spelling (second); \"-\": none.\n"
               "# Learned from the odd Wikidata numbers (CC0) of a table of people by: namelearn "
               "packs/romanise.txt PEOPLE.tsv > packs/names.tsv\n%s",
               table.ptr);
    rl_buf_clear(&table);
    return st;
}

int main(int argc, char **argv)
{
    char *rules = NULL, *people = NULL;
    size_t nr = 0, np = 0;
    rl_arena *mem = rl_arena_new(64u << 20);
    if (argc != 3 || !mem || rl_file_read(argv[1], 1u << 20, &rules, &nr, NULL) ||
        rl_file_read(argv[2], 64u << 20, &people, &np, NULL)) {
        fprintf(stderr, "usage: namelearn RULES PEOPLE\n");
        return 2;
    }
    rl_status st = run(mem, (rl_str){rules, nr}, (rl_str){people, np});
    free(rules);
    free(people);
    rl_arena_free(mem);
    return st != RL_OK;
}
