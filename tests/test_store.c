/* The store by its functions: names, words, sightings, revisions, selections, transactions, forms of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "store/db.h"
#include "store/decide.h"

typedef struct {
    rl_store *s;
    rl_arena *mem;
    char path[64];
} fixture;

static int up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    rl_error err;
    static int n;
    snprintf(f->path, sizeof f->path, "/tmp/relata-store-%d-%d", (int)getpid(), n++);
    f->mem = rl_arena_new(RL_ARENA_DEFAULT);
    assert_int_equal(rl_store_open(f->path, RL_STORE_CREATE, 200, &f->s, &err), RL_OK);
    assert_int_equal(rl_store_extraction(f->s, "test", 1, &err), RL_OK);
    *state = f;
    return 0;
}

static int down(void **state)
{
    fixture *f = *state;
    rl_store_close(f->s);
    unlink(f->path);
    rl_arena_free(f->mem);
    free(f);
    return 0;
}

typedef struct {
    const char *measure, *who, *place, *country;
    int64_t value;
    const char *line; /* NULL: made of the others */
} told;

static rl_store_line line_of(rl_arena *mem, const told *c)
{
    char z[256];
    snprintf(z, sizeof z, "{\"measure\":\"%s\",\"who\":\"%s\",\"value\":%lld,\"place\":\"%s\"}", c->measure,
             c->who, (long long)c->value, c->place);
    return (rl_store_line){.line = rl_arena_copy(mem, rl_str_z(c->line ? c->line : z)),
                           .id = RL_STR("0123456789abcdef"),
                           .name = rl_str_z(c->measure),
                           .who = rl_str_z(c->who),
                           .modality = RL_STR("asserted"),
                           .value = {c->value, c->value, true, true, RL_Q_EXACT, RL_V_NONE},
                           .place = rl_str_z(c->place),
                           .country = rl_str_z(c->country),
                           .lang = RL_STR("en")};
}

/* A report of these bytes at this place. */
static rl_store_had put(fixture *f, const char *doc, const char *url, const char *body, rl_date day,
                        const told *c, size_t n)
{
    rl_error err = {0};
    rl_store_had had;
    rl_store_id id = rl_store_id_of(rl_str_z(body));
    rl_store_line *l = RL_NEW(f->mem, rl_store_line, n + 1);
    for (size_t i = 0; i < n; i++)
        l[i] = line_of(f->mem, &c[i]);
    rl_store_origin o = {.doc = rl_str_z(doc), .input = rl_str_z(doc), .at_ms = 1000};
    rl_store_reading r = {.title = RL_STR(""),
                          .body = rl_str_z(body),
                          .authors = RL_STR("[]"),
                          .parts = RL_STR("[]"),
                          .outlet = RL_STR("The Outlet"),
                          .url = rl_str_z(url),
                          .kind = RL_STR("text"),
                          .lang = RL_STR("zh-Hant"),
                          .day = day,
                          .claims = l,
                          .nclaims = n};
    bool revision;
    assert_int_equal(rl_store_begin(f->s, &err), RL_OK);
    assert_int_equal(rl_store_see(f->s, id, &o, &had, &err), RL_OK);
    if (had == RL_STORE_NEW && rl_store_put(f->s, id, rl_str_z(body), &o, &r, &revision, &err))
        fail_msg("%s", err.message);
    assert_int_equal(rl_store_commit(f->s, &err), RL_OK);
    return had;
}

static rl_status count_one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    (void)mem, (void)err;
    size_t *n = ctx;
    ++*n;
    assert_true(rl_str_eq(r->text, r->r.body));
    return RL_OK;
}

static size_t chosen(fixture *f, rl_store_select sel)
{
    rl_error err = {0};
    size_t n = 0;
    if (rl_store_each(f->s, &sel, count_one, &n, &err))
        fail_msg("%s", err.message);
    return n;
}

/* ---- cases ---- */

static void names(void **state)
{
    (void)state;
    char hex[33];
    /* XXH3-128 of nothing and of "abc", canonical: the name of a report never changes */
    rl_store_id_hex(rl_store_id_of(RL_STR("")), hex);
    assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
    rl_store_id_hex(rl_store_id_of(RL_STR("abc")), hex);
    assert_string_equal(hex, "06b05ab6733a618578af5f94892f3950");
}

