/* The queue of requests, over curl's multi interface.
 *
 * A host has a queue, at most one request under way, and a time before which it is not asked. A site (scheme, host,
 * port) has its robots.txt, which is had before its first address. Redirects are taken as new requests, so that each
 * hop's host, robots.txt and address are looked at like any other's. Invariant: every rl_net_ask is answered once.
 * O(hosts) a turn of the loop. */
#include "net/net.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PRODUCT "relata"

typedef struct job job;
typedef struct host host;
typedef struct site site;

struct job {
    job *next;
    char *url, *at, *etag, *modified; /* url as asked; at: where it is asked now */
    void *tag;
    site *site;
    bool robots; /* the request for the site's robots.txt */
    unsigned tries, redirects;
    /* under way */
    rl_net *net;
    CURL *easy;
    struct curl_slist *headers;
    rl_buf body;
    size_t header_bytes;
    bool blocked, big;
    /* answered */
    rl_net_outcome outcome;
    long http;
    int64_t retry_ms;
    char *new_etag, *new_modified, *location, charset[48], message[320];
};

struct host {
    host *next;
    char *name;
    job *first, **last, *active;
    int64_t not_before;
};

struct site {
    site *next;
    char *origin; /* scheme://host:port */
    host *host;
    enum { ROBOTS_NONE, ROBOTS_ASKED, ROBOTS_KNOWN, ROBOTS_SHUT } state;
    rl_robots rules;
    int64_t until; /* when its robots.txt is to be had again */
};

struct rl_net {
    rl_net_options opt;
    CURLM *multi;
    host *hosts;
    site *sites;
    job *done, **done_last, *given; /* given: its strings are with the caller */
    size_t active, waiting;
    char agent[256];
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static char *dup_str(rl_str s)
{
    char *p = malloc(s.len + 1);
    if (p) {
        if (s.len)
            memcpy(p, s.ptr, s.len);
        p[s.len] = 0;
    }
    return p;
}

static void job_free(job *j)
{
    if (!j)
        return;
    curl_slist_free_all(j->headers);
    free(j->url);
    free(j->at);
    free(j->etag);
    free(j->modified);
    free(j->new_etag);
    free(j->new_modified);
    free(j->location);
    rl_buf_clear(&j->body);
    free(j);
}

/* ---- addresses ---- */

static bool is_http(const char *scheme)
{
    return scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https"));
}

bool rl_net_resolve(rl_str base, rl_str url, char **out)
{
    char *z = dup_str(rl_str_trim(url)), *b = dup_str(base), *scheme = NULL;
    CURLU *u = curl_url();
    *out = NULL;
    bool ok = u && z && b && url.len && url.len <= RL_NET_PATH_MAX;
    if (ok && base.len)
        ok = !curl_url_set(u, CURLUPART_URL, b, 0);
    ok = ok && !curl_url_set(u, CURLUPART_URL, z, CURLU_URLENCODE) &&
         !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) && is_http(scheme);
    if (ok) {
        curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
        curl_url_set(u, CURLUPART_USER, NULL, 0);
        curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
        char *full = NULL;
        if (!curl_url_get(u, CURLUPART_URL, &full, 0))
            *out = dup_str(rl_str_z(full));
        curl_free(full);
    }
    curl_free(scheme);
    curl_url_cleanup(u);
    free(z);
    free(b);
    return *out != NULL;
}

