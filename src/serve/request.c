/* Targets and bodies of requests. Invariants: what is handed on is sound UTF-8 without control characters, within
 * RL_SERVE_URI_MAX; a name that a route does not know is refused, so that a slip is seen. Linear. */
#include "serve/request.h"

#include <jansson.h>
#include <stdlib.h>

/* ---- bytes ---- */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX, and + in a query; in place where out is s.ptr. False where it is malformed or holds what no text has. */
static bool decode(rl_str s, bool query, char *out, rl_str *into)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            int a = i + 2 < s.len ? hex(s.ptr[i + 1]) : -1, b = i + 2 < s.len ? hex(s.ptr[i + 2]) : -1;
            if (a < 0 || b < 0)
                return false;
            c = (char)(a << 4 | b);
            i += 2;
        } else if (c == '+' && query) {
            c = ' ';
        }
        if ((unsigned char)c < ' ' || c == 0x7f)
            return false;
        out[n++] = c;
    }
    *into = (rl_str){out, n};
    return rl_utf8_valid(out, n) == n;
}

/* ---- the query ---- */

enum {
    P_Q = 1,
    P_PLACE = 2,
    P_MEASURE = 4,
    P_LANG = 8,
    P_OUTLET = 16,
    P_FORMAT = 32,
    P_RULE = 64,
    P_TARGET = 128,
    P_SINCE = 256,
    P_UNTIL = 512,
    P_AS_OF = 1024,
    P_LIMIT = 2048,
    P_CURSOR = 4096,
    P_AT = 8192,
    P_REDACT = 16384,
    P_IN = 32768
};

static const unsigned takes[RL_R_N] = {[RL_R_STORIES] = P_Q | P_PLACE | P_SINCE | P_UNTIL | P_MEASURE |
                                                        P_LANG | P_IN | P_OUTLET | P_LIMIT | P_CURSOR,
                                       [RL_R_STORY] = P_LANG,
                                       [RL_R_REPORT] = P_LANG,
                                       [RL_R_ACCOUNT] = P_FORMAT | P_LANG | P_AS_OF | P_RULE | P_REDACT,
                                       [RL_R_EXPLAIN] = P_AT,
                                       [RL_R_DECISIONS] = P_TARGET | P_LIMIT | P_CURSOR};

static bool take_number(rl_str v, uint64_t max, uint64_t *out)
{
    return v.len && rl_str_uint(v, max, out);
}

/* A day, or a time of day. */
static bool take_as_of(rl_request *r, rl_str v)
{
    int64_t minute;
    if (!v.len || (v.len <= 10 && rl_date_parse(v, &r->as_of)))
        return true;
    if (!rl_minute_parse(v, &minute))
        return false;
    int32_t day = (int32_t)(minute / 1440 - (minute % 1440 < 0));
    r->as_of = rl_date_from_days(day);
    r->as_of_minute = (uint16_t)(minute - (int64_t)day * 1440 + 1);
    return true;
}

static const char *take_pair(rl_request *r, rl_str name, rl_str v)
{
    const struct {
        const char *name;
        unsigned bit;
        rl_str *text;
        rl_date *day;
        const char *why;
    } known[] = {
        {"q", P_Q, &r->q, NULL, NULL},
        {"place", P_PLACE, &r->place, NULL, NULL},
        {"measure", P_MEASURE, &r->measure, NULL, NULL},
        {"lang", P_LANG, &r->lang, NULL, NULL},
        {"in", P_IN, &r->in, NULL, NULL},
        {"outlet", P_OUTLET, &r->outlet, NULL, NULL},
        {"format", P_FORMAT, &r->format, NULL, NULL},
        {"rule", P_RULE, &r->rule, NULL, NULL},
        {"target", P_TARGET, &r->target, NULL, NULL},
        {"cursor", P_CURSOR, &r->cursor, NULL, NULL},
        {"since", P_SINCE, NULL, &r->since, "since is a day like 2022-01-06"},
        {"until", P_UNTIL, NULL, &r->until, "until is a day like 2022-01-06"},
    };
    uint64_t n;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!rl_str_is(name, known[i].name) || !(takes[r->route] & known[i].bit))
            continue;
        if (known[i].text)
            *known[i].text = v;
        return known[i].day && v.len && !rl_date_parse(v, known[i].day) ? known[i].why : NULL;
    }
    if (rl_str_is(name, "as_of") && takes[r->route] & P_AS_OF)
        return take_as_of(r, v) ? NULL : "as_of is a day (2022-01-06) or a time (2022-01-06T14:30Z)";
    if (rl_str_is(name, "limit") && takes[r->route] & P_LIMIT) {
        if (!take_number(v, RL_SERVE_PAGE_MAX, &n) || !n)
            return "limit is a number from 1 to 200";
        r->limit = (size_t)n;
        return NULL;
    }
    if (rl_str_is(name, "at") && takes[r->route] & P_AT) {
        if (!take_number(v, UINT32_MAX - 1u, &n))
            return "at is a byte of the report's text";
        r->at = (uint32_t)n;
        return NULL;
    }
    if (rl_str_is(name, "redact") && takes[r->route] & P_REDACT) {
        r->redact = rl_str_is(v, "1");
        return r->redact || rl_str_is(v, "0") || !v.len ? NULL : "redact is 1 or 0";
    }
    return "a parameter that there is none of here: docs/api.md lists them";
}

