/* What is asked: the target of a request taken apart, and the body of a decision. Pure; nothing here knows the library that
 * the bytes came through. */
#ifndef RL_SERVE_REQUEST_H
#define RL_SERVE_REQUEST_H

#include "store/decide.h"

typedef enum {
    RL_R_ROOT,
    RL_R_STORIES,
    RL_R_STORY,
    RL_R_ACCOUNT,
    RL_R_ORIGINS,
    RL_R_REPORT,
    RL_R_RAW,
    RL_R_EXPLAIN,
    RL_R_MESSAGES,
    RL_R_DECISIONS,
    RL_R_EVENTS,
    RL_R_LOGIN,
    RL_R_LOGOUT,
    RL_R_OPENAPI,
    RL_R_PAGE, /* whatever is not under /api: the page, its files */
    RL_R_N
} rl_route;

typedef enum { RL_GET, RL_HEAD, RL_POST, RL_METHOD_OTHER } rl_method;

typedef struct {
    rl_route route;
    rl_str path, id; /* decoded; id: of the story or report, the tag of a language */
    rl_str q, place, measure, lang, outlet, format, rule, target;
    rl_str in; /* language of a list's titles and labels */
    rl_date since, until, as_of;
    uint16_t as_of_minute; /* as in rl_account_options */
    size_t limit;          /* 1 … RL_SERVE_PAGE_MAX */
    rl_str cursor;
    uint32_t at; /* byte; UINT32_MAX: not given */
    bool redact;
    rl_str query; /* as it came, where it is printable: to go along with a redirection */
    char text[2 * RL_SERVE_URI_MAX + 2]; /* what the strings borrow from */
} rl_request;

/**
 * Take a target ("/path?name=value&…", as it came) apart.
 * Returns 0, or the status of HTTP that refuses it with *why (static): 400, 404, 405, 414.
 */
int rl_request_parse(rl_method method, rl_str target, rl_request *out, const char **why);

/** A copy into *to, with strings of its own. */
void rl_request_move(rl_request *to, const rl_request *r);
/** On the heap, with strings of its own; NULL where memory is out. */
rl_request *rl_request_copy(const rl_request *r);

/** The request in a form that is the same for all that ask the same: what answers are kept by. */
void rl_request_key(const rl_request *r, rl_buf *out);

/** {"what","target","who","why","data","seen"}. Strings live in mem. 0, or 400 with *why (static). */
int rl_request_decision(rl_arena *mem, rl_str body, rl_decision *out, int64_t *seen, const char **why);

/** {"token":T}; empty where it is something else. */
rl_str rl_request_token(rl_arena *mem, rl_str body);

#endif