/* The host's name, the origin, and the path with its query, of an address that rl_net_resolve made. */
static bool split(const char *url, char **name, char **origin, char **path)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *h = NULL, *port = NULL, *p = NULL, *q = NULL;
    rl_buf o = {0}, w = {0};
    *name = *origin = *path = NULL;
    bool ok = u && !curl_url_set(u, CURLUPART_URL, url, 0) &&
              !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) && !curl_url_get(u, CURLUPART_HOST, &h, 0) &&
              !curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) &&
              !curl_url_get(u, CURLUPART_PATH, &p, 0);
    if (ok) {
        curl_url_get(u, CURLUPART_QUERY, &q, 0);
        for (char *c = h; *c; c++)
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 32) : *c;
        rl_buf_f(&o, "%s://%s:%s", scheme, h, port);
        rl_buf_f(&w, "%s%s%s", p, q ? "?" : "", q ? q : "");
        *name = dup_str(rl_str_z(h));
        *origin = o.ptr;
        *path = w.ptr;
    }
    curl_free(scheme);
    curl_free(h);
    curl_free(port);
    curl_free(p);
    curl_free(q);
    curl_url_cleanup(u);
    return ok && *name && *origin && *path && !o.st && !w.st;
}

/* ---- hosts and sites ---- */

static host *host_of(rl_net *net, const char *name)
{
    host *h = net->hosts;
    while (h && strcmp(h->name, name))
        h = h->next;
    if (h)
        return h;
    h = calloc(1, sizeof *h);
    if (!h || !(h->name = dup_str(rl_str_z(name)))) {
        free(h);
        return NULL;
    }
    h->last = &h->first;
    h->next = net->hosts;
    return net->hosts = h;
}

static site *site_of(rl_net *net, const char *url)
{
    char *name, *origin, *path;
    site *s = NULL;
    if (split(url, &name, &origin, &path)) {
        for (s = net->sites; s && strcmp(s->origin, origin);)
            s = s->next;
        if (!s && (s = calloc(1, sizeof *s))) {
            s->host = host_of(net, name);
            s->origin = origin;
            origin = NULL;
            s->next = net->sites;
            net->sites = s;
        }
    }
    free(name);
    free(origin);
    free(path);
    return s && s->host ? s : NULL;
}

static void queue(rl_net *net, job *j, bool front)
{
    host *h = j->site->host;
    j->next = front ? h->first : NULL;
    if (front) {
        h->first = j;
        if (!j->next)
            h->last = &j->next;
    } else {
        *h->last = j;
        h->last = &j->next;
    }
    net->waiting++;
}

static job *unqueue(rl_net *net, host *h)
{
    job *j = h->first;
    h->first = j->next;
    if (!h->first)
        h->last = &h->first;
    j->next = NULL;
    net->waiting--;
    return j;
}

static void answer(rl_net *net, job *j, rl_net_outcome outcome, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void answer(rl_net *net, job *j, rl_net_outcome outcome, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(j->message, sizeof j->message, fmt, ap);
    va_end(ap);
    j->outcome = outcome;
    *net->done_last = j;
    net->done_last = &j->next;
    j->next = NULL;
}

/* ---- curl's callbacks ---- */

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    job *j = ctx;
    size_t max = j->robots ? RL_NET_ROBOTS_MAX : j->net->opt.max_bytes;
    (void)size;
    if (j->body.len + n > max) {
        j->big = true;
        if (j->robots)
            rl_buf_add(&j->body, (rl_str){p, max - j->body.len});
        return 0;
    }
    rl_buf_add(&j->body, (rl_str){p, n});
    return j->body.st ? 0 : n;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    job *j = ctx;
    (void)p, (void)size;
    j->header_bytes += n;
    return j->header_bytes > RL_NET_HEADER_MAX ? 0 : n;
}

static bool permitted(const char *permit, const struct curl_sockaddr *a)
{
    char ip[64] = "", z[80];
    unsigned port = 0;
    if (!permit)
        return false;
    if (a->family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &a->addr, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, ip, sizeof ip);
        port = ntohs(in.sin_port);
    }
    snprintf(z, sizeof z, "%s:%u", ip, port);
    return !strcmp(z, permit);
}

/* The address that is about to be connected to, whatever name led to it. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    job *j = ctx;
    (void)purpose;
    if (!j->net->opt.allow_private && rl_net_private(&a->addr) && !permitted(j->net->opt.permit, a)) {
        j->blocked = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ---- one request ---- */

