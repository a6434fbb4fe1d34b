/* Following feeds: a round asks every feed that is due, then what they point to, and waits for the next one.
 *
 * What an address holds is told by its bytes alone, so a list of addresses may mix feeds, site maps and pages. What is
 * known of an address (its validators, when it was had, when to ask again) is written in the transaction that holds
 * what it gave; a feed's only once all it pointed to was had, so that a killed run misses nothing. A page that a feed
 * points to is asked for again while the feed holds it, ever more seldom; one that cannot be had for good is kept as
 * what the feed says of it. */
#include "cli/follow.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "net/net.h"

enum { HOUR_MS = 3600000, DAY_MS = 86400000 };

typedef struct address address;
struct address {
    address *before, *after; /* all that are alive */
    address *feed;           /* that points here; NULL: of the command line */
    char *url, *item;        /* item: what the feed says of it, as JSON; NULL: nothing */
    unsigned depth;
    char *etag, *modified; /* of a feed that was had, until all it points to is */
    long http;
    int64_t first_ms, fails; /* as the store has them */
    size_t open;             /* what it points to and is not had yet */
    bool is_feed, missed;
    int64_t next_ms;
};

typedef struct {
    rl_ingest *g;
    const rl_follow_options *o;
    rl_net *net;
    rl_arena *mem;
    address *alive;
    address *at;   /* whose answer is being read */
    uint64_t *had; /* hashes of what was asked in this round: open addressing */
    size_t nhad, cap;
    size_t feeds, pages, unchanged;
} following;

/* Something a person can be reached at, fit for a header. */
static bool reachable(const char *s)
{
    size_t n = strlen(s);
    bool plain = n <= RL_NET_CONTACT_MAX;
    for (size_t i = 0; i < n; i++)
        plain &= s[i] > ' ' && s[i] < 0x7f && !strchr("()\\", s[i]);
    return plain && (strchr(s, '@') || !strncasecmp(s, "https://", 8) || !strncasecmp(s, "http://", 7));
}

bool rl_follow_options_of(const rl_command *c, const char *delay, const char *allow_private,
                          const char *contact, rl_follow_options *out)
{
    char *end = NULL;
    double s = delay ? strtod(delay, &end) : 1;
    if (delay && (!*delay || *end || !(s >= 0 && s <= 3600))) {
        fprintf(stderr, "relata %s: --delay is a number of seconds up to 3600, not '%s'\n", c->name, delay);
        return false;
    }
    out->delay_ms = (unsigned)(s * 1000);
    out->allow_private = allow_private != NULL;
    const char *env = getenv("RELATA_CONTACT");
    out->contact = contact ? contact : env && *env ? env : NULL;
    if (out->contact && !reachable(out->contact)) {
        fprintf(
            stderr,
            "relata %s: %s is a mail address, or one that begins with http, of up to %u bytes, not '%s'\n",
            c->name, contact ? "--contact" : "RELATA_CONTACT", RL_NET_CONTACT_MAX, out->contact);
        return false;
    }
    return true;
}

static void fault(following *f, const char *url, const char *message)
{
    rl_error e = {0};
    snprintf(e.file, sizeof e.file, "%s", url);
    snprintf(e.message, sizeof e.message, "%s", message);
    if (f->g->terminal)
        fputs("\r\033[K", stderr);
    rl_cli_error(&e);
    f->g->faults++;
}

/* ---- once a round ---- */

static bool first_time(following *f, const char *url)
{
    uint64_t h = rl_hash(url, strlen(url));
    if (f->nhad * 2 >= f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        uint64_t *more = calloc(cap, sizeof *more);
        if (!more)
            return true;
        for (size_t i = 0; i < f->cap; i++)
            if (f->had[i]) {
                size_t k = (size_t)f->had[i] & (cap - 1);
                while (more[k])
                    k = (k + 1) & (cap - 1);
                more[k] = f->had[i];
            }
        free(f->had);
        f->had = more;
        f->cap = cap;
    }
    size_t k = (size_t)h & (f->cap - 1);
    while (f->had[k] && f->had[k] != h)
        k = (k + 1) & (f->cap - 1);
    bool fresh = !f->had[k];
    f->nhad += fresh;
    f->had[k] = h;
    return fresh;
}

static address *address_new(following *f, char *url)
{
    address *a = calloc(1, sizeof *a);
    if (!a) {
        free(url);
        return NULL;
    }
    a->url = url;
    a->after = f->alive;
    if (f->alive)
        f->alive->before = a;
    return f->alive = a;
}

static void address_free(following *f, address *a)
{
    if (a->before)
        a->before->after = a->after;
    else
        f->alive = a->after;
    if (a->after)
        a->after->before = a->before;
    free(a->url);
    free(a->item);
    free(a->etag);
    free(a->modified);
    free(a);
}

