/* Reading with what the stages handed on: for those inside relata that need more than claims (src/story's features). */
#ifndef RL_ENGINE_ENGINE_H
#define RL_ENGINE_ENGINE_H

#include "doc/doc.h"
#include "mark/name.h"

/** The tokenised passages of a report, in order; those that no pack reads are left out. Live in mem. */
typedef struct {
    rl_block *at;
    size_t n;
} rl_blocks;

/** As rl_read_report, and the blocks that it was read from: one pass. blocks is zeroed on error. */
RL_MUST_CHECK rl_status rl_read_blocks(rl_arena *mem, rl_reader *reader, const rl_report *report,
                                       const rl_read_options *opt, rl_reading *out, rl_blocks *blocks,
                                       rl_error *err);

/** The reader's names, opened when first asked for; borrowed from reader. */
RL_MUST_CHECK rl_status rl_reader_names(rl_reader *reader, rl_names **out, rl_error *err);

#endif
