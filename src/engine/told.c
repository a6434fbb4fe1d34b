/* Users' decisions on stories as the stream takes them: of those that hold, in the order of rl_decision_cmp, what each
 * says of single reports. Stories are named by reports, so what was decided holds however stories are named later.
 * O(decisions × reports that they name). */
#include <jansson.h>
#include <stdlib.h>

#include "engine/place_told.h"
#include "store/decide.h"

typedef struct {
    rl_store *s;
    rl_arena *mem;
    RL_VEC(rl_told) told;
    rl_status st;
    rl_error *err;
} teller;

static rl_story_root root_of_row(const rl_store_print_row *r)
{
    rl_story_root root = {.handle = r->report, .day = r->day, .minute = r->minute, .key = r->key};
    for (int i = 0; i < 8; i++)
        root.tie = root.tie << 8 | r->id.b[i];
    return root;
}

static int cmp(const rl_store_print_row *a, const rl_store_print_row *b)
{
    rl_story_root x = root_of_row(a), y = root_of_row(b);
    rl_story_item p = {.day = x.day, .minute = x.minute, .key = x.key, .tie = x.tie},
                  q = {.day = y.day, .minute = y.minute, .key = y.key, .tie = y.tie};
    return rl_story_item_cmp(&p, &q);
}

static void tell(teller *t, const rl_decision *d, rl_told_kind kind, const rl_store_print_row *r,
                 const rl_store_print_row *anchor)
{
    for (size_t i = 0; kind != RL_TOLD_ONE && i < t->told.n;
         i++) /* what was said before on it no longer holds */
        if (t->told.at[i].handle == r->report && t->told.at[i].kind != RL_TOLD_ONE)
            t->told.at[i].handle = 0;
    rl_told *w = RL_PUSH(t->mem, t->told);
    if (!w) {
        t->st = rl_fail(t->err, RL_ENOMEM, NULL, 0, 0, "out of memory");
        return;
    }
    *w = (rl_told){.kind = kind, .handle = r->report, .day = r->day, .anchor = anchor->report};
    t->st = rl_store_told(t->s, d->id, r->day, t->err);
}

/* Two reports' stories are one. */
static void tell_one(teller *t, const rl_decision *d, const rl_store_print_row *a,
                     const rl_store_print_row *b)
{
    bool later = cmp(a, b) > 0;
    if (a->report != b->report)
        tell(t, d, RL_TOLD_ONE, later ? a : b, later ? b : a);
}

static bool row_of_name(teller *t, rl_str id, rl_store_print_row *out)
{
    int64_t n = 0;
    *out = (rl_store_print_row){0};
    if (!t->st)
        t->st = rl_store_story_named(t->s, id, &n, t->err);
    if (!t->st && n)
        t->st = rl_store_print_of(t->s, n, out, t->err);
    return !t->st && out->report;
}

static bool row_of_report(teller *t, rl_store_id id, rl_store_print_row *out)
{
    int64_t n = 0;
    *out = (rl_store_print_row){0};
    if (!t->st)
        t->st = rl_store_row_of(t->s, id, &n, t->err);
    if (!t->st && n)
        t->st = rl_store_print_of(t->s, n, out, t->err);
    return !t->st && out->report;
}

static rl_str member(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? (rl_str){json_string_value(v), json_string_length(v)} : (rl_str){0};
}

static void tell_pin(teller *t, const rl_decision *d, rl_store_id report, const json_t *data)
{
    rl_store_print_row r, a;
    if (!row_of_report(t, report, &r) || !row_of_name(t, member(data, "story"), &a) || r.report == a.report)
        return;
    if (cmp(&r, &a) > 0) {
        tell(t, d, RL_TOLD_WITH, &r, &a);
        return;
    }
    tell(t, d, RL_TOLD_OWN, &r, &r); /* it is the first of the story then */
    tell_one(t, d, &r, &a);
}

static int by_canon(const void *x, const void *y)
{
    return cmp(x, y);
}

static void tell_split(teller *t, const rl_decision *d, const json_t *data)
{
    const json_t *list = json_object_get(data, "reports");
    size_t n = json_array_size(list), k = 0;
    rl_store_print_row *r = RL_NEW(t->mem, rl_store_print_row, n + 1);
    for (size_t i = 0; r && i < n; i++) {
        const json_t *v = json_array_get(list, i);
        rl_store_id id;
        if (json_is_string(v) && rl_store_id_parse(rl_str_z(json_string_value(v)), &id) &&
            row_of_report(t, id, &r[k]))
            k++;
    }
    if (r && k)
        qsort(r, k, sizeof *r, by_canon);
    for (size_t i = 0; r && i < k && !t->st; i++)
        tell(t, d, i ? RL_TOLD_WITH : RL_TOLD_OWN, &r[i], &r[0]);
}

static void tell_decision(teller *t, const rl_decision *d)
{
    rl_decision_target target;
    rl_store_print_row a, b;
    json_t *data = json_loadb(d->data.ptr, d->data.len, 0, NULL);
    if (rl_decision_target_of(d->target, &target) && data) {
        if (d->what == RL_DECIDE_MERGE && target.on == RL_ON_STORY && row_of_name(t, target.story, &a) &&
            row_of_name(t, member(data, "into"), &b))
            tell_one(t, d, &a, &b);
        else if (d->what == RL_DECIDE_SPLIT && target.on == RL_ON_STORY)
            tell_split(t, d, data);
        else if (d->what == RL_DECIDE_PIN && target.on == RL_ON_REPORT)
            tell_pin(t, d, target.report, data);
    }
    json_decref(data);
}

static int by_time(const void *x, const void *y)
{
    return rl_decision_cmp(x, y);
}

static int by_handle(const void *x, const void *y)
{
    const rl_told *a = x, *b = y;
    return (a->handle > b->handle) - (a->handle < b->handle);
}

rl_status rl_place_told(rl_store *s, rl_arena *mem, rl_told **out, size_t *n, rl_error *err)
{
    teller t = {.s = s, .mem = mem, .err = err};
    rl_decision_select sel = {.oldest = true};
    rl_decisions all = {0};
    size_t k = 0;
    *out = NULL;
    *n = 0;
    t.st = rl_store_decisions(s, mem, &sel, &all, err);
    rl_decision *d = t.st ? NULL : RL_NEW(mem, rl_decision, all.n + 1);
    for (size_t i = 0; d && i < all.n; i++)
        if (!all.at[i].undone_by && all.at[i].what >= RL_DECIDE_MERGE && all.at[i].what <= RL_DECIDE_PIN)
            d[k++] = all.at[i];
    if (!t.st && !d)
        t.st = rl_fail(err, RL_ENOMEM, NULL, 0, 0, "out of memory");
    if (d && k)
        qsort(d, k, sizeof *d, by_time);
    if (!t.st)
        t.st = rl_store_told_begin(s, err);
    for (size_t i = 0; !t.st && i < k; i++)
        tell_decision(&t, &d[i]);
    if (!t.st)
        t.st = rl_store_told_end(s, err);
    for (size_t i = 0; !t.st && i < t.told.n; i++)
        if (t.told.at[i].handle)
            t.told.at[(*n)++] = t.told.at[i];
    if (*n)
        qsort(t.told.at, *n, sizeof *t.told.at, by_handle);
    *out = t.told.at;
    return t.st;
}
