/* The blocks of text of a page and what is known of each. Inside src/read only. */
#ifndef RL_READ_BLOCK_H
#define RL_READ_BLOCK_H

#include "read/hint.h"
#include "read/meta.h"

/** From byte `block` of the blocks' text on, the bytes are those of dom->text from `dom` on. */
typedef struct {
    uint32_t block, dom;
} rl_piece;

typedef struct {
    uint32_t node;  /* the element whose line of text it is */
    rl_span text;   /* of rl_blocks.text; white space squeezed, "\n" for a <br> */
    uint32_t links; /* bytes inside links */
    uint32_t bold;  /* bytes inside <b>, <strong> */
    uint32_t nlinks;
} rl_page_block;

typedef struct {
    rl_page_block *at;
    size_t n;
    rl_str text;
    rl_piece *pieces;
    size_t npieces;
} rl_blocks;

/** Cut the tree into blocks in document order. Cost: linear. */
RL_MUST_CHECK rl_status rl_blocks_cut(rl_arena *mem, const rl_dom *dom, rl_blocks *out, rl_error *err);

#define RL_FEATURES_MAX 160
typedef struct {
    float *at; /* n rows of width columns */
    size_t n, width;
    const char *const *names;
} rl_features;

/** What the model sees of each block. Cost: linear, times the depth of the tree. */
RL_MUST_CHECK rl_status rl_blocks_features(rl_arena *mem, const rl_dom *dom, const rl_page_meta *meta,
                                           const rl_blocks *blocks, rl_features *out, rl_error *err);

/** How surely each block is body (the logarithm of the odds); score has f->n places. False where
 *  the weights are of other features. Cost: linear. */
RL_MUST_CHECK bool rl_blocks_score(const rl_features *f, float *score);
/** The column of a feature; f->width where there is none. */
size_t rl_features_column(const rl_features *f, const char *name);

#endif
