/* The two threads that work. The reader owns desk and answers: it looks at the store every RL_SERVE_POLL_MS (and no longer
 * than a quarter of its time), takes in what is new, makes anew what is asked for all the time, then tells those who
 * listen; between, it answers. A decision goes to the reader (does what it is about exist?), to the writer, and again to the
 * reader, so that whoever got its answer sees it in all that they ask for after. */
#include <stdlib.h>
#include <time.h>

#include "engine/place.h"
#include "mark/place.h"
#include "serve/state.h"

#include <jansson.h>

enum { HOT_MS = 5000 };

void rl_job_free(job *j)
{
    if (!j)
        return;
    rl_buf_clear(&j->answer.body);
    rl_sendable_clear(&j->ready);
    rl_arena_free(j->mem);
    free(j);
}

/* ---- queues ---- */

static void push(worker *w, job *j)
{
    j->next = NULL;
    if (w->last)
        w->last->next = j;
    else
        w->first = j;
    w->last = j;
    w->n++;
    pthread_cond_signal(&w->wake);
}

bool rl_work_push(rl_serve *s, job *j)
{
    pthread_mutex_lock(&s->lock);
    bool ok = s->reader.n + s->writer.n < RL_SERVE_JOBS_MAX && !s->closing;
    if (ok)
        push(&s->reader, j);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

/* The next job, or NULL after at most wait_ms. */
static job *pop(rl_serve *s, worker *w, int64_t wait_ms)
{
    pthread_mutex_lock(&s->lock);
    if (!w->first && !s->closing && wait_ms > 0) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        t.tv_sec += wait_ms / 1000;
        t.tv_nsec += wait_ms % 1000 * 1000000;
        t.tv_sec += t.tv_nsec / 1000000000;
        t.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&w->wake, &s->lock, &t);
    }
    job *j = w->first;
    if (j) {
        w->first = j->next;
        w->last = w->first ? w->last : NULL;
        w->n--;
    }
    pthread_mutex_unlock(&s->lock);
    return j;
}

static void hand_on(rl_serve *s, worker *w, job *j)
{
    pthread_mutex_lock(&s->lock);
    push(w, j);
    pthread_mutex_unlock(&s->lock);
}

