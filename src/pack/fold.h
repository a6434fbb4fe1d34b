/* Folding of code points and the rolling hash of folded words. The table is made by tools/foldgen.c
 * when the program is built: case folded, vowel marks dropped, letter variants unified, Chinese
 * simplified, digits of any script as 0–9. One load a code point. */
#ifndef RL_PACK_FOLD_H
#define RL_PACK_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { /* classes of code points */
       RL_CP_SPACE,
       RL_CP_LETTER,
       RL_CP_CHAR, /* letter of a script without spaces, Hangul syllable */
       RL_CP_DIGIT,
       RL_CP_MARK, /* dropped: vowel marks, joiners, bidi controls */
       RL_CP_PUNCT,
       RL_CP_JOIN /* kept in a word: vowel signs of Indic scripts */
};

extern const uint16_t rl_fold_index[0x2000]; /* by code point / 256; what is past 0x10FFFF: the first block */
extern const uint32_t rl_fold_blocks[][256];

typedef struct {
    uint32_t fold; /* the folded code point; of a digit '0' + its value */
    uint8_t cls, script, upper;
} rl_cp;

static inline rl_cp rl_fold_cp(uint32_t cp)
{
    uint32_t v = rl_fold_blocks[rl_fold_index[cp >> 8 & 0x1FFF]][cp & 255];
    return (rl_cp){v & 0x1FFFFF ? v & 0x1FFFFF : cp, (uint8_t)(v >> 21 & 7), (uint8_t)(v >> 25),
                   (uint8_t)(v >> 24 & 1)};
}

/* Hash of a folded word, one code point at a time, from RL_FOLD_SEED; never 0 at the end. */
#define RL_FOLD_SEED 0x51ED270B7F4A7C15u
static inline uint64_t rl_fold_step(uint64_t h, uint32_t folded)
{
    return ((h << 5 | h >> 59) ^ folded) * 0x9E3779B97F4A7C15u;
}
static inline uint64_t rl_fold_end(uint64_t h)
{
    h ^= h >> 29;
    return h ? h : 1;
}
/* Of a whole word, folded already. */
static inline uint64_t rl_fold_hash(const uint32_t *cps, size_t n)
{
    uint64_t h = RL_FOLD_SEED;
    for (size_t i = 0; i < n; i++)
        h = rl_fold_step(h, cps[i]);
    return rl_fold_end(h);
}

#endif
