/* Asking the network: many addresses, one request a host at a time, politely.
 *
 * robots.txt is obeyed (RFC 9309), waiting between requests to a host, Retry-After and exponential back-off on 429 and
 * 5xx, limits on size, time and redirects. Addresses of this machine and of private networks are refused at the
 * moment a socket is opened, so neither a redirect nor a name that resolves otherwise the second time gets there.
 * One rl_net is one thread's. Looks at the clock: it is the network. */
#ifndef RL_NET_NET_H
#define RL_NET_NET_H

#include "base/base.h"

typedef struct rl_net rl_net;

typedef struct {
    bool
        allow_private; /* this machine and its networks may be asked, and the proxies of the environment used */
    const char *contact; /* what servers are told of who asks: a page or address; NULL: that it is not told */
    const char *permit;  /* one "IP:PORT" that may be asked although it is private; NULL: none */
    size_t max_bytes;    /* of one answer, decompressed; 0: RL_NET_BYTES_MAX */
    unsigned total_ms, connect_ms; /* of one request; 0: RL_NET_TOTAL_MS, RL_NET_CONNECT_MS */
    unsigned delay_ms;             /* between two requests to one host */
    unsigned
        backoff_ms; /* the first wait after 429, 5xx or a broken connection, doubled each time; 0: RL_NET_BACKOFF_MS */
    unsigned wait_max_ms; /* a longer wait is the caller's: rl_net_answer.retry_ms; 0: RL_NET_WAIT_MAX_MS */
} rl_net_options;

typedef enum {
    RL_NET_GOT,
    RL_NET_UNCHANGED, /* 304 */
    RL_NET_ROBOTS,    /* robots.txt forbids it */
    RL_NET_GONE,      /* 4xx, or not to be asked at all: no use in trying again */
    RL_NET_FAILED     /* may do better later */
} rl_net_outcome;

/** All strings live until the next rl_net_next or rl_net_close. */
typedef struct {
    rl_net_outcome outcome;
    void *tag;
    rl_str url, at; /* as asked; where the answer came from, after redirects */
    rl_str body, charset, etag, modified;
    long http;           /* status, 0: none came */
    int64_t retry_ms;    /* the server asks for that long a wait; 0: it does not */
    const char *message; /* for a person, where the outcome is none of the first two */
} rl_net_answer;

RL_MUST_CHECK rl_status rl_net_open(const rl_net_options *opt, rl_net **out, rl_error *err);
void rl_net_close(rl_net *net);

/** Have an address asked; etag and modified from an earlier answer, or empty. Strings are copied. An address that
 *  cannot be asked is answered like any other. RL_ENOMEM, RL_ELIMIT (RL_NET_JOBS_MAX waiting). */
RL_MUST_CHECK rl_status rl_net_ask(rl_net *net, rl_str url, rl_str etag, rl_str modified, void *tag,
                                   rl_error *err);

/** The next answer; *got false where none came within wait_ms, *left how many are asked for and not answered. */
RL_MUST_CHECK rl_status rl_net_next(rl_net *net, unsigned wait_ms, rl_net_answer *out, bool *got,
                                    size_t *left, rl_error *err);

/** url against base, without fragment, user and password; false where it is no http or https. On the heap. */
bool rl_net_resolve(rl_str base, rl_str url, char **out);

/* ---- address.c ---- */

struct sockaddr;
/** This machine, private, link-local, multicast, reserved, documentation, and IPv6 that stands for one of those. */
bool rl_net_private(const struct sockaddr *a);

/* ---- robots.c: RFC 9309 ---- */

typedef struct {
    bool allow;
    char *pattern; /* normalised, with * and a last $ */
    size_t length; /* bytes as written: the longest match counts */
} rl_robots_rule;
typedef struct {
    rl_robots_rule *at;
    size_t n;
    unsigned delay_ms; /* Crawl-delay, which is no part of the RFC; 0: none */
} rl_robots;
/** The rules for a crawler of that product token; at most RL_NET_ROBOTS_MAX bytes of text are looked at. */
RL_MUST_CHECK rl_status rl_robots_read(rl_str text, const char *product, rl_robots *out);
void rl_robots_clear(rl_robots *r);
/** path: from "/" on, with the query. Pure; O(rules × path). */
bool rl_robots_allow(const rl_robots *r, rl_str path);

#endif
