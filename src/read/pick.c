/* Which blocks are the body.
 *
 * The model's score decides for each block; then what the blocks around one say is put in: a table
 * of data between body blocks is body with all its rows, and where nothing was found at all, the
 * running text of the page is taken. Invariant: a block is picked once. Cost: linear. */
#include "read/pick.h"

#include <math.h>

enum { LITTLE = 150 }; /* letters: less is no report */

typedef struct {
    const rl_features *f;
    const float *score;
    rl_pick *pick;
    size_t len, links, td, head, caption, in_figure, hint_caption, nlinks, ends;
} picker;

static float feature(const picker *p, size_t row, size_t col)
{
    return p->f->at[row * p->f->width + col];
}
static float letters_of(const picker *p, size_t row)
{
    return expm1f(feature(p, row, p->len));
}

/* Rows [i, k) are of one table, or of tables that follow one another. */
static void table(picker *p, size_t i, size_t k)
{
    float links = 0, letters = 1, score = 0;
    int near = 0;
    for (size_t r = i; r < k; r++) {
        links += feature(p, r, p->links) * letters_of(p, r);
        letters += letters_of(p, r);
        score += p->score[r];
    }
    for (size_t d = 1; d <= 3; d++) {
        near += i >= d && p->pick[i - d] == RL_PICK_BODY;
        near += k + d - 1 < p->f->n && p->pick[k + d - 1] == RL_PICK_BODY;
    }
    if (near >= 2 && links < letters / 2 && score / (float)(k - i) > -5)
        for (size_t r = i; r < k; r++)
            p->pick[r] = RL_PICK_BODY;
}

static void tables(picker *p)
{
    for (size_t i = 0; i < p->f->n;) {
        size_t k = i;
        while (k < p->f->n && feature(p, k, p->td) > 1.5f)
            k++;
        if (k > i)
            table(p, i, k);
        i = k > i ? k : i + 1;
    }
}

/* Captions of pictures that stand among the body blocks. */
static void captions(picker *p, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        bool is = feature(p, i, p->caption) > 0 || feature(p, i, p->in_figure) < 4 ||
                  feature(p, i, p->hint_caption) < 2;
        if (p->pick[i] == RL_PICK_NO && is && letters_of(p, i) > 20 && feature(p, i, p->links) < 0.5f)
            p->pick[i] = RL_PICK_CAPTION;
    }
}

/* The running text of a page of which the model knows nothing. */
static float running_text(picker *p)
{
    float sum = 0;
    for (size_t i = 0; i < p->f->n; i++) {
        float len = letters_of(p, i);
        if (p->pick[i] == RL_PICK_NO && len >= 60 && feature(p, i, p->links) < 0.3f &&
            feature(p, i, p->ends) > 0)
            p->pick[i] = RL_PICK_BODY;
        sum += p->pick[i] == RL_PICK_BODY ? len : 0;
    }
    return sum;
}

rl_status rl_pick_blocks(rl_arena *mem, const rl_dom *dom, const rl_blocks *blocks, const rl_features *f,
                         rl_pick *pick, float *letters, rl_error *err)
{
    float *score = RL_NEW(mem, float, f->n);
    *letters = 0;
    (void)dom;
    (void)blocks;
    if (!score || !rl_blocks_score(f, score))
        return rl_fail(err, score ? RL_EVERSION : RL_ENOMEM, NULL, 0, 0,
                       "the weights of the page reader do not fit its features");
    picker p = {f,
                score,
                pick,
                .len = rl_features_column(f, "len"),
                .links = rl_features_column(f, "link_density"),
                .td = rl_features_column(f, "is_td"),
                .caption = rl_features_column(f, "is_caption"),
                .in_figure = rl_features_column(f, "in_figure"),
                .hint_caption = rl_features_column(f, "hint_CAPTION"),
                .ends = rl_features_column(f, "ends_sentence")};
    size_t first = f->n, last = 0;
    for (size_t i = 0; i < f->n; i++)
        pick[i] = score[i] > 0 ? RL_PICK_BODY : RL_PICK_NO;
    tables(&p);
    for (size_t i = 0; i < f->n; i++) {
        if (pick[i] != RL_PICK_BODY)
            continue;
        *letters += letters_of(&p, i);
        first = first == f->n ? i : first;
        last = i + 1;
    }
    if (*letters < LITTLE)
        *letters = running_text(&p);
    else
        captions(&p, first > 4 ? first - 4 : 0, last);
    return RL_OK;
}
