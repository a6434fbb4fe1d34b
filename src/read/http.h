/* HTTP messages and header fields, as archives and mails hold them. Inside src/read only. */
#ifndef RL_READ_HTTP_H
#define RL_READ_HTTP_H

#include "base/base.h"

/** The value of a header field (of the first of that name), trimmed, not unfolded; empty: none. */
rl_str rl_header(rl_str headers, const char *name);
/** A parameter of a field's value: charset of "text/html; charset=x"; without quotes. */
rl_str rl_header_param(rl_str value, const char *name);
/** Bytes of the header block at the beginning of s, its empty line included; 0: no end in sight. */
size_t rl_header_size(rl_str s);
/** True if a begins with z, case of ASCII letters aside. */
bool rl_starts_nocase(rl_str a, const char *z);

typedef struct {
    int status;
    rl_str headers, body; /* body: with chunks joined and gzip, deflate or zstd undone */
} rl_http;
/** A response: borrowed from s or on the arena. RL_ESYNTAX: no HTTP; RL_ELIMIT: over max. */
RL_MUST_CHECK rl_status rl_http_response(rl_arena *mem, rl_str s, size_t max, rl_http *out, rl_error *err);

#endif