static void header(job *j, const char *name, const char *value)
{
    char z[1200];
    if (!value || !*value || (size_t)snprintf(z, sizeof z, "%s: %s", name, value) >= sizeof z ||
        strpbrk(value, "\r\n"))
        return;
    struct curl_slist *l = curl_slist_append(j->headers, z);
    j->headers = l ? l : j->headers;
}

static bool start(rl_net *net, job *j)
{
    CURL *e = curl_easy_init();
    if (!e)
        return false;
    j->easy = e;
    j->body.len = j->header_bytes = 0;
    j->body.st = RL_OK;
    j->blocked = j->big = false;
    curl_slist_free_all(j->headers);
    j->headers = NULL;
    header(j, "If-None-Match", j->etag);
    header(j, "If-Modified-Since", j->modified);
    curl_easy_setopt(e, CURLOPT_URL, j->at);
    curl_easy_setopt(e, CURLOPT_PRIVATE, j);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, j->headers);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, net->agent);
    curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)net->opt.total_ms);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)net->opt.connect_ms);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, j);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, j);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, j);
    if (!net->opt.allow_private)
        curl_easy_setopt(e, CURLOPT_PROXY, ""); /* behind a proxy no address could be looked at */
    if (curl_multi_add_handle(net->multi, e)) {
        curl_easy_cleanup(e);
        j->easy = NULL;
        return false;
    }
    j->site->host->active = j;
    net->active++;
    return true;
}

static char *header_of(const job *j, const char *name)
{
    struct curl_header *h;
    return curl_easy_header(j->easy, name, 0, CURLH_HEADER, -1, &h) ? NULL : dup_str(rl_str_z(h->value));
}

/* All that curl knows of the answer; its handle is then given up. */
static void take_headers(rl_net *net, job *j)
{
    char *type = NULL;
    curl_off_t retry = 0;
    free(j->new_etag);
    free(j->new_modified);
    free(j->location);
    j->new_etag = header_of(j, "ETag");
    j->new_modified = header_of(j, "Last-Modified");
    j->location = header_of(j, "Location");
    j->charset[0] = 0;
    j->http = 0;
    curl_easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &j->http);
    curl_easy_getinfo(j->easy, CURLINFO_RETRY_AFTER, &retry);
    j->retry_ms = retry > 0 && retry < 86400 * 30 ? (int64_t)retry * 1000 : 0;
    if (!curl_easy_getinfo(j->easy, CURLINFO_CONTENT_TYPE, &type) && type) {
        const char *p = strcasestr(type, "charset=");
        p = p ? p + 8 + (p[8] == '"' || p[8] == '\'') : "";
        size_t n = strcspn(p, "\"'; \t");
        snprintf(j->charset, sizeof j->charset, "%.*s", (int)(n < sizeof j->charset ? n : 0), p);
    }
    curl_multi_remove_handle(net->multi, j->easy);
    curl_easy_cleanup(j->easy);
    j->easy = NULL;
}

/* ---- what came of it ---- */

static void shut_robots(rl_net *net, site *s, job *j)
{
    s->state = ROBOTS_SHUT;
    s->until = now_ms() + net->opt.wait_max_ms;
    job_free(j);
}

static void known_robots(site *s, job *j, rl_str text)
{
    rl_robots_clear(&s->rules);
    bool ok = !rl_robots_read(text, PRODUCT, &s->rules);
    s->state = ok ? ROBOTS_KNOWN : ROBOTS_SHUT;
    s->until = now_ms() + (ok ? RL_NET_ROBOTS_AGE_MS : RL_NET_WAIT_MAX_MS);
    job_free(j);
}

