/* Reports of a path: a text, JSON Lines, or standard input. A fault names file, line or byte; the rest goes on. */
#include <jansson.h>
#include <stdlib.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "cli/cli.h"
#include "read/read.h"

static rl_str member(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? (rl_str){json_string_value(v), json_string_length(v)} : (rl_str){0};
}

static rl_status record(rl_str line, const char *path, uint32_t lineno, rl_input_fn fn, void *ctx,
                        rl_error *err)
{
    json_error_t je;
    json_t *o = json_loadb(line.ptr, line.len, JSON_ALLOW_NUL, &je);
    if (!o)
        return rl_fail(err, RL_ESYNTAX, path, lineno, je.position > 0 ? (uint32_t)je.position : 1,
                       "not JSON: %s", je.text);
    rl_status st = RL_OK;
    rl_report r = {.id = member(o, "id"),
                   .text = member(o, "text"),
                   .title = member(o, "title"),
                   .outlet = member(o, "outlet"),
                   .url = member(o, "url"),
                   .lang = member(o, "lang"),
                   .published = member(o, "published")};
    char number[32];
    if (json_is_integer(json_object_get(o, "id"))) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(json_object_get(o, "id")));
        r.id = rl_str_z(number);
    }
    if (!json_is_object(o))
        st = rl_fail(err, RL_ESYNTAX, path, lineno, 1, "a record is a JSON object");
    else if (!r.id.ptr || !json_is_string(json_object_get(o, "text")))
        st = rl_fail(err, RL_ESYNTAX, path, lineno, 1, "a record needs \"id\" and \"text\"");
    else
        st = fn(ctx, &r, err);
    if (st && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", path);
    if (st && !err->line)
        err->line = lineno;
    json_decref(o);
    return st;
}

static size_t records(const char *path, rl_str text, rl_input_fn fn, void *ctx)
{
    size_t faults = 0;
    uint32_t lineno = 0;
    rl_str line;
    while (text.len) {
        rl_error err = {0};
        rl_str_cut(&text, '\n', &line);
        lineno++;
        if (!rl_str_trim(line).len)
            continue;
        rl_status st = line.len > RL_LINE_MAX
                           ? rl_fail(&err, RL_ELIMIT, path, lineno, 0, "a line of %zu bytes; the limit is %u",
                                     line.len, RL_LINE_MAX)
                           : record(line, path, lineno, fn, ctx, &err);
        if (st) {
            rl_cli_error(&err);
            faults++;
        }
    }
    return faults;
}

/* Text in another encoding → UTF-8 on the heap; *name gets its name. NULL where it can't be told or turned. */
static char *convert(rl_str text, size_t *len, char name[64])
{
    UErrorCode st = U_ZERO_ERROR;
    UCharsetDetector *d = ucsdet_open(&st);
    char *out = NULL;
    ucsdet_setText(d, text.ptr, (int32_t)(text.len < 65536 ? text.len : 65536), &st);
    const UCharsetMatch *m = ucsdet_detect(d, &st);
    const char *cs = U_SUCCESS(st) && m ? ucsdet_getName(m, &st) : NULL;
    snprintf(name, 64, "%s", cs ? cs : "unknown");
    if (cs && U_SUCCESS(st) && ucsdet_getConfidence(m, &st) >= 10 && text.len < (1u << 28)) {
        size_t cap = text.len * 4 + 16;
        out = malloc(cap);
        int32_t n = out ? ucnv_convert("UTF-8", cs, out, (int32_t)cap, text.ptr, (int32_t)text.len, &st) : 0;
        if (!out || U_FAILURE(st)) {
            free(out);
            out = NULL;
        } else {
            *len = (size_t)n;
        }
    }
    ucsdet_close(d);
    return out;
}

