/* The network against a local server that misbehaves (tests/net/server.py), and what needs none: robots.txt,
 * private addresses, resolving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/net.h"

/* ---- without a server ---- */

static void private_addresses(void **state)
{
    static const struct {
        const char *ip;
        bool private;
    } cases[] = {
        {"127.0.0.1", true},
        {"127.255.255.255", true},
        {"10.1.2.3", true},
        {"172.16.0.1", true},
        {"172.31.255.255", true},
        {"172.32.0.1", false},
        {"172.15.255.255", false},
        {"192.168.1.1", true},
        {"192.167.255.255", false},
        {"169.254.169.254", true},
        {"100.64.0.1", true},
        {"100.128.0.1", false},
        {"0.0.0.0", true},
        {"224.0.0.1", true},
        {"255.255.255.255", true},
        {"8.8.8.8", false},
        {"93.184.216.34", false},
        {"198.18.0.1", true},
        {"198.20.0.1", false},
        {"192.0.2.1", true},
        {"::1", true},
        {"::", true},
        {"fe80::1", true},
        {"fc00::1", true},
        {"fd12::1", true},
        {"ff02::1", true},
        {"2001:db8::1", true},
        {"2606:4700::1111", false},
        {"::ffff:127.0.0.1", true},
        {"::ffff:8.8.8.8", false},
        {"64:ff9b::7f00:1", true},
        {"64:ff9b::808:808", false},
        {"2002:7f00:1::", true},
        {"2002:808:808::", false},
        {"2001::1", true},
        {"::7f00:1", true},
        {"fec0::1", true},
        {"100::1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_storage a = {0};
        struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
        if (inet_pton(AF_INET, cases[i].ip, &v4->sin_addr) == 1)
            v4->sin_family = AF_INET;
        else if (inet_pton(AF_INET6, cases[i].ip, &v6->sin6_addr) == 1)
            v6->sin6_family = AF_INET6;
        if (rl_net_private((struct sockaddr *)&a) != cases[i].private)
            fail_msg("%s", cases[i].ip);
    }
    struct sockaddr un = {.sa_family = AF_UNIX};
    assert_true(rl_net_private(&un));
}

static void robots(void **state)
{
    static const struct {
        const char *name, *text, *path;
        bool allow;
    } cases[] = {
        {"empty", "", "/a", true},
        {"none for us", "User-agent: other\nDisallow: /\n", "/a", true},
        {"all", "User-agent: *\nDisallow: /\n", "/a", false},
        {"an empty rule", "User-agent: *\nDisallow:\n", "/a", true},
        {"ours before all", "User-agent: *\nDisallow: /\n\nUser-agent: relata\nDisallow: /x\n", "/a", true},
        {"ours in any case", "User-agent: ReLaTa/0.1\nDisallow: /x\n", "/x", false},
        {"not a longer name", "User-agent: relatax\nDisallow: /\n", "/x", true},
        {"two names, one group", "User-agent: other\nUser-agent: relata\nDisallow: /x\n", "/x", false},
        {"groups of one name together",
         "User-agent: relata\nDisallow: /x\n\nUser-agent: b\nDisallow: /\n\nUser-agent: relata\nDisallow: "
         "/y\n",
         "/y", false},
        {"the longest decides", "User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true},
        {"… either way", "User-agent: *\nAllow: /a\nDisallow: /a/b\n", "/a/b/c", false},
        {"a tie allows", "User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
        {"a star", "User-agent: *\nDisallow: /*.php\n", "/x/y.php?z", false},
        {"a star and an end", "User-agent: *\nDisallow: /*.php$\n", "/x/y.php?z", true},
        {"an end", "User-agent: *\nDisallow: /x$\n", "/x", false},
        {"an end that is not", "User-agent: *\nDisallow: /x$\n", "/xy", true},
        {"two stars", "User-agent: *\nDisallow: /a*b*c\n", "/a12b34c", false},
        {"escapes are alike", "User-agent: *\nDisallow: /%61b%c3%a9\n", "/ab\xc3\xa9", false},
        {"an escaped slash is no slash", "User-agent: *\nDisallow: /a/b\n", "/a%2Fb", true},
        {"a query", "User-agent: *\nDisallow: /*?id=\n", "/x?id=3", false},
        {"comments, blanks, CR", "  User-Agent : * # all\r\rDisallow : /x # no\r", "/x", false},
        {"a mark of UTF-8", "\xEF\xBB\xBFUser-agent: *\nDisallow: /\n", "/a", false},
        {"rules before any group", "Disallow: /\nUser-agent: *\nDisallow: /b\n", "/a", true},
        {"unknown lines do not end a group's names", "User-agent: relata\nSitemap: /s\nDisallow: /x\n", "/x",
         false},
        {"case of paths counts", "User-agent: *\nDisallow: /X\n", "/x", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_robots r;
        assert_int_equal(rl_robots_read(rl_str_z(cases[i].text), "relata", &r), RL_OK);
        if (rl_robots_allow(&r, rl_str_z(cases[i].path)) != cases[i].allow)
            fail_msg("%s", cases[i].name);
        rl_robots_clear(&r);
    }
    rl_robots r;
    assert_int_equal(rl_robots_read(RL_STR("User-agent: *\nCrawl-delay: 2.5\n"), "relata", &r), RL_OK);
    assert_int_equal(r.delay_ms, 2500);
    rl_robots_clear(&r);
}

/* A pattern of many stars against a long path is no trap. */
static void robots_is_linear(void **state)
{
    (void)state;
    rl_buf text = {0}, path = {0};
    rl_robots r;
    rl_buf_z(&text, "User-agent: *\nDisallow: /");
    for (int i = 0; i < 2000; i++)
        rl_buf_z(&text, "*a");
    rl_buf_z(&text, "$\n");
    rl_buf_c(&path, '/');
    for (int i = 0; i < 8000; i++)
        rl_buf_c(&path, i % 2 ? 'a' : 'b');
    rl_buf_z(&path, "c");
    clock_t from = clock();
    assert_int_equal(rl_robots_read(rl_buf_str(&text), "relata", &r), RL_OK);
    assert_true(rl_robots_allow(&r, rl_buf_str(&path)));
    assert_true(clock() - from < CLOCKS_PER_SEC);
    rl_robots_clear(&r);
    rl_buf_clear(&text);
    rl_buf_clear(&path);
}

static void resolving(void **state)
{
    static const struct {
        const char *base, *url, *out; /* NULL: refused */
    } cases[] = {
        {"", "http://Example.org/a b?c=d#e", "http://Example.org/a%20b?c=d"},
        {"http://example.org/x/y", "../z", "http://example.org/z"},
        {"https://example.org/x", "//other.org/y", "https://other.org/y"},
        {"http://example.org/x", "https://u:p@other.org/y", "https://other.org/y"},
        {"", "ftp://example.org/", NULL},
        {"http://example.org/", "file:///etc/passwd", NULL},
        {"http://example.org/", "javascript:alert(1)", NULL},
        {"http://example.org/", "data:text/html,x", NULL},
        {"", "", NULL},
        {"", "http://", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out;
        bool ok = rl_net_resolve(rl_str_z(cases[i].base), rl_str_z(cases[i].url), &out);
        if (ok != (cases[i].out != NULL) || (ok && strcmp(out, cases[i].out)))
            fail_msg("%s + %s: %s", cases[i].base, cases[i].url, ok ? out : "refused");
        free(out);
    }
}

/* ---- with one ---- */

typedef struct {
    pid_t pid;
    int port, port2, port3;
    char log[64];
} server;

static int start_server(void **state)
{
    static server s;
    int fd[2];
    const char *root = getenv("RELATA_SOURCE");
    char path[512];
    snprintf(path, sizeof path, "%s/tests/net/server.py", root ? root : ".");
    snprintf(s.log, sizeof s.log, "/tmp/relata-net-%d", (int)getpid());
    assert_int_equal(pipe(fd), 0);
    s.pid = fork();
    if (!s.pid) {
        dup2(fd[1], 1);
        close(fd[0]);
        execlp("python3", "python3", path, s.log, (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    FILE *f = fdopen(fd[0], "r");
    bool up = f && fscanf(f, "%d %d %d", &s.port, &s.port2, &s.port3) == 3;
    if (f)
        fclose(f);
    *state = &s;
    return up ? 0 : -1;
}

static int stop_server(void **state)
{
    server *s = *state;
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    unlink(s->log);
    return 0;
}

typedef struct {
    rl_net *net;
    rl_net_answer a;
    char permit[32];
} asked;

static void open_net(asked *q, server *s, rl_net_options o)
{
    rl_error err;
    snprintf(q->permit, sizeof q->permit, "127.0.0.1:%d", s->port);
    if (!o.permit && !o.allow_private)
        o.permit = q->permit;
    o.backoff_ms = o.backoff_ms ? o.backoff_ms : 50;
    assert_int_equal(rl_net_open(&o, &q->net, &err), RL_OK);
}

static void ask_port(asked *q, int port, const char *path, const char *etag, const char *modified)
{
    char url[256];
    rl_error err;
    bool got = false;
    size_t left = 1;
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    assert_int_equal(rl_net_ask(q->net, rl_str_z(url), rl_str_z(etag), rl_str_z(modified), q, &err), RL_OK);
    for (int i = 0; i < 1200 && !got; i++)
        assert_int_equal(rl_net_next(q->net, 100, &q->a, &got, &left, &err), RL_OK);
    assert_true(got);
    assert_int_equal(left, 0);
    assert_ptr_equal(q->a.tag, q);
    assert_true(rl_str_is(q->a.url, url));
}

static int64_t ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void each_way(void **state)
{
    static const struct {
        const char *path;
        rl_net_outcome outcome;
        const char *says; /* in the body, or in the message */
    } cases[] = {
        {"/ok", RL_NET_GOT, "Eight people"},
        {"/gzip", RL_NET_GOT, "Six people"},
        {"/redirect", RL_NET_GOT, "Eight people"},
        {"/flaky", RL_NET_GOT, "Seven people"},
        {"/gone", RL_NET_GONE, "404"},
        {"/down", RL_NET_FAILED, "500"},
        {"/private/x", RL_NET_ROBOTS, "robots"},
        {"/private/open", RL_NET_GOT, "Eight people"},
        {"/redirect-closed", RL_NET_ROBOTS, "robots"},
        {"/redirect-loop", RL_NET_GONE, "redirects"},
        {"/redirect-file", RL_NET_GONE, "no http"},
        {"/redirect-ftp", RL_NET_GONE, "no http"},
        {"/redirect-private", RL_NET_GONE, "private"},
        {"/redirect-v6", RL_NET_GONE, "private"},
        {"/redirect-mapped", RL_NET_GONE, "private"},
        {"/redirect-name", RL_NET_GONE, "private"},
        {"/redirect-decimal", RL_NET_GONE, "private"},
        {"/endless", RL_NET_GONE, "larger"},
        {"/bomb", RL_NET_GONE, "larger"},
        {"/headers", RL_NET_GONE, "header"},
        {"/short", RL_NET_FAILED, ""},
        {"/garbage", RL_NET_GONE, ""},
        {"/slow", RL_NET_FAILED, "no answer"},
        {"/drip", RL_NET_FAILED, "no answer"},
    };
    server *s = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        asked q;
        /* Only of those that never answer is the time short: a busy machine fails no other. */
        bool mute = strcmp(cases[i].says, "no answer") == 0 || strcmp(cases[i].path, "/flaky") == 0;
        open_net(&q, s,
                 (rl_net_options){.max_bytes = 4u << 20, .total_ms = mute ? 1000 : 6000, .backoff_ms = 20});
        ask_port(&q, s->port, cases[i].path, "", "");
        const char *where = q.a.outcome == RL_NET_GOT ? q.a.body.ptr : q.a.message;
        if (q.a.outcome != cases[i].outcome ||
            !memmem(where, strlen(where), cases[i].says, strlen(cases[i].says)))
            fail_msg("%s: %d, %s", cases[i].path, (int)q.a.outcome, q.a.message);
        rl_net_close(q.net);
    }
}

static void private_is_refused(void **state)
{
    server *s = *state;
    asked q;
    open_net(&q, s, (rl_net_options){.permit = "127.0.0.1:1"});
    ask_port(&q, s->port, "/ok", "", "");
    assert_int_equal(q.a.outcome, RL_NET_GONE);
    assert_non_null(strstr(q.a.message, "--allow-private"));
    rl_net_close(q.net);
    open_net(&q, s, (rl_net_options){.allow_private = true});
    ask_port(&q, s->port, "/redirect-private", "", "");
    assert_int_equal(q.a.outcome, RL_NET_GOT);
    rl_net_close(q.net);
}

static void conditional(void **state)
{
    server *s = *state;
    asked q;
    open_net(&q, s, (rl_net_options){0});
    ask_port(&q, s->port, "/feed", "", "");
    assert_int_equal(q.a.outcome, RL_NET_GOT);
    assert_true(rl_str_is(q.a.etag, "\"v1\""));
    ask_port(&q, s->port, "/feed", "\"v1\"", "");
    assert_int_equal(q.a.outcome, RL_NET_UNCHANGED);
    ask_port(&q, s->port, "/modified", "", "");
    assert_true(rl_str_is(q.a.modified, "Thu, 06 Jan 2022 08:00:00 GMT"));
    assert_true(rl_str_is(q.a.charset, "utf-8"));
    ask_port(&q, s->port, "/modified", "", "Thu, 06 Jan 2022 08:00:00 GMT");
    assert_int_equal(q.a.outcome, RL_NET_UNCHANGED);
    rl_net_close(q.net);
}

static void waits_when_told(void **state)
{
    server *s = *state;
    asked q;
    int64_t from = ms();
    open_net(&q, s, (rl_net_options){0});
    ask_port(&q, s->port, "/busy", "", "");
    assert_int_equal(q.a.outcome, RL_NET_GOT);
    assert_true(ms() - from >= 2000);
    from = ms();
    ask_port(&q, s->port, "/busy-date", "", "");
    assert_int_equal(q.a.outcome, RL_NET_GOT);
    assert_true(ms() - from >= 900);
    from = ms();
    ask_port(&q, s->port, "/busy-long", "", "");
    assert_int_equal(q.a.outcome, RL_NET_FAILED);
    assert_true(q.a.retry_ms >= 86000000 && ms() - from < 1000);
    rl_net_close(q.net);
}

static void robots_that_cannot_be_had_forbids(void **state)
{
    server *s = *state;
    asked q;
    open_net(&q, s, (rl_net_options){.allow_private = true, .backoff_ms = 10});
    ask_port(&q, s->port3, "/ok", "", "");
    assert_int_equal(q.a.outcome, RL_NET_FAILED);
    assert_non_null(strstr(q.a.message, "robots.txt"));
    rl_net_close(q.net);
}

/* Many addresses of two hosts: one request a host at a time, every one answered once, the delay kept. */
static void one_at_a_time(void **state)
{
    server *s = *state;
    asked q;
    rl_error err;
    char url[128];
    size_t left = 1, n = 0;
    bool got, had[40] = {false};
    int64_t from = ms();
    open_net(&q, s, (rl_net_options){.allow_private = true, .delay_ms = 30});
    for (size_t i = 0; i < 40; i++) {
        snprintf(url, sizeof url, "http://%s:%d/page/%zu", i % 2 ? "localhost" : "127.0.0.1",
                 i % 2 ? s->port2 : s->port, i);
        assert_int_equal(rl_net_ask(q.net, rl_str_z(url), RL_STR(""), RL_STR(""), &had[i], &err), RL_OK);
    }
    while (left) {
        assert_int_equal(rl_net_next(q.net, 1000, &q.a, &got, &left, &err), RL_OK);
        if (!got)
            continue;
        assert_int_equal(q.a.outcome, RL_NET_GOT);
        assert_false(*(bool *)q.a.tag);
        *(bool *)q.a.tag = true;
        n++;
    }
    assert_int_equal(n, 40);
    assert_true(ms() - from >= 19 * 30);
    rl_net_close(q.net);
    FILE *f = fopen(s->log, "r");
    char line[512];
    bool agent = false;
    while (f && fgets(line, sizeof line, f)) {
        if (strstr(line, "/page/") && strstr(line, "OVERLAP"))
            fail_msg("%s", line);
        agent |= strstr(line, " relata/" RL_VERSION " (") != NULL;
    }
    assert_non_null(f);
    fclose(f);
    assert_true(agent);
}

/* Closing with requests under way and waiting leaves nothing behind (the sanitizers look). */
static void closed_early(void **state)
{
    server *s = *state;
    asked q;
    rl_error err;
    char url[128];
    size_t left;
    bool got;
    open_net(&q, s, (rl_net_options){0});
    for (int i = 0; i < 5; i++) {
        snprintf(url, sizeof url, "http://127.0.0.1:%d/slow", s->port);
        assert_int_equal(rl_net_ask(q.net, rl_str_z(url), RL_STR(""), RL_STR(""), NULL, &err), RL_OK);
    }
    assert_int_equal(rl_net_ask(q.net, RL_STR("gopher://x/"), RL_STR(""), RL_STR(""), NULL, &err), RL_OK);
    assert_int_equal(rl_net_next(q.net, 300, &q.a, &got, &left, &err), RL_OK);
    assert_true(got && q.a.outcome == RL_NET_GONE);
    assert_int_equal(rl_net_next(q.net, 300, &q.a, &got, &left, &err), RL_OK);
    assert_int_equal(left, 5);
    rl_net_close(q.net);
}

int main(void)
{
    const struct CMUnitTest alone[] = {cmocka_unit_test(private_addresses), cmocka_unit_test(robots),
                                       cmocka_unit_test(robots_is_linear), cmocka_unit_test(resolving)};
    const struct CMUnitTest served[] = {cmocka_unit_test(each_way),
                                        cmocka_unit_test(private_is_refused),
                                        cmocka_unit_test(conditional),
                                        cmocka_unit_test(waits_when_told),
                                        cmocka_unit_test(robots_that_cannot_be_had_forbids),
                                        cmocka_unit_test(one_at_a_time),
                                        cmocka_unit_test(closed_early)};
    signal(SIGPIPE, SIG_IGN);
    int bad = cmocka_run_group_tests(alone, NULL, NULL);
    return bad + cmocka_run_group_tests(served, start_server, stop_server);
}
