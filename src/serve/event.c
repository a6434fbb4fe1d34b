/* Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Numbers go on from the milliseconds at
 * which the server began, so that those of a server before are smaller: who comes back with one that is not kept any
 * more is told to begin anew ("reset"). A stream without news is asleep: its connection is suspended under the lock that
 * those who tell news hold. */
#include <stdlib.h>

#include "serve/state.h"

static void wake(stream *st)
{
    if (st->asleep) {
        st->asleep = false;
        MHD_resume_connection(st->connection);
    }
}

void rl_event_tell(rl_serve *s, const char *type, rl_str data)
{
    rl_buf b = {0};
    pthread_mutex_lock(&s->lock);
    int64_t seq = ++s->seq;
    rl_buf_f(&b, "id: %lld\nevent: %s\ndata: ", (long long)seq, type);
    rl_buf_add(&b, data);
    rl_buf_add(&b, (rl_str){"\n\n\0", 3});
    event *e = &s->events[seq % RL_SERVE_EVENTS_KEPT];
    free(e->text);
    if (b.st)
        rl_buf_clear(&b);
    *e = (event){seq, b.ptr};
    if (seq - s->first_seq > RL_SERVE_EVENTS_KEPT)
        s->first_seq = seq - RL_SERVE_EVENTS_KEPT;
    for (stream *st = s->streams; st; st = st->next)
        wake(st);
    pthread_mutex_unlock(&s->lock);
}

void rl_event_beat(rl_serve *s)
{
    pthread_mutex_lock(&s->lock);
    for (stream *st = s->streams; st; st = st->next) {
        st->beat = true;
        wake(st);
    }
    pthread_mutex_unlock(&s->lock);
}

/* What is to go out next into st->out. */
static void fill(rl_serve *s, stream *st)
{
    st->out.len = st->at = 0;
    if (st->reset || st->seq < s->first_seq) {
        rl_buf_f(&st->out, "id: %lld\nevent: reset\ndata: {}\n\n", (long long)s->seq);
        st->reset = false;
        st->seq = s->seq;
    }
    while (st->seq < s->seq && st->out.len < (64u << 10)) {
        const event *e = &s->events[++st->seq % RL_SERVE_EVENTS_KEPT];
        if (e->seq == st->seq && e->text)
            rl_buf_z(&st->out, e->text);
    }
    if (st->beat && !st->out.len)
        rl_buf_z(&st->out, ":\n\n");
    st->beat = false;
}

static ssize_t give(void *cls, uint64_t pos, char *buf, size_t max)
{
    stream *st = cls;
    rl_serve *s = st->s;
    (void)pos;
    pthread_mutex_lock(&s->lock);
    if (st->at == st->out.len && !s->closing)
        fill(s, st);
    size_t n = st->out.len - st->at;
    if (n > max)
        n = max;
    if (n)
        memcpy(buf, st->out.ptr + st->at, n);
    st->at += n;
    if (!n && !s->closing && !st->out.st) {
        st->asleep = true;
        MHD_suspend_connection(st->connection);
    }
    bool end = !n && (s->closing || st->out.st);
    pthread_mutex_unlock(&s->lock);
    return end ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static void end(void *cls)
{
    stream *st = cls;
    rl_serve *s = st->s;
    pthread_mutex_lock(&s->lock);
    for (stream **at = &s->streams; *at; at = &(*at)->next)
        if (*at == st) {
            *at = st->next;
            s->nstreams--;
            break;
        }
    pthread_mutex_unlock(&s->lock);
    rl_buf_clear(&st->out);
    free(st);
}

struct MHD_Response *rl_event_stream(rl_serve *s, struct MHD_Connection *c, const char *last)
{
    uint64_t seen;
    stream *st = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    *st = (stream){.s = s, .connection = c};
    rl_buf_z(&st->out, "retry: 2000\n\n");
    pthread_mutex_lock(&s->lock);
    st->seq = s->seq;
    if (last && rl_str_uint(rl_str_z(last), INT64_MAX, &seen)) {
        st->reset = (int64_t)seen < s->first_seq || (int64_t)seen > s->seq;
        if (!st->reset)
            st->seq = (int64_t)seen;
    }
    bool full = s->nstreams >= RL_SERVE_STREAMS_MAX || s->closing;
    if (!full) {
        st->next = s->streams;
        s->streams = st;
        s->nstreams++;
    }
    pthread_mutex_unlock(&s->lock);
    struct MHD_Response *r =
        full ? NULL : MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, give, st, end);
    if (!r) {
        if (full) {
            rl_buf_clear(&st->out);
            free(st);
        } else {
            end(st);
        }
        return NULL;
    }
    rl_headers(r, "text/event-stream", NULL);
    MHD_add_response_header(r, "Cache-Control", "no-store");
    MHD_add_response_header(r, "X-Accel-Buffering", "no");
    return r;
}

void rl_event_close(rl_serve *s)
{
    for (stream *st = s->streams; st; st = st->next)
        wake(st);
}

void rl_event_clear(rl_serve *s)
{
    for (size_t i = 0; i < RL_SERVE_EVENTS_KEPT; i++)
        free(s->events[i].text);
}