static bool ask(following *f, address *a)
{
    rl_error err = {0};
    rl_store_fetch known;
    rl_arena_clear(f->mem);
    rl_status st = rl_store_fetch_get(f->g->store, f->mem, rl_str_z(a->url), &known, &err);
    a->first_ms = known.first_ms;
    if (!st)
        st = rl_net_ask(f->net, rl_str_z(a->url), known.etag, known.modified, a, &err);
    if (st)
        fault(f, a->url, err.message);
    return !st;
}

static bool is_list(rl_input_kind k)
{
    return k == RL_IN_RSS || k == RL_IN_ATOM || k == RL_IN_JSON_FEED || k == RL_IN_SITEMAP;
}

static char *item_json(const rl_document *d)
{
    rl_buf b = {0};
    rl_document_json(&b, d);
    return b.st ? NULL : b.ptr;
}

/* Is it time to look at a page again that the store knows? */
static bool due(following *f, const char *url)
{
    rl_store_fetch known;
    rl_error err = {0};
    rl_arena_clear(f->mem);
    return rl_store_fetch_get(f->g->store, f->mem, rl_str_z(url), &known, &err) || !known.at_ms ||
           rl_now_ms() >= known.next_ms;
}

/* An item of a feed: its page is asked for. True where the item is all there is. */
static bool take(void *ctx, const rl_document *d)
{
    following *f = ctx;
    address *a;
    char *url;
    if (!is_list(d->kind))
        return true;
    f->at->is_feed = true;
    if (!d->url.len || !rl_net_resolve(rl_str_z(f->at->url), d->url, &url))
        return d->body.len > 0;
    if (f->at->depth >= RL_FOLLOW_DEPTH_MAX || !first_time(f, url) || !due(f, url)) {
        free(url);
        return false;
    }
    if (!(a = address_new(f, url)))
        return false;
    a->feed = f->at;
    a->item = d->body.len || d->title.len ? item_json(d) : NULL;
    a->depth = f->at->depth + 1;
    if (ask(f, a))
        f->at->open++;
    else
        address_free(f, a);
    return false;
}

/* ---- answers ---- */

static void remember(following *f, address *a, const rl_net_answer *n, bool validators)
{
    rl_error err = {0};
    int64_t now = rl_now_ms(), first = a->first_ms ? a->first_ms : now, age = now - first;
    int64_t again = a->is_feed || !a->feed ? f->o->every_ms
                    : age < HOUR_MS        ? HOUR_MS
                    : age < DAY_MS         ? age
                                           : DAY_MS;
    rl_store_fetch x = {.first_ms = first, .at_ms = now, .next_ms = now + again, .status = n->http};
    if (validators) {
        x.etag = n->etag;
        x.modified = n->modified;
    }
    rl_status st = rl_store_begin(f->g->store, &err);
    if (!st)
        st = rl_store_fetch_put(f->g->store, rl_str_z(a->url), &x, &err);
    if (st) {
        fault(f, a->url, err.message);
        f->g->failed = true;
    }
}

/* 304: what is known stays, with its validators; the time is new. */
static void unchanged(following *f, address *a)
{
    rl_error err = {0};
    rl_store_fetch x;
    rl_arena_clear(f->mem);
    if (rl_store_fetch_get(f->g->store, f->mem, rl_str_z(a->url), &x, &err))
        return;
    rl_net_answer n = {.http = 304, .etag = x.etag, .modified = x.modified};
    remember(f, a, &n, true);
    f->unchanged++;
}

static void forget_address(following *f, address *a, bool well);

/* All that a feed pointed to was had: now its validators may be believed. */
static void settle(following *f, address *a)
{
    rl_net_answer n = {.http = a->http, .etag = rl_str_z(a->etag), .modified = rl_str_z(a->modified)};
    remember(f, a, &n, !a->missed);
    free(a->etag);
    free(a->modified);
    a->etag = a->modified = NULL;
    forget_address(f, a, !a->missed);
}

/* a is through; so is its feed, if it was the last one. Addresses of the command line stay for the next round. */
static void forget_address(following *f, address *a, bool well)
{
    address *feed = a->feed;
    if (!feed)
        return;
    feed->missed |= !well;
    address_free(f, a);
    if (!--feed->open)
        settle(f, feed);
}

static char *keep(rl_str s)
{
    char *p = s.len ? malloc(s.len + 1) : NULL;
    if (p) {
        memcpy(p, s.ptr, s.len);
        p[s.len] = 0;
    }
    return p;
}

static void got(following *f, address *a, const rl_net_answer *n)
{
    f->at = a;
    a->is_feed = a->missed = false;
    a->open = 1; /* itself: until it is read */
    bool well = rl_ingest_bytes(f->g, rl_str_z(a->url), n->body, n->charset, n->at);
    a->missed = !well;
    if (a->is_feed) {
        f->feeds++;
        a->http = n->http;
        a->etag = keep(n->etag);
        a->modified = keep(n->modified);
        if (!--a->open)
            settle(f, a);
        return;
    }
    f->pages++;
    remember(f, a, n, well);
    forget_address(f, a, true);
}

