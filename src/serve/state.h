/* Inside src/serve: what its files share. */
#ifndef RL_SERVE_STATE_H
#define RL_SERVE_STATE_H

#include <pthread.h>

#include "serve/cache.h"
#include "serve/serve.h"
#include "serve/token.h"

/** A request that is worked on away from the threads that take requests. */
typedef struct job {
    struct job *next;
    struct MHD_Connection *connection; /* NULL: nobody waits any more */
    rl_request request;
    rl_arena *mem; /* of decision; NULL for what asks */
    rl_decision decision;
    int64_t seen;
    enum {
        JOB_ANSWER,
        JOB_LOOK,
        JOB_WRITE,
        JOB_SHOW
    } step; /* a decision: looked at, written, shown to those who ask */
    bool reviewer, done;
    rl_answer answer;
    rl_sendable ready;
} job;

typedef struct {
    pthread_t thread;
    pthread_cond_t wake;
    bool running;
    job *first, *last;
    size_t n;
} worker;

typedef enum { LINK_ASKS, LINK_ANSWERED, LINK_STREAMS } peer_state;

/** A connection: since when it waits for a request to come in, or for an answer to go out. */
typedef struct peer {
    struct peer *next, *prev;
    int fd;
    int64_t since_ms;
    peer_state state;
} peer;

typedef struct stream {
    struct stream *next;
    struct rl_serve *s;
    struct MHD_Connection *connection;
    int64_t seq; /* of the last event that was given */
    bool asleep, reset, beat;
    rl_buf out; /* what is to go out; from `at` on */
    size_t at;
} stream;

typedef struct {
    int64_t seq;
    char *text; /* as it goes out */
} event;

struct rl_serve {
    rl_serve_options opt;
    bool open; /* on loopback: no token is needed */
    char url[300];
    rl_packs *packs;
    rl_store *read_store, *write_store;
    rl_desk *desk;
    rl_answers *answers;
    rl_cache *cache;
    rl_tokens *tokens;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock; /* of all below */
    bool closing, ending; /* no more requests; nothing more will be handed to the reader */
    worker reader, writer;
    peer *links;
    stream *streams;
    size_t nstreams;
    event events[RL_SERVE_EVENTS_KEPT];
    int64_t seq, first_seq; /* the newest; the oldest that is kept is above first_seq */
};

int64_t rl_serve_now_ms(void); /* since 1970 */
void rl_serve_log(rl_serve *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* work.c: the two threads that work */
bool rl_work_start(rl_serve *s);
void rl_work_stop(rl_serve *s);
/** False where too many wait. The connection must be suspended. */
bool rl_work_push(rl_serve *s, job *j);
void rl_job_free(job *j);

/* event.c */
void rl_event_tell(rl_serve *s, const char *type, rl_str data); /* data: one line of JSON */
void rl_event_beat(rl_serve *s);
/** NULL where there are too many. last: Last-Event-ID, or NULL. */
struct MHD_Response *rl_event_stream(rl_serve *s, struct MHD_Connection *c, const char *last);
void rl_event_close(rl_serve *s); /* all streams end */
void rl_event_clear(rl_serve *s);

/* http.c */
struct MHD_Daemon *rl_http_start(rl_serve *s, int fd);
void rl_http_watch(rl_serve *s); /* shut those who are too slow */

#endif
