/* The marked examples of a pack, run through the engine: packs/FORMAT.md, "Examples". */
#ifndef RL_ENGINE_CHECK_H
#define RL_ENGINE_CHECK_H

#include "base/base.h"

typedef struct {
    size_t examples, traps, failed;     /* failed: examples with a miss, a wrong slot or a false claim */
    size_t wanted, found, false_claims; /* claims marked, of those found, found beside them */
    size_t cues, exercised;             /* lines of cues, and those that a found claim of an example used */
} rl_check_result;

/** Called for each fault: file, line, message. */
typedef void (*rl_check_fault)(void *ctx, const rl_error *fault);

/**
 * Run the examples (the text of examples.txt, named file) of the pack tag.
 * Returns RL_OK where they could be run, whatever they gave; RL_ENOTFOUND where there is no such pack.
 */
RL_MUST_CHECK rl_status rl_check_examples(const rl_packs *packs, const char *tag, rl_str text,
                                          const char *file, rl_check_fault fault, void *ctx,
                                          rl_check_result *out, rl_error *err);

#endif
