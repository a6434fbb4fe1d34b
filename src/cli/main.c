/* relata: dispatch. */
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>

#include "cli/cli.h"

static const rl_command *const commands[] = {
    &rl_cmd_claims, &rl_cmd_account, &rl_cmd_explain, &rl_cmd_packs, &rl_cmd_extract, &rl_cmd_add,
    &rl_cmd_watch,  &rl_cmd_reports, &rl_cmd_show,    &rl_cmd_redo,  &rl_cmd_store,   &rl_cmd_stories,
    &rl_cmd_story,  &rl_cmd_origins, &rl_cmd_review,  &rl_cmd_serve};
enum { N = sizeof commands / sizeof *commands };

static int usage(FILE *f)
{
    fputs("relata: what is reported to have happened, to how many, and on whose word\n\nusage: relata "
          "COMMAND [OPTION...] [FILE...]\n\n",
          f);
    for (size_t i = 0; i < N; i++)
        fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n  relata COMMAND --help   what a command takes, with examples\n  relata --version        the "
          "version\n",
          f);
    return f == stdout ? 0 : 2;
}

static const rl_command *find(const char *name)
{
    for (size_t i = 0; i < N; i++)
        if (!strcmp(commands[i]->name, name))
            return commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_DFL);
    /* the language detector takes and frees large blocks for every passage: keep them */
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    if (argc < 2)
        return usage(stderr);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || (!strcmp(argv[1], "help") && argc == 2))
        return usage(stdout);
    if (!strcmp(argv[1], "--version")) {
        puts("relata " RL_VERSION);
        return 0;
    }
    bool man = !strcmp(argv[1], "--man"), help = !strcmp(argv[1], "help");
    const rl_command *c = find(man || help ? (argc > 2 ? argv[2] : "") : argv[1]);
    if (!c) {
        fprintf(stderr, "relata: no command '%s'; relata --help lists them\n",
                argv[man || help ? (argc > 2 ? 2 : 1) : 1]);
        return 2;
    }
    if (man || help) {
        if (man)
            rl_cli_man(c);
        else
            rl_cli_help(c);
        return 0;
    }
    return c->run(argc - 1, argv + 1);
}
