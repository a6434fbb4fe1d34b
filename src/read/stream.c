/* Streams: a file or memory, and any gzip or zstd around what it holds, layer by layer.
 *
 * Each layer pulls from the one under it. Gzip members and zstd frames follow one another as one
 * stream; a gzip member that is broken is passed over to the next one's mark. A zstd dictionary in
 * a skippable frame at the beginning (web archives) is loaded. Limits: bytes inflated, and from
 * 64 MB on their ratio to the bytes read. Where members and frames begin is kept for what is in the
 * buffer, so that a reader can begin there another time.
 *
 * Invariants: buffer [from, to) is what was produced and not taken; marks ascend, one a byte; the
 * first error stays. Cost: linear; memory is what was asked for by peek, at most. */
#include "read/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum { STEP = 64 << 10, LAYERS = 3, RATIO_FREE = 64 << 20, DICT_MAX = 16 << 20 };
enum { MARKS_MAX = 64 << 10, MARKS_BEHIND = 64 << 10 };

typedef enum { L_RAW, L_GZIP, L_ZSTD } layer_kind;

/* A member or frame begins: at byte `at` of the layer under it, `plain` of what it comes to. */
typedef struct {
    uint64_t plain, at;
    bool after_damage;
} mark;

struct rl_stream {
    layer_kind kind;
    rl_stream *under; /* of a layer */
    FILE *file;       /* of the lowest, or mem */
    bool close_file;
    rl_str mem;
    char *buf;
    size_t from, to, cap;
    uint64_t taken, made, max;
    uint64_t *had; /* of the lowest: told what it read */
    z_stream z;
    ZSTD_DCtx *zd;
    bool ended, in_member, broke; /* broke: in the member before */
    size_t damaged;
    mark *marks;
    size_t nmarks, cap_marks;
    rl_error why;
};

static rl_stream *latch(rl_stream *s, rl_status code, const char *what)
{
    if (s->why.code == RL_OK)
        rl_fail(&s->why, code, NULL, 0, 0, "%s", what);
    s->ended = true;
    return s;
}

/* ---- marks ---- */

/* The first mark at or past byte plain. */
static size_t mark_from(const rl_stream *s, uint64_t plain)
{
    size_t lo;
    RL_LOWER_BOUND(lo, s->nmarks, mid, s->marks[mid].plain < plain);
    return lo;
}

/* Room for one more: those far behind go first. Over the limit, or out of memory, the last one is written over. */
static mark *mark_room(rl_stream *s)
{
    if (s->nmarks && (s->marks[s->nmarks - 1].plain == s->made || s->nmarks >= MARKS_MAX))
        return &s->marks[s->nmarks - 1];
    size_t old = s->taken > MARKS_BEHIND ? mark_from(s, s->taken - MARKS_BEHIND) : 0;
    if (s->nmarks == s->cap_marks && old > s->nmarks / 2) {
        s->nmarks -= old;
        memmove(s->marks, s->marks + old, s->nmarks * sizeof *s->marks);
    }
    if (s->nmarks == s->cap_marks) {
        size_t cap = s->cap_marks ? s->cap_marks * 2 : 64;
        mark *more = realloc(s->marks, cap * sizeof *more);
        if (!more)
            return s->nmarks ? &s->marks[s->nmarks - 1] : NULL;
        s->marks = more;
        s->cap_marks = cap;
    }
    s->marks[s->nmarks] = (mark){0};
    return &s->marks[s->nmarks++];
}

/* What is made next is the beginning of a member. */
static void member_begins(rl_stream *s)
{
    mark *m = mark_room(s);
    if (m)
        *m = (mark){s->made, s->under->taken, m->after_damage || s->broke};
    s->in_member = true;
    s->broke = false;
}

/* ---- layers ---- */

static size_t make_raw(rl_stream *s, char *out, size_t n)
{
    if (!s->file) {
        n = n < s->mem.len ? n : s->mem.len;
        memcpy(out, s->mem.ptr, n);
        s->mem.ptr += n;
        s->mem.len -= n;
    } else {
        n = fread(out, 1, n, s->file);
        if (!n && ferror(s->file))
            latch(s, RL_EIO, strerror(errno));
    }
    s->ended = s->ended || !n;
    return n;
}