static bool again(rl_net *net, job *j, int64_t now)
{
    int64_t wait = (int64_t)net->opt.backoff_ms << j->tries;
    if (j->retry_ms > wait)
        wait = j->retry_ms;
    if (++j->tries >= RL_NET_TRIES_MAX || wait > (int64_t)net->opt.wait_max_ms)
        return false;
    j->site->host->not_before = now + wait;
    queue(net, j, true);
    return true;
}

static const char *trouble(job *j, CURLcode rc, char z[200])
{
    if (j->blocked)
        return "is an address of this machine or a private network; --allow-private lets it be asked";
    if (j->big) {
        snprintf(z, 200, "is larger than %zu bytes", j->net->opt.max_bytes);
        return z;
    }
    if (j->header_bytes > RL_NET_HEADER_MAX)
        return "its header is over the limit";
    if (rc == CURLE_OPERATION_TIMEDOUT) {
        snprintf(z, 200, "no answer within %u s", (j->net->opt.total_ms + 999) / 1000);
        return z;
    }
    return curl_easy_strerror(rc);
}

/* May the same request do better another time? */
static bool passing(const job *j, CURLcode rc)
{
    return !j->blocked && !j->big && j->header_bytes <= RL_NET_HEADER_MAX &&
           rc != CURLE_UNSUPPORTED_PROTOCOL && rc != CURLE_URL_MALFORMAT &&
           rc != CURLE_PEER_FAILED_VERIFICATION;
}

static void broken(rl_net *net, job *j, CURLcode rc, int64_t now)
{
    char z[200];
    if (j->robots && j->big) {
        known_robots(j->site, j, rl_buf_str(&j->body));
        return;
    }
    bool later = passing(j, rc);
    if (later && again(net, j, now))
        return;
    if (j->robots && j->blocked) { /* each of its addresses says so itself */
        known_robots(j->site, j, (rl_str){0});
        return;
    }
    if (j->robots)
        shut_robots(net, j->site, j);
    else
        answer(net, j, later ? RL_NET_FAILED : RL_NET_GONE, "%s", trouble(j, rc, z));
}

static void redirect(rl_net *net, job *j)
{
    char *to = NULL;
    bool http = rl_net_resolve(rl_str_z(j->at), rl_str_z(j->location), &to);
    bool few = ++j->redirects <= (j->robots ? 5 : RL_NET_REDIRECTS_MAX);
    site *s = !http || !few ? NULL : j->robots ? j->site : site_of(net, to);
    if (s) {
        free(j->at);
        j->at = to;
        j->site = s;
        queue(net, j, true);
        return;
    }
    free(to);
    if (j->robots)
        known_robots(j->site, j, (rl_str){0}); /* as if there were none: RFC 9309, 2.3.1.2 */
    else if (!few)
        answer(net, j, RL_NET_GONE, "more than %u redirects", RL_NET_REDIRECTS_MAX);
    else
        answer(net, j, RL_NET_GONE, "a redirect to what is no http or https address: %.200s",
               j->location ? j->location : "nothing");
}

static void refused(rl_net *net, job *j, int64_t now)
{
    if (again(net, j, now))
        return;
    if (j->robots)
        shut_robots(net, j->site, j);
    else
        answer(net, j, RL_NET_FAILED, "the server says %ld%s", j->http, j->retry_ms ? ", and to wait" : "");
}

static void finish(rl_net *net, job *j, CURLcode rc)
{
    int64_t now = now_ms();
    host *h = j->site->host;
    unsigned crawl = j->site->rules.delay_ms;
    h->active = NULL;
    net->active--;
    h->not_before = j->robots ? now : now + (crawl > net->opt.delay_ms ? crawl : net->opt.delay_ms);
    take_headers(net, j);
    long s = j->http;
    if (rc)
        broken(net, j, rc, now);
    else if (s == 301 || s == 302 || s == 303 || s == 307 || s == 308)
        redirect(net, j);
    else if (s == 429 || s >= 500)
        refused(net, j, now);
    else if (j->robots)
        known_robots(j->site, j, s >= 200 && s < 300 ? rl_buf_str(&j->body) : (rl_str){0});
    else if (s == 304)
        answer(net, j, RL_NET_UNCHANGED, "unchanged");
    else if (s >= 200 && s < 300)
        answer(net, j, RL_NET_GOT, "%s", "");
    else
        answer(net, j, RL_NET_GONE, "the server says %ld", s);
}

