/* Options, help and man pages from one table; errors; output. */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>

static const rl_cli_option *option(const rl_command *c, const char *name, size_t len, size_t *at)
{
    for (size_t i = 0; c->options && c->options[i].name; i++)
        if (strlen(c->options[i].name) == len && !strncmp(c->options[i].name, name, len)) {
            *at = i;
            return &c->options[i];
        }
    return NULL;
}

bool rl_cli_options(const rl_command *c, int *argc, char **argv, const char **values, bool *help)
{
    int n = 1;
    *help = false;
    for (int i = 1; i < *argc; i++) {
        char *a = argv[i];
        if (!strcmp(a, "--")) {
            while (++i < *argc)
                argv[n++] = argv[i];
            break;
        }
        if (a[0] != '-' || !a[1]) {
            argv[n++] = a;
            continue;
        }
        if (!strcmp(a, "--help") || !strcmp(a, "-h")) {
            *help = true;
            return true;
        }
        const char *eq = strchr(a, '=');
        size_t len = eq ? (size_t)(eq - a) : strlen(a), at;
        const rl_cli_option *o = option(c, a, len, &at);
        if (!o) {
            fprintf(stderr, "relata %s: no option '%.*s'; relata %s --help lists them\n", c->name, (int)len,
                    a, c->name);
            return false;
        }
        if (!o->arg && eq) {
            fprintf(stderr, "relata %s: %s takes no argument\n", c->name, o->name);
            return false;
        }
        if (o->arg && !eq && i + 1 >= *argc) {
            fprintf(stderr, "relata %s: %s needs %s after it\n", c->name, o->name, o->arg);
            return false;
        }
        values[at] = !o->arg ? "" : eq ? eq + 1 : argv[++i];
    }
    *argc = n;
    argv[n] = NULL;
    return true;
}

void rl_cli_help(const rl_command *c)
{
    printf("relata %s: %s\n\nusage: relata %s\n\n%s\n", c->name, c->summary, c->synopsis, c->about);
    if (c->options && c->options[0].name)
        printf("\noptions:\n");
    for (size_t i = 0; c->options && c->options[i].name; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", c->options[i].name, c->options[i].arg ? " " : "",
                 c->options[i].arg ? c->options[i].arg : "");
        printf("  %-24s %s\n", left, c->options[i].help);
    }
    printf("  %-24s %s\n", "--help", "this text");
    if (c->examples)
        printf("\nexamples:\n");
    for (const char *p = c->examples; p && *p;) {
        const char *tab = strchr(p, '\t'), *end = strchr(p, '\n');
        printf("  %.*s\n      %.*s\n", (int)(tab - p), p, (int)(end - tab - 1), tab + 1);
        p = end + 1;
    }
}

/* Text as mdoc: a leading dot or quote would be a request, a backslash an escape. */
static void roff(const char *s, size_t n)
{
    bool start = true;
    for (size_t i = 0; i < n; i++) {
        if (start && (s[i] == '.' || s[i] == '\''))
            fputs("\\&", stdout);
        start = s[i] == '\n';
        if (s[i] == '\\')
            fputs("\\e", stdout);
        else if (s[i] == '-')
            fputs("\\-", stdout);
        else if (s[i] == '\n' && s[i + 1] == '\n')
            fputs("\n.Pp", stdout);
        else
            putchar(s[i]);
    }
}

void rl_cli_man(const rl_command *c)
{
    printf(".Dd November 20, 2026\n.Dt RELATA-%s 1\n.Os relata %s\n.Sh NAME\n.Nm relata-%s\n.Nd ", c->name,
           RL_VERSION, c->name);
    roff(c->summary, strlen(c->summary));
    printf("\n.Sh SYNOPSIS\n.Nm relata ");
    roff(c->synopsis, strlen(c->synopsis));
    printf("\n.Sh DESCRIPTION\n");
    roff(c->about, strlen(c->about));
    printf("\n");
    if (c->options && c->options[0].name) {
        printf(".Sh OPTIONS\n.Bl -tag -width Ds\n");
        for (size_t i = 0; c->options[i].name; i++) {
            printf(".It Fl %s", c->options[i].name + 1);
            if (c->options[i].arg)
                printf(" Ar %s", c->options[i].arg);
            printf("\n");
            roff(c->options[i].help, strlen(c->options[i].help));
            printf("\n");
        }
        printf(".El\n");
    }
    if (c->examples)
        printf(".Sh EXAMPLES\n");
    for (const char *p = c->examples; p && *p;) {
        const char *tab = strchr(p, '\t'), *end = strchr(p, '\n');
        roff(tab + 1, (size_t)(end - tab - 1));
        printf(":\n.Dl ");
        roff(p, (size_t)(tab - p));
        printf("\n.Pp\n");
        p = end + 1;
    }
    printf(".Sh EXIT STATUS\n0 where all went well, 1 where an input had a fault (the others are done), 2 "
           "for wrong usage.\n");
}

void rl_cli_error(const rl_error *err)
{
    fputs("relata: ", stderr);
    if (err->file[0])
        fprintf(stderr, "%s:", err->file);
    if (err->line)
        fprintf(stderr, "%u:", err->line);
    if (err->column)
        fprintf(stderr, "%u:", err->column);
    fprintf(stderr, "%s%s\n", err->file[0] || err->line ? " " : "", err->message);
}

bool rl_cli_day(const rl_command *c, const char *name, const char *value, rl_date *out)
{
    if (!value || rl_date_parse(rl_str_z(value), out))
        return true;
    fprintf(stderr, "relata %s: %s is a day like 2022-01-06, not '%s'\n", c->name, name, value);
    return false;
}

bool rl_cli_write(const rl_buf *b)
{
    if (b->st) {
        fprintf(stderr, "relata: out of memory\n");
        return false;
    }
    if (b->len && fwrite(b->ptr, 1, b->len, stdout) != b->len) {
        fprintf(stderr, "relata: cannot write the output: %s\n", strerror(errno));
        return false;
    }
    return true;
}
