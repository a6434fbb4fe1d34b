/* Every limit there is, in one place. Each is tested at the limit and one past it. */
#ifndef RL_BASE_LIMITS_H
#define RL_BASE_LIMITS_H

#define RL_TEXT_MAX (64u << 20)        /* bytes of one report's text */
#define RL_LINE_MAX (128u << 20)       /* bytes of one line of JSON Lines */
#define RL_ARENA_DEFAULT (2048ull << 20) /* cap of the arena of one report */
#define RL_SENTENCE_TOKENS_MAX 512u    /* a longer sentence is cut there */
#define RL_PASSAGES_MAX 200000u        /* passages of one report */
#define RL_CLAIMS_MAX 200000u          /* claims of one report */
#define RL_PHRASE_TOKENS_MAX 12u       /* tokens of a pack phrase */
#define RL_EXPANSION_MAX 4096u         /* forms that one pack phrase expands to */
#define RL_PACK_LINE_MAX 65536u        /* bytes of a line of a pack */
#define RL_PACK_FILE_MAX (32u << 20)   /* bytes of a file of a pack */
#define RL_PACKS_MAX 128u              /* packs in one compiled file */
#define RL_COMPILED_MAX (256u << 20)   /* bytes of a compiled file */
#define RL_SOURCE_DEPTH_MAX 6u         /* speakers in one chain */
#define RL_NUMBER_DIGITS_MAX 15u       /* digits of a number; more is no count */

#endif