static int take_query(rl_request *r, rl_str query, char *out, const char **why)
{
    while (query.len) {
        rl_str pair, name, value;
        rl_str_cut(&query, '&', &pair);
        if (!pair.len)
            continue;
        value = pair;
        if (!rl_str_cut(&value, '=', &name))
            value = (rl_str){0};
        if (!decode(name, true, out, &name)) {
            *why = "a parameter that is not percent-encoded UTF-8";
            return 400;
        }
        out += name.len;
        if (!decode(value, true, out, &value)) {
            *why = "a parameter that is not percent-encoded UTF-8";
            return 400;
        }
        out += value.len;
        if (r->route != RL_R_PAGE && (*why = take_pair(r, name, value)))
            return 400;
    }
    rl_measure measure;
    rl_spread_rule rule;
    if (r->measure.len && !rl_measure_parse(r->measure, &measure)) {
        *why = "a measure that there is none of";
        return 400;
    }
    if (r->rule.len && !rl_spread_rule_parse(r->rule, &rule)) {
        *why = "rule is newest_official, most_origins, low_best_high or conservative";
        return 400;
    }
    return 0;
}

/* ---- the path ---- */

static bool is_hex(rl_str s, size_t len)
{
    for (size_t i = 0; i < s.len; i++)
        if (hex(s.ptr[i]) < 0 || (s.ptr[i] >= 'A' && s.ptr[i] <= 'F'))
            return false;
    return s.len == len;
}

static bool is_tag(rl_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.len > 0 && s.len <= 35;
}

static rl_route route_of(rl_str path, rl_str *id)
{
    static const struct {
        const char *head, *tail;
        rl_route route;
        int id; /* digits; 0: none; -1: a language */
    } routes[] = {{"/api/v1", "", RL_R_ROOT, 0},
                  {"/api/v1/stories", "", RL_R_STORIES, 0},
                  {"/api/v1/stories/", "", RL_R_STORY, 16},
                  {"/api/v1/stories/", "/account", RL_R_ACCOUNT, 16},
                  {"/api/v1/stories/", "/origins", RL_R_ORIGINS, 16},
                  {"/api/v1/reports/", "", RL_R_REPORT, 32},
                  {"/api/v1/reports/", "/raw", RL_R_RAW, 32},
                  {"/api/v1/reports/", "/explain", RL_R_EXPLAIN, 32},
                  {"/api/v1/messages/", "", RL_R_MESSAGES, -1},
                  {"/api/v1/decisions", "", RL_R_DECISIONS, 0},
                  {"/api/v1/events", "", RL_R_EVENTS, 0},
                  {"/api/v1/login", "", RL_R_LOGIN, 0},
                  {"/api/v1/logout", "", RL_R_LOGOUT, 0},
                  {"/openapi.json", "", RL_R_OPENAPI, 0}};
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t head = strlen(routes[i].head), tail = strlen(routes[i].tail);
        if (!rl_str_starts(path, routes[i].head) || path.len < head + tail ||
            !rl_str_ends(path, routes[i].tail))
            continue;
        rl_str mid = rl_str_sub(path, head, path.len - head - tail);
        bool ok = routes[i].id > 0   ? is_hex(mid, (size_t)routes[i].id)
                  : routes[i].id < 0 ? is_tag(mid)
                                     : mid.len == 0;
        if (ok) {
            *id = mid;
            return routes[i].route;
        }
    }
    return rl_str_starts(path, "/api") ? RL_R_N : RL_R_PAGE;
}

/* "." and ".." as a piece, and what other systems take for a separator. */
static bool climbs(rl_str path)
{
    rl_str rest = path, piece;
    if (path.len && memchr(path.ptr, '\\', path.len))
        return true;
    while (rest.len) {
        rl_str_cut(&rest, '/', &piece);
        if (rl_str_is(piece, ".") || rl_str_is(piece, ".."))
            return true;
    }
    return false;
}

static void keep_query(rl_request *r, rl_str query)
{
    char *at = r->text + RL_SERVE_URI_MAX + 1;
    for (size_t i = 0; i < query.len; i++)
        if (query.ptr[i] <= ' ' || query.ptr[i] >= 0x7f)
            return;
    if (query.len)
        memcpy(at, query.ptr, query.len);
    r->query = (rl_str){at, query.len};
}

