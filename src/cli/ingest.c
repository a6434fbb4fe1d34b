/* Documents into the store: named, looked up, read, put in, in batches.
 *
 * Invariants: how far an input was read is written in the same transaction as the reports it gave, so that a killed
 * run is gone on with where its last batch ended; a report that is here is not read for claims again; only what is
 * committed is told as done. One document at a time is held. */
#include "cli/ingest.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/stat.h>
#include <time.h>
#include <unicode/uloc.h>
#include <unistd.h>

#include "engine/place.h"
#include "pack/pack.h"
#include "show/json.h"

/* ---- stopping ---- */

static volatile sig_atomic_t stop_asked; /* the one thing a signal may touch */

static void on_signal(int sig)
{
    (void)sig;
    stop_asked = 1;
}

void rl_stop_watch(void)
{
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is a full disk, not a death */
    signal(SIGPIPE, SIG_IGN);
}

bool rl_stopped(void)
{
    return stop_asked != 0;
}

int64_t rl_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- a document as JSON ---- */

static rl_str text_of(rl_arena *mem, rl_buf *b)
{
    rl_str s = b->st ? (rl_str){0} : rl_arena_copy(mem, rl_buf_str(b));
    rl_buf_clear(b);
    return s;
}

static rl_str authors_json(rl_arena *mem, const rl_document *d)
{
    rl_buf b = {0};
    rl_buf_c(&b, '[');
    for (size_t i = 0; i < d->nauthors; i++) {
        rl_buf_z(&b, i ? "," : "");
        rl_buf_json(&b, d->authors[i]);
    }
    rl_buf_c(&b, ']');
    return text_of(mem, &b);
}

static rl_str parts_json(rl_arena *mem, const rl_document *d)
{
    rl_buf b = {0};
    rl_buf_c(&b, '[');
    for (size_t i = 0; i < d->nparts; i++) {
        const rl_part *p = &d->parts[i];
        rl_buf_f(&b, "%s{\"kind\":\"%s\",\"start\":%u,\"end\":%u", i ? "," : "",
                 rl_passage_kind_name(p->kind), p->span.off, rl_span_end(p->span));
        const struct {
            const char *key;
            rl_str v;
        } more[] = {{"author", rl_span_str(d->body, p->author)},
                    {"handle", rl_span_str(d->body, p->handle)},
                    {"when", p->when}};
        for (size_t k = 0; k < 3; k++)
            if (more[k].v.len) {
                rl_buf_f(&b, ",\"%s\":", more[k].key);
                rl_buf_json(&b, more[k].v);
            }
        rl_buf_c(&b, '}');
    }
    rl_buf_c(&b, ']');
    return text_of(mem, &b);
}

/* Records of lists and feeds: what they are is more than their text, and two outlets may carry the same text. */
static bool is_record(rl_input_kind k)
{
    return k == RL_IN_RSS || k == RL_IN_ATOM || k == RL_IN_JSON_FEED || k == RL_IN_SITEMAP ||
           k == RL_IN_JSONL || k == RL_IN_TELEGRAM;
}

/* The bytes that a report is named by and read again from: as they came, or one JSON object of a record's fields. */
static rl_str raw_of(rl_arena *mem, rl_str input, const rl_document *d)
{
    rl_buf b = {0};
    if (!is_record(d->kind) && d->raw.len)
        return d->raw;
    bool own_name = d->doc.len && !(d->doc.len >= input.len && !memcmp(d->doc.ptr, input.ptr, input.len));
    const struct {
        const char *key;
        rl_str v;
    } fields[] = {{"doc", own_name ? d->doc : (rl_str){0}},
                  {"title", d->title},
                  {"published", d->published},
                  {"modified", d->modified},
                  {"outlet", d->outlet},
                  {"lang", d->lang},
                  {"url", d->url},
                  {"section", d->section}};
    rl_buf_c(&b, '{');
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].v.len) {
            rl_buf_f(&b, "\"%s\":", fields[i].key);
            rl_buf_json(&b, fields[i].v);
            rl_buf_c(&b, ',');
        }
    rl_buf_z(&b, "\"authors\":");
    rl_buf_add(&b, authors_json(mem, d));
    bool marked = d->raw.len && !rl_str_eq(d->raw, d->body);
    rl_buf_z(&b, marked ? ",\"content_html\":" : ",\"body\":");
    rl_buf_json(&b, marked ? d->raw : d->body);
    rl_buf_c(&b, '}');
    return text_of(mem, &b);
}