static bool hand_to_writer(rl_serve *s, job *j)
{
    pthread_mutex_lock(&s->lock);
    bool ok = !s->closing && s->writer.running;
    if (ok)
        push(&s->writer, j);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static void finish(rl_serve *s, job *j)
{
    if (!j->ready.plain && !rl_sendable_make(&j->answer, &j->ready))
        rl_serve_log(s, "out of memory");
    struct MHD_Connection *c = j->connection;
    j->done = true;
    MHD_resume_connection(c); /* from here on the job is its connection's */
}

/* ---- the reader ---- */

/* What answers the request, into the cache where it may stay there. */
static void answer(rl_serve *s, const rl_request *r, bool reviewer, rl_answer *out)
{
    rl_answer_make(s->answers, r, reviewer, out);
    rl_sendable ready;
    if (out->status != 200 || !out->keep)
        return;
    rl_answer copy = *out;
    rl_buf key = {0};
    copy.body = (rl_buf){0};
    rl_buf_add(&copy.body, rl_buf_str(&out->body));
    rl_request_key(r, &key);
    if (!copy.body.st && !key.st && rl_sendable_make(&copy, &ready)) {
        rl_cache_put(s->cache, rl_buf_str(&key), out->story, r, &ready, rl_serve_now_ms());
        rl_sendable_clear(&ready);
    }
    rl_buf_clear(&copy.body);
    rl_buf_clear(&key);
}

static void again(void *ctx, const rl_request *r)
{
    rl_answer a;
    answer(ctx, r, false, &a);
    rl_buf_clear(&a.body);
}

static void tell_news(rl_serve *s, const rl_desk_news *n)
{
    size_t stories;
    rl_buf b = {0};
    rl_store_rows rows = {0};
    rl_error err = {0};
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    const rl_desk_story *st = rl_desk_stories(s->desk, &stories);
    if (!mem || rl_desk_rows_after(s->desk, n->first_report, mem, &rows))
        rows.n = 0;
    /* of very many at once those that a listener could still be told */
    for (size_t i = rows.n > RL_SERVE_EVENTS_KEPT / 2 ? rows.n - RL_SERVE_EVENTS_KEPT / 2 : 0; i < rows.n;
         i++) {
        char name[33];
        uint32_t k = rl_desk_story_of_row(s->desk, rows.at[i]);
        if (rl_store_name_of(s->read_store, rows.at[i], name, &err))
            continue;
        b.len = 0;
        rl_buf_f(&b, "{\"report\":\"%s\",\"story\":%s%s%s}", name, k == RL_DESK_NONE ? "" : "\"",
                 k == RL_DESK_NONE ? "null" : st[k].id, k == RL_DESK_NONE ? "" : "\"");
        rl_event_tell(s, "report", rl_buf_str(&b));
    }
    for (size_t i = 0; i < n->nchanged + n->ngone; i++) {
        b.len = 0;
        rl_buf_f(&b, "{\"story\":\"%s\"}", i < n->nchanged ? n->changed[i] : n->gone[i - n->nchanged]);
        rl_event_tell(s, "story", rl_buf_str(&b));
    }
    rl_decisions d;
    rl_decision_select sel = {.after = n->first_decision, .limit = RL_SERVE_EVENTS_KEPT, .oldest = true};
    if (mem && !rl_store_decisions(s->read_store, mem, &sel, &d, &err))
        for (size_t i = 0; i < d.n; i++) {
            b.len = 0;
            rl_decision_json(&b, &d.at[i]);
            rl_event_tell(s, "decision", rl_buf_str(&b));
        }
    rl_arena_free(mem);
    rl_buf_clear(&b);
}

static void look(rl_serve *s, bool now)
{
    rl_desk_news news;
    rl_error err = {0};
    if (rl_desk_refresh(s->desk, now, &news, &err)) {
        rl_serve_log(s, "the store: %s", err.message);
        return;
    }
    if (!news.any)
        return;
    /* stories that are gone hold answers too */
    char(*all)[17] = malloc(17 * (news.nchanged + news.ngone + 1));
    for (size_t i = 0; all && i < news.nchanged; i++)
        memcpy(all[i], news.changed[i], 17);
    for (size_t i = 0; all && i < news.ngone; i++)
        memcpy(all[news.nchanged + i], news.gone[i], 17);
    rl_cache_drop(s->cache, (const char(*)[17])all, all ? news.nchanged + news.ngone : 0,
                  rl_serve_now_ms() - HOT_MS, again, s);
    free(all);
    tell_news(s, &news);
}

/* Is what a decision is about there? An amended place is found by its name and kept whole. */
static bool look_at_decision(rl_serve *s, job *j)
{
    rl_decision_target t;
    rl_decision *d = &j->decision;
    if (d->what == RL_DECIDE_UNDO || !rl_decision_target_of(d->target, &t))
        return true; /* the store says what is wrong with it */
    if (t.story.len && !rl_desk_story_of(s->desk, t.story)) {
        rl_answer_problem(&j->answer, 404, "no story of that name", "");
        return false;
    }
    json_t *o = json_loadb(d->data.ptr ? d->data.ptr : "", d->data.len, 0, NULL);
    const char *other = json_string_value(json_object_get(o, d->what == RL_DECIDE_MERGE ? "into" : "story"));
    bool ok = (d->what != RL_DECIDE_MERGE && d->what != RL_DECIDE_PIN) || !other ||
              rl_desk_story_of(s->desk, rl_str_z(other));
    if (!ok)
        rl_answer_problem(&j->answer, 404, "no story of the name in data", "");
    const char *place = json_string_value(json_object_get(o, "place"));
    rl_place found;
    if (ok && d->what == RL_DECIDE_AMEND && place && !rl_place_find(s->packs, rl_str_z(place), &found)) {
        rl_answer_problem(&j->answer, 422,
                          "no place of that name is known: an object with name, country, lat and lon will do",
                          "");
        ok = false;
    }
    json_decref(o);
    return ok;
}

static void read_job(rl_serve *s, job *j)
{
    switch (j->step) {
    case JOB_LOOK:
        if (!look_at_decision(s, j)) {
            finish(s, j);
            return;
        }
        j->step = JOB_WRITE;
        if (!hand_to_writer(s, j)) {
            rl_answer_problem(&j->answer, 503, "the server is ending", "");
            finish(s, j);
        }
        return;
    case JOB_SHOW:
        look(s, true);
        finish(s, j);
        return;
    default:
        answer(s, &j->request, j->reviewer, &j->answer);
        finish(s, j);
    }
}

static void *read_all(void *ctx)
{
    rl_serve *s = ctx;
    int64_t next = rl_serve_now_ms() + RL_SERVE_POLL_MS;
    for (;;) {
        job *j = pop(s, &s->reader, next - rl_serve_now_ms());
        if (j)
            read_job(s, j);
        if (rl_serve_now_ms() >= next) {
            int64_t from = rl_serve_now_ms();
            look(s, false);
            int64_t took = rl_serve_now_ms() - from;
            next = from + took + (3 * took > RL_SERVE_POLL_MS ? 3 * took : RL_SERVE_POLL_MS);
        }
        pthread_mutex_lock(&s->lock);
        bool stop = s->ending && !s->reader.first;
        pthread_mutex_unlock(&s->lock);
        if (stop)
            return NULL;
    }
}

/* ---- the writer ---- */

static void newer(rl_serve *s, job *j)
{
    rl_decisions all;
    rl_error err = {0};
    rl_buf b = {0};
    rl_decision_select sel = {.target = j->decision.target, .after = j->seen, .limit = 100};
    rl_buf_z(&b, ",\"decisions\":[");
    if (!rl_store_decisions(s->write_store, j->mem, &sel, &all, &err))
        for (size_t i = 0; i < all.n; i++) {
            rl_buf_z(&b, i ? "," : "");
            rl_decision_json(&b, &all.at[i]);
        }
    rl_buf_add(&b, (rl_str){"]\0", 2});
    rl_answer_problem(&j->answer, b.st ? 500 : 409, "somebody decided on this after what you saw",
                      b.st ? "" : b.ptr);
    rl_buf_clear(&b);
}

/* What is not placed in a story yet, and what a decision says of stories. Another program that adds does it too. */
static void place(rl_serve *s)
{
    rl_error err = {0};
    rl_place_tally tally;
    rl_reader *reader = rl_reader_new(s->packs);
    rl_place_options opt = {.reader = reader, .at_ms = rl_serve_now_ms()};
    if (reader && rl_place_all(s->write_store, &opt, opt.at_ms, &tally, &err))
        rl_serve_log(s, "placing reports in stories: %s", err.message);
    rl_reader_free(reader);
}

static void write_job(rl_serve *s, job *j)
{
    rl_error err = {0};
    rl_decision out;
    bool stale;
    j->decision.at_ms = rl_serve_now_ms();
    rl_status st = rl_store_decide(s->write_store, j->mem, &j->decision, j->seen, &stale, &out, &err);
    if (!st && stale) {
        j->decision.target = out.target;
        newer(s, j);
    } else if (!st) {
        if (out.what == RL_DECIDE_MERGE || out.what == RL_DECIDE_SPLIT || out.what == RL_DECIDE_PIN ||
            out.what == RL_DECIDE_UNDO)
            place(s);
        j->answer = (rl_answer){.status = 201, .type = "application/json"};
        rl_decision_json(&j->answer.body, &out);
        rl_buf_c(&j->answer.body, '\n');
    } else {
        int status = st == RL_EUSAGE ? 400 : st == RL_ENOTFOUND ? 404 : st == RL_ELIMIT ? 413 : 503;
        rl_answer_problem(&j->answer, status, err.message, "");
    }
}

static void *write_all(void *ctx)
{
    rl_serve *s = ctx;
    for (;;) {
        job *j = pop(s, &s->writer, 1000);
        if (j) {
            write_job(s, j);
            j->step = JOB_SHOW;
            hand_on(s, &s->reader, j);
        }
        pthread_mutex_lock(&s->lock);
        bool stop = s->closing && !s->writer.first;
        pthread_mutex_unlock(&s->lock);
        if (stop)
            return NULL;
    }
}

/* ---- beginning and end ---- */

bool rl_work_start(rl_serve *s)
{
    if (s->write_store)
        place(s);
    look(s, true);
    s->writer.running = s->write_store && !pthread_create(&s->writer.thread, NULL, write_all, s);
    s->reader.running = !pthread_create(&s->reader.thread, NULL, read_all, s);
    return s->reader.running && (s->writer.running || !s->write_store);
}

void rl_work_stop(rl_serve *s)
{
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_broadcast(&s->reader.wake);
    pthread_cond_broadcast(&s->writer.wake);
    pthread_mutex_unlock(&s->lock);
    /* the writer first: what it wrote the reader still shows */
    if (s->writer.running)
        pthread_join(s->writer.thread, NULL);
    pthread_mutex_lock(&s->lock);
    s->ending = true;
    pthread_cond_broadcast(&s->reader.wake);
    pthread_mutex_unlock(&s->lock);
    if (s->reader.running)
        pthread_join(s->reader.thread, NULL);
    s->reader.running = s->writer.running = false;
}
