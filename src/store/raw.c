/* Raw bytes, compressed with zstd, one frame a report: a report can be taken out without touching another's
 * bytes, which a dictionary shared between reports would not allow. Unpacked bytes are checked against the
 * size that is written beside them and the report's name. Linear. */
#include "store/db.h"

#include <stdlib.h>
#include <xxhash.h>
#include <zstd.h>

rl_store_id rl_store_id_of(rl_str raw)
{
    rl_store_id id;
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, XXH3_128bits(raw.ptr ? raw.ptr : "", raw.len));
    memcpy(id.b, c.digest, sizeof id.b);
    return id;
}

void rl_store_id_hex(rl_store_id id, char out[33])
{
    for (size_t i = 0; i < sizeof id.b; i++)
        snprintf(out + 2 * i, 3, "%02x", id.b[i]);
}

rl_status rl_raw_put(rl_store *s, int64_t n, rl_str raw, rl_error *err)
{
    size_t cap = ZSTD_compressBound(raw.len);
    char *out = malloc(cap);
    if (!s->zc)
        s->zc = ZSTD_createCCtx();
    if (!out || !s->zc) {
        free(out);
        return rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    }
    size_t len = ZSTD_compressCCtx(s->zc, out, cap, raw.ptr ? raw.ptr : "", raw.len, RL_STORE_ZSTD_LEVEL);
    rl_status st = ZSTD_isError(len)
                       ? rl_fail(err, RL_EIO, s->path, 0, 0, "cannot compress: %s", ZSTD_getErrorName(len))
                       : rl_db_run(s, err, "INSERT INTO raw(report, size, bytes) VALUES(?, ?, ?)", "iib", n,
                                   (int64_t)raw.len, (rl_str){out, len});
    free(out);
    return st;
}

rl_status rl_raw_unpack(rl_store *s, rl_arena *mem, rl_str packed, int64_t size, rl_str *out, rl_error *err)
{
    *out = (rl_str){0};
    if (size < 0 || size > (int64_t)RL_STORE_RAW_MAX)
        return rl_fail(err, RL_ESYNTAX, s->path, 0, 0, "raw bytes of a length that cannot be: %lld",
                       (long long)size);
    char *p = rl_alloc(mem, (size_t)size + 1);
    if (!s->zd)
        s->zd = ZSTD_createDCtx();
    if (!p || !s->zd)
        return rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    size_t n = ZSTD_decompressDCtx(s->zd, p, (size_t)size, packed.ptr, packed.len);
    if (ZSTD_isError(n) || n != (size_t)size)
        return rl_fail(err, RL_ESYNTAX, s->path, 0, 0, "raw bytes that do not unpack: %s",
                       ZSTD_isError(n) ? ZSTD_getErrorName(n) : "another length");
    *out = (rl_str){p, n};
    return RL_OK;
}

rl_status rl_store_raw(rl_store *s, rl_arena *mem, int64_t n, rl_str *out, rl_error *err)
{
    *out = (rl_str){0};
    sqlite3_stmt *q = rl_db_bind(s, err,
                                 "SELECT raw.size, raw.bytes, report.id FROM raw JOIN report ON report.n = "
                                 "raw.report WHERE report.n = ?",
                                 "i", n);
    if (!q)
        return err ? err->code : RL_EIO;
    rl_status st;
    int rc = sqlite3_step(q);
    if (rc == SQLITE_ROW) {
        rl_str id = rl_db_text(q, 2);
        st = rl_raw_unpack(s, mem, rl_db_text(q, 1), sqlite3_column_int64(q, 0), out, err);
        rl_store_id is = rl_store_id_of(*out);
        if (!st && !rl_str_eq(id, (rl_str){(const char *)is.b, sizeof is.b}))
            st = rl_fail(err, RL_ESYNTAX, s->path, 0, 0,
                         "raw bytes that are not what their report is named by");
    } else {
        st = rc == SQLITE_DONE ? rl_fail(err, RL_ENOTFOUND, s->path, 0, 0, "a report without raw bytes")
                               : rl_db_fail(s, rc, err);
    }
    rl_db_done(q);
    if (st)
        *out = (rl_str){0};
    return st;
}
