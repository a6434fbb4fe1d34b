/* Layout of a compiled file: little-endian, offsets from the start of the section, arrays aligned to 8.
 * Private to src/pack: compile.c writes it, pack.c reads it. */
#ifndef RL_PACK_FORMAT_H
#define RL_PACK_FORMAT_H

#include "pack/pack.h"

#define RL_PACK_MAGIC "RLPACKS\n"
#define RL_PACK_FORMAT_VERSION 7u

typedef struct {
    uint32_t off, n; /* byte offset, number of items */
} rl_sec;

typedef struct {
    char magic[8];
    uint32_t version, npacks;
    uint64_t checksum; /* of all bytes after the header */
    uint64_t gazetteer_off, gazetteer_len;
    uint64_t common_off; /* common words: n keys, then n masks of the packs that have them; open addressing */
    uint64_t ncommon;    /* a power of two */
} rl_file_head;

typedef struct {
    char tag[24];
    uint64_t off, len;
} rl_file_pack;

typedef struct {
    char tag[24];
    rl_grammar grammar;
    uint32_t nwords;              /* nodes 1 … nwords are those of the single words */
    rl_sec strings;               /* char; offset 0 is "" */
    rl_sec entries;               /* rl_entry */
    rl_sec ids;                   /* uint32_t: entries of nodes, one after the other */
    rl_sec nodes;                 /* uint32_t: first of ids; one more than nodes */
    rl_sec vocab_keys, vocab_ids; /* uint64_t, uint32_t: open addressing, power of two */
    rl_sec prefix_keys, prefix_ids;
    rl_sec bloom;                 /* uint64_t, power of two */
    rl_sec edge_keys, edge_nodes; /* key: node << 32 | word */
    rl_sec haps;                  /* rl_hap_rule */
    rl_sec files;                 /* uint32_t offsets of strings */
    rl_sec settings, messages;    /* uint32_t pairs of strings, sorted by key */
    rl_sec clitics, suffixes;     /* uint32_t pairs: string, meaning */
} rl_pack_head;

/* The node of an edge's key stands in its high half: one product alone would leave the low bits to the word. */
static inline uint64_t rl_table_slot(uint64_t key, uint32_t n)
{
    key = (key ^ key >> 32) * 0x9E3779B97F4A7C15u;
    return (key >> 32 ^ key >> 12) & (n - 1);
}

#endif