/* ---- claims as lines ---- */

static rl_store_line claim_line(rl_arena *mem, rl_buf *b, const rl_claim *c, rl_str text)
{
    b->len = 0;
    rl_show_json_claim(b, c, text);
    return (rl_store_line){.line = b->st ? (rl_str){0} : rl_arena_copy(mem, rl_buf_str(b)),
                           .id = rl_str_z(c->id),
                           .name = rl_str_z(rl_measure_name(c->measure)),
                           .who = rl_str_z(rl_who_name(c->who)),
                           .modality = rl_str_z(rl_modality_name(c->modality)),
                           .value = c->value,
                           .date = c->date,
                           .place = c->place.name,
                           .country = c->place.country,
                           .place_id = c->place.id,
                           .lang = c->lang};
}

static rl_store_line happening_line(rl_arena *mem, rl_buf *b, const rl_happening *h, rl_str text)
{
    b->len = 0;
    rl_buf_f(b, "{\"type\":\"%s\",\"doc\":", rl_happening_name(h->type));
    rl_buf_json(b, h->doc);
    rl_buf_f(b, ",\"start\":%u,\"end\":%u,\"lang\":", h->span.off, rl_span_end(h->span));
    rl_buf_json(b, h->lang);
    rl_buf_z(b, ",\"topic\":");
    if (h->topic.len)
        rl_buf_json(b, h->topic);
    else
        rl_buf_z(b, "null");
    rl_buf_z(b, ",\"place\":");
    rl_show_json_place(b, &h->place);
    rl_buf_z(b, ",\"date\":");
    rl_show_json_date(b, h->date);
    rl_buf_z(b, ",\"evidence\":");
    rl_buf_json(b, rl_span_end(h->span) <= text.len ? rl_span_str(text, h->span) : (rl_str){0});
    rl_buf_c(b, '}');
    return (rl_store_line){.line = b->st ? (rl_str){0} : rl_arena_copy(mem, rl_buf_str(b)),
                           .name = rl_str_z(rl_happening_name(h->type)),
                           .date = h->date,
                           .place = h->place.name,
                           .country = h->place.country,
                           .place_id = h->place.id,
                           .lang = h->lang};
}

/* The language of most of the text; passages are in order, a tie goes to the first. */
static rl_str main_lang(const rl_reading *r)
{
    enum { MANY = 16 };
    rl_str lang[MANY];
    size_t bytes[MANY] = {0}, n = 0, best = 0;
    for (size_t i = 0; i < r->npassages; i++) {
        size_t k = 0;
        while (k < n && !rl_str_eq(lang[k], r->passages[i].lang))
            k++;
        if (k == MANY)
            continue;
        if (k == n)
            lang[n++] = r->passages[i].lang;
        bytes[k] += r->passages[i].span.len;
    }
    for (size_t k = 1; k < n; k++)
        if (bytes[k] > bytes[best])
            best = k;
    return n ? lang[best] : (rl_str){0};
}

static rl_status fill_lines(rl_arena *mem, const rl_reading *r, rl_str text, rl_store_reading *out,
                            rl_error *err)
{
    rl_buf b = {0};
    rl_store_line *c = RL_NEW(mem, rl_store_line, r->nclaims + r->nhappenings + 1);
    bool ok = c != NULL;
    for (size_t i = 0; ok && i < r->nclaims; i++)
        ok = (c[i] = claim_line(mem, &b, &r->claims[i], text)).line.ptr;
    for (size_t i = 0; ok && i < r->nhappenings; i++)
        ok = (c[r->nclaims + i] = happening_line(mem, &b, &r->happenings[i], text)).line.ptr;
    rl_buf_clear(&b);
    if (!ok)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    out->claims = c;
    out->nclaims = r->nclaims;
    out->happenings = c + r->nclaims;
    out->nhappenings = r->nhappenings;
    return RL_OK;
}