/* To the next mark of a gzip member; false where there is none. */
static bool next_member(rl_stream *s)
{
    for (;;) {
        rl_str in = rl_stream_peek(s->under, STEP);
        if (in.len < 10)
            return false;
        const char *p = memmem(in.ptr, in.len, "\x1f\x8b\x08", 3);
        if (p) {
            rl_stream_skip(s->under, (size_t)(p - in.ptr));
            return true;
        }
        rl_stream_skip(s->under, in.len - 2);
    }
}

static void broken_member(rl_stream *s)
{
    s->damaged++;
    inflateReset(&s->z);
    s->in_member = false;
    s->broke = true;
    rl_stream_skip(s->under, 1);
    if (!next_member(s))
        latch(s, RL_ESYNTAX, "broken gzip data");
}

static size_t make_gzip(rl_stream *s, char *out, size_t n)
{
    s->z.next_out = (Bytef *)out;
    s->z.avail_out = (uInt)n;
    while (!s->ended && s->z.avail_out == n) {
        rl_str in = rl_stream_peek(s->under, STEP);
        if (!in.len) {
            if (s->in_member)
                latch(s, RL_ESYNTAX, "the last gzip member is cut short");
            s->ended = true;
            break;
        }
        if (!s->in_member && (in.len < 2 || memcmp(in.ptr, "\x1f\x8b", 2) != 0)) {
            s->ended = true; /* padding after the last member */
            break;
        }
        if (!s->in_member)
            member_begins(s);
        s->z.next_in = (Bytef *)(uintptr_t)in.ptr;
        s->z.avail_in = (uInt)in.len;
        int r = inflate(&s->z, Z_NO_FLUSH);
        rl_stream_skip(s->under, in.len - s->z.avail_in);
        if (r == Z_STREAM_END) {
            inflateReset(&s->z);
            s->in_member = false;
        } else if (r != Z_OK && r != Z_BUF_ERROR) {
            size_t got = n - s->z.avail_out;
            broken_member(s);
            return got;
        }
    }
    return n - s->z.avail_out;
}

static uint32_t le32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

/* The dictionary of a compressed web archive, in a skippable frame, itself compressed or not. */
static void load_dictionary(rl_stream *s)
{
    rl_str head = rl_stream_peek(s->under, 8);
    if (head.len < 8 || le32(head.ptr) != 0x184D2A5D)
        return;
    size_t n = le32(head.ptr + 4);
    if (n > DICT_MAX) {
        latch(s, RL_ELIMIT, "the zstd dictionary is too large");
        return;
    }
    rl_stream_skip(s->under, 8);
    rl_str dict = rl_stream_peek(s->under, n);
    if (dict.len == n && n > 4 && le32(dict.ptr) == ZSTD_MAGICNUMBER) {
        char *plain = malloc(DICT_MAX);
        size_t got = plain ? ZSTD_decompress(plain, DICT_MAX, dict.ptr, n) : 0;
        if (!ZSTD_isError(got))
            ZSTD_DCtx_loadDictionary(s->zd, plain, got);
        free(plain);
    } else if (dict.len == n) {
        ZSTD_DCtx_loadDictionary(s->zd, dict.ptr, n);
    }
    rl_stream_skip(s->under, n);
}

static size_t make_zstd(rl_stream *s, char *out, size_t n)
{
    ZSTD_outBuffer o = {out, n, 0};
    while (!s->ended && o.pos == 0) {
        rl_str in = rl_stream_peek(s->under, STEP);
        if (!in.len && !s->in_member) {
            s->ended = true;
            break;
        }
        if (!s->in_member)
            member_begins(s);
        ZSTD_inBuffer i = {in.ptr, in.len, 0};
        size_t r = ZSTD_decompressStream(s->zd, &o, &i);
        rl_stream_skip(s->under, i.pos);
        if (ZSTD_isError(r)) {
            latch(s, RL_ESYNTAX, ZSTD_getErrorName(r));
            break;
        }
        s->in_member = r != 0;
        if (!in.len && o.pos == 0) {
            latch(s, RL_ESYNTAX, "the last zstd frame is cut short");
            break;
        }
    }
    return o.pos;
}

