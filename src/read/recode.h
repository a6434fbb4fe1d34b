/* Bytes in any encoding made UTF-8, each byte with its origin. Inside src/read only. */
#ifndef RL_READ_RECODE_H
#define RL_READ_RECODE_H

#include "base/base.h"

/** From UTF-8 byte `out` on, every `out_unit` bytes come from `in_unit` bytes of the input, which
 *  begin at `in`. */
typedef struct {
    uint32_t out, in;
    uint8_t out_unit, in_unit;
} rl_recode_run;

typedef struct {
    rl_str text;         /* valid UTF-8 without a byte order mark */
    const char *charset; /* ICU's name of what it was; static or on the arena */
    rl_recode_run *runs;
    size_t nruns;
    bool mended; /* the declaration was wrong, or bytes were no text in it */
} rl_recoded;

/**
 * declared  charset of the transport (HTTP, MIME), or empty
 * html      look for a meta declaration too
 * Text that is UTF-8 is borrowed, anything else is on the arena. What cannot be read in the declared
 * encoding, or reads as another, is detected (ICU). Cost: linear.
 */
RL_MUST_CHECK rl_status rl_recode(rl_arena *mem, rl_str bytes, rl_str declared, bool html, rl_recoded *out,
                                  rl_error *err);
/** The input byte that UTF-8 byte `at` came from. O(log runs). */
uint32_t rl_recode_origin(const rl_recoded *r, uint32_t at);

#endif
