/* Strings, arena, output buffers, errors. Invariants: an arena hands out zeroed memory unless asked not to, and never
 * frees single pieces; a buffer keeps its first error and then ignores what is added. O(1) amortised. */
#include "base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <xxhash.h>

int rl_str_cmp(rl_str a, rl_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

rl_str rl_str_trim(rl_str s)
{
    while (s.len && is_space(s.ptr[0]))
        s.ptr++, s.len--;
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool rl_str_cut(rl_str *s, char sep, rl_str *head)
{
    const char *p = s->len ? memchr(s->ptr, sep, s->len) : NULL;
    if (!p) {
        *head = *s;
        *s = rl_str_sub(*s, s->len, 0);
        return false;
    }
    *head = (rl_str){s->ptr, (size_t)(p - s->ptr)};
    s->len -= head->len + 1;
    s->ptr = p + 1;
    return true;
}

rl_str rl_str_title(rl_str text, size_t max)
{
    rl_str line = {0};
    while (text.len && !line.len) {
        rl_str_cut(&text, '\n', &line);
        line = rl_str_trim(line);
        if (rl_str_starts(line, "date ") && line.len < 24)
            line.len = 0;
    }
    if (line.len > max)
        for (line.len = max; line.len && ((unsigned char)line.ptr[line.len] & 0xC0) == 0x80;)
            line.len--;
    return line;
}

bool rl_str_uint(rl_str s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    if (!s.len || s.len > 19)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    if (v > max)
        return false;
    *out = v;
    return true;
}

/* ---- arena ---- */

typedef struct chunk {
    struct chunk *next;
    size_t size, used;
} chunk;

struct rl_arena {
    chunk *first, *cur;
    size_t cap, total;
};

enum { CHUNK_HEAD = (sizeof(chunk) + 15) & ~(size_t)15, CHUNK_MIN = 256 << 10, KEEP_MAX = 16 << 20 };

rl_arena *rl_arena_new(size_t cap_bytes)
{
    rl_arena *a = calloc(1, sizeof *a);
    if (a)
        a->cap = cap_bytes;
    return a;
}

void rl_arena_clear(rl_arena *mem)
{
    /* keep what a usual report needs: the next one then asks the system for nothing */
    size_t kept = 0;
    for (chunk **at = &mem->first; *at;) {
        chunk *c = *at;
        if (kept + c->size <= KEEP_MAX || c == mem->first) {
            kept += c->size;
            c->used = 0;
            at = &c->next;
        } else {
            *at = c->next;
            mem->total -= c->size;
            free(c);
        }
    }
    mem->cur = mem->first;
}

void rl_arena_free(rl_arena *mem)
{
    if (!mem)
        return;
    for (chunk *c = mem->first; c;) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
    free(mem);
}

size_t rl_arena_used(const rl_arena *mem)
{
    size_t n = 0;
    for (const chunk *c = mem->first; c; c = c->next)
        n += c->used;
    return n;
}

void *rl_alloc_raw(rl_arena *mem, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    size_t need = (bytes + 15) & ~(size_t)15;
    chunk *c = mem->cur;
    while (c && c->size - c->used < need && c->next)
        mem->cur = c = c->next;
    if (!c || c->size - c->used < need) {
        size_t size = c ? c->size * 2 : CHUNK_MIN;
        if (size > (64u << 20))
            size = 64u << 20;
        if (size < need)
            size = need;
        if (mem->total + size > mem->cap)
            size = need;
        if (mem->total + size > mem->cap)
            return NULL;
        chunk *fresh = malloc(CHUNK_HEAD + size);
        if (!fresh)
            return NULL;
        *fresh = (chunk){NULL, size, 0};
        if (c)
            c->next = fresh;
        else
            mem->first = fresh;
        mem->cur = c = fresh;
        mem->total += size;
    }
    void *p = (char *)c + CHUNK_HEAD + c->used;
    c->used += need;
    return p;
}

void *rl_alloc(rl_arena *mem, size_t bytes)
{
    void *p = rl_alloc_raw(mem, bytes);
    return p ? memset(p, 0, bytes) : NULL;
}

rl_str rl_arena_copy(rl_arena *mem, rl_str s)
{
    char *p = rl_alloc_raw(mem, s.len + 1);
    if (!p)
        return (rl_str){NULL, 0};
    if (s.len)
        memcpy(p, s.ptr, s.len);
    p[s.len] = 0;
    return (rl_str){p, s.len};
}

void *rl_vec_grow(rl_arena *mem, void *at, size_t n, size_t *cap, size_t size)
{
    size_t fresh = *cap ? *cap * 2 : 8;
    void *p = rl_alloc_raw(mem, fresh * size);
    if (!p)
        return NULL;
    if (n)
        memcpy(p, at, n * size);
    *cap = fresh;
    return p;
}

/* ---- buffers ---- */

static bool reserve(rl_buf *b, size_t more)
{
    if (b->st)
        return false;
    if (b->max && b->len + more > b->max) {
        b->st = RL_ELIMIT;
        return false;
    }
    if (b->cap - b->len > more)
        return true;
    size_t cap = b->cap ? b->cap : 256;
    while (cap - b->len <= more)
        cap *= 2;
    char *p = realloc(b->ptr, cap);
    if (!p) {
        b->st = RL_ENOMEM;
        return false;
    }
    b->ptr = p;
    b->cap = cap;
    return true;
}

void rl_buf_add(rl_buf *b, rl_str s)
{
    if (!reserve(b, s.len))
        return;
    if (s.len)
        memcpy(b->ptr + b->len, s.ptr, s.len);
    b->len += s.len;
    b->ptr[b->len] = 0;
}

void rl_buf_z(rl_buf *b, const char *z)
{
    rl_buf_add(b, rl_str_z(z));
}
void rl_buf_c(rl_buf *b, char c)
{
    rl_buf_add(b, (rl_str){&c, 1});
}

void rl_buf_f(rl_buf *b, const char *fmt, ...)
{
    char small[512];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        rl_buf_add(b, (rl_str){small, (size_t)n});
    } else if (n > 0 && reserve(b, (size_t)n + 1)) {
        vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void rl_buf_json(rl_buf *b, rl_str s)
{
    rl_buf_c(b, '"');
    size_t from = 0, i = 0;
    while (i < s.len) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            i++;
            continue;
        }
        size_t at = i;
        uint32_t cp = rl_utf8_next(s.ptr, s.len, &i);
        /* C0 and C1 controls, the quote and the backslash are escaped; the rest passes */
        bool bad = cp == 0xFFFD && i - at == 1;
        if (cp >= 0xA0 && !bad && cp != 0x2028 && cp != 0x2029)
            continue;
        rl_buf_add(b, rl_str_sub(s, from, at - from));
        from = i;
        if (cp == '"' || cp == '\\')
            rl_buf_f(b, "\\%c", (char)cp);
        else if (cp == '\n')
            rl_buf_z(b, "\\n");
        else if (cp == '\r')
            rl_buf_z(b, "\\r");
        else if (cp == '\t')
            rl_buf_z(b, "\\t");
        else
            rl_buf_f(b, "\\u%04x", (unsigned)cp);
    }
    rl_buf_add(b, rl_str_sub(s, from, s.len - from));
    rl_buf_c(b, '"');
}

void rl_buf_clear(rl_buf *b)
{
    free(b->ptr);
    *b = (rl_buf){.max = b->max};
}

/* ---- errors, hashing, files ---- */

rl_status rl_fail(rl_error *err, rl_status code, const char *file, uint32_t line, uint32_t column,
                  const char *fmt, ...)
{
    if (err) {
        err->code = code;
        err->line = line;
        err->column = column;
        snprintf(err->file, sizeof err->file, "%s", file ? file : "");
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(err->message, sizeof err->message, fmt, ap);
        va_end(ap);
    }
    return code;
}

uint64_t rl_hash(const void *p, size_t n)
{
    uint64_t h = XXH3_64bits(p, n);
    return h ? h : 1;
}

void rl_hash128_hex(rl_str s, char out[33])
{
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, XXH3_128bits(s.len ? s.ptr : "", s.len));
    for (size_t i = 0; i < sizeof c.digest; i++)
        snprintf(out + 2 * i, 3, "%02x", c.digest[i]);
}