/* ---- the loop ---- */

static bool ask_robots(rl_net *net, site *s)
{
    rl_buf url = {0};
    job *j = calloc(1, sizeof *j);
    rl_buf_f(&url, "%s/robots.txt", s->origin);
    if (!j || url.st) {
        free(j);
        rl_buf_clear(&url);
        return false;
    }
    j->at = url.ptr;
    j->net = net;
    j->site = s;
    j->robots = true;
    s->state = ROBOTS_ASKED;
    if (!start(net, j)) {
        shut_robots(net, s, j);
        return false;
    }
    return true;
}

static bool allowed(const job *j)
{
    char *name, *origin, *path;
    bool ok = split(j->at, &name, &origin, &path) && rl_robots_allow(&j->site->rules, rl_str_z(path));
    free(name);
    free(origin);
    free(path);
    return ok;
}

/* Whatever the host's queue lets start now; until one request is under way or nothing is left. */
static void start_host(rl_net *net, host *h, int64_t now)
{
    while (h->first && !h->active && now >= h->not_before && net->active < RL_NET_ACTIVE_MAX) {
        site *s = h->first->site;
        bool robots = h->first->robots;
        if (!robots && (s->state == ROBOTS_NONE || (s->state >= ROBOTS_KNOWN && now >= s->until))) {
            ask_robots(net, s);
            continue;
        }
        job *j = unqueue(net, h);
        if (!robots && s->state == ROBOTS_SHUT)
            answer(net, j, RL_NET_FAILED, "its robots.txt cannot be had, which forbids all for now");
        else if (!robots && !allowed(j))
            answer(net, j, RL_NET_ROBOTS, "robots.txt forbids it");
        else if (!start(net, j))
            answer(net, j, RL_NET_FAILED, "out of memory");
    }
}

static int64_t start_all(rl_net *net)
{
    int64_t now = now_ms(), wake = now + 500;
    for (host *h = net->hosts; h; h = h->next) {
        start_host(net, h, now);
        if (h->first && !h->active && h->not_before < wake)
            wake = h->not_before;
    }
    return wake > now ? wake - now : 1;
}

static void collect(rl_net *net)
{
    CURLMsg *m;
    int n;
    while ((m = curl_multi_info_read(net->multi, &n))) {
        job *j = NULL;
        CURL *e = m->easy_handle;
        CURLcode rc = m->data.result;
        if (m->msg != CURLMSG_DONE || curl_easy_getinfo(e, CURLINFO_PRIVATE, &j) || !j)
            continue;
        finish(net, j, rc);
    }
}

static size_t left_of(const rl_net *net)
{
    size_t n = net->waiting + net->active;
    for (const job *j = net->done; j; j = j->next)
        n++;
    return n;
}

rl_status rl_net_next(rl_net *net, unsigned wait_ms, rl_net_answer *out, bool *got, size_t *left,
                      rl_error *err)
{
    int64_t until = now_ms() + wait_ms;
    int running;
    *out = (rl_net_answer){0};
    job_free(net->given);
    net->given = NULL;
    while (!net->done && (net->active || net->waiting)) {
        int64_t wait = start_all(net), now = now_ms();
        if (net->done || now >= until)
            break;
        if (until - now < wait)
            wait = until - now;
        CURLMcode rc = curl_multi_perform(net->multi, &running);
        collect(net);
        if (!rc && !net->done)
            rc = curl_multi_poll(net->multi, NULL, 0, (int)wait, NULL);
        if (!rc)
            rc = curl_multi_perform(net->multi, &running);
        if (rc)
            return rl_fail(err, RL_EIO, NULL, 0, 0, "the network: %s", curl_multi_strerror(rc));
        collect(net);
    }
    job *j = net->done;
    *got = j != NULL;
    if (j) {
        net->done = j->next;
        if (!net->done)
            net->done_last = &net->done;
        net->given = j;
        *out = (rl_net_answer){j->outcome,
                               j->tag,
                               rl_str_z(j->url),
                               rl_str_z(j->at),
                               rl_buf_str(&j->body),
                               rl_str_z(j->charset),
                               rl_str_z(j->new_etag),
                               rl_str_z(j->new_modified),
                               j->http,
                               j->retry_ms,
                               j->message};
    }
    *left = left_of(net);
    return RL_OK;
}

