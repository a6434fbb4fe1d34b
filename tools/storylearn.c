/* Learns packs/stories.tsv: what likenesses of two reports tell that they are of one story.
 *
 *     storylearn PACKS REPORTS.jsonl > packs/stories.tsv
 *     storylearn PACKS REPORTS.jsonl MODEL.tsv        only measure
 *
 * REPORTS: id, story, lang, published, text a line. Weights by logistic regression over pairs of reports (likeness
 * never counts against, difference never for), each report counting alike; then the thresholds by trying, over what
 * the stories come to. "long" is given, not learned: sets of short items tell nothing of it. Cross-validated by story: learned on those whose name's hash is odd, told on the even ones;
 * the file itself is learned on all. Reports in languages without a pack are left out. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "engine/engine.h"
#include "story/stream.h"

typedef struct {
    rl_arena *mem;
    rl_packs *packs;
    rl_reader *reader;
    rl_story_print *prints;
    uint64_t *story;
    size_t n;
} set;

typedef struct {
    double bp, br, bf, pp, pr, pf, cp, cr, cf;
} figures;

static rl_str member(rl_arena *mem, const json_t *o, const char *key)
{
    const char *v = json_string_value(json_object_get(o, key));
    return v ? rl_arena_copy(mem, rl_str_z(v)) : (rl_str){0};
}

static bool read_one(set *s, rl_str line, rl_error *err)
{
    json_t *o = json_loadb(line.ptr, line.len, 0, NULL);
    rl_report *r = RL_NEW(s->mem, rl_report, 1);
    rl_reading *reading = RL_NEW(s->mem, rl_reading, 1);
    rl_blocks blocks;
    rl_names *names;
    if (!o || !r || !reading)
        return false;
    *r = (rl_report){.id = member(s->mem, o, "id"),
                     .lang = member(s->mem, o, "lang"),
                     .text = member(s->mem, o, "text"),
                     .published = member(s->mem, o, "published")};
    rl_str story = member(s->mem, o, "story");
    json_decref(o);
    bool had = false;
    for (size_t i = 0; i < rl_packs_count(s->packs); i++)
        had |= rl_str_is(r->lang, rl_packs_tag(s->packs, i));
    if (!had)
        return true;
    if (rl_reader_names(s->reader, &names, err) ||
        rl_read_blocks(s->mem, s->reader, r, NULL, reading, &blocks, err) ||
        rl_story_read(s->mem, s->packs, names, r, reading, blocks.at, blocks.n, &s->prints[s->n]))
        return false;
    s->story[s->n++] = rl_hash(story.ptr, story.len);
    return true;
}

static bool read_set(set *s, const char *path, rl_error *err)
{
    char *bytes;
    size_t len, lines = 1;
    rl_str line;
    if (rl_file_read(path, (size_t)1 << 30, &bytes, &len, err))
        return false;
    rl_str text = {bytes, len};
    for (size_t i = 0; i < len; i++)
        lines += bytes[i] == '\n';
    s->prints = RL_NEW(s->mem, rl_story_print, lines);
    s->story = RL_NEW(s->mem, uint64_t, lines);
    while (text.len) {
        rl_str_cut(&text, '\n', &line);
        if (line.len && !read_one(s, line, err))
            return false;
    }
    free(bytes);
    return true;
}

/* The reports of the stories with this parity: 1 odd, 0 even, -1 all. */
static set half(const set *s, int odd)
{
    set h = *s;
    h.prints = malloc((s->n + 1) * sizeof *h.prints);
    h.story = malloc((s->n + 1) * sizeof *h.story);
    h.n = 0;
    for (size_t i = 0; h.prints && h.story && i < s->n; i++)
        if (odd < 0 || (int)(s->story[i] >> 8 & 1) == odd) {
            h.prints[h.n] = s->prints[i];
            h.story[h.n++] = s->story[i];
        }
    return h;
}

