/* Statements, arguments and errors of SQLite. Statements are prepared once and kept, found by the address of
 * their literal; a failed statement leaves the transaction to the caller, who undoes it. O(1) a call beside
 * SQLite's own cost. */
#include "store/db.h"

rl_status rl_db_fail(rl_store *s, int rc, rl_error *err)
{
    int sys = s->db ? sqlite3_system_errno(s->db) : 0;
    const char *m = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return rl_fail(err, RL_ENOMEM, s->path, 0, 0, "out of memory");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return rl_fail(err, RL_EIO, s->path, 0, 0,
                       "another program is writing to the store; waited %u.%u s: try again when it is done",
                       s->wait_ms / 1000, s->wait_ms % 1000 / 100);
    case SQLITE_FULL:
        return rl_fail(err, RL_EIO, s->path, 0, 0, "the disk is full");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return rl_fail(err, RL_EIO, s->path, 0, 0, "the store cannot be written to: it is read-only");
    case SQLITE_CANTOPEN:
        return rl_fail(err, RL_EIO, s->path, 0, 0, "cannot open the store: %s", sys ? strerror(sys) : m);
    case SQLITE_IOERR:
        return rl_fail(err, RL_EIO, s->path, 0, 0, "the system refused to read or write the store: %s",
                       sys ? strerror(sys) : m);
    case SQLITE_CORRUPT:
        return rl_fail(err, RL_ESYNTAX, s->path, 0, 0,
                       "the store is damaged (%s): relata store check tells more", m);
    case SQLITE_NOTADB:
        return rl_fail(err, RL_ESYNTAX, s->path, 0, 0, "is not a store of relata");
    case SQLITE_TOOBIG:
        return rl_fail(err, RL_ELIMIT, s->path, 0, 0, "larger than the store takes");
    default:
        return rl_fail(err, RL_EIO, s->path, 0, 0, "the store: %s", m);
    }
}

static sqlite3_stmt *prepare(rl_store *s, const char *sql, rl_error *err)
{
    for (size_t i = 0; i < s->ncached; i++)
        if (s->cached[i].sql == sql)
            return s->cached[i].stmt;
    assert(s->ncached < RL_DB_STATEMENTS);
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL);
    if (rc) {
        rl_db_fail(s, rc, err);
        return NULL;
    }
    s->cached[s->ncached++] = (rl_db_cached){sql, q};
    return q;
}

static int bind_text(sqlite3_stmt *q, int i, rl_str v, bool empty_is_null)
{
    if (!v.ptr || (empty_is_null && !v.len))
        return empty_is_null ? sqlite3_bind_null(q, i) : sqlite3_bind_text(q, i, "", 0, SQLITE_STATIC);
    return sqlite3_bind_text64(q, i, v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_one(sqlite3_stmt *q, int i, char type, va_list *ap)
{
    switch (type) {
    case 'i':
        return sqlite3_bind_int64(q, i, va_arg(*ap, int64_t));
    case 'p': {
        const int64_t *v = va_arg(*ap, const int64_t *);
        return v ? sqlite3_bind_int64(q, i, *v) : sqlite3_bind_null(q, i);
    }
    case 'd': {
        rl_date d = va_arg(*ap, rl_date);
        return rl_date_known(d) && d.month && d.day ? sqlite3_bind_int64(q, i, rl_date_days(d))
                                                    : sqlite3_bind_null(q, i);
    }
    case 'b': {
        rl_str v = va_arg(*ap, rl_str);
        return sqlite3_bind_blob64(q, i, v.ptr ? v.ptr : "", v.len, SQLITE_STATIC);
    }
    default:
        return bind_text(q, i, va_arg(*ap, rl_str), type == 'e');
    }
}

static sqlite3_stmt *vbind(rl_store *s, rl_error *err, const char *sql, const char *types, va_list *ap)
{
    sqlite3_stmt *q = prepare(s, sql, err);
    for (int i = 0; q && types[i]; i++) {
        int rc = bind_one(q, i + 1, types[i], ap);
        if (rc) {
            rl_db_fail(s, rc, err);
            rl_db_done(q);
            return NULL;
        }
    }
    return q;
}

sqlite3_stmt *rl_db_bind(rl_store *s, rl_error *err, const char *sql, const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    sqlite3_stmt *q = vbind(s, err, sql, types, &ap);
    va_end(ap);
    return q;
}

void rl_db_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

rl_status rl_db_run(rl_store *s, rl_error *err, const char *sql, const char *types, ...)
{
    rl_error e = {0};
    va_list ap;
    va_start(ap, types);
    sqlite3_stmt *q = vbind(s, &e, sql, types, &ap);
    va_end(ap);
    int rc = SQLITE_ROW;
    while (q && rc == SQLITE_ROW)
        rc = sqlite3_step(q);
    if (q && rc != SQLITE_DONE)
        rl_db_fail(s, rc, &e);
    if (q)
        rl_db_done(q);
    if (e.code && err)
        *err = e;
    return e.code;
}

rl_status rl_db_int(rl_store *s, rl_error *err, int64_t none, int64_t *out, const char *sql,
                    const char *types, ...)
{
    rl_error e = {0};
    va_list ap;
    va_start(ap, types);
    sqlite3_stmt *q = vbind(s, &e, sql, types, &ap);
    va_end(ap);
    int rc = q ? sqlite3_step(q) : SQLITE_DONE;
    *out = rc == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL ? sqlite3_column_int64(q, 0) : none;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        rl_db_fail(s, rc, &e);
    if (q)
        rl_db_done(q);
    if (e.code && err)
        *err = e;
    return e.code;
}

rl_status rl_db_exec(rl_store *s, const char *sql, rl_error *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc ? rl_db_fail(s, rc, err) : RL_OK;
}

rl_str rl_db_text(sqlite3_stmt *q, int column)
{
    const char *p = sqlite3_column_blob(q, column);
    return (rl_str){p ? p : "", p ? (size_t)sqlite3_column_bytes(q, column) : 0};
}

rl_str rl_db_copy(rl_arena *mem, sqlite3_stmt *q, int column)
{
    rl_str v = rl_db_text(q, column);
    return v.len ? rl_arena_copy(mem, v) : (rl_str){"", 0};
}

rl_date rl_db_day(sqlite3_stmt *q, int column)
{
    return sqlite3_column_type(q, column) == SQLITE_NULL ? (rl_date){0}
                                                         : rl_date_from_days(sqlite3_column_int(q, column));
}