/* The claims of a text whose other fields stand in *out. */
static rl_status read_claims(rl_ingest *g, rl_arena *mem, rl_str doc, rl_str text, rl_date day,
                             rl_store_reading *out, rl_error *err)
{
    rl_reading r;
    rl_report *report = RL_NEW(mem, rl_report, 1);
    rl_read_options opt = {.date = day};
    if (!report)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    *report = (rl_report){.id = doc,
                          .text = text,
                          .title = out->title,
                          .outlet = out->outlet,
                          .url = out->url,
                          .lang = out->declared_lang,
                          .published = out->published,
                          .given = rl_str_is(out->kind, rl_input_kind_name(RL_IN_SHEET))};
    rl_blocks blocks;
    rl_status st = rl_read_blocks(mem, g->reader, report, &opt, &r, &blocks, err);
    if (st == RL_ELIMIT || st == RL_EUTF8) { /* told by nothing: another reading would be refused as well */
        rl_error why;
        return rl_place_print(mem, g->reader, report, &(rl_reading){0}, &(rl_blocks){0}, &out->print, &why)
                   ? rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory")
                   : st;
    }
    if (!st)
        st = rl_place_print(mem, g->reader, report, &r, &blocks, &out->print, err);
    if (st)
        return st;
    out->day = r.date;
    out->day_reason = r.date_reason;
    out->lang = main_lang(&r);
    return fill_lines(mem, &r, text, out, err);
}

/* The headline stands over the text, as a reader sees it, unless the text begins with it. */
static rl_str full_text(rl_arena *mem, rl_str title, rl_str body, uint32_t *lead)
{
    rl_buf b = {0};
    bool has = !title.len || (body.len >= title.len && !memcmp(body.ptr, title.ptr, title.len));
    *lead = has ? 0 : (uint32_t)(title.len + 2);
    if (has)
        return body;
    rl_buf_add(&b, title);
    rl_buf_z(&b, "\n\n");
    rl_buf_add(&b, body);
    return text_of(mem, &b);
}

rl_status rl_ingest_read(rl_ingest *g, rl_arena *mem, const rl_document *d, rl_date day,
                         rl_store_reading *out, rl_error *err)
{
    *out = (rl_store_reading){.title = d->title,
                              .body = d->body,
                              .published = d->published,
                              .modified = d->modified,
                              .authors = authors_json(mem, d),
                              .outlet = d->outlet,
                              .declared_lang = d->lang,
                              .url = d->url,
                              .section = d->section,
                              .parts = parts_json(mem, d),
                              .kind = rl_str_z(rl_input_kind_name(d->kind)),
                              .charset = rl_str_z(d->charset),
                              .mended = d->mended,
                              .cut = d->cut};
    rl_str text = full_text(mem, d->title, d->body, &out->lead);
    if (!out->authors.ptr || !out->parts.ptr || (text.len && !text.ptr))
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    return read_claims(g, mem, d->doc, text, day, out, err);
}

/* ---- again ---- */

typedef struct {
    rl_ingest *g;
    rl_arena *mem;
    const rl_store_report *r;
    rl_store_reading *out;
    size_t n;
    rl_status st;
} again;

static rl_document kept_document(rl_arena *mem, const rl_document *d, rl_str doc)
{
    rl_document k = *d;
    rl_str *const texts[] = {&k.title,  &k.body, &k.published, &k.modified,
                             &k.outlet, &k.lang, &k.url,       &k.section};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = texts[i]->len ? rl_arena_copy(mem, *texts[i]) : (rl_str){"", 0};
    k.doc = doc;
    return k;
}

static rl_status again_one(void *ctx, rl_arena *theirs, const rl_document *d, rl_error *err)
{
    again *a = ctx;
    (void)theirs;
    if (a->n++)
        return RL_OK;
    rl_document k = kept_document(a->mem, d, a->r->origin.doc);
    a->st = rl_ingest_read(a->g, a->mem, &k, a->r->origin.date, a->out, err);
    if (a->out->charset.len)
        a->out->charset = rl_arena_copy(a->mem, a->out->charset);
    return a->st;
}

/* Kinds of which the store holds one JSON object keep the name of what they were. */
static bool same_kind(rl_str was, rl_str is)
{
    for (unsigned k = 0; k < RL_IN_N; k++)
        if (rl_str_is(was, rl_input_kind_name((rl_input_kind)k)))
            return is_record((rl_input_kind)k) ? rl_str_is(is, rl_input_kind_name(RL_IN_JSONL))
                                               : rl_str_eq(was, is);
    return false;
}