static rl_status one_text(const char *path, rl_str text, rl_input_fn fn, void *ctx, rl_error *err)
{
    rl_report r = {.id = rl_str_z(path), .text = text};
    size_t bad = rl_utf8_valid(text.ptr, text.len), len = 0;
    char name[64];
    if (!rl_str_trim(text).len)
        return rl_fail(err, RL_ESYNTAX, path, 0, 0, "is empty");
    if (memchr(text.ptr, 0, text.len) && bad == text.len)
        return rl_fail(err, RL_ESYNTAX, path, 0, 0, "holds NUL bytes, the first at byte %zu: is it a text?",
                       (size_t)((const char *)memchr(text.ptr, 0, text.len) - text.ptr));
    if (bad == text.len)
        return fn(ctx, &r, err);
    char *utf8 = convert(text, &len, name);
    if (!utf8)
        return rl_fail(err, RL_EUTF8, path, 0, 0,
                       "not UTF-8 at byte %zu, and no encoding we can turn (it looks like %s)", bad, name);
    fprintf(stderr, "relata: %s: not UTF-8 at byte %zu; read as %s (byte ranges are of the text in UTF-8)\n",
            path, bad, name);
    r.text = (rl_str){utf8, len};
    rl_status st = memchr(utf8, 0, len)
                       ? rl_fail(err, RL_ESYNTAX, path, 0, 0, "holds NUL bytes: is it a text?")
                       : fn(ctx, &r, err);
    free(utf8);
    return st;
}

size_t rl_input_each(const char *path, rl_input_fn fn, void *ctx)
{
    char *bytes;
    size_t len;
    rl_error err = {0};
    if (rl_file_read(path, (size_t)4 << 30, &bytes, &len, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    rl_str text = {bytes, len};
    size_t faults = 0;
    if (rl_str_ends(rl_str_z(path), ".jsonl") || (!strcmp(path, "-") && len && bytes[0] == '{')) {
        faults = records(path, text, fn, ctx);
    } else if (one_text(path, text, fn, ctx, &err)) {
        if (!err.file[0])
            snprintf(err.file, sizeof err.file, "%s", path);
        rl_cli_error(&err);
        faults = 1;
    }
    free(bytes);
    return faults;
}

/* ---- sheets of figures ---- */

typedef struct {
    rl_input_fn fn;
    void *ctx;
    size_t faults;
} sheet;

static rl_status sheet_report(void *ctx, rl_arena *mem, const rl_document *d, rl_error *err)
{
    sheet *s = ctx;
    (void)mem;
    rl_report r = {.id = d->doc, .text = d->body, .outlet = d->outlet, .given = true};
    return s->fn(s->ctx, &r, err);
}

static void sheet_problem(void *ctx, const rl_error *why)
{
    ((sheet *)ctx)->faults++;
    rl_cli_error(why);
}

size_t rl_input_each_by(const char *path, rl_str map, rl_input_fn fn, void *ctx)
{
    sheet s = {.fn = fn, .ctx = ctx};
    rl_error err = {0};
    rl_extract_options opt = {.map = map};
    rl_reader_sink sink = {.document = sheet_report, .problem = sheet_problem, .ctx = &s};
    if (!rl_sheet_named(rl_str_z(path), map))
        return rl_input_each(path, fn, ctx);
    if (rl_read_file(path, &opt, &sink, &err)) {
        rl_cli_error(&err);
        s.faults++;
    }
    return s.faults;
}

static bool map_file(const rl_command *c, const char *path, char **out)
{
    size_t len;
    rl_error err = {0};
    if (!rl_file_read(path, RL_PACK_LINE_MAX, out, &len, &err) && strlen(*out) == len)
        return true;
    fprintf(stderr, "relata %s: --map @%s: %s\n", c->name, path, err.message[0] ? err.message : "is no text");
    free(*out);
    *out = NULL;
    return false;
}

bool rl_cli_map(const rl_command *c, const char *map, const char *source, char **out)
{
    *out = NULL;
    if (map && map[0] == '@') {
        if (!map_file(c, map + 1, out))
            return false;
    } else if (map) {
        *out = strdup(map);
    }
    if (source && (!*out || !rl_sheet_map(rl_str_z(*out)))) {
        fprintf(stderr, "relata %s: --source names a sheet of figures, which needs --map (docs/inputs.md)\n",
                c->name);
        free(*out);
        return false;
    }
    if (!source)
        return true;
    for (char *p = strchr(*out, '\n') ? NULL : *out; p && *p; p++)
        *p = *p == ',' ? '\n' : *p;
    rl_buf b = {0};
    rl_buf_f(&b, "%s\nname:=%s", *out, source);
    rl_buf_c(&b, 0);
    free(*out);
    *out = b.st ? NULL : b.ptr;
    return *out != NULL;
}
