/* relata packs: the languages there are; what is wrong with a pack. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "engine/check.h"
#include "pack/compile.h"
#include "text/text.h"

enum { O_PACKS, O_BRIEF, O_N };
static const rl_cli_option options[] = {
    {"--packs", "DIR", "for list: compiled packs, or a folder of pack sources"},
    {"--brief", NULL, "for check: the counts alone, not each fault"},
    {0}};
enum { EXAMPLES_MIN = 80, UNKNOWN_MAX = 20000 };

typedef struct {
    const char *own; /* prefix of the pack's own files */
    bool brief;
    size_t faults, notices;
} tally;

static void print_fault(void *ctx, const rl_error *e)
{
    tally *t = ctx;
    if (t->own && strncmp(e->file, t->own, strlen(t->own)))
        return;
    t->faults++;
    if (!t->brief)
        printf(e->column ? "%s:%u:%u: %s\n" : "%s:%u:%.0u %s\n", e->file, e->line, e->column, e->message);
}

static void print_notice(void *ctx, const rl_error *e)
{
    tally *t = ctx;
    if (t->own && strncmp(e->file, t->own, strlen(t->own)))
        return;
    t->notices++;
    if (!t->brief)
        printf("%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static int list(const char *path)
{
    rl_packs *packs;
    rl_error err = {0};
    if (rl_packs_open(path, &packs, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    for (size_t i = 0; i < rl_packs_count(packs); i++)
        printf("%-8s %-14s %s\n", rl_packs_tag(packs, i), rl_pack_setting(rl_pack_at(packs, i), "name").ptr,
               rl_packs_autonym(packs, i));
    rl_packs_close(packs);
    return 0;
}

/* One pack: compile it, run its examples. */
static bool check_one(const char *root, const char *tag, bool brief)
{
    char own[64], path[4096], shown[128];
    rl_buf out = {0};
    rl_error err = {0};
    rl_packs *packs;
    char *text;
    size_t len;
    rl_check_result r = {0};
    snprintf(own, sizeof own, "%s/", tag);
    tally t = {.own = own, .brief = brief};
    rl_compile_options opt = {.gazetteer =
                                  access(rl_gazetteer_debian.cities, R_OK) ? NULL : &rl_gazetteer_debian,
                              .fault = print_fault,
                              .notice = print_notice,
                              .ctx = &t,
                              .only = tag};
    if (rl_packs_compile(root, &opt, &out, &err) && !err.line) {
        rl_cli_error(&err);
        rl_buf_clear(&out);
        return false;
    }
    if (rl_packs_of(out.ptr, out.len, root, &packs, &err)) {
        rl_cli_error(&err);
        return false;
    }
    snprintf(path, sizeof path, "%s/%s/examples.txt", root, tag);
    snprintf(shown, sizeof shown, "%s/examples.txt", tag);
    rl_status st = rl_file_read(path, RL_PACK_FILE_MAX, &text, &len, &err);
    if (!st) {
        st = rl_check_examples(packs, tag, (rl_str){text, len}, shown, print_fault, &t, &r, &err);
        free(text);
    }
    if (st)
        rl_cli_error(&err);
    double p = r.found + r.false_claims ? (double)r.found / (double)(r.found + r.false_claims) : 0,
           q = r.wanted ? (double)r.found / (double)r.wanted : 0;
    bool few = r.examples < EXAMPLES_MIN || r.traps * 3 < r.examples;
    printf("%s: %u lines, %zu examples (%zu traps), %zu failed; claims P %.3f R %.3f F1 %.3f; cues exercised "
           "%zu of %zu; %zu faults, %zu told twice%s\n",
           tag, rl_pack_entry_lines(rl_pack_get(packs, rl_str_z(tag))), r.examples, r.traps, r.failed, p, q,
           p + q > 0 ? 2 * p * q / (p + q) : 0, r.exercised, r.cues, t.faults, t.notices,
           few ? "; too few examples or traps" : "");
    rl_packs_close(packs);
    return !st && !t.faults && !t.notices && !few;
}

static int check(char *dir, bool brief)
{
    char path[4096];
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        dir[--n] = 0;
    snprintf(path, sizeof path, "%s/pack.txt", dir);
    if (access(path, R_OK) == 0) {
        char *slash = strrchr(dir, '/');
        if (slash)
            *slash = 0;
        return check_one(slash ? dir : ".", slash ? slash + 1 : dir, brief) ? 0 : 1;
    }
    rl_packs *packs;
    rl_error err = {0};
    if (rl_packs_open(dir, &packs, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    bool ok = true;
    for (size_t i = 0; i < rl_packs_count(packs); i++)
        ok &= check_one(dir, rl_packs_tag(packs, i), brief);
    rl_packs_close(packs);
    return ok ? 0 : 1;
}

/* ---- new: the files of a pack, with a line of each kind to fill in ---- */

static const struct {
    const char *name, *text;
} layout[] = {
    {"pack.txt",
     "# Settings. Own work, Apache-2.0.\nname\tNAME IN ENGLISH\nautonym\tITS OWN "
     "NAME\ndecimal\t,\nthousands\t. space\nsubj\tboth\nobj\tafter\n"
     "noun\tafter\nperson\tafter\ntoll\tafter\napostrophe\tsplit\ndate_order\tdmy\ncountries\t\n"},
    {"quantities.tsv", "# Numbers, magnitudes, qualifiers, what is no count. Own work, Apache-2.0.\n# num\t1 "
                       "weak\ta | an\n# mult\t1000\tthousand\n# mag\ttens\tdozens\n"
                       "# qual\tat_least\tat least\n# qual\tat_least post\tor more\n# "
                       "range\tbetween\tbetween\n# range\tto\tto\n# zero\t-\tno one\n"
                       "# unit\tage\tyears old\n# unit\tmoney before\t$\n# label\t-\tflight\n"},
    {"cues.tsv", "# Cues. Own work, Apache-2.0.\n# cue\tkilled subj\tdied | were killed\n# cue\tkilled "
                 "obj\tkilling\n# cue\tkilled noun\tdeath of\n"
                 "# cue\tkilled person\tdead | deaths\n# cue\tkilled toll\tdeath toll\n"},
    {"whom.tsv", "# Who is counted, what else is. Own work, Apache-2.0.\n# whom\tany\tpeople\n# "
                 "whom\tsecurity\tpolice officers | soldiers\n# other\t-\tothers\n# thing\t-\tbombs\n"
                 "# veto\t-\tdead heat\n# sport\t-\tgoalkeeper\n# disease\t-\tvirus\n"},
    {"structure.tsv", "# Small words. Own work, Apache-2.0.\n# and\t-\tand\n# brk\t-\twhile | who\n# "
                      "that\t-\tthat\n# of\t-\tof\n# in\t-\tin | near\n# partof\t-\tof the\n"
                      "# ofthem\t-\tof them\n# incl\t-\tincluding\n# new\t-\tnew\n# more\t-\tmore\n# "
                      "neg\t-\tnot\n# hyp\t-\tif | will\n# possible\t-\tmay\n"
                      "# reported\t-\treportedly\n# deny\t-\tdenied\n# history\t-\tanniversary\n# "
                      "det\t-\tthe\n# pron\t-\the | she\n# verb\t-\tis | has\n# abbr\t-\tDr\n"},
    {"speech.tsv",
     "# Who says it. Own work, Apache-2.0.\n# say\tboth\tsaid\n# accord\tpre\taccording to\n# "
     "cite\tinner\tciting\n# cite\touter\tas quoted by\n"
     "# role\tinst police\tpolice\n# role\tchannel Reuters\tReuters\n# title\tPresident\tpresident\n"},
    {"time.tsv", "# Time. Own work, Apache-2.0.\n# month\t1\tJanuary\n# weekday\t1\tMonday\n# "
                 "day\t-1\tyesterday\n# last\t-\tlast\n# since\t-\tsince\n# until\t-\tas of\n"},
    {"places.tsv", "# Forms of places that the gazetteer lacks. Own work, Apache-2.0.\n# "
                   "place\tKZ\tKazakhstan\n# demonym\tKZ\tKazakh\n# region\t-\tprovince of\n"},
    {"happenings.tsv", "# Happenings. Own work, Apache-2.0.\n# group\tgovernment\tgovernment | cabinet\n# "
                       "hap\tresignation government\t{government} & resigned\n"},
    {"concepts.tsv", "# The words for packs/concepts.txt. Own work, Apache-2.0.\n# "
                     "concept\tearthquake\tearthquake | quake\n"},
    {"messages.txt", "# The words of accounts: the keys of packs/en/messages.txt. Own work, Apache-2.0.\n"},
    {"examples.txt", "# Marked examples, sentences of your own. Apache-2.0.\n# @ 2026-03-12\n# > Eight "
                     "police officers were killed and 40 people injured, the ministry said.\n"
                     "# + killed 8 security source=ministry\n# + injured 40 any\n# > The 39-year-old scored "
                     "two goals.\n# -\n"}};

static int lay_out(const char *tag)
{
    char path[4096];
    for (const char *c = tag; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              *c == '-')) {
            fprintf(stderr, "relata packs: '%s' is no language tag such as el or zh-Hant\n", tag);
            return 2;
        }
    snprintf(path, sizeof path, "packs/%s", tag);
    if (mkdir(path, 0777)) {
        fprintf(stderr, "relata packs: cannot make %s: %s\n", path, strerror(errno));
        return 1;
    }
    for (size_t i = 0; i < sizeof layout / sizeof *layout; i++) {
        snprintf(path, sizeof path, "packs/%s/%s", tag, layout[i].name);
        FILE *f = fopen(path, "wx");
        bool written = f && fputs(layout[i].text, f) >= 0;
        if (!f || fclose(f) || !written) {
            fprintf(stderr, "relata packs: cannot write %s: %s\n", path, strerror(errno));
            return 1;
        }
        puts(path);
    }
    return 0;
}

/* ---- unknown: words beside numbers that a pack does not know, the most frequent first ---- */

typedef struct {
    rl_str word;
    size_t n;
} tally_word;

typedef struct {
    rl_packs *packs;
    const rl_pack *pack;
    rl_arena *mem, *words;
    RL_VEC(tally_word) seen;
} unknown_job;

static void count_word(unknown_job *j, rl_str w)
{
    for (size_t i = 0; i < j->seen.n; i++)
        if (rl_str_eq(j->seen.at[i].word, w)) {
            j->seen.at[i].n++;
            return;
        }
    tally_word *t = j->seen.n < UNKNOWN_MAX ? RL_PUSH(j->words, j->seen) : NULL;
    if (t)
        *t = (tally_word){rl_arena_copy(j->words, w), 1};
}

static rl_status unknown_in(void *ctx, const rl_report *report, rl_error *err)
{
    unknown_job *j = ctx;
    rl_passage whole = {.span = {0, (uint32_t)report->text.len}};
    rl_block b;
    rl_status st = report->text.len > RL_TEXT_MAX
                       ? RL_ELIMIT
                       : rl_text_tokenise(j->mem, report->text, &whole, j->pack, &b, err);
    for (size_t i = 0; !st && i < b.ntokens; i++) {
        if (b.tokens[i].kind != RL_T_NUMBER)
            continue;
        for (size_t k = i > 2 ? i - 2 : 0; k < b.ntokens && k <= i + 3; k++)
            if (b.tokens[k].kind == RL_T_WORD && !b.match_at[k] && b.tokens[k].cp > 2)
                count_word(j, rl_token_str(&b, k));
    }
    rl_arena_clear(j->mem);
    return st;
}

static int by_count(const void *x, const void *y)
{
    const tally_word *a = x, *b = y;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : rl_str_cmp(a->word, b->word);
}

static int unknown(const char *path, const char *tag, int n, char **files)
{
    unknown_job j = {.mem = rl_arena_new(RL_ARENA_DEFAULT), .words = rl_arena_new(256u << 20)};
    rl_error err = {0};
    if (rl_packs_open(path, &j.packs, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    j.pack = rl_pack_get(j.packs, rl_str_z(tag));
    size_t faults = j.pack && j.mem && j.words ? 0 : 1;
    if (!j.pack)
        fprintf(stderr, "relata packs: no pack '%s'; relata packs list names them\n", tag);
    for (int i = 0; !faults && i < n; i++)
        faults += rl_input_each(files[i], unknown_in, &j);
    if (j.seen.n)
        qsort(j.seen.at, j.seen.n, sizeof *j.seen.at, by_count);
    for (size_t i = 0; i < j.seen.n && i < 100; i++)
        printf("%6zu  %.*s\n", j.seen.at[i].n, (int)j.seen.at[i].word.len, j.seen.at[i].word.ptr);
    rl_arena_free(j.mem);
    rl_arena_free(j.words);
    rl_packs_close(j.packs);
    return faults ? 1 : 0;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    if (!rl_cli_options(&rl_cmd_packs, &argc, argv, v, &help))
        return 2;
    if (help) {
        rl_cli_help(&rl_cmd_packs);
        return 0;
    }
    if (argc < 2 || !strcmp(argv[1], "list"))
        return list(v[O_PACKS]);
    if (!strcmp(argv[1], "check") && argc == 3)
        return check(argv[2], v[O_BRIEF] != NULL);
    if (!strcmp(argv[1], "new") && argc == 3)
        return lay_out(argv[2]);
    if (!strcmp(argv[1], "unknown") && argc > 3)
        return unknown(v[O_PACKS], argv[2], argc - 3, argv + 3);
    rl_cli_help(&rl_cmd_packs);
    return 2;
}

const rl_command rl_cmd_packs = {
    "packs",
    "packs [list | check [--brief] DIR | new TAG | unknown TAG FILE...]",
    "the languages there are; the faults of a pack",
    "list prints the tag, the name and the own name of every language that relata reads.\n\n"
    "check compiles the pack in DIR (or every pack in it), runs its marked examples, and prints each fault "
    "as\n"
    "file:line:column: malformed lines, entries told twice, examples that fail, cues that no example "
    "exercises."
    "\n\nnew lays out packs/TAG in the current folder: every file, with a line of each kind to fill in "
    "(docs/packs.md).\n\n"
    "unknown prints the words within three of a number in the FILEs that the pack does not know, the most "
    "frequent first.",
    options,
    "relata packs list\tthe languages\nrelata packs check packs/el\tone pack's faults\n",
    run};