static void queries(void **state)
{
    static const struct {
        const char *typed, *query;
    } cases[] = {
        {"word", "\"word\""},
        {"Two  WORDS ", "\"two\" AND \"words\""},
        {"\"in quotes\" x", "\"in quotes\" AND \"x\""},
        {"begin*", "\"begin\" *"},
        {"an \"open quote", "\"an\" AND \"open quote\""},
        {"a\"b", "\"a\" AND \"b\""},
        {"x OR y) NEAR(z title:q", "\"x\" AND \"or\" AND \"y\" AND \"near z\" AND \"title q\""},
        {"!! --", ""},
        {"", ""},
        {"\xe8\xad\xa6\xe5\xaf\x9f", "\"\xe8\xad\xa6 \xe5\xaf\x9f\""},
        {"e\xcc\x81t\xc3\xa9", "\"\xc3\xa9t\xc3\xa9\""},
        {"\xff\xfe", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rl_buf b = {0};
        rl_words_query(&b, rl_str_z(cases[i].typed));
        if (!rl_str_is(rl_buf_str(&b), cases[i].query))
            fail_msg("%s: %.*s", cases[i].typed, (int)b.len, b.ptr);
        rl_buf_clear(&b);
    }
}

static void selections(void **state)
{
    fixture *f = *state;
    const told almaty = {"killed", "any", "Almaty", "KZ", 8, NULL},
               paris = {"killed", "any", "Paris", "FR", 2, NULL};
    put(f, "a", "https://www.Example.org/a?x=1#y", "Eight killed in Almaty", (rl_date){2022, 1, 6, false},
        &almaty, 1);
    put(f, "b", "https://news.example.org/b", "Two killed in Paris", (rl_date){2022, 1, 7, false}, &paris, 1);
    put(f, "c", "", "Nothing at all", (rl_date){0}, NULL, 0);
    const struct {
        rl_store_select sel;
        size_t n;
    } cases[] = {
        {{.stale = false}, 3},
        {{.since = {2022, 1, 6, false}}, 2},
        {{.since = {2022, 1, 7, false}}, 1},
        {{.until = {2022, 1, 6, false}}, 1},
        {{.since = {2022, 1, 6, false}, .until = {2022, 1, 7, false}}, 2},
        {{.until = {2022, 1, 5, false}}, 0},
        {{.lang = rl_str_z("zh")}, 3},
        {{.lang = rl_str_z("zh-Hant")}, 3},
        {{.lang = rl_str_z("zh-Hans")}, 0},
        {{.lang = rl_str_z("z")}, 0},
        {{.place = rl_str_z("almaty")}, 1},
        {{.place = rl_str_z("kz")}, 1},
        {{.place = rl_str_z("Kazakhstan"), .country = rl_str_z("KZ")}, 1},
        {{.place = rl_str_z("Atlantis")}, 0},
        {{.outlet = rl_str_z("the outlet")}, 3},
        {{.outlet = rl_str_z("Example.org")}, 2},
        {{.outlet = rl_str_z("news.example.org")}, 1},
        {{.outlet = rl_str_z("ample.org")}, 0},
        {{.match = rl_str_z("KILLED in")}, 2},
        {{.match = rl_str_z("killed almaty")}, 1},
        {{.match = rl_str_z("\"in killed\"")}, 0},
        {{.match = rl_str_z("alm*")}, 1},
        {{.id = rl_str_z("a")}, 1},
        {{.id = rl_str_z("example.org/a?x=1")}, 1},
        {{.id = rl_str_z("' OR 1 --")}, 0},
        {{.place = rl_str_z("' OR 1 --")}, 0},
        {{.stale = true}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (chosen(f, cases[i].sel) != cases[i].n)
            fail_msg("case %zu: %zu", i, chosen(f, cases[i].sel));
    char hex[33];
    rl_store_id_hex(rl_store_id_of(RL_STR("Nothing at all")), hex);
    for (size_t len = 0; len <= 32; len++)
        assert_int_equal(chosen(f, (rl_store_select){.id = {hex, len}}), len == 0 ? 3 : len < 4 ? 0 : 1);
    rl_error err;
    assert_int_equal(rl_store_extraction(f->s, "test", 2, &err), RL_OK);
    assert_int_equal(chosen(f, (rl_store_select){.stale = true}), 3);
}

static void sightings(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store_sightings seen;
    assert_int_equal(put(f, "one", "", "The same bytes", (rl_date){0}, NULL, 0), RL_STORE_NEW);
    assert_int_equal(put(f, "two", "", "The same bytes", (rl_date){0}, NULL, 0), RL_STORE_SEEN);
    assert_int_equal(put(f, "two", "", "The same bytes", (rl_date){0}, NULL, 0), RL_STORE_SEEN);
    assert_int_equal(rl_store_seen(f->s, f->mem, 1, &seen, &err), RL_OK);
    assert_int_equal(seen.n, 2);
    assert_true(rl_str_is(seen.at[0].doc, "one") && rl_str_is(seen.at[1].doc, "two"));
    assert_int_equal(chosen(f, (rl_store_select){.id = RL_STR("two")}), 1);
    rl_str raw;
    assert_int_equal(rl_store_raw(f->s, f->mem, 1, &raw, &err), RL_OK);
    assert_true(rl_str_is(raw, "The same bytes"));
}

static void revisions(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store_revisions v;
    rl_store_lines a, b;
    rl_store_diffs d;
    const told was[] = {{"killed", "any", "Almaty", "KZ", 8, NULL},
                        {"injured", "any", "Almaty", "KZ", 5, NULL},
                        {"missing", "any", "Oral", "KZ", 3, NULL},
                        {"killed", "any", "Almaty", "KZ", 8, NULL}};
    const told is[] = {{"missing", "any", "Oral", "KZ", 3, NULL},
                       {"killed", "any", "Almaty", "KZ", 18, NULL},
                       {"killed", "any", "Almaty", "KZ", 8, NULL},
                       {"detained", "any", "Oral", "KZ", 60, NULL}};
    put(f, "http://example.org/x", "https://www.example.org/x", "First", (rl_date){0}, was, 4);
    put(f, "https://example.org/x#top", "", "Second", (rl_date){0}, is, 4);
    put(f, "http://example.org/y", "http://example.org/", "Another page that calls itself the front page",
        (rl_date){0}, NULL, 0);
    put(f, "http://example.org/x", "https://example.org/x", "First", (rl_date){0}, NULL,
        0); /* it came back: no third one */
    assert_int_equal(rl_store_revisions_of(f->s, f->mem, 2, &v, &err), RL_OK);
    assert_int_equal(v.n, 2);
    assert_int_equal(v.mine, 1);
    assert_true(rl_str_is(v.address, "example.org/x"));
    assert_int_equal(rl_store_revisions_of(f->s, f->mem, 3, &v, &err), RL_OK);
    assert_int_equal(v.n, 1);
    assert_int_equal(rl_store_claims(f->s, f->mem, 1, &a, &err), RL_OK);
    assert_int_equal(rl_store_claims(f->s, f->mem, 2, &b, &err), RL_OK);
    assert_int_equal(rl_store_compare(f->mem, &a, &b, &d, &err), RL_OK);
    assert_int_equal(d.same, 2);
    assert_int_equal(d.changed, 1); /* one of the two eights is eighteen now */
    assert_int_equal(d.added, 1);
    assert_int_equal(d.gone, 1);
    assert_int_equal(d.n, 5);
    assert_int_equal(rl_store_compare(f->mem, &a, &a, &d, &err), RL_OK);
    assert_int_equal(d.same, 4);
    assert_int_equal(d.n, 4);
}

/* What is not committed is not there; what is, is, whoever looks. */
static void transactions(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store *other;
    rl_store_counts n;
    rl_store_had had;
    rl_store_origin o = {.doc = RL_STR("d"), .input = RL_STR("d"), .at_ms = 1};
    rl_store_reading r = {.title = RL_STR(""),
                          .body = RL_STR("x"),
                          .authors = RL_STR("[]"),
                          .parts = RL_STR("[]"),
                          .kind = RL_STR("text")};
    assert_int_equal(rl_store_open(f->path, RL_STORE_WRITE, 100, &other, &err), RL_OK);
    assert_int_equal(rl_store_begin(f->s, &err), RL_OK);
    assert_int_equal(rl_store_see(f->s, rl_store_id_of(RL_STR("x")), &o, &had, &err), RL_OK);
    assert_int_equal(rl_store_put(f->s, rl_store_id_of(RL_STR("x")), RL_STR("x"), &o, &r, NULL, &err), RL_OK);
    assert_int_equal(rl_store_count(other, &n, &err), RL_OK);
    assert_int_equal(n.reports, 0);
    assert_int_equal(rl_store_begin(other, &err), RL_EIO); /* the second writer, after a wait */
    assert_non_null(strstr(err.message, "another program is writing"));
    rl_store_rollback(f->s);
    assert_int_equal(rl_store_begin(other, &err), RL_OK);
    rl_store_rollback(other);
    assert_int_equal(rl_store_count(f->s, &n, &err), RL_OK);
    assert_int_equal(n.reports, 0);
    put(f, "d", "", "x", (rl_date){0}, NULL, 0);
    assert_int_equal(rl_store_count(other, &n, &err), RL_OK);
    assert_int_equal(n.reports, 1);
    rl_store_close(other);
}

static void inputs_and_fetches(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store_input in = {10, 20, 30, 40, true, 50, 60, 35}, got;
    rl_store_fetch x = {RL_STR("\"e\""), RL_STR("m"), 1, 2, 3, 200, 5}, y;
    assert_int_equal(rl_store_input_get(f->s, RL_STR("p"), &got, &err), RL_OK);
    assert_int_equal(got.docs, 0);
    assert_int_equal(rl_store_input_put(f->s, RL_STR("p"), &in, &err), RL_OK);
    assert_int_equal(rl_store_input_get(f->s, RL_STR("p"), &got, &err), RL_OK);
    assert_true(got.size == 10 && got.mtime_ns == 20 && got.ctime_ns == 30 && got.docs == 40 && got.done);
    assert_true(got.at == 50 && got.plain == 60 && got.at_docs == 35);
    assert_int_equal(rl_store_fetch_put(f->s, RL_STR("u"), &x, &err), RL_OK);
    assert_int_equal(rl_store_fetch_get(f->s, f->mem, RL_STR("u"), &y, &err), RL_OK);
    assert_true(rl_str_eq(x.etag, y.etag) && rl_str_eq(x.modified, y.modified) && y.first_ms == 1 &&
                y.at_ms == 2 && y.next_ms == 3 && y.fails == 5);
}

static void forgetting(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store_counts n;
    const told c = {"killed", "any", "Almaty", "KZ", 8, NULL};
    put(f, "a", "", "Kept", (rl_date){0}, &c, 1);
    put(f, "b", "", "Quxtrolamp", (rl_date){0}, &c, 1);
    assert_int_equal(rl_store_begin(f->s, &err), RL_OK);
    assert_int_equal(rl_store_forget(f->s, 2, RL_STR("asked for"), 5, &err), RL_OK);
    assert_int_equal(rl_store_commit(f->s, &err), RL_OK);
    assert_int_equal(rl_store_forgotten(f->s, &err), RL_OK);
    assert_int_equal(rl_store_count(f->s, &n, &err), RL_OK);
    assert_int_equal(n.reports, 1);
    assert_int_equal(n.claims, 1);
    assert_int_equal(n.sightings, 1);
    assert_int_equal(n.addresses, 1);
    assert_int_equal(n.forgotten, 1);
    assert_int_equal(put(f, "b", "", "Quxtrolamp", (rl_date){0}, &c, 1), RL_STORE_FORGOTTEN);
    assert_int_equal(chosen(f, (rl_store_select){.match = RL_STR("quxtrolamp")}), 0);
    size_t faults;
    assert_int_equal(rl_store_check(f->s, &(rl_store_checker){0}, &faults, &err), RL_OK);
    assert_int_equal(faults, 0);
}

/* Somebody else's file with a claim that is no JSON, or bytes that are not what they are named by. */
static void merging(void **state)
{
    fixture *f = *state;
    rl_error err;
    rl_store_counts n;
    fixture *g;
    void *other;
    up(&other);
    g = other;
    const told good = {"killed", "any", "Almaty", "KZ", 8, NULL},
               bad = {"killed", "any", "Almaty", "KZ", 8, "{\"a\":1}\n{}"};
    put(g, "a", "", "Sound", (rl_date){0}, &good, 1);
    put(g, "b", "", "A claim of two lines", (rl_date){0}, &bad, 1);
    put(g, "c", "", "Bytes of another", (rl_date){0}, &good, 1);
    assert_int_equal(rl_db_exec(g->s, "UPDATE report SET id = randomblob(16) WHERE n = 3", &err), RL_OK);
    assert_int_equal(rl_store_settle(g->s, &err), RL_OK);
    assert_int_equal(rl_store_merge(f->s, g->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(rl_store_count(f->s, &n, &err), RL_OK);
    assert_int_equal(n.reports, 1);
    assert_int_equal(
        rl_db_exec(g->s, "CREATE TRIGGER t AFTER INSERT ON report BEGIN DELETE FROM report; END", &err),
        RL_OK);
    assert_int_equal(rl_store_merge(f->s, g->path, NULL, NULL, NULL, &err), RL_ESYNTAX);
    down(&other);
}

/* ---- decisions ---- */

static rl_status decide(fixture *f, rl_decision_what what, const char *target, const char *data, int64_t seen,
                        bool *stale, rl_decision *out)
{
    rl_error err = {0};
    rl_decision d = {.at_ms = 5000,
                     .what = what,
                     .who = RL_STR("Dimitra"),
                     .why = RL_STR("I asked the hospital"),
                     .target = rl_str_z(target),
                     .data = rl_str_z(data)};
    return rl_store_decide(f->s, f->mem, &d, seen, stale, out, &err);
}

static size_t decided(fixture *f, rl_decision_select sel, rl_decisions *out)
{
    rl_error err;
    assert_int_equal(rl_store_decisions(f->s, f->mem, &sel, out, &err), RL_OK);
    return out->n;
}

static void name_target(char out[80], const char *body, const char *kind, const char *claim)
{
    char hex[33];
    rl_store_id_hex(rl_store_id_of(rl_str_z(body)), hex);
    snprintf(out, 80, "%s:%s%s%s", kind, hex, claim ? ":" : "", claim ? claim : "");
}

static size_t faults_of(fixture *f)
{
    rl_error err;
    size_t faults;
    assert_int_equal(rl_store_check(f->s, &(rl_store_checker){0}, &faults, &err), RL_OK);
    return faults;
}

static void decisions(void **state)
{
    fixture *f = *state;
    bool stale;
    rl_decision d, e;
    rl_decisions all;
    rl_error err;
    char claim[80], report[80];
    const told c = {
        "killed",
        "any",
        "Almaty",
        "KZ",
        8,
        "{\"measure\":\"killed\",\"who\":\"any\",\"value\":8,\"place\":\"Almaty\",\"start\":3,\"end\":11}"};
    put(f, "a", "", "Eight were killed", (rl_date){0}, &c, 1);
    name_target(claim, "Eight were killed", "claim", "0123456789abcdef");
    name_target(report, "Eight were killed", "report", NULL);

    assert_int_equal(decide(f, RL_DECIDE_REJECT, claim, "{}", 0, &stale, &d), RL_OK);
    assert_false(stale);
    assert_true(d.n == 1 && d.span.off == 3 && d.span.len == 8 && rl_str_is(d.measure, "killed") &&
                !d.undone_by);
    /* the second of two who looked at the same is told what came between, and nothing is written */
    assert_int_equal(decide(f, RL_DECIDE_CONFIRM, claim, "{}", 0, &stale, &e), RL_OK);
    assert_true(stale && e.n == 1 && e.what == RL_DECIDE_REJECT);
    assert_int_equal(decided(f, (rl_decision_select){0}, &all), 1);
    assert_int_equal(
        decide(f, RL_DECIDE_AMEND, claim, "{ \"whom\" : \"civilian\", \"source\": null}", 1, &stale, &e),
        RL_OK);
    assert_true(!stale && e.n == 2 && e.at_ms > d.at_ms &&
                rl_str_is(e.data, "{\"source\":null,\"whom\":\"civilian\"}"));
    assert_int_equal(decide(f, RL_DECIDE_RETRACT, report, "", 0, &stale, &d), RL_OK);
    /* undone: its target is that of what it undoes; once, and no undo of an undo */
    assert_int_equal(decide(f, RL_DECIDE_UNDO, "", "{\"n\":2}", -1, &stale, &d), RL_OK);
    assert_true(d.n == 4 && d.undoes == 2 && rl_str_is(d.target, claim) && rl_str_is(d.data, "{\"n\":2}"));
    assert_int_equal(decide(f, RL_DECIDE_UNDO, "", "{\"n\":2}", -1, &stale, &d), RL_EUSAGE);
    assert_int_equal(decide(f, RL_DECIDE_UNDO, "", "{\"n\":4}", -1, &stale, &d), RL_EUSAGE);
    assert_int_equal(decide(f, RL_DECIDE_UNDO, report, "{\"n\":1}", -1, &stale, &d), RL_EUSAGE);
    assert_int_equal(decide(f, RL_DECIDE_UNDO, "", "{\"n\":9}", -1, &stale, &d), RL_ENOTFOUND);
    assert_int_equal(decided(f, (rl_decision_select){.target = rl_str_z(claim)}, &all), 3);
    assert_true(all.at[0].n == 4 && all.at[1].n == 2 && all.at[1].undone_by == 4 && all.at[2].n == 1);
    assert_int_equal(decided(f, (rl_decision_select){.after = 1, .before = 4, .oldest = true}, &all), 2);
    assert_true(all.at[0].n == 2 && all.at[1].n == 3);
    assert_int_equal(decided(f, (rl_decision_select){.limit = 1}, &all), 1);
    assert_int_equal(all.at[0].n, 4);

    /* the file itself holds them fast */
    assert_int_not_equal(rl_db_exec(f->s, "DELETE FROM decision", &err), RL_OK);
    assert_int_not_equal(rl_db_exec(f->s, "UPDATE decision SET who = 'x'", &err), RL_OK);
    assert_int_not_equal(
        rl_db_exec(f->s,
                   "INSERT OR REPLACE INTO decision SELECT 1, id, at, 'x', why, what, target, data,"
                   " undoes, measure, from_byte, to_byte FROM decision WHERE n = 1",
                   &err),
        RL_OK);
    assert_int_equal(faults_of(f), 0);
    assert_int_equal(
        rl_db_exec(f->s, "DROP TRIGGER decision_fixed; UPDATE decision SET who = 'x' WHERE n = 1", &err),
        RL_OK);
    assert_int_equal(faults_of(f), 2); /* the lock, and what was changed */
}

static void decisions_refused(void **state)
{
    fixture *f = *state;
    static const char rid[] = "0123456789abcdef0123456789abcdef";
    static const struct {
        const char *name;
        rl_decision_what what;
        const char *target, *data;
        rl_status st;
    } cases[] = {
        {"no target", RL_DECIDE_REJECT, "", "{}", RL_EUSAGE},
        {"another kind of target", RL_DECIDE_REJECT, "report:%s", "{}", RL_EUSAGE},
        {"digits in capitals", RL_DECIDE_RETRACT, "report:0123456789ABCDEF0123456789abcdef", "{}", RL_EUSAGE},
        {"a digit too few", RL_DECIDE_REJECT, "claim:%s:0123456789abcde", "{}", RL_EUSAGE},
        {"a report that is not here", RL_DECIDE_RETRACT, "report:%s", "{}", RL_ENOTFOUND},
        {"a claim that is not here", RL_DECIDE_CONFIRM, "claim:%s:0123456789abcdef", "{}", RL_ENOTFOUND},
        {"data that is no JSON", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{\"whom\":", RL_EUSAGE},
        {"nothing amended", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{}", RL_EUSAGE},
        {"a slot there is none of", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{\"colour\":1}",
         RL_EUSAGE},
        {"a slot twice", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef",
         "{\"whom\":\"any\",\"whom\":\"child\"}", RL_EUSAGE},
        {"whom", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{\"whom\":\"cat\"}", RL_EUSAGE},
        {"a value below nothing", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef",
         "{\"value\":{\"low\":-1,\"high\":2,\"qualifier\":\"range\"}}", RL_EUSAGE},
        {"a range turned round", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef",
         "{\"value\":{\"low\":3,\"high\":2,\"qualifier\":\"range\"}}", RL_EUSAGE},
        {"a day that is none", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{\"date\":\"2022-02-30\"}",
         RL_EUSAGE},
        {"a speaker of two lines", RL_DECIDE_AMEND, "claim:%s:0123456789abcdef", "{\"source\":\"a\\nb\"}",
         RL_EUSAGE},
        {"a story into itself", RL_DECIDE_MERGE, "story:0123456789abcdef", "{\"into\":\"0123456789abcdef\"}",
         RL_EUSAGE},
        {"split of nothing", RL_DECIDE_SPLIT, "story:0123456789abcdef", "{\"reports\":[]}", RL_EUSAGE},
        {"a rule there is none of", RL_DECIDE_RULE, "series:0123456789abcdef:killed/any//total",
         "{\"rule\":\"mine\"}", RL_EUSAGE},
        {"a rule", RL_DECIDE_RULE, "series:0123456789abcdef:killed/any//total", "{\"rule\":\"most_origins\"}",
         RL_OK},
        {"a merge", RL_DECIDE_MERGE, "story:0123456789abcdef", "{\"into\":\"1123456789abcdef\"}", RL_OK},
        {"what is none", RL_DECIDE_N, "story:0123456789abcdef", "{}", RL_EUSAGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[200];
        bool stale;
        rl_decision d;
        const char *at = strstr(cases[i].target, "%s");
        if (at)
            snprintf(target, sizeof target, "%.*s%s%s", (int)(at - cases[i].target), cases[i].target, rid,
                     at + 2);
        else
            snprintf(target, sizeof target, "%s", cases[i].target);
        if (decide(f, cases[i].what, target, cases[i].data, 0, &stale, &d) != cases[i].st)
            fail_msg("%s", cases[i].name);
    }
    rl_decisions all;
    assert_int_equal(decided(f, (rl_decision_select){0}, &all), 2);
}

/* One byte more than each limit, and each limit. */
static void decisions_limits(void **state)
{
    fixture *f = *state;
    rl_error err;
    bool stale;
    rl_decision d = {.what = RL_DECIDE_MERGE,
                     .target = RL_STR("story:0123456789abcdef"),
                     .data = RL_STR("{\"into\":\"1123456789abcdef\"}")},
                out;
    char *long_text = malloc(RL_DECISION_WHY_MAX + 2);
    memset(long_text, 'x', RL_DECISION_WHY_MAX + 2);
    for (int over = 0; over < 2; over++) {
        d.who = (rl_str){long_text, RL_DECISION_NAME_MAX};
        d.why = (rl_str){long_text, RL_DECISION_WHY_MAX + (size_t)over};
        assert_int_equal(rl_store_decide(f->s, f->mem, &d, -1, &stale, &out, &err), over ? RL_ELIMIT : RL_OK);
        d.who = (rl_str){long_text, RL_DECISION_NAME_MAX + (size_t)over};
        d.why = (rl_str){0};
        assert_int_equal(rl_store_decide(f->s, f->mem, &d, -1, &stale, &out, &err), over ? RL_EUSAGE : RL_OK);
    }
    free(long_text);
}

/* Decisions go with a merge: each once, undone what was undone on either side, whoever merges first. */
static void decisions_merged(void **state)
{
    fixture *f = *state, *g;
    void *other;
    bool stale;
    rl_decision d;
    rl_decisions a, b;
    rl_error err;
    const told c = {"killed", "any", "Almaty", "KZ", 8, NULL};
    char claim[80];
    up(&other);
    g = other;
    put(f, "a", "", "Eight were killed", (rl_date){0}, &c, 1);
    name_target(claim, "Eight were killed", "claim", "0123456789abcdef");
    assert_int_equal(decide(f, RL_DECIDE_REJECT, claim, "{}", 0, &stale, &d), RL_OK);
    assert_int_equal(rl_store_merge(g->s, f->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(decide(g, RL_DECIDE_UNDO, claim, "{\"n\":1}", 1, &stale, &d), RL_OK);
    assert_int_equal(decide(g, RL_DECIDE_CONFIRM, claim, "{}", 2, &stale, &d), RL_OK);
    assert_int_equal(decide(f, RL_DECIDE_UNDO, claim, "{\"n\":1}", 1, &stale, &d), RL_OK);
    assert_int_equal(rl_store_merge(f->s, g->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(rl_store_merge(f->s, g->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(rl_store_merge(g->s, f->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(decided(f, (rl_decision_select){.oldest = true}, &a), 3);
    assert_int_equal(decided(g, (rl_decision_select){.oldest = true}, &b), 3);
    assert_true(a.at[0].undone_by && b.at[0].undone_by);
    assert_memory_equal(a.at[0].id.b, b.at[0].id.b, 16);
    assert_int_equal(faults_of(f) + faults_of(g), 0);
    /* one that says it is another is left out */
    assert_int_equal(
        rl_db_exec(g->s,
                   "INSERT INTO decision SELECT 9, randomblob(16), at, 'Mallory', why, what, target, data,"
                   " NULL, measure, from_byte, to_byte FROM decision WHERE n = 1",
                   &err),
        RL_OK);
    assert_int_equal(rl_store_merge(f->s, g->path, NULL, NULL, NULL, &err), RL_OK);
    assert_int_equal(decided(f, (rl_decision_select){0}, &a), 3);
    down(&other);
}

/* A store of version 1 is brought up by the first that writes; its reports stay. */
static void from_version_1(void **state)
{
    (void)state;
    sqlite3 *db;
    rl_store *s;
    rl_error err;
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_decisions all;
    char path[64];
    snprintf(path, sizeof path, "/tmp/relata-store-v1-%d", (int)getpid());
    assert_int_equal(rl_store_open(path, RL_STORE_CREATE, 0, &s, &err), RL_OK);
    sqlite3 *ours = s->db; /* it knows the tokenizer of the words */
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    s->db = db;
    assert_int_equal(rl_words_register(s, &err), RL_OK);
    assert_int_equal(rl_db_exec(s, rl_schema_steps[0], &err), RL_OK);
    assert_int_equal(rl_db_exec(s, "PRAGMA application_id = 0x726C7461; PRAGMA user_version = 1", &err),
                     RL_OK);
    char vacuum[128];
    snprintf(vacuum, sizeof vacuum, "VACUUM INTO '%s-1'", path);
    assert_int_equal(rl_db_exec(s, vacuum, &err), RL_OK);
    s->db = ours;
    sqlite3_close(db);
    rl_store_close(s);
    unlink(path);
    strcat(path, "-1");
    assert_int_equal(rl_store_open(path, RL_STORE_READ, 0, &s, &err), RL_EVERSION);
    assert_int_equal(rl_store_open(path, RL_STORE_WRITE, 0, &s, &err), RL_OK);
    assert_int_equal(rl_store_decisions(s, mem, &(rl_decision_select){0}, &all, &err), RL_OK);
    rl_store_close(s);
    assert_int_equal(rl_store_open(path, RL_STORE_READ, 0, &s, &err), RL_OK);
    rl_store_close(s);
    unlink(path);
    rl_arena_free(mem);
}

static void files(void **state)
{
    (void)state;
    rl_error err;
    rl_store *s;
    const char *path = "/tmp/relata-store-none";
    unlink(path);
    assert_int_equal(rl_store_open(path, RL_STORE_READ, 0, &s, &err), RL_ENOTFOUND);
    assert_int_equal(rl_store_open(path, RL_STORE_WRITE, 0, &s, &err), RL_ENOTFOUND);
    assert_int_equal(rl_store_open("/nowhere/at/all", RL_STORE_CREATE, 0, &s, &err), RL_EIO);
    assert_int_equal(rl_store_open("/tmp", RL_STORE_CREATE, 0, &s, &err), RL_ESYNTAX);
    assert_false(rl_store_is(path) || rl_store_is("/tmp"));
    FILE *f = fopen(path, "w");
    fclose(f);
    assert_int_equal(rl_store_open(path, RL_STORE_READ, 0, &s, &err), RL_ESYNTAX);
    assert_int_equal(rl_store_open(path, RL_STORE_CREATE, 0, &s, &err),
                     RL_OK); /* an empty file: one that was killed early */
    rl_store_close(s);
    assert_true(rl_store_is(path));
    assert_int_equal(rl_store_open(path, RL_STORE_READ, 0, &s, &err), RL_OK);
    assert_int_not_equal(rl_db_exec(s, "DELETE FROM report", &err), RL_OK);
    rl_store_close(s);
    unlink(path);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)
    const struct CMUnitTest all[] = {cmocka_unit_test(names),
                                     cmocka_unit_test(queries),
                                     CASE(selections),
                                     CASE(sightings),
                                     CASE(revisions),
                                     CASE(transactions),
                                     CASE(inputs_and_fetches),
                                     CASE(forgetting),
                                     CASE(merging),
                                     CASE(decisions),
                                     CASE(decisions_refused),
                                     CASE(decisions_limits),
                                     CASE(decisions_merged),
                                     cmocka_unit_test(from_version_1),
                                     cmocka_unit_test(files)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
