/* Pack sources → one compiled file. */
#ifndef RL_PACK_COMPILE_H
#define RL_PACK_COMPILE_H

#include "pack/gazetteer.h"

typedef struct {
    const rl_gazetteer_paths *gazetteer; /* NULL: none */
    /** Called for every fault; the line is passed over and the rest goes on. May be NULL. */
    void (*fault)(void *ctx, const rl_error *fault);
    void *ctx;
    /** Called for entries that say again what another line says. May be NULL. */
    void (*notice)(void *ctx, const rl_error *notice);
    const char *only; /* compile this pack and English alone; NULL: all */
} rl_compile_options;

/**
 * Compile every pack folder in dir (those with a pack.txt), by tag.
 *
 * out  gets the compiled file. Returns RL_OK, the status of the first fault, or RL_EIO …;
 * with faults *out still holds what could be compiled. O(forms).
 */
rl_status rl_packs_compile(const char *dir, const rl_compile_options *opt, rl_buf *out, rl_error *err);

#endif
