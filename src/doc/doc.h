/* The structs that stages hand on: tokens, lexicon matches, quantities, places, days, speakers.
 * All arrays live in the arena of the report. */
#ifndef RL_DOC_DOC_H
#define RL_DOC_DOC_H

#include "base/base.h"
#include "pack/pack.h"

typedef enum {
    RL_T_WORD,   /* letters of a spaced script */
    RL_T_CHAR,   /* one letter of a script without spaces, or a Hangul syllable */
    RL_T_NUMBER, /* digits of any script, with the separators inside */
    RL_T_PUNCT,  /* anything else that is not white space; cp tells which */
    RL_T_BREAK   /* a line end between paragraphs; no bytes of its own */
} rl_token_kind;

enum {
    RL_TF_UPPER = 1,   /* first letter is upper case */
    RL_TF_CAPS = 2,    /* all of two or more letters are */
    RL_TF_SPACE = 4,   /* white space stands before it */
    RL_TF_NEWLINE = 8, /* a line end stands before it */
    RL_TF_CASED = 16,  /* a script with upper and lower case */
    RL_TF_CLITIC = 32, /* read with a prefix taken off */
    RL_TF_AND = 64,    /* … one that means "and" */
    RL_TF_SENT = 128,  /* first token of a sentence */
    RL_TF_IN = 256,    /* read with a prefix or an ending taken off that means "in" */
    RL_TF_BEGUN = 512, /* a clitic of the language may begin it */
    RL_TF_ENDED = 1024 /* a suffix of the language may end it */
};

typedef struct {
    rl_span span;
    uint64_t hash; /* of the folded form; of a number: of its bytes */
    uint32_t word
        [4]; /* ids in the pack's vocabulary: exact, prefix (word*), clitic taken off, suffix off; 0: none */
    uint32_t
        cp; /* RL_T_PUNCT: the code point (quotes, dashes as written); RL_T_WORD: its letters, at most 255 */
    uint16_t flags;
    uint8_t kind;
    uint8_t clitic_len; /* bytes of the prefix taken off */
} rl_token;

/** A phrase of the pack found: tokens [from, to), its entries [entry, entry + n). */
typedef struct {
    uint32_t from, to;
    uint32_t entry, n;
    uint64_t classes; /* bit 1 << class of each entry that counts */
    uint64_t any;     /* … and of those that want a capital letter where there is none */
} rl_match;
_Static_assert(RL_C_N <= 64, "a bit for each class");

/** A phrase of a group or concept: found beside the other classes, may overlap. entry: for rl_pack_entry. */
typedef struct {
    uint32_t from, to, entry;
} rl_hit;

/** A place found in the text. */
typedef struct {
    uint32_t from, to; /* tokens */
    rl_place place;
    uint32_t score; /* how sure: from population, exactness, context */
    bool demonym;   /* an adjective or a people: tells of whom, not where */
    uint64_t key;   /* of the name in the gazetteer: all that bear it stay reachable; 0: named by the pack */
} rl_place_mark;

/** A day found in the text. */
typedef struct {
    uint32_t from, to; /* tokens */
    rl_date date;
    bool until;    /* "as of", "up to": when the count stood */
    bool relative; /* from a relative word or a weekday */
} rl_date_mark;

/** One passage, tokenised: what the mark and claim stages work on. */
typedef struct {
    rl_str text; /* of the whole report */
    const rl_passage *passage;
    const rl_pack *pack; /* of its language */
    rl_token *tokens;
    size_t ntokens;
    uint32_t *sentences; /* first token of each, nsentences + 1 entries */
    size_t nsentences;
    rl_match *matches; /* ascending by from, not overlapping */
    size_t nmatches;
    uint32_t *match_at; /* per token: 1 + index of the match that covers it, 0 none */
    uint64_t *classes;  /* per token: those of that match */
    rl_hit *hits;
    size_t nhits;
    rl_place_mark *places; /* ascending by from, not overlapping */
    size_t nplaces;
    rl_date_mark *dates; /* ascending by to */
    size_t ndates;
} rl_block;

/** Index of the first place that begins at or after a token, nplaces where none does: they stand in order, apart. */
static inline size_t rl_block_place_from(const rl_block *b, uint32_t token)
{
    size_t lo;
    RL_LOWER_BOUND(lo, b->nplaces, mid, b->places[mid].from < token);
    return lo;
}
/** Index of the first day that ends after a token, ndates where none does: they stand in order of their ends. */
static inline size_t rl_block_date_after(const rl_block *b, uint32_t token)
{
    size_t lo;
    RL_LOWER_BOUND(lo, b->ndates, mid, b->dates[mid].to <= token);
    return lo;
}

/** The match that covers token i, or NULL. */
static inline const rl_match *rl_token_match(const rl_block *b, size_t i)
{
    return b->match_at[i] ? &b->matches[b->match_at[i] - 1] : NULL;
}
/** Has the match that covers token i one of these classes? */
static inline bool rl_token_any(const rl_block *b, size_t i, uint64_t classes)
{
    return b->classes[i] & classes;
}
/** The entry of a class among those of a match, NULL where there is none; those that want a capital letter
 *  count only where there is one. */
const rl_entry *rl_match_entry(const rl_block *b, const rl_match *m, rl_class cls);
static inline const rl_entry *rl_match_get(const rl_block *b, const rl_match *m, rl_class cls)
{
    return m && m->classes >> cls & 1 ? rl_match_entry(b, m, cls) : NULL;
}
/** The same for the match that begins at or covers token i. */
static inline const rl_entry *rl_token_get(const rl_block *b, size_t i, rl_class cls)
{
    return b->classes[i] >> cls & 1 ? rl_match_entry(b, &b->matches[b->match_at[i] - 1], cls) : NULL;
}
static inline rl_span rl_tokens_span(const rl_block *b, size_t from, size_t to)
{
    rl_span a = b->tokens[from].span, z = b->tokens[to - 1].span;
    return (rl_span){a.off, z.off + z.len - a.off};
}

static inline rl_str rl_token_str(const rl_block *b, size_t i)
{
    return rl_span_str(b->text, b->tokens[i].span);
}

/** Key of a body by its English name, of a person by the name as written where it cannot be romanised; of the
 *  folded letters and digits alone. */
uint64_t rl_source_key(rl_str name);

#endif