rl_status rl_ingest_again(void *ctx, rl_arena *mem, const rl_store_report *r, rl_str raw,
                          rl_store_reading *out, rl_error *err)
{
    rl_ingest *g = ctx;
    again a = {.g = g, .mem = mem, .r = r, .out = out};
    rl_extract_options opt = {.map = r->origin.map,
                              .charset = r->origin.charset,
                              .url = r->origin.url,
                              .captions = g->opt.captions};
    rl_reader_sink sink = {again_one, NULL, &a, NULL, NULL};
    rl_error quiet = {0};
    rl_status st = rl_read_bytes(r->origin.doc, raw, &opt, &sink, &quiet);
    if (a.st == RL_ENOMEM || st == RL_ENOMEM)
        return rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && a.n == 1 && same_kind(r->r.kind, out->kind)) {
        out->kind = r->r.kind;
        out->mended |= r->r.mended && r->origin.charset.len;
        return RL_OK;
    }
    /* what the bytes are by themselves is not what they were in their archive: the text stays, its claims are found anew */
    *out = r->r;
    return read_claims(g, mem, r->origin.doc, r->text, r->origin.date, out, err);
}

/* ---- progress ---- */

static void rate(char *out, size_t n, double per_s)
{
    if (per_s >= 10)
        snprintf(out, n, "%.0f/s", per_s);
    else
        snprintf(out, n, "%.1f/s", per_s);
}

static void time_left(rl_ingest *g, char *out, size_t n, double s)
{
    uint64_t past = g->past + g->had;
    *out = 0;
    if (past <= g->passed || past >= g->total || s < 1)
        return;
    double left = s * (double)(g->total - past) / (double)(past - g->passed);
    double unit = left < 90 ? 1 : left < 5400 ? 60 : 3600;
    snprintf(out, n, ", %.0f %%, %.*f %s left", 100 * (double)past / (double)g->total, left < 5400 ? 0 : 1,
             left / unit,
             left < 90     ? "s"
             : left < 5400 ? "min"
                           : "h");
}

static void tell(rl_ingest *g, int64_t now)
{
    char per[32], left[64];
    double s = (double)(now - g->start_ms) / 1000;
    rate(per, sizeof per, s > 0 ? (double)g->said.reports / s : 0);
    time_left(g, left, sizeof left, s);
    fprintf(stderr, "%srelata: %llu reports (%llu new), %.1f MB, %llu claims, %s%s%s",
            g->terminal ? "\r\033[K" : "", (unsigned long long)g->said.reports,
            (unsigned long long)g->said.fresh, (double)g->said.bytes / 1e6,
            (unsigned long long)g->said.claims, per, left, g->terminal ? "" : "\n");
    fflush(stderr);
    g->told_ms = now;
}

/* A message must not stand behind a line that is written over. */
static void clear_line(const rl_ingest *g)
{
    if (g->terminal && g->told_ms != g->start_ms)
        fputs("\r\033[K", stderr);
}

static void fault(rl_ingest *g, const rl_error *err)
{
    clear_line(g);
    rl_cli_error(err);
    g->faults++;
}

/* ---- batches ---- */

static bool place_stop(void *ctx)
{
    (void)ctx;
    return rl_stopped();
}

static rl_status open_placer(rl_ingest *g, rl_error *err)
{
    rl_place_options opt = {.reader = g->reader, .stop = place_stop};
    if (!g->placer)
        g->placer = rl_placer_new(g->store, &opt, err);
    return g->placer ? RL_OK : err->code;
}

bool rl_ingest_place(rl_ingest *g)
{
    rl_error err = {0};
    rl_place_tally t;
    rl_status st = open_placer(g, &err);
    if (!st)
        st = rl_placer_run(g->placer, rl_now_ms(), &t, &err);
    if (st)
        fault(g, &err);
    g->unplaced = 0;
    return !st;
}

/* Between batches of a long run: days that are over. */
static rl_status keep_up(rl_ingest *g, rl_error *err)
{
    rl_place_tally t;
    rl_status st = open_placer(g, err);
    g->unplaced = 0;
    return st ? st : rl_placer_keep_up(g->placer, rl_now_ms(), &t, err);
}