/* The same as if all stories had begun within three days: there days tell nothing, as in the news of one week. */
static set dense(const set *s)
{
    set d = half(s, -1);
    for (size_t i = 0; i < s->n; i++) {
        int32_t first = RL_STORY_NO_DAY;
        rl_story_print *p = &d.prints[i];
        for (size_t k = 0; k < s->n; k++)
            if (s->story[k] == s->story[i] && s->prints[k].day < first)
                first = s->prints[k].day;
        if (p->day != RL_STORY_NO_DAY)
            p->day += 19000 + (int32_t)(s->story[i] % 3) - first;
        p->features = malloc((p->nfeatures + 1) * sizeof *p->features);
        p->nfeatures = 0;
        for (size_t k = 0; k < s->prints[i].nfeatures; k++)
            if (s->prints[i].features[k].kind != RL_SF_DAY)
                p->features[p->nfeatures++] = s->prints[i].features[k];
    }
    return d;
}

/* ---- regression ---- */

typedef struct {
    float x[RL_SX_N];
    float weight;
    int y, across;
} pair;

static int by_canon(const void *x, const void *y)
{
    return rl_story_item_cmp(x, y);
}

/* Each print with the rarities that a stream of the set gives it; lives as long as *out. */
static const rl_story_view **views_of(rl_arena *mem, const set *s, const rl_story_model *m, rl_stream **out)
{
    rl_story_item *items = RL_NEW(mem, rl_story_item, s->n + 1);
    rl_story_root *roots = RL_NEW(mem, rl_story_root, s->n + 1);
    const rl_story_view **v = RL_NEW(mem, const rl_story_view *, s->n + 1);
    *out = rl_stream_new(m, true);
    for (size_t i = 0; i < s->n; i++) {
        if (rl_story_item_of(mem, &s->prints[i], &items[i]))
            return NULL;
        items[i].handle = (int64_t)i + 1;
    }
    qsort(items, s->n, sizeof *items, by_canon);
    for (size_t i = 0, to; i < s->n; i = to) {
        for (to = i; to < s->n && items[to].day == items[i].day; to++)
            roots[to] = (rl_story_root){.handle = items[to].handle, .day = items[to].day};
        if (rl_stream_day(*out, items[i].day, items + i, to - i, roots + i, NULL))
            return NULL;
    }
    for (size_t i = 0; i < s->n; i++)
        v[items[i].handle - 1] = rl_stream_view(*out, i);
    return v;
}

/* Those of both sets, so that neither days nor their lack are relied on. */
static pair *pairs_of(const set *both[2], const rl_story_model *m, size_t *n)
{
    size_t most = both[0]->n * (both[0]->n + 1);
    pair *p = malloc(most * sizeof *p);
    double pos[2] = {0}, neg[2] = {0};
    rl_arena *mem = rl_arena_new((size_t)1 << 31);
    *n = 0;
    for (int which = 0; which < 2; which++) {
        const set *s = both[which];
        rl_stream *stream;
        const rl_story_view **v = mem ? views_of(mem, s, m, &stream) : NULL;
        if (!v)
            return NULL;
        for (size_t i = 0; p && i < s->n; i++) {
            size_t size = 0;
            for (size_t k = 0; k < s->n; k++)
                size += s->story[k] == s->story[i];
            for (size_t k = 0; k < i; k++) {
                pair *q = &p[*n];
                rl_story_measure(v[i], v[k], q->x);
                q->across = s->prints[i].lang != s->prints[k].lang;
                q->y = s->story[i] == s->story[k];
                q->weight = q->y ? 1.0f / (float)size : 1;
                if (!q->y && q->x[RL_SX_BOTH] <= 0)
                    continue;
                (q->y ? pos : neg)[q->across] += (double)q->weight;
                ++*n;
            }
        }
        rl_stream_free(stream);
    }
    for (size_t i = 0; i < *n; i++)
        if (!p[i].y)
            p[i].weight = (float)(2 * pos[p[i].across] / neg[p[i].across]);
    rl_arena_free(mem);
    return p;
}