rl_status rl_file_read(const char *path, size_t max, char **out, size_t *len, rl_error *err)
{
    bool std = strcmp(path, "-") == 0;
    struct stat sb;
    *out = NULL;
    *len = 0;
    FILE *f = std ? stdin : fopen(path, "rb");
    if (!f)
        return rl_fail(err, RL_EIO, path, 0, 0, "cannot open: %s", strerror(errno));
    if (fstat(fileno(f), &sb) == 0 && S_ISDIR(sb.st_mode)) {
        if (!std)
            fclose(f);
        return rl_fail(err, RL_EIO, path, 0, 0, "is a directory; name the files in it");
    }
    rl_buf b = {.max = max};
    char block[65536];
    size_t n;
    errno = 0;
    while (!b.st && (n = fread(block, 1, sizeof block, f)) > 0)
        rl_buf_add(&b, (rl_str){block, n});
    int bad = ferror(f) ? errno : 0;
    if (!std)
        fclose(f);
    rl_status st = b.st;
    if (st == RL_ELIMIT)
        st = rl_fail(err, st, path, 0, 0, "larger than the limit of %zu bytes", max);
    else if (st)
        st = rl_fail(err, st, path, 0, 0, "out of memory");
    else if (bad)
        st = rl_fail(err, RL_EIO, path, 0, 0, "cannot read: %s", strerror(bad));
    if (st) {
        rl_buf_clear(&b);
        return st;
    }
    if (!b.ptr)
        rl_buf_add(&b, (rl_str){"", 0});
    *out = b.ptr;
    *len = b.len;
    return b.ptr ? RL_OK : RL_ENOMEM;
}