rl_status rl_ingest_pace(rl_ingest *g, bool now, rl_error *err)
{
    int64_t t = rl_now_ms();
    bool due = now || g->batch >= RL_STORE_BATCH_REPORTS || g->batch_bytes >= RL_STORE_BATCH_BYTES ||
               t - g->batch_ms >= (int64_t)RL_STORE_BATCH_MS || t < g->batch_ms;
    if (due && rl_store_busy(g->store)) {
        rl_status st = g->key.len && !now ? rl_store_input_put(g->store, g->key, &g->at, err) : RL_OK;
        if (!st)
            st = rl_store_commit(g->store, err);
        if (!st && g->unplaced >= RL_STORE_PLACE_REPORTS)
            st = keep_up(g, err);
        if (st)
            return st;
        struct timespec turn = {0, 4000000};
        nanosleep(&turn, NULL); /* another writer that waits gets its turn */
    }
    if (due) {
        g->said = g->now;
        g->batch = g->batch_bytes = 0;
        g->batch_ms = rl_now_ms();
    }
    if (!g->quiet && due && t - g->told_ms >= (g->terminal ? 200 : 10000))
        tell(g, t);
    return RL_OK;
}

static rl_store_origin origin_of(const rl_ingest *g, const rl_document *d)
{
    bool inner = !rl_str_eq(d->doc, g->input);
    bool http = rl_str_starts(d->doc, "http://") || rl_str_starts(d->doc, "https://");
    return (rl_store_origin){.doc = d->doc,
                             .input = g->input,
                             .map = is_record(d->kind) ? (rl_str){0} : g->opt.map,
                             .charset = g->opt.charset.len             ? g->opt.charset
                                        : inner && !is_record(d->kind) ? rl_str_z(d->charset)
                                                                       : (rl_str){0},
                             .url = g->opt.url.len ? g->opt.url
                                    : http         ? d->doc
                                                   : (rl_str){0},
                             .date = g->read.date,
                             .at_ms = rl_now_ms()};
}

static rl_status fresh(rl_ingest *g, rl_store_id id, rl_str raw, const rl_document *d,
                       const rl_store_origin *o, rl_error *err)
{
    rl_store_reading reading;
    rl_error why = {0};
    bool revision = false;
    rl_status st = rl_ingest_read(g, g->mem, d, g->read.date, &reading, &why);
    if (st && st != RL_ENOMEM) { /* its bytes are kept all the same */
        if (!why.file[0])
            snprintf(why.file, sizeof why.file, "%.*s", (int)(d->doc.len < 500 ? d->doc.len : 500),
                     d->doc.ptr);
        fault(g, &why);
        reading.nclaims = reading.nhappenings = 0;
        st = RL_OK;
    }
    if (st)
        *err = why;
    else
        st = rl_store_put(g->store, id, raw, o, &reading, &revision, err);
    g->now.fresh++;
    g->unplaced++;
    g->now.revisions += revision;
    g->now.claims += st ? 0 : reading.nclaims;
    return st;
}

static rl_status one(void *ctx, rl_arena *theirs, const rl_document *d, rl_error *err)
{
    rl_ingest *g = ctx;
    rl_store_had had;
    (void)theirs;
    if (g->skip) {
        g->skip--;
        g->failed = rl_ingest_pace(g, false, err) != RL_OK;
        return g->failed || rl_stopped() ? RL_EIO : RL_OK;
    }
    if (g->take && !g->take(g->ctx, d))
        return RL_OK;
    if (is_record(d->kind) && !d->title.len && !d->body.len) { /* an address alone, as in a site map */
        g->at.docs++;
        return rl_stopped() ? RL_EIO : RL_OK;
    }
    rl_arena_clear(g->mem);
    rl_str raw = raw_of(g->mem, g->input, d);
    rl_store_origin o = origin_of(g, d);
    rl_store_id id = rl_store_id_of(raw);
    rl_status st =
        raw.ptr ? rl_store_begin(g->store, err) : rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st)
        st = rl_store_see(g->store, id, &o, &had, err);
    if (!st && had == RL_STORE_NEW)
        st = fresh(g, id, raw, d, &o, err);
    if (!st) {
        g->at.docs++;
        g->batch++;
        g->batch_bytes += raw.len;
        g->now.reports++;
        g->now.bytes += raw.len;
        g->now.seen += had == RL_STORE_SEEN;
        g->now.forgotten += had == RL_STORE_FORGOTTEN;
        st = rl_ingest_pace(g, false, err);
    }
    if (st) {
        g->failed = true;
        return RL_EIO; /* a status that no reader takes for a bad record */
    }
    return rl_stopped() ? RL_EIO : RL_OK;
}

static void problem(void *ctx, const rl_error *why)
{
    fault(ctx, why);
}

