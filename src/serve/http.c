/* From libmicrohttpd to requests and back: who may ask, what is refused, what is kept, what is put aside for the threads that
 * work. A request's own state is made when its first line is in, and goes when its answer is out.
 *
 * Refused with a line in the log: what is malformed or too large (400, 413, 414, 431), another host's name on loopback
 * (421: a name that was made to lead here), a wrong or missing token (401, 403), a decision from another origin (403). */
#include <arpa/inet.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <zlib.h>

#include "serve/page.h"
#include "serve/state.h"

/** One request. */
typedef struct {
    rl_serve *s;
    peer *link;
    char *uri; /* as it came; NULL: too long or out of memory */
    bool begun, too_large;
    rl_buf body;
    job *job;
} asked;

/* ---- refusing ---- */

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* Printable ASCII of what a stranger sent, cut. */
static void plain(char *out, size_t n, const char *s)
{
    size_t k = 0;
    for (; s && *s && k + 1 < n; s++)
        out[k++] = *s > ' ' && *s < 0x7f ? *s : '?';
    out[k] = 0;
}

static void log_refusal(asked *a, struct MHD_Connection *c, const char *method, int status, const char *why)
{
    char from[64] = "?", uri[160], verb[20];
    const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (i && i->client_addr && i->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)i->client_addr)->sin_addr, from,
                  sizeof from);
    else if (i && i->client_addr && i->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)i->client_addr)->sin6_addr, from,
                  sizeof from);
    plain(uri, sizeof uri, a->uri ? a->uri : "(too long)");
    plain(verb, sizeof verb, method);
    rl_serve_log(a->s, "%d %s %s from %s: %s", status, verb, uri, from, why);
}

static enum MHD_Result send_answer(struct MHD_Connection *c, rl_answer *out)
{
    rl_sendable s;
    if (!rl_sendable_make(out, &s))
        return MHD_NO;
    enum MHD_Result r = MHD_queue_response(c, s.status, s.plain);
    rl_sendable_clear(&s);
    return r;
}

static enum MHD_Result refuse(asked *a, struct MHD_Connection *c, const char *method, int status,
                              const char *why, const char *allow)
{
    rl_answer out = {0};
    log_refusal(a, c, method, status, why);
    rl_answer_problem(&out, status, why, "");
    out.allow = allow;
    return send_answer(c, &out);
}

/* ---- sending ---- */

typedef struct {
    struct MHD_Connection *c;
    enum MHD_Result result;
} sending;

/* Is one of the tags of a list (RFC 9110, 13.1.2) ours? */
static bool has_tag(const char *list, const rl_sendable *s)
{
    return list && (strstr(list, s->etag) || strstr(list, s->etag_zip) || !strcmp(list, "*"));
}

/* Does it take gzip? "gzip;q=0" does not. */
static bool takes_gzip(struct MHD_Connection *c)
{
    const char *v = header(c, "Accept-Encoding"), *p = v ? strcasestr(v, "gzip") : NULL;
    if (!p)
        return false;
    p += 4;
    while (*p == ' ')
        p++;
    return strncmp(p, ";q=0", 4) != 0 || (p[4] == '.' && strpbrk(p + 5, "123456789") == p + 5);
}

static void send_ready(void *ctx, const rl_sendable *s)
{
    sending *x = ctx;
    bool zip = s->zip && takes_gzip(x->c);
    if (s->status == 200 && has_tag(header(x->c, "If-None-Match"), s)) {
        struct MHD_Response *r = rl_not_modified(zip ? s->etag_zip : s->etag);
        x->result = r ? MHD_queue_response(x->c, 304, r) : MHD_NO;
        if (r)
            MHD_destroy_response(r);
        return;
    }
    x->result = MHD_queue_response(x->c, s->status, zip ? s->zip : s->plain);
}

/* ---- the page ---- */

