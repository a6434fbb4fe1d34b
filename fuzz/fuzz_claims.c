/* Any text, read for claims by every pack. */
#include <stdlib.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static rl_packs *packs;
    static rl_reader *reader;
    static rl_arena *mem;
    if (!packs) {
        rl_error err = {0};
        if (rl_packs_open(getenv("RELATA_PACKS"), &packs, &err)) {
            fprintf(stderr, "%s: %s\n", err.file, err.message);
            abort();
        }
        reader = rl_reader_new(packs);
        mem = rl_arena_new(256u << 20);
    }
    rl_report r = {.id = RL_STR("fuzz"), .text = {(const char *)data, size}};
    rl_read_options opt = {.date = {.year = 2022, .month = 1, .day = 6}};
    rl_reading out;
    if (rl_read_report(mem, reader, &r, size & 1 ? &opt : NULL, &out, NULL) == RL_OK)
        for (size_t i = 0; i < out.nclaims; i++) {
            const rl_claim *c = &out.claims[i];
            assert((size_t)c->span.off + c->span.len <= size &&
                   (size_t)c->value_span.off + c->value_span.len <= size);
            assert(c->confidence >= 0 && c->confidence <= 1);
        }
    rl_arena_clear(mem);
    return 0;
}