static uint64_t bytes_in(const rl_stream *s)
{
    return s->under ? s->under->taken : s->taken;
}

/* More into the buffer; false at the end. */
static bool fill(rl_stream *s, size_t want)
{
    if (s->ended)
        return false;
    if (s->from && s->from == s->to)
        s->from = s->to = 0;
    if (s->cap - s->to < STEP / 2 && s->from) {
        memmove(s->buf, s->buf + s->from, s->to - s->from);
        s->to -= s->from;
        s->from = 0;
    }
    if (s->cap - s->to < STEP / 2) {
        size_t cap = s->cap * 2 > want + STEP ? s->cap * 2 : want + STEP;
        char *p = realloc(s->buf, cap);
        if (!p) {
            latch(s, RL_ENOMEM, "out of memory in a stream");
            return false;
        }
        s->buf = p;
        s->cap = cap;
    }
    size_t n = s->cap - s->to < STEP ? s->cap - s->to : STEP;
    size_t got = s->kind == L_GZIP   ? make_gzip(s, s->buf + s->to, n)
                 : s->kind == L_ZSTD ? make_zstd(s, s->buf + s->to, n)
                                     : make_raw(s, s->buf + s->to, n);
    s->to += got;
    s->made += got;
    if (s->had)
        *s->had = s->made;
    if (s->under &&
        (s->made > s->max || (s->made > RATIO_FREE && s->made / RL_INFLATE_RATIO_MAX > bytes_in(s))))
        latch(s, RL_ELIMIT, "compressed data comes to more than the limit");
    return got > 0 || !s->ended;
}

/* ---- opening ---- */

static rl_stream *new_stream(layer_kind kind, rl_stream *under, size_t max)
{
    rl_stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->kind = kind;
    s->under = under;
    s->max = max ? max : RL_INFLATED_MAX;
    bool ok = kind != L_GZIP || inflateInit2(&s->z, 15 + 32) == Z_OK;
    if (kind == L_ZSTD) {
        s->zd = ZSTD_createDCtx();
        ok = s->zd != NULL;
        if (ok)
            ZSTD_DCtx_setParameter(s->zd, ZSTD_d_windowLogMax, 27);
    }
    if (ok)
        return s;
    free(s);
    return NULL;
}

/* What data that begins so is wrapped in. */
static layer_kind layer_of(rl_str h)
{
    if (h.len >= 3 && memcmp(h.ptr, "\x1f\x8b\x08", 3) == 0)
        return L_GZIP;
    return h.len >= 4 && (le32(h.ptr) == ZSTD_MAGICNUMBER || (le32(h.ptr) & 0xFFFFFFF0u) == 0x184D2A50u)
               ? L_ZSTD
               : L_RAW;
}

/* Put layers on s for what its bytes say they are. NULL, and s closed, when out of memory. */
static rl_stream *unwrap(rl_stream *s, size_t max, rl_error *err)
{
    for (int i = 0; s && i < LAYERS; i++) {
        layer_kind kind = layer_of(rl_stream_peek(s, 4));
        if (kind == L_RAW)
            break;
        rl_stream *over = new_stream(kind, s, max);
        if (!over) {
            rl_stream_close(s);
            s = NULL;
            break;
        }
        s = over;
        if (kind == L_ZSTD)
            load_dictionary(s);
    }
    if (!s)
        rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory in a stream");
    return s;
}

rl_stream *rl_stream_file(const char *path, size_t max, rl_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f) {
        rl_fail(err, RL_EIO, path, 0, 0, "%s", strerror(errno));
        return NULL;
    }
    rl_stream *s = new_stream(L_RAW, NULL, max);
    if (!s) {
        if (!standard)
            fclose(f);
        rl_fail(err, RL_ENOMEM, path, 0, 0, "out of memory");
        return NULL;
    }
    s->file = f;
    s->close_file = !standard;
    return unwrap(s, max, err);
}

rl_stream *rl_stream_memory(rl_str bytes, size_t max, rl_error *err)
{
    rl_stream *s = new_stream(L_RAW, NULL, max);
    if (s)
        s->mem = bytes;
    return unwrap(s, max, err);
}

