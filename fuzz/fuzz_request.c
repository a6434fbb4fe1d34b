/* A request's method and target, and the body of a decision: what the server takes apart itself. */
#include "serve/request.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(rl_str s)
{
    assert(rl_utf8_valid(s.ptr, s.len) == s.len);
    for (size_t i = 0; i < s.len; i++)
        assert((unsigned char)s.ptr[i] >= ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    rl_str in = {(const char *)data + 1, size - 1};
    rl_arena *mem = rl_arena_new(16u << 20);
    rl_request r;
    rl_decision d;
    rl_decision_target t;
    rl_buf key = {0}, same = {0};
    const char *why;
    int64_t seen;
    int st = rl_request_parse((rl_method)(data[0] & 3), in, &r, &why);
    assert(st ? why != NULL : r.route < RL_R_N);
    if (!st) {
        rl_request *c = rl_request_copy(&r);
        check(r.path);
        check(r.q);
        check(r.target);
        rl_request_key(&r, &key);
        rl_request_key(c, &same);
        assert(rl_str_eq(rl_buf_str(&key), rl_buf_str(&same)));
        free(c);
    }
    if (!rl_request_decision(mem, in, &d, &seen, &why))
        assert(seen >= 0);
    rl_decision_target_of(in, &t);
    (void)rl_request_token(mem, in);
    rl_buf_clear(&key);
    rl_buf_clear(&same);
    rl_arena_free(mem);
    return 0;
}
