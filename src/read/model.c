/* The model of a page's blocks: boosted trees over the features of feature.c.
 *
 * The weights are data that tools/page_learn.py makes; nothing here knows what a feature means. The
 * trees are complete, of one depth: a walk is DEPTH comparisons. Cost: blocks times trees. */
#include "read/block.h"

enum { INNER = 15, LEAVES = 16 };
typedef struct {
    uint8_t feature[INNER];
    float limit[INNER];
    float leaf[LEAVES];
} tree;

#include "read/page_weights.inc"

static_assert(WEIGHTS_DEPTH == 4, "the trees are made for another depth");

bool rl_blocks_score(const rl_features *f, float *score)
{
    if (f->width != WEIGHTS_FEATURES)
        return false;
    for (size_t i = 0; i < f->n; i++) {
        const float *x = f->at + i * f->width;
        float sum = weights_base;
        for (size_t t = 0; t < WEIGHTS_TREES; t++) {
            const tree *w = &weights[t];
            unsigned node = 0;
            for (int d = 0; d < WEIGHTS_DEPTH; d++)
                node = 2 * node + 1 + (x[w->feature[node]] > w->limit[node]);
            sum += w->leaf[node - INNER];
        }
        score[i] = sum;
    }
    return true;
}