rl_status rl_net_ask(rl_net *net, rl_str url, rl_str etag, rl_str modified, void *tag, rl_error *err)
{
    if (net->waiting >= RL_NET_JOBS_MAX)
        return rl_fail(err, RL_ELIMIT, NULL, 0, 0, "more than %u addresses wait", RL_NET_JOBS_MAX);
    job *j = calloc(1, sizeof *j);
    if (j) {
        j->net = net;
        j->tag = tag;
        j->url = dup_str(url);
        j->etag = dup_str(etag);
        j->modified = dup_str(modified);
    }
    if (!j || !j->url || !j->etag || !j->modified) {
        job_free(j);
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    }
    j->site = rl_net_resolve((rl_str){0}, url, &j->at) ? site_of(net, j->at) : NULL;
    if (!j->site)
        answer(net, j, RL_NET_GONE, "is no http or https address");
    else
        queue(net, j, false);
    return RL_OK;
}

rl_status rl_net_open(const rl_net_options *opt, rl_net **out, rl_error *err)
{
    *out = NULL;
    rl_net *net = calloc(1, sizeof *net);
    if (!net || curl_global_init(CURL_GLOBAL_DEFAULT) || !(net->multi = curl_multi_init())) {
        free(net);
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "the network cannot be used");
    }
    net->opt = *opt;
    const char *who = opt->contact && !strpbrk(opt->contact, "\r\n") ? opt->contact : NULL;
    snprintf(net->agent, sizeof net->agent, PRODUCT "/" RL_VERSION " (%s%s)", who ? "+" : "",
             who ? who : "a reader of public news reports; obeys robots.txt");
    net->done_last = &net->done;
    net->opt.max_bytes = opt->max_bytes ? opt->max_bytes : RL_NET_BYTES_MAX;
    net->opt.total_ms = opt->total_ms ? opt->total_ms : RL_NET_TOTAL_MS;
    net->opt.connect_ms = opt->connect_ms ? opt->connect_ms : RL_NET_CONNECT_MS;
    net->opt.backoff_ms = opt->backoff_ms ? opt->backoff_ms : RL_NET_BACKOFF_MS;
    net->opt.wait_max_ms = opt->wait_max_ms ? opt->wait_max_ms : RL_NET_WAIT_MAX_MS;
    *out = net;
    return RL_OK;
}

static void jobs_free(job *j)
{
    while (j) {
        job *next = j->next;
        job_free(j);
        j = next;
    }
}

void rl_net_close(rl_net *net)
{
    if (!net)
        return;
    for (host *h = net->hosts; h;) {
        host *next = h->next;
        if (h->active) {
            curl_multi_remove_handle(net->multi, h->active->easy);
            curl_easy_cleanup(h->active->easy);
            job_free(h->active);
        }
        jobs_free(h->first);
        free(h->name);
        free(h);
        h = next;
    }
    for (site *s = net->sites; s;) {
        site *next = s->next;
        rl_robots_clear(&s->rules);
        free(s->origin);
        free(s);
        s = next;
    }
    jobs_free(net->done);
    job_free(net->given);
    curl_multi_cleanup(net->multi);
    free(net);
}