/* ---- UTF-8 ---- */

/* Three and four bytes, and what is malformed: the rest of rl_utf8_next. */
uint32_t rl_utf8_long(const char *s, size_t len, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s + *i;
    size_t left = len - *i;
    if ((p[0] & 0xF0) == 0xE0 && left > 2 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
        uint32_t c = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
            *i += 3;
            return c;
        }
    }
    if (p[0] >= 0xF0 && p[0] < 0xF5 && left > 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 &&
        (p[3] & 0xC0) == 0x80) {
        uint32_t c = (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
                     (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
        if (c >= 0x10000 && c <= 0x10FFFF) {
            *i += 4;
            return c;
        }
    }
    *i += 1;
    return 0xFFFD;
}

size_t rl_utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t rl_utf8_valid(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len) {
        size_t at = i;
        if (rl_utf8_next(s, len, &i) == 0xFFFD && i - at == 1)
            return at;
    }
    return len;
}

/* ---- dates: Howard Hinnant, "chrono-compatible low-level date algorithms" ---- */

int32_t rl_date_days(rl_date d)
{
    int y = d.year - (d.month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

rl_date rl_date_from_days(int32_t z)
{
    z += 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
    return (rl_date){
        .year = (int16_t)(yoe + era * 400 + (month <= 2)), .month = (uint8_t)month, .day = (uint8_t)day};
}

int rl_date_weekday(rl_date d)
{
    return (int)(((rl_date_days(d) + 3) % 7 + 7) % 7);
}

bool rl_date_parse(rl_str s, rl_date *out)
{
    static const uint8_t dim[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t y, m, d;
    *out = (rl_date){0};
    if (s.len < 10 || s.ptr[4] != '-' || s.ptr[7] != '-' || !rl_str_uint(rl_str_sub(s, 0, 4), 9999, &y) ||
        !rl_str_uint(rl_str_sub(s, 5, 2), 12, &m) || !rl_str_uint(rl_str_sub(s, 8, 2), 31, &d) || !y || !m ||
        !d || d > dim[m - 1])
        return false;
    *out = (rl_date){.year = (int16_t)y, .month = (uint8_t)m, .day = (uint8_t)d};
    return true;
}

static bool digits2(rl_str s, size_t at, uint64_t max, int64_t *out)
{
    uint64_t v;
    if (at + 2 > s.len || !rl_str_uint(rl_str_sub(s, at, 2), max, &v))
        return false;
    *out = (int64_t)v;
    return true;
}

/* Minutes that the zone at s[at …] is ahead of UTC; 0 where there is none. */
static int64_t zone_minutes(rl_str s, size_t at)
{
    while (at < s.len && s.ptr[at] != '+' && s.ptr[at] != '-')
        at++;
    int64_t h, m = 0;
    if (at >= s.len || !digits2(s, at + 1, 14, &h))
        return 0;
    size_t next = at + 3 < s.len && s.ptr[at + 3] == ':' ? at + 4 : at + 3;
    if (!digits2(s, next, 59, &m))
        m = 0;
    return (s.ptr[at] == '-' ? -1 : 1) * (h * 60 + m);
}

bool rl_minute_parse(rl_str s, int64_t *out)
{
    rl_date d;
    int64_t h, m;
    *out = 0;
    if (s.len < 16 || !rl_date_parse(s, &d) || !digits2(s, 11, 23, &h) || s.ptr[13] != ':' ||
        !digits2(s, 14, 59, &m))
        return false;
    *out = (int64_t)rl_date_days(d) * 1440 + h * 60 + m - zone_minutes(s, 16);
    return true;
}
