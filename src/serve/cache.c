/* A table of answers by request, open addressing over one array; the least lately used half goes when it is full.
 * Invariant: an entry is of the desk as it was when the entry was put, and the desk's thread alone puts and drops, so
 * none is older than what it was told to drop. Getting is O(1). */
#include "serve/cache.h"

#include <stdlib.h>
#include <pthread.h>
#include <xxhash.h>
#include <zlib.h>

#define PAGE_CSP                                                                                             \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "    \
    "frame-src "                                                                                             \
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define RAW_CSP                                                                                              \
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action "   \
    "'none'; "                                                                                               \
    "frame-ancestors 'self'"

enum { ZIP_FROM = 1000, SLOTS = 2 * RL_SERVE_CACHE_ENTRIES };

/* ---- what is sent ---- */

void rl_headers(struct MHD_Response *r, const char *type, const char *csp)
{
    static const char *const fixed[][2] = {{"X-Content-Type-Options", "nosniff"},
                                           {"Referrer-Policy", "no-referrer"},
                                           {"Cross-Origin-Resource-Policy", "same-origin"},
                                           {"Cross-Origin-Opener-Policy", "same-origin"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        MHD_add_response_header(r, fixed[i][0], fixed[i][1]);
    MHD_add_response_header(r, "Content-Security-Policy", csp ? csp : PAGE_CSP);
    if (type)
        MHD_add_response_header(r, "Content-Type", type);
}

static char *gzip(const char *p, size_t n, size_t *out)
{
    z_stream z = {0};
    uLong cap = compressBound((uLong)n) + 32;
    char *buf = malloc(cap);
    if (!buf || deflateInit2(&z, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(buf);
        return NULL;
    }
    z.next_in = (Bytef *)(uintptr_t)p;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)buf;
    z.avail_out = (uInt)cap;
    int rc = deflate(&z, Z_FINISH);
    *out = z.total_out;
    deflateEnd(&z);
    if (rc == Z_STREAM_END)
        return buf;
    free(buf);
    return NULL;
}

static void dress(struct MHD_Response *r, const rl_answer *a, const char *etag)
{
    char z[256], ok[40];
    size_t n = 0;
    for (const char *p = a->charset; *p && n + 1 < sizeof ok; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' ||
            *p == '_')
            ok[n++] = *p;
    ok[n] = 0;
    snprintf(z, sizeof z, "%s%s%s", a->type, n ? "; charset=" : "", ok);
    rl_headers(r, z, a->raw ? RAW_CSP : NULL);
    MHD_add_response_header(r, "Cache-Control", a->status == 200 ? "no-cache" : "no-store");
    if (a->status == 200) {
        MHD_add_response_header(r, "ETag", etag);
        MHD_add_response_header(r, "Vary", "Accept-Encoding, Authorization, Cookie");
    }
    if (a->file[0]) {
        snprintf(z, sizeof z, "attachment; filename=\"%s\"", a->file);
        MHD_add_response_header(r, "Content-Disposition", z);
    }
    if (a->location[0])
        MHD_add_response_header(r, "Location", a->location);
    if (a->status == 401)
        MHD_add_response_header(r, "WWW-Authenticate", "Bearer realm=\"relata\"");
    if (a->status == 405)
        MHD_add_response_header(r, "Allow", a->allow);
}

bool rl_sendable_make(rl_answer *a, rl_sendable *out)
{
    *out = (rl_sendable){.status = (unsigned)a->status, .bytes = a->body.len};
    size_t n = a->body.len, zipped = 0;
    XXH128_canonical_t c;
    char hex[33];
    XXH128_canonicalFromHash(&c, XXH3_128bits(n ? a->body.ptr : "", n));
    for (size_t i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", c.digest[i]);
    snprintf(out->etag, sizeof out->etag, "\"%s\"", hex);
    snprintf(out->etag_zip, sizeof out->etag_zip, "\"%s-gz\"", hex);
    char *z = n >= ZIP_FROM && a->status == 200 && strcmp(a->type, "application/octet-stream") &&
                      strcmp(a->type, "application/pdf")
                  ? gzip(a->body.ptr, n, &zipped)
                  : NULL;
    if (z && !(out->zip = MHD_create_response_from_buffer(zipped, z, MHD_RESPMEM_MUST_FREE)))
        free(z);
    if (out->zip) {
        dress(out->zip, a, out->etag_zip);
        MHD_add_response_header(out->zip, "Content-Encoding", "gzip");
        out->bytes += zipped;
    }
    out->plain = MHD_create_response_from_buffer(n, n ? a->body.ptr : (void *)(uintptr_t) "",
                                                 n ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!out->plain) {
        rl_buf_clear(&a->body);
        rl_sendable_clear(out);
        return false;
    }
    dress(out->plain, a, out->etag);
    a->body = (rl_buf){0};
    return true;
}

void rl_sendable_clear(rl_sendable *s)
{
    if (s->plain)
        MHD_destroy_response(s->plain);
    if (s->zip)
        MHD_destroy_response(s->zip);
    *s = (rl_sendable){0};
}

struct MHD_Response *rl_not_modified(const char *etag)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    if (r) {
        /* no policy: what a 304 says of it would take the place of the kept answer's */
        MHD_add_response_header(r, "ETag", etag);
        MHD_add_response_header(r, "Cache-Control", "no-cache");
        MHD_add_response_header(r, "Vary", "Accept-Encoding, Authorization, Cookie");
    }
    return r;
}

/* ---- what is kept ---- */

typedef struct {
    uint64_t hash; /* 0: empty */
    char *key;
    size_t key_len;
    char story[17];
    rl_request *request;
    rl_sendable s;
    int64_t used_ms;
    enum { STAYS, GOES } mark; /* while entries are dropped */
    size_t remake;             /* not 0: it is being made anew */
} entry;

struct rl_cache {
    pthread_mutex_t lock;
    entry *at; /* SLOTS */
    size_t n, bytes;
};

rl_cache *rl_cache_new(void)
{
    rl_cache *c = calloc(1, sizeof *c);
    if (c && !(c->at = calloc(SLOTS, sizeof *c->at))) {
        free(c);
        return NULL;
    }
    if (c)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void clear_entry(entry *e)
{
    rl_sendable_clear(&e->s);
    free(e->key);
    free(e->request);
    *e = (entry){0};
}

void rl_cache_free(rl_cache *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        if (c->at[i].hash)
            clear_entry(&c->at[i]);
    free(c->at);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* The slot of a key, or the empty one where it would go. */
static entry *slot(rl_cache *c, uint64_t hash, rl_str key)
{
    size_t i = hash % SLOTS;
    while (c->at[i].hash && (c->at[i].hash != hash || c->at[i].key_len != key.len ||
                             memcmp(c->at[i].key, key.ptr, key.len) != 0))
        i = (i + 1) % SLOTS;
    return &c->at[i];
}

bool rl_cache_with(rl_cache *c, rl_str key, int64_t now_ms, void (*send)(void *ctx, const rl_sendable *s),
                   void *ctx)
{
    pthread_mutex_lock(&c->lock);
    entry *e = slot(c, rl_hash(key.ptr, key.len), key);
    bool found = e->hash != 0;
    if (found) {
        e->used_ms = now_ms;
        send(ctx, &e->s);
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

/* All entries but those that are to go, in a new order of slots. */
static void keep(rl_cache *c, bool (*goes)(const entry *e, const void *ctx), const void *ctx)
{
    entry *was = c->at, *at = calloc(SLOTS, sizeof *at);
    if (!at) { /* nothing may stay that should go */
        for (size_t i = 0; i < SLOTS; i++)
            if (was[i].hash)
                clear_entry(&was[i]);
        c->n = c->bytes = 0;
        return;
    }
    c->at = at;
    c->n = c->bytes = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        if (!was[i].hash)
            continue;
        if (goes(&was[i], ctx)) {
            clear_entry(&was[i]);
            continue;
        }
        *slot(c, was[i].hash, (rl_str){was[i].key, was[i].key_len}) = was[i];
        c->n++;
        c->bytes += was[i].s.bytes;
    }
    free(was);
}

static bool is_old(const entry *e, const void *ctx)
{
    return e->used_ms < *(const int64_t *)ctx;
}

static int by_time(const void *x, const void *y)
{
    return (*(const int64_t *)x > *(const int64_t *)y) - (*(const int64_t *)x < *(const int64_t *)y);
}

/* The half that was asked for last stays. */
static void make_room(rl_cache *c)
{
    int64_t *times = malloc(sizeof *times * (c->n + 1)), middle = INT64_MAX;
    size_t n = 0;
    for (size_t i = 0; times && i < SLOTS; i++)
        if (c->at[i].hash)
            times[n++] = c->at[i].used_ms;
    if (times && n) {
        qsort(times, n, sizeof *times, by_time);
        middle = times[n / 2] + (times[n / 2] == times[0]);
    }
    free(times);
    keep(c, is_old, &middle);
}

void rl_cache_put(rl_cache *c, rl_str key, const char story[17], const rl_request *request, rl_sendable *s,
                  int64_t now_ms)
{
    entry e = {.hash = rl_hash(key.ptr, key.len), .key_len = key.len, .s = *s, .used_ms = now_ms};
    e.key = malloc(key.len + 1);
    e.request = rl_request_copy(request);
    if (!e.key || !e.request) {
        e.s = (rl_sendable){0};
        clear_entry(&e);
        return;
    }
    memcpy(e.key, key.ptr, key.len);
    memcpy(e.story, story, sizeof e.story);
    *s = (rl_sendable){0};
    pthread_mutex_lock(&c->lock);
    if (c->n >= RL_SERVE_CACHE_ENTRIES || c->bytes + e.s.bytes > RL_SERVE_CACHE_MAX)
        make_room(c);
    entry *at = slot(c, e.hash, key);
    if (at->hash) {
        e.used_ms = at->used_ms;
        c->bytes -= at->s.bytes;
        c->n--;
        clear_entry(at);
    }
    *at = e;
    c->n++;
    c->bytes += e.s.bytes;
    pthread_mutex_unlock(&c->lock);
}

/* ---- what is no longer so ---- */

static bool depends(const entry *e, const char (*stories)[17], size_t n)
{
    for (size_t i = 0; e->story[0] && i < n; i++)
        if (!strcmp(e->story, stories[i]))
            return true;
    return !e->story[0];
}

static bool is_marked(const entry *e, const void *ctx)
{
    (void)ctx;
    return e->mark != STAYS;
}

void rl_cache_drop(rl_cache *c, const char (*stories)[17], size_t n, int64_t since_ms,
                   void (*again)(void *ctx, const rl_request *request), void *ctx)
{
    rl_request *hot[RL_SERVE_REBUILD_MAX];
    size_t nhot = 0, ngone = 0, nleft = 0;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < SLOTS; i++) {
        entry *e = &c->at[i];
        if (!e->hash || !depends(e, stories, n))
            continue;
        if (e->used_ms >= since_ms && nhot < RL_SERVE_REBUILD_MAX &&
            (hot[nhot] = rl_request_copy(e->request)))
            e->remake = ++nhot;
        else
            e->mark = GOES, ngone++;
    }
    if (ngone) /* most of the time nothing goes, and those who wait for the lock do not wait for this */
        keep(c, is_marked, NULL);
    pthread_mutex_unlock(&c->lock);
    /* what is asked for all the time is given as it was until it is made anew; what cannot be is gone then */
    for (size_t i = 0; i < nhot; i++) {
        again(ctx, hot[i]);
        free(hot[i]);
    }
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; nhot && i < SLOTS; i++)
        if (c->at[i].hash && c->at[i].remake)
            c->at[i].mark = GOES, nleft++;
    if (nleft)
        keep(c, is_marked, NULL);
    pthread_mutex_unlock(&c->lock);
}
