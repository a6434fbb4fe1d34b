/* What is answered to a request that asks for something: docs/api.md. From a desk to bytes; one thread's. */
#ifndef RL_SERVE_ANSWER_H
#define RL_SERVE_ANSWER_H

#include "desk/desk.h"
#include "serve/request.h"

typedef struct {
    int status;        /* of HTTP */
    const char *type;  /* media type, static */
    char charset[40];  /* … and its charset, where it is not in it */
    const char *allow; /* 405: the methods, static */
    rl_buf body;       /* the caller clears it */
    char story[17];    /* all of it depends on this story alone; empty: on anything */
    bool keep;         /* may be kept and given again */
    bool raw;          /* a report's own bytes, which may be anything: to be shut in */
    char file[80];     /* name to save it under; empty: to be shown */
    char location[RL_SERVE_URI_MAX + 100];
} rl_answer;

typedef struct rl_answers rl_answers;
RL_MUST_CHECK rl_status rl_answers_new(rl_desk *d, bool read_only, rl_answers **out, rl_error *err);
void rl_answers_free(rl_answers *a);

/** *out is whole whatever happens: what goes wrong is a problem (RFC 9457). reviewer: may who asks decide? */
void rl_answer_make(rl_answers *a, const rl_request *r, bool reviewer, rl_answer *out);

/** A problem; title by its status. more: further members of the object (",\"a\":1"), or "". */
void rl_answer_problem(rl_answer *out, int status, const char *detail, const char *more);
/** "Not Found" …; static. */
const char *rl_status_title(int status);

#endif