int rl_request_parse(rl_method method, rl_str target, rl_request *out, const char **why)
{
    rl_str path, query = target;
    memset(out, 0, sizeof *out - sizeof out->text);
    out->at = UINT32_MAX;
    out->limit = 50;
    out->route = RL_R_N;
    *why = NULL;
    if (target.len > RL_SERVE_URI_MAX) {
        *why = "the address is longer than 4096 bytes";
        return 414;
    }
    rl_str_cut(&query, '?', &path);
    if (!path.len || path.ptr[0] != '/' || !decode(path, false, out->text, &out->path) || climbs(out->path)) {
        *why = "a path that is none";
        return 400;
    }
    out->route = route_of(out->path, &out->id);
    if (out->route == RL_R_N) {
        *why = "there is nothing of that name: docs/api.md lists what there is";
        return 404;
    }
    keep_query(out, query);
    bool posts = out->route == RL_R_LOGIN || out->route == RL_R_LOGOUT;
    bool ok = method == RL_POST ? posts || out->route == RL_R_DECISIONS
                                : (method == RL_GET || method == RL_HEAD) && !posts;
    if (!ok) {
        *why = "this address does not take that method";
        return 405;
    }
    return take_query(out, query, out->text + out->path.len, why);
}

void rl_request_move(rl_request *to, const rl_request *r)
{
    *to = *r;
    rl_str *const all[] = {&to->path, &to->id,     &to->q,      &to->place, &to->measure,
                           &to->lang, &to->in,     &to->outlet, &to->query, &to->format,
                           &to->rule, &to->target, &to->cursor};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->len)
            all[i]->ptr = to->text + (all[i]->ptr - r->text);
}

rl_request *rl_request_copy(const rl_request *r)
{
    rl_request *c = malloc(sizeof *c);
    if (c)
        rl_request_move(c, r);
    return c;
}

void rl_request_key(const rl_request *r, rl_buf *out)
{
    const rl_str all[] = {r->q,      r->place,  r->measure, r->lang,   r->in,
                          r->outlet, r->format, r->rule,    r->target, r->cursor};
    rl_buf_add(out, r->path);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        rl_buf_c(out, '\n');
        rl_buf_add(out, all[i]);
    }
    rl_buf_f(out, "\n%d %d %d %zu %u %d", rl_date_known(r->since) ? rl_date_days(r->since) : 0,
             rl_date_known(r->until) ? rl_date_days(r->until) : 0,
             rl_date_known(r->as_of) ? rl_date_days(r->as_of) : 0, r->limit, r->at, r->redact);
    rl_buf_f(out, " %u", r->as_of_minute);
}

/* ---- bodies ---- */

static bool text_of(rl_arena *mem, const json_t *o, const char *key, rl_str *out)
{
    const json_t *v = json_object_get(o, key);
    *out = (rl_str){0};
    if (!v || json_is_null(v))
        return true;
    if (!json_is_string(v))
        return false;
    *out = rl_arena_copy(mem, (rl_str){json_string_value(v), json_string_length(v)});
    return out->ptr != NULL;
}

static const char *decision_of(rl_arena *mem, const json_t *o, rl_decision *out, int64_t *seen)
{
    static const char *const keys[] = {"what", "target", "who", "why", "data", "seen"};
    rl_str what;
    size_t known = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        known += json_object_get(o, keys[i]) != NULL;
    if (!json_is_object(o) || known != json_object_size(o))
        return "an object with what, target, who, why, data and seen";
    if (!text_of(mem, o, "what", &what) || !text_of(mem, o, "target", &out->target) ||
        !text_of(mem, o, "who", &out->who) || !text_of(mem, o, "why", &out->why))
        return "what, target, who and why are texts";
    out->what = rl_decision_of(what);
    const json_t *n = json_object_get(o, "seen"), *data = json_object_get(o, "data");
    if (!json_is_integer(n) || json_integer_value(n) < 0)
        return "seen is the number of the newest decision on the target that you know of, or 0";
    *seen = json_integer_value(n);
    if (data && !json_is_object(data))
        return "data is an object";
    char *z = data ? json_dumps(data, JSON_COMPACT) : NULL;
    out->data = z ? rl_arena_copy(mem, rl_str_z(z)) : (rl_str){0};
    free(z);
    return NULL;
}

int rl_request_decision(rl_arena *mem, rl_str body, rl_decision *out, int64_t *seen, const char **why)
{
    json_t *o = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_REJECT_DUPLICATES, NULL);
    *out = (rl_decision){0};
    *seen = 0;
    *why = o ? decision_of(mem, o, out, seen) : "the body is not JSON";
    json_decref(o);
    return *why ? 400 : 0;
}

rl_str rl_request_token(rl_arena *mem, rl_str body)
{
    json_t *o = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_REJECT_DUPLICATES, NULL);
    rl_str token = {0};
    if (!json_is_object(o) || !text_of(mem, o, "token", &token))
        token = (rl_str){0};
    json_decref(o);
    return token;
}
