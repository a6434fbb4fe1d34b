/* relata packs: the languages there are; what is wrong with a pack. */
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "engine/check.h"
#include "pack/compile.h"

enum { O_PACKS, O_BRIEF, O_N };
static const rl_cli_option options[] = {{"--packs", "DIR", "for list: compiled packs, or a folder of pack sources"},
                                        {"--brief", NULL, "for check: the counts alone, not each fault"},
                                        {0}};
enum { EXAMPLES_MIN = 60 };

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
        printf("%-8s %-14s %s\n", rl_packs_tag(packs, i), rl_pack_setting(rl_pack_at(packs, i), "name").ptr, rl_packs_autonym(packs, i));
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
    rl_compile_options opt = {.gazetteer = access(rl_gazetteer_debian.cities, R_OK) ? NULL : &rl_gazetteer_debian, .fault = print_fault, .notice = print_notice, .ctx = &t, .only = tag};
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
    double p = r.found + r.false_claims ? (double)r.found / (double)(r.found + r.false_claims) : 0, q = r.wanted ? (double)r.found / (double)r.wanted : 0;
    bool few = r.examples < EXAMPLES_MIN || r.traps * 3 < r.examples;
    printf("%s: %u lines, %zu examples (%zu traps), %zu failed; claims P %.3f R %.3f F1 %.3f; cues exercised %zu of %zu; %zu faults, %zu told twice%s\n", tag,
           rl_pack_entry_lines(rl_pack_get(packs, rl_str_z(tag))), r.examples, r.traps, r.failed, p, q, p + q > 0 ? 2 * p * q / (p + q) : 0, r.exercised, r.cues,
           t.faults, t.notices, few ? "; too few examples or traps" : "");
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
    rl_cli_help(&rl_cmd_packs);
    return 2;
}

const rl_command rl_cmd_packs = {"packs", "packs [list | check [--brief] DIR]", "the languages there are; the faults of a pack",
                                 "list prints the tag, the name and the own name of every language that relata reads.\n\n"
                                 "check compiles the pack in DIR (or every pack in it), runs its marked examples, and prints each fault as\n"
                                 "file:line:column: malformed lines, entries told twice, examples that fail, cues that no example exercises.",
                                 options, "relata packs list\tthe languages\nrelata packs check packs/el\tone pack's faults\n", run};
