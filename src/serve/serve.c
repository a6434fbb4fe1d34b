/* Beginning and end of a server: its address, its store, its threads. Invariants: an address that others can reach wants a
 * token; when rl_serve_close returns every decision that was answered 201 is on the disk. */
#include "serve/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "pack/pack.h"
#include "serve/state.h"

int64_t rl_serve_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void rl_serve_log(rl_serve *s, const char *fmt, ...)
{
    char z[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(z, sizeof z, fmt, ap);
    va_end(ap);
    if (s->opt.log)
        s->opt.log(s->opt.ctx, z);
}

/* ---- the address ---- */

static bool is_loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24) == 127;
    return a->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

/* "host:port" into its parts; "[::1]:80" without its brackets. */
static bool split_address(const char *listen, char host[256], char port[16])
{
    const char *colon = strrchr(listen, ':');
    uint64_t n;
    if (!colon || (size_t)(colon - listen) >= 256 || !rl_str_uint(rl_str_z(colon + 1), 65535, &n))
        return false;
    snprintf(port, 16, "%llu", (unsigned long long)n);
    rl_str h = {listen, (size_t)(colon - listen)};
    if (h.len > 1 && h.ptr[0] == '[' && h.ptr[h.len - 1] == ']')
        h = rl_str_sub(h, 1, h.len - 2);
    else if (h.len && memchr(h.ptr, ':', h.len))
        return false;
    snprintf(host, 256, "%.*s", (int)h.len, h.len ? h.ptr : "");
    if (!h.len)
        strcpy(host, "127.0.0.1");
    return true;
}

static void name_url(rl_serve *s, int fd, const char *host, const char *port)
{
    struct sockaddr_storage a = {0};
    socklen_t n = sizeof a;
    unsigned p = (unsigned)atoi(port);
    if (!getsockname(fd, (struct sockaddr *)&a, &n))
        p = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&a)->sin6_port
                                          : ((struct sockaddr_in *)(void *)&a)->sin_port);
    snprintf(s->url, sizeof s->url, strchr(host, ':') ? "http://[%s]:%u/" : "http://%s:%u/", host, p);
}

static rl_status listen_on(rl_serve *s, int *out, rl_error *err)
{
    char host[256], port[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *a = NULL;
    int on = 1, fd = -1;
    if (!split_address(s->opt.listen, host, port))
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0,
                       "--listen is an address and a port like 127.0.0.1:8080, not '%s'", s->opt.listen);
    if (getaddrinfo(host, port, &hints, &a) || !a)
        return rl_fail(err, RL_EUSAGE, NULL, 0, 0, "no address is called '%s'", host);
    s->open = is_loopback(a->ai_addr);
    rl_status st = RL_OK;
    if (!s->open && !rl_tokens_count(s->tokens))
        st = rl_fail(err, RL_EUSAGE, NULL, 0, 0,
                     "%s can be reached by others, and there is no token: relata serve --new-token "
                     "read|review makes one",
                     host);
    if (!st && ((fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0 ||
                setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
                bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, 511)))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "cannot listen on %s: %s", s->opt.listen, strerror(errno));
    freeaddrinfo(a);
    if (st && fd >= 0)
        close(fd);
    else if (!st)
        name_url(s, fd, host, port);
    *out = st ? -1 : fd;
    return st;
}

/* ---- beginning ---- */

static rl_status open_stores(rl_serve *s, rl_error *err)
{
    rl_store_counts n;
    rl_status st = rl_packs_open(s->opt.packs, &s->packs, err);
    /* the writer first: it brings an older store up to date */
    if (!st && !s->opt.read_only)
        st = rl_store_open(s->opt.store, RL_STORE_WRITE, 0, &s->write_store, err);
    if (!st)
        st = rl_store_open(s->opt.store, RL_STORE_READ, 0, &s->read_store, err);
    if (!st)
        st = rl_store_extraction(s->read_store, RL_VERSION, rl_packs_checksum(s->packs), err);
    if (!st)
        st = rl_store_count(s->read_store, &n, err);
    if (!st && n.stale)
        rl_serve_log(
            s, "%lld reports were read by another relata or other packs: relata redo brings them up to date",
            (long long)n.stale);
    if (!st)
        st = rl_desk_new(s->read_store, s->packs, &s->desk, err);
    return st ? st : rl_answers_new(s->desk, s->opt.read_only, &s->answers, err);
}

rl_status rl_serve_open(const rl_serve_options *opt, rl_serve **out, rl_error *err)
{
    char tokens[4200];
    int fd = -1;
    rl_serve *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    s->opt = *opt;
    s->seq = s->first_seq = rl_serve_now_ms();
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->reader.wake, NULL);
    pthread_cond_init(&s->writer.wake, NULL);
    snprintf(tokens, sizeof tokens, "%s.tokens", opt->store);
    s->cache = rl_cache_new();
    s->tokens = rl_tokens_new(tokens);
    rl_status st =
        s->cache && s->tokens ? open_stores(s, err) : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st)
        st = listen_on(s, &fd, err);
    if (!st && !rl_work_start(s))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "the system gives no more threads");
    if (!st && !(s->daemon = rl_http_start(s, fd)))
        st = rl_fail(err, RL_EIO, NULL, 0, 0, "cannot listen on %s", opt->listen);
    if (st) {
        if (fd >= 0)
            close(fd);
        rl_serve_close(s);
        return st;
    }
    *out = s;
    return RL_OK;
}

const char *rl_serve_url(const rl_serve *s)
{
    return s->url;
}

void rl_serve_run(rl_serve *s, const volatile int *stop)
{
    int64_t beat = rl_serve_now_ms();
    while (!*stop) {
        struct timespec t = {0, 250000000};
        nanosleep(&t, NULL); /* a signal ends it early */
        if (*stop)
            break;
        rl_http_watch(s);
        if (rl_serve_now_ms() - beat >= RL_SERVE_BEAT_MS) {
            beat = rl_serve_now_ms();
            rl_event_beat(s);
        }
    }
}

void rl_serve_close(rl_serve *s)
{
    if (!s)
        return;
    if (s->daemon) {
        int fd = MHD_quiesce_daemon(s->daemon);
        if (fd >= 0)
            close(fd);
    }
    rl_work_stop(s);
    pthread_mutex_lock(&s->lock);
    rl_event_close(s);
    pthread_mutex_unlock(&s->lock);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    rl_event_clear(s);
    rl_answers_free(s->answers);
    rl_desk_free(s->desk);
    rl_store_close(s->read_store);
    rl_store_close(s->write_store);
    rl_packs_close(s->packs);
    rl_cache_free(s->cache);
    rl_tokens_free(s->tokens);
    pthread_cond_destroy(&s->reader.wake);
    pthread_cond_destroy(&s->writer.wake);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