void rl_stream_close(rl_stream *s)
{
    while (s) {
        rl_stream *under = s->under;
        if (s->kind == L_GZIP)
            inflateEnd(&s->z);
        ZSTD_freeDCtx(s->zd);
        if (s->file && s->close_file)
            fclose(s->file);
        free(s->buf);
        free(s->marks);
        free(s);
        s = under;
    }
}

/* ---- reading ---- */

rl_str rl_stream_peek(rl_stream *s, size_t want)
{
    while (s->to - s->from < want && fill(s, want))
        ;
    size_t n = s->to - s->from;
    return (rl_str){s->buf ? s->buf + s->from : "", n < want ? n : want};
}

bool rl_stream_skip(rl_stream *s, size_t n)
{
    while (n) {
        size_t have = s->to - s->from;
        if (!have) {
            if (!fill(s, 1))
                return false;
            continue;
        }
        size_t step = have < n ? have : n;
        s->from += step;
        s->taken += step;
        n -= step;
    }
    return true;
}

bool rl_stream_line(rl_stream *s, size_t max, rl_buf *line, bool *whole)
{
    line->len = 0;
    *whole = true;
    bool any = false;
    for (;;) {
        rl_str in = rl_stream_peek(s, 1);
        if (!in.len)
            break;
        in = rl_stream_peek(s, s->to - s->from);
        any = true;
        const char *nl = memchr(in.ptr, '\n', in.len);
        size_t n = nl ? (size_t)(nl - in.ptr) : in.len;
        if (line->len + n <= max)
            rl_buf_add(line, rl_str_sub(in, 0, n));
        else
            *whole = false;
        rl_stream_skip(s, n + (nl != NULL));
        if (nl)
            break;
    }
    if (line->len && line->ptr[line->len - 1] == '\r')
        line->len--;
    return any && line->st == RL_OK;
}

uint64_t rl_stream_at(const rl_stream *s)
{
    return s->taken;
}

bool rl_stream_mark(const rl_stream *s, uint64_t *at)
{
    size_t i = s->under ? mark_from(s, s->taken) : 0;
    *at = s->taken;
    if (!s->under)
        return true;
    if (s->under->under || i == s->nmarks || s->marks[i].plain != s->taken)
        return false;
    *at = s->marks[i].at;
    return true;
}

static void restart(rl_stream *s, uint64_t taken)
{
    if (s->kind == L_GZIP)
        inflateReset(&s->z);
    if (s->kind == L_ZSTD)
        ZSTD_DCtx_reset(s->zd, ZSTD_reset_session_only);
    s->from = s->to = s->nmarks = 0;
    s->taken = s->made = taken;
    s->ended = s->in_member = s->broke = false;
    if (s->had)
        *s->had = taken;
}

bool rl_stream_seek(rl_stream *s, uint64_t at, uint64_t plain)
{
    rl_stream *low = s->under ? s->under : s;
    if (!low->file || at > INT64_MAX || rl_stream_status(s, NULL) || fseeko(low->file, (off_t)at, SEEK_SET))
        return false;
    restart(low, at);
    if (s == low || !at) {
        restart(s, at ? plain : 0);
        return true;
    }
    restart(s, plain);
    rl_str in = rl_stream_peek(low, 4);
    return s->kind == layer_of(in);
}

void rl_stream_count(rl_stream *s, uint64_t *had)
{
    while (s->under)
        s = s->under;
    s->had = had;
    *had = s->made;
}

rl_status rl_stream_status(const rl_stream *s, rl_error *err)
{
    for (; s; s = s->under)
        if (s->why.code != RL_OK) {
            if (err)
                *err = s->why;
            return s->why.code;
        }
    return RL_OK;
}

size_t rl_stream_damaged(const rl_stream *s)
{
    size_t n = 0;
    for (; s; s = s->under)
        n += s->damaged;
    return n;
}

bool rl_stream_damaged_in(const rl_stream *s, uint64_t from, uint64_t to)
{
    for (size_t i = mark_from(s, from + 1); i < s->nmarks && s->marks[i].plain <= to; i++)
        if (s->marks[i].after_damage)
            return true;
    return s->ended && s->broke && s->made > from && s->made <= to; /* no member came after it */
}
