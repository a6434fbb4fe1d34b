/* Requests taken apart: paths, queries, bodies, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "serve/request.h"

#define STORY "/api/v1/stories/0123456789abcdef"
#define REPORT "/api/v1/reports/0123456789abcdef0123456789abcdef"

static void targets(void **state)
{
    static const struct {
        rl_method method;
        const char *target;
        int status;
        rl_route route;
        const char *id, *q;
    } cases[] = {
        {RL_GET, "/api/v1", 0, RL_R_ROOT, "", ""},
        {RL_HEAD, "/api/v1", 0, RL_R_ROOT, "", ""},
        {RL_GET, "/api/v1/stories?q=a+b%20c", 0, RL_R_STORIES, "", "a b c"},
        {RL_GET, "/api/v1/stories?q=%ce%bb", 0, RL_R_STORIES, "", "\xce\xbb"},
        {RL_GET, "/api/v1/stories?&&q=x&limit=200", 0, RL_R_STORIES, "", "x"},
        {RL_GET, "/api/v1/stories?q", 0, RL_R_STORIES, "", ""},
        {RL_GET, STORY, 0, RL_R_STORY, "0123456789abcdef", ""},
        {RL_GET, STORY "/account?redact=1&as_of=2022-01-06T05:00Z", 0, RL_R_ACCOUNT, "0123456789abcdef", ""},
        {RL_GET, STORY "/origins", 0, RL_R_ORIGINS, "0123456789abcdef", ""},
        {RL_GET, REPORT, 0, RL_R_REPORT, "0123456789abcdef0123456789abcdef", ""},
        {RL_GET, REPORT "/explain?at=0", 0, RL_R_EXPLAIN, "0123456789abcdef0123456789abcdef", ""},
        {RL_GET, "/api/v1/messages/zh-Hant", 0, RL_R_MESSAGES, "zh-Hant", ""},
        {RL_POST, "/api/v1/decisions", 0, RL_R_DECISIONS, "", ""},
        {RL_GET, "/story/abc?anything=1", 0, RL_R_PAGE, "", ""},
        {RL_GET, "/", 0, RL_R_PAGE, "", ""},
        {RL_GET, "", 400, RL_R_N, "", ""},
        {RL_GET, "*", 400, RL_R_N, "", ""},
        {RL_GET, "http://example.org/", 400, RL_R_N, "", ""},
        {RL_GET, "/a/../b", 400, RL_R_N, "", ""},
        {RL_GET, "/%2e%2e/b", 400, RL_R_N, "", ""},
        {RL_GET, "/..%5cb", 400, RL_R_N, "", ""},
        {RL_GET, "/%0a", 400, RL_R_N, "", ""},
        {RL_GET, "/%", 400, RL_R_N, "", ""},
        {RL_GET, "/%4", 400, RL_R_N, "", ""},
        {RL_GET, "/%zz", 400, RL_R_N, "", ""},
        {RL_GET, "/%c3", 400, RL_R_N, "", ""},
        {RL_GET, "/%41", 0, RL_R_PAGE, "", ""},
        {RL_GET, "/api/v1/stories?q=%0d", 400, RL_R_STORIES, "", ""},
        {RL_GET, "/api/v1/stories?x=1", 400, RL_R_STORIES, "", ""},
        {RL_GET, STORY "?q=1", 400, RL_R_STORY, "", ""},
        {RL_GET, STORY "?in=el", 400, RL_R_STORY, "", ""},
        {RL_GET, "/api/v1/stories?limit=", 400, RL_R_STORIES, "", ""},
        {RL_GET, "/api/v1/stories?limit=-1", 400, RL_R_STORIES, "", ""},
        {RL_GET, STORY "/account?as_of=soon", 400, RL_R_ACCOUNT, "", ""},
        {RL_GET, REPORT "/explain?at=4294967295", 400, RL_R_EXPLAIN, "", ""},
        {RL_GET, "/api/v1/stories/0123456789ABCDEF", 404, RL_R_N, "", ""},
        {RL_GET, "/api/v1/stories/0123456789abcdef0", 404, RL_R_N, "", ""},
        {RL_GET, "/api/v1/messages/a_b", 404, RL_R_N, "", ""},
        {RL_GET, "/api/v1/", 404, RL_R_N, "", ""},
        {RL_GET, "/api", 404, RL_R_N, "", ""},
        {RL_POST, "/api/v1/stories", 405, RL_R_STORIES, "", ""},
        {RL_GET, "/api/v1/login", 405, RL_R_LOGIN, "", ""},
        {RL_METHOD_OTHER, "/", 405, RL_R_PAGE, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_request r;
        const char *why;
        int st = rl_request_parse(cases[i].method, rl_str_z(cases[i].target), &r, &why);
        if (st != cases[i].status || r.route != cases[i].route || (st != 0) != (why != NULL))
            fail_msg("%s: %d", cases[i].target, st);
        if (!st && (!rl_str_is(r.id, cases[i].id) || !rl_str_is(r.q, cases[i].q)))
            fail_msg("%s: %.*s", cases[i].target, (int)r.q.len, r.q.ptr);
    }
}

static void limits(void **state)
{
    rl_request r;
    const char *why;
    char *long_target = malloc(RL_SERVE_URI_MAX + 1);
    (void)state;
    memset(long_target, 'a', RL_SERVE_URI_MAX + 1);
    long_target[0] = '/';
    assert_int_equal(rl_request_parse(RL_GET, (rl_str){long_target, RL_SERVE_URI_MAX}, &r, &why), 0);
    assert_int_equal(r.path.len, RL_SERVE_URI_MAX);
    assert_int_equal(rl_request_parse(RL_GET, (rl_str){long_target, RL_SERVE_URI_MAX + 1}, &r, &why), 414);
    free(long_target);
    assert_int_equal(rl_request_parse(RL_GET, RL_STR("/api/v1/stories?limit=200"), &r, &why), 0);
    assert_int_equal(r.limit, RL_SERVE_PAGE_MAX);
    assert_int_equal(rl_request_parse(RL_GET, RL_STR("/api/v1/stories?limit=201"), &r, &why), 400);
}

static void keys(void **state)
{
    static const char *const apart[] = {"/api/v1/stories",
                                        "/api/v1/stories?q=a",
                                        "/api/v1/stories?place=a",
                                        "/api/v1/stories?in=a",
                                        "/api/v1/stories?lang=a",
                                        "/api/v1/stories?limit=3",
                                        "/api/v1/stories?since=2022-01-06",
                                        "/api/v1/stories?until=2022-01-06",
                                        STORY "/account",
                                        STORY "/account?as_of=2022-01-06",
                                        STORY "/account?as_of=2022-01-06T05:00Z",
                                        STORY "/account?redact=1",
                                        STORY "/account?rule=conservative"};
    enum { N = sizeof apart / sizeof *apart };
    rl_buf key[N] = {{0}};
    (void)state;
    for (size_t i = 0; i < N; i++) {
        rl_request r;
        const char *why;
        assert_int_equal(rl_request_parse(RL_GET, rl_str_z(apart[i]), &r, &why), 0);
        rl_request_key(&r, &key[i]);
        for (size_t k = 0; k < i; k++)
            assert_false(rl_str_eq(rl_buf_str(&key[i]), rl_buf_str(&key[k])));
    }
    for (size_t i = 0; i < N; i++)
        rl_buf_clear(&key[i]);
}

static void bodies(void **state)
{
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        {"{\"what\":\"reject\",\"target\":\"t\",\"who\":\"a\",\"seen\":0}", 0},
        {"{\"what\":\"reject\",\"target\":\"t\",\"who\":\"a\",\"why\":null,\"data\":{\"a\":1},\"seen\":3}",
         0},
        {"", 400},
        {"[]", 400},
        {"{\"what\":\"reject\",\"seen\":0} x", 400},
        {"{\"what\":\"reject\",\"what\":\"confirm\",\"seen\":0}", 400},
        {"{\"what\":1,\"seen\":0}", 400},
        {"{\"what\":\"reject\"}", 400},
        {"{\"what\":\"reject\",\"seen\":-1}", 400},
        {"{\"what\":\"reject\",\"seen\":1.5}", 400},
        {"{\"what\":\"reject\",\"seen\":0,\"data\":[]}", 400},
        {"{\"what\":\"reject\",\"seen\":0,\"colour\":1}", 400},
    };
    rl_arena *mem = rl_arena_new(1u << 20);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_decision d;
        int64_t seen;
        const char *why;
        if (rl_request_decision(mem, rl_str_z(cases[i].body), &d, &seen, &why) != cases[i].status)
            fail_msg("%s", cases[i].body);
    }
    assert_true(rl_str_is(rl_request_token(mem, RL_STR("{\"token\":\"x\"}")), "x"));
    assert_int_equal(rl_request_token(mem, RL_STR("{\"token\":[]}")).len, 0);
    rl_arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest all[] = {cmocka_unit_test(targets), cmocka_unit_test(limits),
                                     cmocka_unit_test(keys), cmocka_unit_test(bodies)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