/* What is at hand can be gone on with from here: so it is written with the documents that come next. */
static void place(void *ctx, const rl_read_place *p)
{
    rl_ingest *g = ctx;
    bool from = g->was.at && g->was.at == p->at && g->was.plain == p->plain;
    if (from) { /* sought, or read up to here: what an earlier run put in is not all of it ahead */
        g->passed += g->at.at ? 0 : p->at;
        g->skip = g->was.docs - g->was.at_docs;
        g->was.at = 0;
    }
    g->at.at = p->at;
    g->at.plain = p->plain;
    g->at.at_docs = g->at.docs - g->skip;
}

/* What an input that ended leaves: its fault, or that it is done. */
static bool finish(rl_ingest *g, rl_status st, rl_error *err)
{
    rl_error e = {0};
    bool stopped = st == RL_EIO && rl_stopped() && !g->failed;
    if (st && !stopped) {
        if (!err->file[0])
            snprintf(err->file, sizeof err->file, "%.*s", (int)(g->input.len < 500 ? g->input.len : 500),
                     g->input.ptr);
        fault(g, err);
    }
    if (g->failed) {
        rl_store_rollback(g->store);
        g->now = g->said;
        return false;
    }
    g->at.done = !st;
    if (g->key.len && (!st || stopped)) {
        st = rl_store_begin(g->store, &e);
        if (!st)
            st = rl_store_input_put(g->store, g->key, &g->at, &e);
        if (!st)
            st = rl_ingest_pace(g, stopped, &e);
        if (st) {
            g->failed = true;
            fault(g, &e);
            rl_store_rollback(g->store);
            g->now = g->said;
        }
    }
    g->input = g->key = (rl_str){0};
    return !g->failed && !stopped;
}

/* ---- inputs ---- */

/* Where an earlier run left off with the same file; false where it is done. */
static bool resume(rl_ingest *g, const struct stat *sb)
{
    rl_store_input was = {0};
    rl_error err = {0};
    g->at = (rl_store_input){.size = sb->st_size,
                             .mtime_ns = (int64_t)sb->st_mtim.tv_sec * 1000000000 + sb->st_mtim.tv_nsec,
                             .ctime_ns = (int64_t)sb->st_ctim.tv_sec * 1000000000 + sb->st_ctim.tv_nsec};
    g->skip = 0;
    if (!g->key.len || rl_store_input_get(g->store, g->key, &was, &err))
        return true;
    if (was.size != g->at.size || was.mtime_ns != g->at.mtime_ns || was.ctime_ns != g->at.ctime_ns)
        return true;
    g->skip = g->at.docs = was.docs;
    g->now.reports += was.done ? was.docs : 0;
    g->now.seen += was.done ? was.docs : 0;
    g->passed += was.done ? (uint64_t)sb->st_size : 0;
    if (was.at_docs <= was.docs)
        g->was = was;
    return !was.done;
}

static bool add_file(rl_ingest *g, const char *path, const struct stat *sb)
{
    rl_error err = {0};
    rl_reader_sink sink = {one, problem, g, place, &g->had};
    rl_extract_options opt = g->opt;
    char *real = sb ? realpath(path, NULL) : NULL;
    g->input = rl_str_z(path);
    g->key = rl_str_z(real);
    g->at = g->was = (rl_store_input){0};
    g->skip = 0;
    bool go = true;
    if (!sb || resume(g, sb)) {
        opt.from = (rl_read_place){g->was.at, g->was.plain};
        go = finish(g, rl_read_file(path, &opt, &sink, &err), &err);
    }
    g->past += sb ? (uint64_t)sb->st_size : 0;
    g->had = 0;
    free(real);
    return go;
}

static bool merge_step(void *ctx, rl_store_had had, int64_t raw_bytes, int64_t claims)
{
    rl_ingest *g = ctx;
    g->now.reports++;
    g->now.fresh += had == RL_STORE_NEW;
    g->now.seen += had == RL_STORE_SEEN;
    g->now.forgotten += had == RL_STORE_FORGOTTEN;
    g->now.bytes += (uint64_t)raw_bytes;
    g->now.claims += had == RL_STORE_NEW ? (uint64_t)claims : 0;
    if (!rl_store_busy(g->store)) /* a batch of it was committed just now */
        g->said = g->now;
    return !rl_stopped();
}

static void merge_fault(void *ctx, const char *message)
{
    rl_error e = {0};
    snprintf(e.message, sizeof e.message, "%s", message);
    fault(ctx, &e);
}

