/* Answers that are kept, ready to be sent: whole, compressed, with their tag. Shared by threads: every function locks. */
#ifndef RL_SERVE_CACHE_H
#define RL_SERVE_CACHE_H

#include <microhttpd.h>

#include "serve/answer.h"

/** An answer as it is sent. Counted by libmicrohttpd; zip NULL: too small to be compressed. */
typedef struct {
    struct MHD_Response *plain, *zip;
    unsigned status;
    char etag[40], etag_zip[44]; /* with their quotes */
    size_t bytes;
} rl_sendable;

/** Takes over a->body. False where memory is out. */
bool rl_sendable_make(rl_answer *a, rl_sendable *out);
void rl_sendable_clear(rl_sendable *s);
/** Headers that every answer has; csp NULL: that of the page. */
void rl_headers(struct MHD_Response *r, const char *type, const char *csp);
/** One that says: it is as you have it. */
struct MHD_Response *rl_not_modified(const char *etag);

typedef struct rl_cache rl_cache;
rl_cache *rl_cache_new(void);
void rl_cache_free(rl_cache *c);
/** Hand what is kept to send, under the lock: libmicrohttpd counts those who hold a response when it is queued. False
 *  where there is none. */
bool rl_cache_with(rl_cache *c, rl_str key, int64_t now_ms, void (*send)(void *ctx, const rl_sendable *s),
                   void *ctx);
/** Takes *s over. story: what it depends on, empty: anything. request: to make it anew by. */
void rl_cache_put(rl_cache *c, rl_str key, const char story[17], const rl_request *request, rl_sendable *s,
                  int64_t now_ms);
/** Take out all that depend on one of the stories, and all that depend on anything. Those that were asked for since
 *  `since` are handed to again (at most RL_SERVE_REBUILD_MAX of them), and stay until it returned. */
void rl_cache_drop(rl_cache *c, const char (*stories)[17], size_t n, int64_t since_ms,
                   void (*again)(void *ctx, const rl_request *request), void *ctx);

#endif
