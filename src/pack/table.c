/* Tables of 64-bit keys as format.h tells of them: seven slots of ten are full. Linear in the pairs. */
#include <stdlib.h>

#include "pack/format.h"

/* A smaller key gives way, and goes on from there. False where one finds no room before the end; *st where two are one. */
static bool place(uint64_t *t, uint32_t slots, uint64_t key, uint64_t val, unsigned bits, rl_status *st)
{
    uint64_t i = rl_table_home(key, slots - RL_TABLE_PAD), one = key >> bits << bits | val;
    for (; i < slots && t[i]; i++) {
        uint64_t there = t[i];
        if (!((there ^ one) >> bits))
            *st = RL_ESYNTAX;
        t[i] = there < one ? one : there;
        one = there < one ? there : one;
    }
    if (i < slots)
        t[i] = one;
    return i < slots;
}

rl_status rl_table_put(rl_buf *out, const uint64_t *keys, const uint32_t *vals, size_t n, unsigned bits,
                       uint32_t *slots)
{
    rl_status st = n < UINT32_MAX / 4 ? RL_OK : RL_ELIMIT;
    for (size_t homes = n * 10 / 7 + 1, done = 0; !st && done <= n; homes += homes / 8 + 1) {
        *slots = (uint32_t)homes + RL_TABLE_PAD;
        uint64_t *t = calloc(*slots, sizeof *t);
        st = t ? RL_OK : RL_ENOMEM;
        for (done = 0; !st && done < n; done++) {
            if (!vals[done] || (uint64_t)vals[done] >> bits)
                st = RL_ELIMIT;
            else if (!place(t, *slots, keys[done], vals[done], bits, &st))
                break;
        }
        if (!st && done++ == n) {
            rl_buf_add(out, (rl_str){"\0\0\0\0\0\0\0", (8 - out->len % 8) % 8});
            rl_buf_add(out, (rl_str){(const char *)t, *slots * sizeof *t});
            st = out->st;
        }
        free(t);
    }
    return st;
}