static const rl_page_file *page_file(rl_str path)
{
    size_t lo = 0, hi = rl_page_nfiles;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = rl_str_cmp(rl_str_z(rl_page_files[mid].path), path);
        if (!c)
            return &rl_page_files[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

bool rl_serve_has_page(void)
{
    return page_file(RL_STR("/index.html")) != NULL;
}

static void unzip(const rl_page_file *f, rl_buf *out)
{
    z_stream z = {0};
    char *p = malloc(f->bytes + 1);
    if (!p || inflateInit2(&z, 15 + 16) != Z_OK) {
        free(p);
        out->st = RL_ENOMEM;
        return;
    }
    z.next_in = (Bytef *)(uintptr_t)f->gzip;
    z.avail_in = (uInt)f->gzip_bytes;
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)f->bytes;
    inflate(&z, Z_FINISH);
    inflateEnd(&z);
    *out = (rl_buf){.ptr = p, .len = f->bytes, .cap = f->bytes + 1};
}

static enum MHD_Result send_file(asked *a, struct MHD_Connection *c, const rl_page_file *f)
{
    char etag[40];
    const char *have = header(c, "If-None-Match");
    struct MHD_Response *r;
    bool zip = takes_gzip(c);
    snprintf(etag, sizeof etag, "\"%s%s\"", f->etag, zip ? "-gz" : "");
    (void)a;
    if (have && strstr(have, f->etag)) {
        r = rl_not_modified(etag);
        enum MHD_Result ok = r ? MHD_queue_response(c, 304, r) : MHD_NO;
        if (r)
            MHD_destroy_response(r);
        return ok;
    }
    if (zip) {
        r = MHD_create_response_from_buffer(f->gzip_bytes, (void *)(uintptr_t)f->gzip,
                                            MHD_RESPMEM_PERSISTENT);
    } else {
        rl_buf b = {0};
        unzip(f, &b);
        r = b.st ? NULL : MHD_create_response_from_buffer(b.len, b.ptr, MHD_RESPMEM_MUST_FREE);
        if (!r)
            rl_buf_clear(&b);
    }
    if (!r)
        return MHD_NO;
    rl_headers(r, f->type, NULL);
    if (zip)
        MHD_add_response_header(r, "Content-Encoding", "gzip");
    MHD_add_response_header(r, "Vary", "Accept-Encoding");
    MHD_add_response_header(r, "ETag", etag);
    MHD_add_response_header(
        r, "Cache-Control",
        rl_str_starts(rl_str_z(f->path), "/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    enum MHD_Result ok = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return ok;
}

static bool is_client_route(rl_str path)
{
    static const char *const heads[] = {"/story/", "/report/", "/decisions", "/login"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (rl_str_starts(path, heads[i]))
            return true;
    return rl_str_is(path, "/");
}

static enum MHD_Result send_page(asked *a, struct MHD_Connection *c, const char *method, const rl_request *r)
{
    const rl_page_file *f = page_file(r->path);
    if (!f && is_client_route(r->path))
        f = page_file(RL_STR("/index.html"));
    if (f)
        return send_file(a, c, f);
    if (rl_str_is(r->path, "/")) {
        rl_answer out = {.status = 200, .type = "text/plain; charset=utf-8"};
        rl_buf_z(&out.body, "relata: the page was left out of this build; the API is at /api/v1, and "
                            "/openapi.json tells of it\n");
        return send_answer(c, &out);
    }
    return refuse(a, c, method, 404, "there is nothing of that name", NULL);
}

/* ---- who may ---- */

/* "127.0.0.1", "localhost", "[::1]", with or without a port. */
static bool is_loopback_name(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; host && i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (!strncasecmp(host, names[i], n) && (!host[n] || host[n] == ':'))
            return strspn(host + n, ":0123456789") == strlen(host + n);
    }
    return false;
}

static rl_str token_of(struct MHD_Connection *c)
{
    const char *v = header(c, "Authorization");
    if (v && !strncasecmp(v, "Bearer ", 7))
        return rl_str_trim(rl_str_z(v + 7));
    return rl_str_z(MHD_lookup_connection_value(c, MHD_COOKIE_KIND, "relata"));
}

static rl_role role_of(asked *a, struct MHD_Connection *c, bool *tired)
{
    *tired = false;
    if (a->s->open)
        return RL_ROLE_REVIEW;
    rl_str token = token_of(c);
    return token.len && token.len <= 200 ? rl_tokens_role(a->s->tokens, token, rl_serve_now_ms(), tired)
                                         : RL_ROLE_NONE;
}

/* A browser that was led here by another page says so in Origin or Sec-Fetch-Site; and no form can set X-Relata. */
static const char *foreign(struct MHD_Connection *c)
{
    const char *origin = header(c, "Origin"), *host = header(c, "Host"), *site = header(c, "Sec-Fetch-Site"),
               *type = header(c, "Content-Type"), *ours = header(c, "X-Relata");
    if (origin) {
        const char *name = strstr(origin, "://");
        if (!name || !host || strcasecmp(name + 3, host) != 0)
            return "from another origin";
    }
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return "from another site";
    if (!ours || strcmp(ours, "1") != 0)
        return "wants the header X-Relata: 1";
    if (!type || strncasecmp(type, "application/json", 16) != 0)
        return "wants Content-Type: application/json";
    return NULL;
}

/* ---- login ---- */

static enum MHD_Result send_cookie(struct MHD_Connection *c, rl_str token, const char *role)
{
    char z[200];
    rl_answer out = {.status = 200, .type = "application/json"};
    rl_sendable s;
    rl_buf_f(&out.body, "{\"role\":\"%s\"}\n", role);
    if (!rl_sendable_make(&out, &s))
        return MHD_NO;
    snprintf(z, sizeof z, "relata=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d", (int)token.len,
             token.len ? token.ptr : "", token.len ? 30 * 86400 : 0);
    MHD_add_response_header(s.plain, "Set-Cookie", z);
    enum MHD_Result r = MHD_queue_response(c, s.status, s.plain);
    rl_sendable_clear(&s);
    return r;
}

static enum MHD_Result login(asked *a, struct MHD_Connection *c, const char *method)
{
    bool tired;
    rl_arena *mem = rl_arena_new(1u << 20);
    rl_str token = mem ? rl_request_token(mem, rl_buf_str(&a->body)) : (rl_str){0};
    rl_role role = token.len && token.len <= 60
                       ? rl_tokens_role(a->s->tokens, token, rl_serve_now_ms(), &tired)
                       : RL_ROLE_NONE;
    enum MHD_Result r = role ? send_cookie(c, token, role == RL_ROLE_REVIEW ? "review" : "read")
                             : refuse(a, c, method, 401, "no such token", NULL);
    rl_arena_free(mem);
    return r;
}

/* ---- put aside ---- */

static enum MHD_Result put_aside(asked *a, struct MHD_Connection *c, const char *method, job *j)
{
    a->job = j;
    j->connection = c;
    MHD_suspend_connection(c);
    if (rl_work_push(a->s, j))
        return MHD_YES;
    rl_answer_problem(&j->answer, 503, "too much is asked at once: try again", "");
    log_refusal(a, c, method, 503, "too much is asked at once");
    if (!rl_sendable_make(&j->answer, &j->ready))
        j->ready = (rl_sendable){0};
    j->done = true;
    MHD_resume_connection(c);
    return MHD_YES;
}

static enum MHD_Result ask(asked *a, struct MHD_Connection *c, const char *method, const rl_request *r,
                           rl_role role)
{
    bool keeps = r->route != RL_R_ROOT && r->route != RL_R_RAW;
    if (keeps) {
        rl_buf key = {0};
        sending x = {c, MHD_NO};
        rl_request_key(r, &key);
        bool had = !key.st && rl_cache_with(a->s->cache, rl_buf_str(&key), rl_serve_now_ms(), send_ready, &x);
        rl_buf_clear(&key);
        if (had)
            return x.result;
    }
    job *j = calloc(1, sizeof *j);
    if (!j)
        return MHD_NO;
    rl_request_move(&j->request, r);
    j->reviewer = role == RL_ROLE_REVIEW;
    return put_aside(a, c, method, j);
}

static enum MHD_Result decide(asked *a, struct MHD_Connection *c, const char *method, rl_role role)
{
    const char *why = NULL;
    if (!a->s->write_store || role != RL_ROLE_REVIEW)
        return refuse(a, c, method, 403,
                      a->s->write_store ? "your token reads alone" : "the server is read-only", NULL);
    job *j = calloc(1, sizeof *j);
    if (!j || !(j->mem = rl_arena_new(16u << 20))) {
        free(j);
        return MHD_NO;
    }
    int status = rl_request_decision(j->mem, rl_buf_str(&a->body), &j->decision, &j->seen, &why);
    if (status) {
        rl_job_free(j);
        return refuse(a, c, method, status, why, NULL);
    }
    j->step = JOB_LOOK;
    return put_aside(a, c, method, j);
}

static enum MHD_Result listen_to(asked *a, struct MHD_Connection *c, const char *method)
{
    struct MHD_Response *r = rl_event_stream(a->s, c, header(c, "Last-Event-ID"));
    if (!r)
        return refuse(a, c, method, 503, "too many listen already", NULL);
    MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
    pthread_mutex_lock(&a->s->lock);
    if (a->link)
        a->link->state = LINK_STREAMS;
    pthread_mutex_unlock(&a->s->lock);
    enum MHD_Result ok = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return ok;
}

/* ---- a request ---- */

static enum MHD_Result handle(asked *a, struct MHD_Connection *c, const char *method)
{
    static const char *const names[] = {"GET", "HEAD", "POST"};
    int m = 0, status;
    rl_request r;
    const char *why;
    bool tired;
    while (m < RL_METHOD_OTHER && strcmp(method, names[m]) != 0)
        m++;
    if (!a->uri)
        return refuse(a, c, method, 414, "the address is longer than 4096 bytes", NULL);
    if (a->s->open && !is_loopback_name(header(c, "Host")))
        return refuse(a, c, method, 421, "not the name of this machine's own address", NULL);
    if ((status = rl_request_parse((rl_method)m, rl_str_z(a->uri), &r, &why)))
        return refuse(a, c, method, status, why,
                      status != 405                                     ? NULL
                      : r.route == RL_R_DECISIONS                       ? "GET, HEAD, POST"
                      : r.route == RL_R_LOGIN || r.route == RL_R_LOGOUT ? "POST"
                                                                        : "GET, HEAD");
    if (a->too_large)
        return refuse(a, c, method, 413, "a body of more than 131072 bytes", NULL);
    if (r.route == RL_R_PAGE)
        return send_page(a, c, method, &r);
    if (r.route == RL_R_OPENAPI) {
        const rl_page_file *f = page_file(RL_STR("/openapi.json"));
        return f ? send_file(a, c, f) : refuse(a, c, method, 404, "it was left out of this build", NULL);
    }
    if (m == RL_POST && (why = foreign(c)))
        return refuse(a, c, method, strstr(why, "Content-Type") ? 415 : 403, why, NULL);
    if (r.route == RL_R_LOGIN)
        return login(a, c, method);
    if (r.route == RL_R_LOGOUT)
        return send_cookie(c, (rl_str){0}, "none");
    rl_role role = role_of(a, c, &tired);
    if (!role)
        return refuse(a, c, method, tired ? 429 : 401, tired ? "too many wrong tokens" : "a token is needed",
                      NULL);
    if (r.route == RL_R_EVENTS)
        return listen_to(a, c, method);
    return m == RL_POST ? decide(a, c, method, role) : ask(a, c, method, &r, role);
}

static void set_state(asked *a, peer_state state)
{
    pthread_mutex_lock(&a->s->lock);
    if (a->link) {
        a->link->state = state;
        a->link->since_ms = rl_serve_now_ms();
    }
    pthread_mutex_unlock(&a->s->lock);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **con)
{
    asked *a = *con;
    (void)cls, (void)url, (void)version;
    if (!a)
        return MHD_NO;
    if (a->job) {
        sending x = {c, MHD_NO};
        if (!a->job->done)
            return MHD_YES;
        if (!a->job->ready.plain)
            return MHD_NO;
        if (a->job->ready.status >= 400)
            log_refusal(a, c, method, (int)a->job->ready.status, rl_status_title((int)a->job->ready.status));
        send_ready(&x, &a->job->ready);
        return x.result;
    }
    if (!a->begun) {
        uint64_t n = 0;
        const char *length = header(c, "Content-Length");
        const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        a->begun = true;
        a->link = i ? i->socket_context : NULL;
        if (length && (!rl_str_uint(rl_str_z(length), UINT64_MAX, &n) || n > RL_SERVE_BODY_MAX))
            return refuse(a, c, method, 413, "a body of more than 131072 bytes", NULL);
        return MHD_YES;
    }
    if (*size) {
        a->too_large = a->too_large || a->body.len + *size > RL_SERVE_BODY_MAX;
        if (!a->too_large)
            rl_buf_add(&a->body, (rl_str){data, *size});
        *size = 0;
        return a->body.st ? MHD_NO : MHD_YES;
    }
    set_state(a, LINK_ANSWERED);
    return handle(a, c, method);
}

static void *on_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
    asked *a = calloc(1, sizeof *a);
    (void)c;
    if (a) {
        a->s = cls;
        a->uri = strnlen(uri, RL_SERVE_URI_MAX + 1) <= RL_SERVE_URI_MAX ? strdup(uri) : NULL;
    }
    return a;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **con, enum MHD_RequestTerminationCode why)
{
    asked *a = *con;
    (void)cls, (void)c, (void)why;
    if (!a)
        return;
    set_state(a, LINK_ASKS);
    rl_job_free(a->job);
    rl_buf_clear(&a->body);
    free(a->uri);
    free(a);
    *con = NULL;
}

/* ---- connections ---- */

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    rl_serve *s = cls;
    peer *l = *context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (!(l = calloc(1, sizeof *l)))
            return;
        l->fd = i ? i->connect_fd : -1;
        l->since_ms = rl_serve_now_ms();
        pthread_mutex_lock(&s->lock);
        l->next = s->links;
        if (l->next)
            l->next->prev = l;
        s->links = l;
        pthread_mutex_unlock(&s->lock);
        *context = l;
    } else if (l) {
        pthread_mutex_lock(&s->lock);
        if (l->prev)
            l->prev->next = l->next;
        else
            s->links = l->next;
        if (l->next)
            l->next->prev = l->prev;
        pthread_mutex_unlock(&s->lock);
        free(l);
        *context = NULL;
    }
}