static void not_got(following *f, address *a, const rl_net_answer *n)
{
    fault(f, a->url, n->message);
    bool for_good = n->outcome != RL_NET_FAILED;
    if (for_good && a->item)
        rl_ingest_bytes(f->g, rl_str_z(a->url), rl_str_z(a->item), (rl_str){0}, (rl_str){0});
    if (for_good && a->feed)
        remember(f, a, n, false);
    int64_t fails = a->feed ? 0 : ++a->fails;
    int64_t wait = f->o->every_ms << (fails < 8 ? fails : 8);
    wait = wait < DAY_MS ? wait : DAY_MS;
    a->next_ms = rl_now_ms() + (n->retry_ms > wait ? n->retry_ms : wait);
    forget_address(f, a, for_good);
}

static void one(following *f, const rl_net_answer *n)
{
    address *a = n->tag;
    if (n->outcome == RL_NET_GOT) {
        a->fails = 0;
        got(f, a, n);
    } else if (n->outcome == RL_NET_UNCHANGED) {
        a->fails = 0;
        unchanged(f, a);
        forget_address(f, a, true);
    } else {
        not_got(f, a, n);
    }
}

/* ---- rounds ---- */

static bool pump(following *f)
{
    rl_error err = {0};
    rl_net_answer n;
    size_t left = 1;
    bool got_one;
    while (left && !rl_stopped() && !f->g->failed) {
        rl_status st = rl_net_next(f->net, 250, &n, &got_one, &left, &err);
        if (!st && got_one)
            one(f, &n);
        if (!st && got_one)
            left = 1;
        if (!st && !f->g->failed)
            st = rl_ingest_pace(f->g, false, &err);
        if (st) {
            rl_cli_error(&err);
            f->g->failed = true;
        }
    }
    return !rl_stopped() && !f->g->failed;
}

static void tell(following *f, size_t before)
{
    fprintf(stderr, "relata: %zu feeds and %zu pages had, %zu unchanged, %llu new reports\n", f->feeds,
            f->pages, f->unchanged, (unsigned long long)(f->g->now.fresh - before));
}

static bool round_of(following *f, address **of, size_t n, bool first)
{
    rl_error err = {0};
    int64_t now = rl_now_ms();
    size_t asked = 0;
    uint64_t before = f->g->now.fresh;
    f->nhad = f->feeds = f->pages = f->unchanged = 0;
    if (f->had)
        memset(f->had, 0, f->cap * sizeof *f->had);
    for (size_t i = 0; i < n; i++)
        first_time(f, of[i]->url);
    for (size_t i = 0; i < n; i++) {
        if (!first && now < of[i]->next_ms)
            continue;
        of[i]->next_ms = now + f->o->every_ms;
        asked += ask(f, of[i]);
    }
    if (!asked)
        return true;
    bool go = pump(f);
    if (!f->g->failed && rl_ingest_pace(f->g, true, &err)) {
        rl_cli_error(&err);
        f->g->failed = true;
    }
    if (f->o->every_ms && !f->g->failed && !rl_stopped() && !rl_ingest_place(f->g))
        f->g->failed = true;
    if (f->o->every_ms && !f->g->failed)
        tell(f, (size_t)before);
    return go && !f->g->failed;
}

static void sleep_ms(int64_t ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static bool wait_for(address *const *of, size_t n)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (of[i]->next_ms < next)
            next = of[i]->next_ms;
    while (!rl_stopped() && rl_now_ms() < next)
        sleep_ms(100);
    return !rl_stopped();
}

void rl_follow(rl_ingest *g, const char *const *urls, size_t n, const rl_follow_options *o)
{
    following f = {.g = g, .o = o};
    rl_error err = {0};
    rl_net_options no = {.allow_private = o->allow_private, .delay_ms = o->delay_ms, .contact = o->contact};
    address **of = calloc(n + 1, sizeof *of);
    size_t have = 0;
    f.mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st =
        of && f.mem ? rl_net_open(&no, &f.net, &err) : rl_fail(&err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    for (size_t i = 0; !st && i < n; i++) {
        char *url;
        if (!rl_net_resolve((rl_str){0}, rl_str_z(urls[i]), &url))
            fault(&f, urls[i], "is no http or https address");
        else if ((of[have] = address_new(&f, url)))
            have++;
    }
    if (st) {
        rl_cli_error(&err);
        g->failed = true;
    }
    g->take = take;
    g->ctx = &f;
    bool go = !st && have && round_of(&f, of, have, true);
    while (go && o->every_ms)
        go = wait_for(of, have) && round_of(&f, of, have, false);
    g->take = NULL;
    rl_net_close(f.net);
    while (f.alive)
        address_free(&f, f.alive);
    free(of);
    free(f.had);
    rl_arena_free(f.mem);
}