static bool add_store(rl_ingest *g, const char *path)
{
    rl_error err = {0};
    rl_store_merger m = {merge_step, g};
    rl_status st = rl_ingest_pace(g, true, &err);
    if (!st)
        st = rl_store_merge(g->store, path, &m, merge_fault, g, &err);
    if (st)
        fault(g, &err);
    g->said = st ? g->said : g->now;
    g->now = g->said;
    return !rl_stopped();
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static int bytewise(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* SQLite's files beside a store are no reports. */
static bool beside_store(const char *path)
{
    char z[4096];
    size_t n = strlen(path);
    if (n < 5 || n >= sizeof z || (strcmp(path + n - 4, "-wal") && strcmp(path + n - 4, "-shm")))
        return false;
    memcpy(z, path, n - 4);
    z[n - 4] = 0;
    return rl_store_is(z);
}

typedef bool (*walk_fn)(void *ctx, const char *path, const struct stat *sb, bool top);

/* Files below a folder in the order of their names, byte by byte; links inside are not followed. */
static bool walk(const char *path, unsigned depth, walk_fn fn, void *ctx)
{
    struct stat sb;
    struct dirent **names;
    if ((depth ? lstat : stat)(path, &sb))
        return depth ? true : fn(ctx, path, NULL, true);
    if (!S_ISDIR(sb.st_mode))
        return depth && (!S_ISREG(sb.st_mode) || beside_store(path)) ? true : fn(ctx, path, &sb, !depth);
    int n = depth < RL_FOLDER_DEPTH_MAX ? scandir(path, &names, visible, bytewise) : 0;
    bool go = true;
    for (int i = 0; i < n; i++) {
        char sub[4096];
        size_t len = strlen(path);
        while (len > 1 && path[len - 1] == '/')
            len--;
        if (go && (size_t)snprintf(sub, sizeof sub, "%.*s/%s", (int)len, path, names[i]->d_name) < sizeof sub)
            go = walk(sub, depth + 1, fn, ctx);
        free(names[i]);
    }
    if (n >= 0 && depth < RL_FOLDER_DEPTH_MAX)
        free(names);
    return go;
}

static bool visit(void *ctx, const char *path, const struct stat *sb, bool top)
{
    rl_ingest *g = ctx;
    if (rl_stopped())
        return false;
    bool store = sb && rl_store_is(path);
    if (store && top)
        return add_store(g, path);
    if (store)
        return true; /* our own, or another, which is merged where it is named */
    return add_file(g, path, sb && S_ISREG(sb->st_mode) ? sb : NULL);
}

bool rl_ingest_path(rl_ingest *g, const char *path)
{
    bool go = strcmp(path, "-") ? walk(path, 0, visit, g) : add_file(g, path, NULL);
    return go && !g->failed && !rl_stopped();
}

static bool weigh(void *ctx, const char *path, const struct stat *sb, bool top)
{
    (void)path, (void)top;
    *(uint64_t *)ctx += sb ? (uint64_t)sb->st_size : 0;
    return true;
}

uint64_t rl_ingest_size(const char *path)
{
    uint64_t n = 0;
    if (strcmp(path, "-"))
        walk(path, 0, weigh, &n);
    return n;
}

bool rl_ingest_bytes(rl_ingest *g, rl_str doc, rl_str bytes, rl_str charset, rl_str url)
{
    rl_error err = {0};
    rl_reader_sink sink = {one, problem, g, NULL, NULL};
    rl_extract_options opt = g->opt;
    g->input = doc;
    g->key = (rl_str){0};
    g->skip = 0;
    g->opt.charset = charset;
    g->opt.url = url;
    bool go = finish(g, rl_read_bytes(doc, bytes, &g->opt, &sink, &err), &err);
    g->opt = opt;
    return go;
}

/* ---- opening and closing ---- */

const char *rl_store_path(const char *option)
{
    const char *env = getenv("RELATA_STORE");
    return option ? option : env && *env ? env : "relata.store";
}

bool rl_ingest_open(rl_ingest *g, const char *packs, const char *store, rl_store_mode mode)
{
    rl_error err = {0};
    g->start_ms = g->told_ms = g->batch_ms = rl_now_ms();
    g->writes = mode != RL_STORE_READ;
    g->mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_status st = g->mem ? rl_packs_open(packs, &g->packs, &err)
                          : rl_fail(&err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st && !(g->reader = rl_reader_new(g->packs)))
        st = rl_fail(&err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (!st)
        st = rl_store_open(store, mode, 0, &g->store, &err);
    if (!st)
        st = rl_store_extraction(g->store, RL_VERSION, rl_packs_checksum(g->packs), &err);
    if (st)
        rl_cli_error(&err);
    return !st;
}

static void summary(const rl_ingest *g, const char *what)
{
    double s = (double)(rl_now_ms() - g->start_ms) / 1000;
    char per[32];
    rate(per, sizeof per, s > 0 ? (double)g->said.reports / s : 0);
    fprintf(stderr, "relata: %s %llu reports: %llu new (%llu of them revisions), %llu seen before", what,
            (unsigned long long)g->said.reports, (unsigned long long)g->said.fresh,
            (unsigned long long)g->said.revisions, (unsigned long long)g->said.seen);
    if (g->said.forgotten)
        fprintf(stderr, ", %llu taken out earlier and left out", (unsigned long long)g->said.forgotten);
    fprintf(stderr, "; %.1f MB, %llu claims, %.1f s (%s)\n", (double)g->said.bytes / 1e6,
            (unsigned long long)g->said.claims, s, per);
}

/* What reading the largest report took is given back before stories are placed: they need room of their own. */
static void read_no_more(rl_ingest *g)
{
    rl_arena_free(g->mem);
    g->mem = NULL;
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

bool rl_ingest_close(rl_ingest *g, const char *what)
{
    rl_error err = {0};
    rl_status st = RL_OK;
    if (g->store && !g->failed) {
        st = rl_ingest_pace(g, true, &err);
        read_no_more(g);
        if (!st && g->writes && !rl_stopped() && !rl_ingest_place(g))
            st = RL_EIO;
        else if (st)
            fault(g, &err);
        if (!st && (st = rl_store_settle(g->store, &err)))
            fault(g, &err);
    }
    rl_placer_free(g->placer);
    clear_line(g);
    if (g->store && what)
        summary(g, what);
    rl_store_close(g->store);
    rl_reader_free(g->reader);
    rl_packs_close(g->packs);
    rl_arena_free(g->mem);
    return !st && !g->failed && !g->faults;
}

/* ---- selections ---- */

/* A country's code by its English name, as ICU has it; empty where it is none. */
static rl_str country_of(const char *name)
{
    for (const char *const *c = uloc_getISOCountries(); *c; c++) {
        UChar shown[128];
        char z[256] = "", locale[8];
        UErrorCode st = U_ZERO_ERROR;
        snprintf(locale, sizeof locale, "_%s", *c);
        int32_t n = uloc_getDisplayCountry(locale, "en", shown, 128, &st);
        for (int32_t i = 0; U_SUCCESS(st) && i < n && i < 255; i++)
            z[i] = shown[i] < 128 ? (char)shown[i] : '?';
        if (!strcasecmp(z, name))
            return rl_str_z(*c);
    }
    return (rl_str){0};
}

bool rl_select_of(const rl_command *c, const char *const values[RL_SELECT_N], rl_store_select *out)
{
    if (!rl_cli_day(c, "--since", values[0], &out->since) ||
        !rl_cli_day(c, "--until", values[1], &out->until))
        return false;
    out->lang = rl_str_z(values[2]);
    out->place = rl_str_z(values[3]);
    out->country = values[3] ? country_of(values[3]) : (rl_str){0};
    out->outlet = rl_str_z(values[4]);
    out->match = rl_str_z(values[5]);
    return true;
}

typedef struct {
    rl_input_fn fn;
    void *ctx;
} listing;

static rl_status list_one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    listing *l = ctx;
    rl_report report = rl_store_as_report(r);
    (void)mem;
    return l->fn(l->ctx, &report, err);
}

size_t rl_store_reports(const char *store, const rl_store_select *sel, rl_input_fn fn, void *ctx)
{
    rl_error err = {0};
    rl_store *s;
    listing l = {fn, ctx};
    rl_status st = rl_store_open(store, RL_STORE_READ, 0, &s, &err);
    if (!st)
        st = rl_store_each(s, sel, list_one, &l, &err);
    if (st)
        rl_cli_error(&err);
    rl_store_close(s);
    return st ? 1 : 0;
}

bool rl_select_place(const rl_store_select *sel, const rl_place *place)
{
    rl_store_line l = {.place = place->name, .country = place->country};
    return rl_store_line_at(&l, sel);
}
