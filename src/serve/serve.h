/* relata serve: the HTTP server. Threads of libmicrohttpd take requests and give what is kept; one thread owns the desk and makes
 * answers; one writes decisions. None of the first waits for the others: a request that must be worked on is put aside. */
#ifndef RL_SERVE_SERVE_H
#define RL_SERVE_SERVE_H

#include "base/base.h"

typedef struct {
    const char *store, *packs; /* packs NULL: as installed */
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080", ":8080" (of loopback); port 0: any that is free */
    bool read_only;
    void (*log)(void *ctx, const char *line); /* called by any thread */
    void *ctx;
} rl_serve_options;

typedef struct rl_serve rl_serve;

/** Everything read, and listening, when this returns. RL_EUSAGE where it may not listen there: docs/api.md, access. */
RL_MUST_CHECK rl_status rl_serve_open(const rl_serve_options *opt, rl_serve **out, rl_error *err);
/** "http://127.0.0.1:8080/" */
const char *rl_serve_url(const rl_serve *s);
/** Is the page built in? */
bool rl_serve_has_page(void);
/** Until *stop (set by a signal) is not 0. */
void rl_serve_run(rl_serve *s, const volatile int *stop);
void rl_serve_close(rl_serve *s);

#endif