/* Of each doubling of length: set while looking at whole articles, some of one story and most of none. */
static const float long_weight = -3.0f;

static void regress(const pair *p, size_t n, int across, float w[RL_SX_N])
{
    double m[RL_SX_N] = {0}, v[RL_SX_N] = {0}, total = 0;
    memset(w, 0, sizeof(float) * RL_SX_N);
    for (size_t i = 0; i < n; i++)
        total += p[i].across == across ? (double)p[i].weight : 0;
    for (int step = 1; step <= 400; step++) {
        double g[RL_SX_N] = {0};
        for (size_t i = 0; i < n; i++) {
            if (p[i].across != across)
                continue;
            double s = 0;
            for (int k = 0; k < RL_SX_N; k++)
                s += (double)(p[i].x[k] * w[k]);
            double d = (1 / (1 + exp(-s)) - p[i].y) * (double)p[i].weight / total;
            for (int k = 0; k < RL_SX_N; k++)
                g[k] += d * (double)p[i].x[k];
        }
        for (int k = 0; k < RL_SX_N; k++) {
            g[k] += k == RL_SX_ONE ? 0 : 0.0005 * (double)w[k];
            m[k] = 0.9 * m[k] + 0.1 * g[k];
            v[k] = 0.99 * v[k] + 0.01 * g[k] * g[k];
            w[k] -=
                (float)(0.08 * (m[k] / (1 - pow(0.9, step))) / (sqrt(v[k] / (1 - pow(0.99, step))) + 1e-8));
            if (k == RL_SX_LONG)
                w[k] = long_weight;
            if ((k < RL_SX_APART && w[k] < 0) || (k >= RL_SX_APART && k <= RL_SX_GAP && w[k] > 0))
                w[k] = 0;
        }
    }
}

/* ---- measuring, as shared scorers of stories do ---- */

