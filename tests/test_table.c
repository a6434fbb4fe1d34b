/* The tables of compiled packs: what was put in is found, what was not is not, whatever the keys are like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "pack/format.h"

enum { N = 30000, BITS = RL_TABLE_BITS };

static uint64_t as_hash(uint32_t i)
{
    uint64_t x = (i + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    return x ^ x >> 27;
}

/* A path letter by letter: many nodes, few words. */
static uint64_t as_edge(uint32_t i)
{
    return rl_edge_key(i / 3 + 1, i % 3 + 1);
}

static uint64_t as_wide_edge(uint32_t i)
{
    return rl_edge_key(i % 5 + 1, i / 5 + 1);
}

static void finds(void **state)
{
    (void)state;
    static uint64_t (*const kinds[])(uint32_t) = {as_hash, as_edge, as_wide_edge};
    static const size_t sizes[] = {0, 1, 2, 63, 1000, N};
    static uint64_t keys[2 * N];
    static uint32_t vals[N];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            rl_buf out = {0};
            uint32_t slots = 0;
            size_t n = sizes[s], steps = 0;
            for (uint32_t i = 0; i < 2 * N; i++)
                keys[i] = kinds[k](i);
            for (uint32_t i = 0; i < n; i++)
                vals[i] = i + 1;
            rl_buf_c(&out, 'x'); /* what stands before it does not matter */
            assert_int_equal(rl_table_put(&out, keys, vals, n, BITS, &slots), RL_OK);
            assert_true(slots <= n * 10 / 7 * 5 / 4 + 2 * RL_TABLE_PAD);
            const uint64_t *t = (const void *)(out.ptr + out.len - slots * sizeof *t);
            assert_true((out.len - slots * sizeof *t) % 8 == 0);
            for (uint32_t i = 0; i < 2 * n; i++)
                assert_int_equal(rl_table_find(t, slots, BITS, keys[i]), i < n ? i + 1 : 0);
            for (size_t i = 0; i < slots; i++)
                for (size_t j = i; j < slots && t[j]; j++)
                    steps++;
            assert_true(steps <= 60 * (size_t)slots); /* no long runs */
            rl_buf_clear(&out);
        }
}

static void limits(void **state)
{
    (void)state;
    rl_buf out = {0};
    uint32_t slots;
    uint64_t keys[2] = {as_hash(1), as_hash(2)};
    uint32_t vals[2] = {1, (1u << BITS) - 1};
    assert_int_equal(rl_table_put(&out, keys, vals, 2, BITS, &slots), RL_OK);
    vals[1]++;
    assert_int_equal(rl_table_put(&out, keys, vals, 2, BITS, &slots), RL_ELIMIT);
    vals[1] = 0;
    assert_int_equal(rl_table_put(&out, keys, vals, 2, BITS, &slots), RL_ELIMIT);
    vals[1] = 2;
    keys[1] = keys[0];
    assert_int_equal(rl_table_put(&out, keys, vals, 2, BITS, &slots), RL_ESYNTAX);
    rl_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