void rl_http_watch(rl_serve *s)
{
    int64_t now = rl_serve_now_ms();
    size_t slow = 0;
    pthread_mutex_lock(&s->lock);
    for (peer *l = s->links; l; l = l->next) {
        int64_t most = l->state == LINK_ASKS ? RL_SERVE_REQUEST_MS : RL_SERVE_ANSWER_MS;
        if (l->state == LINK_STREAMS || now - l->since_ms <= most || l->fd < 0)
            continue;
        shutdown(l->fd, SHUT_RDWR); /* libmicrohttpd closes it, under this lock or after */
        slow += l->state != LINK_ASKS;
        l->fd = -1;
    }
    pthread_mutex_unlock(&s->lock);
    if (slow)
        rl_serve_log(s, "%zu connections were too slow in taking their answer", slow);
}

static void on_log(void *cls, const char *fmt, va_list ap)
{
    char z[400], clean[400];
    vsnprintf(z, sizeof z, fmt, ap);
    z[strcspn(z, "\r\n")] = 0;
    for (size_t i = 0; (clean[i] = z[i]) != 0; i++)
        if ((unsigned char)z[i] < ' ' || (unsigned char)z[i] >= 0x7f)
            clean[i] = '?';
    rl_serve_log(cls, "%s", clean);
}

/* Targets are taken apart by rl_request_parse alone. */
static size_t as_it_came(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls, (void)c;
    return strlen(s);
}

struct MHD_Daemon *rl_http_start(rl_serve *s, int fd)
{
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TURBO;
    /* the logger first, so that what is wrong with the others comes through it */
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, s, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_CONNECTION_LIMIT, (unsigned)RL_SERVE_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)RL_SERVE_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)RL_SERVE_HEADERS_MAX, MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_UNESCAPE_CALLBACK,
        as_it_came, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, s, MHD_OPTION_END);
}
