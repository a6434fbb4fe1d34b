/* Tokens of access: made once, told once, kept hashed in a file beside the store (crypt(5), SHA-256), one a line. */
#ifndef RL_SERVE_TOKEN_H
#define RL_SERVE_TOKEN_H

#include "base/base.h"

typedef enum { RL_ROLE_NONE, RL_ROLE_READ, RL_ROLE_REVIEW } rl_role;

enum { RL_TOKEN_BYTES = 64 };

/** Make one and write its line to path, which is made readable to its owner alone. out: NUL-terminated. */
RL_MUST_CHECK rl_status rl_token_new(const char *path, rl_role role, char out[RL_TOKEN_BYTES], rl_error *err);

/** Those of a file, read again when it changes; may be shared by threads. */
typedef struct rl_tokens rl_tokens;
rl_tokens *rl_tokens_new(const char *path);
void rl_tokens_free(rl_tokens *t);
size_t rl_tokens_count(rl_tokens *t);
/** RL_ROLE_NONE where it is none of them. *tired: too many wrong ones came in the last seconds, this one was not looked at. */
rl_role rl_tokens_role(rl_tokens *t, rl_str token, int64_t now_ms, bool *tired);

#endif
