/* relata serve: the page and the API on the user's own machine; and its tokens. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "cli/ingest.h"
#include "serve/serve.h"
#include "serve/token.h"

enum { O_STORE, O_LISTEN, O_READ_ONLY, O_NEW_TOKEN, O_PACKS, O_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--listen", "ADDRESS:PORT",
     "127.0.0.1:8080 where not given; an address that others can reach wants a token; port 0: any"},
    {"--read-only", NULL, "nobody decides anything"},
    {"--new-token", "read|review", "make a token, print it once, and end; its hash is kept in PATH.tokens"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {0}};

static volatile int stop;

static void on_signal(int n)
{
    (void)n;
    stop = 1;
}

static void log_line(void *ctx, const char *line)
{
    (void)ctx;
    fprintf(stderr, "relata serve: %s\n", line);
}

static int new_token(const char *store, const char *role)
{
    char path[4200], token[RL_TOKEN_BYTES];
    rl_error err = {0};
    bool review = !strcmp(role, "review");
    if (!review && strcmp(role, "read") != 0) {
        fprintf(stderr, "relata serve: --new-token is read or review, not '%s'\n", role);
        return 2;
    }
    if (!rl_store_is(store)) {
        fprintf(stderr, "relata: %s: there is no store: relata add --store %s makes one\n", store, store);
        return 1;
    }
    snprintf(path, sizeof path, "%s.tokens", store);
    if (rl_token_new(path, review ? RL_ROLE_REVIEW : RL_ROLE_READ, token, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    puts(token);
    return 0;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    rl_serve *s;
    if (!rl_cli_options(&rl_cmd_serve, &argc, argv, v, &help))
        return 2;
    if (help || argc > 1) {
        rl_cli_help(&rl_cmd_serve);
        return help ? 0 : 2;
    }
    rl_serve_options opt = {.store = rl_store_path(v[O_STORE]),
                            .packs = v[O_PACKS],
                            .listen = v[O_LISTEN] ? v[O_LISTEN] : "127.0.0.1:8080",
                            .read_only = v[O_READ_ONLY] != NULL,
                            .log = log_line};
    if (v[O_NEW_TOKEN])
        return new_token(opt.store, v[O_NEW_TOKEN]);
    struct sigaction a = {.sa_handler = on_signal};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    signal(SIGPIPE, SIG_IGN);
    rl_status st = rl_serve_open(&opt, &s, &err);
    if (st) {
        rl_cli_error(&err);
        return st == RL_EUSAGE ? 2 : 1;
    }
    printf("%s\n", rl_serve_url(s));
    fflush(stdout);
    if (!rl_serve_has_page())
        log_line(NULL,
                 "the page was left out of this build (no node when it was made): the API alone is served");
    rl_serve_run(s, &stop);
    rl_serve_close(s);
    return 0;
}

const rl_command rl_cmd_serve = {
    "serve",
    "serve [--store PATH] [--listen ADDRESS:PORT] [--read-only] | serve --new-token read|review",
    "the page and the API, on your own machine",
    "Serves the stories of a store as a page (open what it prints) and as an API (docs/api.md): stories, "
    "their accounts, every "
    "figure back to its\n"
    "words, and reviewers' decisions. What other programs add to the store meanwhile shows by itself. Ctrl-C "
    "ends it.\n\n"
    "On loopback, the default, whoever uses this machine may read and decide. On any other address a token "
    "is needed: "
    "--new-token makes one, with the\n"
    "right to read or to review. The traffic is not encrypted: put a server with TLS before it where the "
    "network is not "
    "yours. Requests that are refused\n"
    "leave a line on standard error.",
    options,
    "relata serve --store almaty.store\tthen open http://127.0.0.1:8080/\n"
    "relata serve --store almaty.store --new-token review\ta token for a reviewer\n"
    "relata serve --store almaty.store --listen 192.0.2.7:8080\tto others, by their tokens\n",
    run};