static double f1(double p, double r)
{
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

static figures measure(const set *s, const uint32_t *found)
{
    figures f = {0};
    double tp = 0, fp = 0, fn = 0, ctp = 0, cfp = 0, cfn = 0;
    for (size_t i = 0; i < s->n; i++) {
        double both = 0, t = 0, g = 0;
        for (size_t k = 0; k < s->n; k++) {
            bool same = s->story[i] == s->story[k], got = found[i] == found[k],
                 x = s->prints[i].report->lang.len &&
                     !rl_str_eq(s->prints[i].report->lang, s->prints[k].report->lang);
            both += same && got;
            t += same;
            g += got;
            if (k >= i)
                continue;
            tp += same && got, fp += !same && got, fn += same && !got;
            if (x)
                ctp += same && got, cfp += !same && got, cfn += same && !got;
        }
        f.bp += both / g / (double)s->n;
        f.br += both / t / (double)s->n;
    }
    f.bf = f1(f.bp, f.br);
    f.pp = tp / fmax(1, tp + fp), f.pr = tp / fmax(1, tp + fn), f.pf = f1(f.pp, f.pr);
    f.cp = ctp / fmax(1, ctp + cfp), f.cr = ctp / fmax(1, ctp + cfn), f.cf = f1(f.cp, f.cr);
    return f;
}

static figures run(const set *s, const rl_story_model *m)
{
    rl_arena *mem = rl_arena_new((size_t)1 << 31);
    rl_stories st;
    figures f = {0};
    if (mem && !rl_stories_make(mem, s->prints, s->n, m, &st))
        f = measure(s, st.story_of);
    rl_arena_free(mem);
    return f;
}

static void tell(const char *what, const set *s, const rl_story_model *m)
{
    figures f = run(s, m);
    fprintf(stderr,
            "%-28s %4zu reports  BCubed P %.3f R %.3f F1 %.3f  pairs F1 %.3f  across P %.3f R %.3f F1 %.3f\n",
            what, s->n, f.bp, f.br, f.bf, f.pf, f.cp, f.cr, f.cf);
}

/* Placed among all, measured on the even ones alone. */
static void tell_even_among(const set *s, const rl_story_model *m)
{
    rl_arena *mem = rl_arena_new((size_t)1 << 31);
    rl_stories st;
    set even = half(s, 0);
    uint32_t *found = malloc((s->n + 1) * sizeof *found);
    if (mem && found && !rl_stories_make(mem, s->prints, s->n, m, &st)) {
        size_t n = 0;
        for (size_t i = 0; i < s->n; i++)
            if ((int)(s->story[i] >> 8 & 1) == 0)
                found[n++] = st.story_of[i];
        figures f = measure(&even, found);
        fprintf(
            stderr,
            "%-28s %4zu reports  BCubed P %.3f R %.3f F1 %.3f  pairs F1 %.3f  across P %.3f R %.3f F1 %.3f\n",
            "  … even ones among all", even.n, f.bp, f.br, f.bf, f.pf, f.cp, f.cr, f.cf);
    }
    free(found);
    rl_arena_free(mem);
}

/* By reports alone: pairs would be those of the largest story. */
static double worth(const set *both[2], const rl_story_model *m)
{
    figures f = run(both[0], m), g = run(both[1], m);
    return f.bf + g.bf + 0.25 * (f.cf + g.cf);
}

/* Each threshold in turn, twice. */
static void tune(const set *s[2], rl_story_model *m)
{
    static const int bests[] = {1, 2, 3, 4, 6, 8}, windows[] = {14};
    double top = -1;
    rl_story_model best = *m;
    for (size_t b = 0; b < sizeof bests / sizeof *bests; b++)
        for (size_t d = 0; d < sizeof windows / sizeof *windows; d++)
            for (float join = -2; join <= 3; join += 0.5f) {
                rl_story_model t = *m;
                t.best = bests[b], t.window_days = windows[d], t.join = t.merge = join;
                double x = worth(s, &t);
                if (x > top)
                    top = x, best = t;
            }
    for (int pass = 0; pass < 2; pass++)
        for (int which = 0; which < 3; which++) {
            rl_story_model from = best;
            for (float by = -1.5f; by <= 1.5f; by += 0.25f) {
                rl_story_model t = from;
                *(which == 0 ? &t.join : which == 1 ? &t.merge : &t.move) += by;
                if (t.move < 0)
                    continue;
                double x = worth(s, &t);
                if (x > top)
                    top = x, best = t;
            }
        }
    *m = best;
}

static int by_number(const void *x, const void *y)
{
    const uint32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* Features that mean the same in every language and that one story in fifty has: each story counts once. */
static void find_common(const set *s, rl_story_model *m)
{
    size_t n = 0, stories = 0, all = 0;
    for (size_t i = 0; i < s->n; i++)
        all += s->prints[i].nfeatures;
    uint32_t *keys = malloc((all + 1) * sizeof *keys), *one = malloc((all + 1) * sizeof *one);
    for (size_t i = 0; keys && one && i < s->n; i++) {
        size_t k = 0, from = n;
        while (k < i && s->story[k] != s->story[i])
            k++;
        if (k < i)
            continue;
        stories++;
        size_t mine = 0;
        for (k = i; k < s->n; k++) {
            rl_story_item item;
            if (s->story[k] != s->story[i] || rl_story_item_of(s->mem, &s->prints[k], &item))
                continue;
            for (uint32_t f = 0; f < item.n; f++)
                if (item.features[f] >> 28 < RL_SF_DAY)
                    one[mine++] = item.features[f];
        }
        qsort(one, mine, sizeof *one, by_number);
        for (k = 0; k < mine; k++)
            if (!k || one[k] != keys[n - 1] || n == from)
                keys[n++] = one[k];
    }
    qsort(keys, n, sizeof *keys, by_number);
    for (size_t i = 0, to; i < n; i = to) {
        for (to = i; to < n && keys[to] == keys[i];)
            to++;
        float share = (float)(to - i) / (float)stories;
        if (to - i < 3 || share < 0.02f || m->ncommon == RL_STORY_COMMON_MAX)
            continue;
        m->common[m->ncommon].key = keys[i];
        m->common[m->ncommon++].share = share;
    }
    free(keys);
    free(one);
}

static bool learn(const set *s, rl_story_model *m)
{
    set d = dense(s);
    const set *both[2] = {s, &d};
    size_t n;
    *m = (rl_story_model){.move = 0.5f, .best = 3, .window_days = 14};
    find_common(s, m);
    pair *p = pairs_of(both, m, &n);
    for (int across = 0; p && across < 2; across++)
        regress(p, n, across, m->weights[across]);
    free(p);
    tune(both, m);
    return p != NULL;
}

static void tell_both(const char *what, const set *s, const rl_story_model *m)
{
    set d = dense(s);
    tell(what, s, m);
    tell("  … all in the same days", &d, m);
}

static void print(const rl_story_model *m)
{
    static const char *const groups[] = {"shared", "share", "apart"};
    static const char *const rest[] = {"gap", "noday", "both", "long", "one"};
    printf("# What tells that two reports are of one story: a measure of the pair, its weight where both are "
           "in one\n# language, and where they are in two; then the thresholds (src/story/story.h). Own work "
           "for relata, Apache-2.0; made by\n"
           "#     storylearn PACKS REPORTS.jsonl > packs/stories.tsv\n");
    for (int i = 0; i < RL_SX_GAP; i++)
        printf("%s.%s\t%.3f\t%.3f\n", groups[i / RL_SF_N], rl_story_kind_name((rl_story_kind)(i % RL_SF_N)),
               (double)m->weights[0][i], (double)m->weights[1][i]);
    for (int i = RL_SX_GAP; i < RL_SX_N; i++)
        printf("%s\t%.3f\t%.3f\n", rest[i - RL_SX_GAP], (double)m->weights[0][i], (double)m->weights[1][i]);
    for (size_t i = 0; i < m->ncommon; i++)
        printf("common\t%08x\t%.3f\n", m->common[i].key, (double)m->common[i].share);
    printf("join\t%.3f\nmerge\t%.3f\nmove\t%.3f\nbest\t%d\nwindow_days\t%d\n", (double)m->join,
           (double)m->merge, (double)m->move, m->best, m->window_days);
}

int main(int argc, char **argv)
{
    rl_error err = {0};
    set s = {0};
    rl_story_model m;
    if (argc < 3) {
        fputs("usage: storylearn PACKS REPORTS.jsonl [MODEL.tsv]\n", stderr);
        return 2;
    }
    s.mem = rl_arena_new((size_t)4 << 30);
    if (!s.mem || rl_packs_open(argv[1], &s.packs, &err) || !(s.reader = rl_reader_new(s.packs)) ||
        !read_set(&s, argv[2], &err)) {
        fprintf(stderr, "storylearn: %s\n", err.message);
        return 1;
    }
    set odd = half(&s, 1), even = half(&s, 0);
    if (argc > 3) {
        char *bytes;
        size_t len;
        if (rl_file_read(argv[3], 1 << 20, &bytes, &len, &err) ||
            rl_story_model_parse((rl_str){bytes, len}, argv[3], &m, &err)) {
            fprintf(stderr, "storylearn: %s:%u: %s\n", err.file, err.line, err.message);
            return 1;
        }
        tell_both("all", &s, &m);
        tell_both("even", &even, &m);
        return 0;
    }
    if (!learn(&odd, &m))
        return 1;
    tell_both("learned on odd, odd", &odd, &m);
    tell_both("learned on odd, even", &even, &m);
    tell_both("learned on odd, all", &s, &m);
    tell_even_among(&s, &m);
    if (!getenv("STORYLEARN_ODD")) {
        learn(&s, &m);
        tell_both("learned on all, all", &s, &m);
    }
    print(&m);
    return 0;
}
