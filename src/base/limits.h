/* Every limit there is, in one place. Each is tested at the limit and one past it. */
#ifndef RL_BASE_LIMITS_H
#define RL_BASE_LIMITS_H

#define RL_TEXT_MAX (64u << 20)        /* bytes of one report's text */
#define RL_LINE_MAX (128u << 20)       /* bytes of one line of JSON Lines */
#define RL_ARENA_DEFAULT (2048ull << 20) /* cap of the arena of one report */
#define RL_SENTENCE_TOKENS_MAX 512u    /* a longer sentence is cut there */
#define RL_PASSAGES_MAX 200000u        /* passages of one report */
#define RL_CLAIMS_MAX 200000u          /* claims of one report */
#define RL_PHRASE_TOKENS_MAX 48u       /* tokens of a pack phrase */
#define RL_EXPANSION_MAX 4096u         /* forms that one pack phrase expands to */
#define RL_PACK_LINE_MAX 65536u        /* bytes of a line of a pack */
#define RL_PACK_FILE_MAX (32u << 20)   /* bytes of a file of a pack */
#define RL_PACKS_MAX 128u              /* packs in one compiled file */
#define RL_COMPILED_MAX (256u << 20)   /* bytes of a compiled file */
#define RL_SOURCE_DEPTH_MAX 6u         /* speakers in one chain */
#define RL_NUMBER_DIGITS_MAX 15u       /* digits of a number; more is no count */
#define RL_PLACE_WORDS_MAX 10u         /* words (letters, in scripts without spaces) of a place's name */
#define RL_PLACE_STEM_MAX 64u          /* code points of a word whose affixes are taken off */
#define RL_PLACE_SENSES_MAX 4096u      /* different names of places that are told apart in one report */
#define RL_GAZETTEER_FILE_MAX (2048u << 20) /* bytes of a dump of places */
#define RL_GAZETTEER_PLACES_MAX 4000000u
#define RL_PAGE_ATTRS_MAX 32u          /* attributes of one element that are looked at */
#define RL_PAGE_ATTR_BYTES_MAX 4096u   /* bytes of an attribute's value; a longer one is left out */
#define RL_PAGE_DEPTH_MAX 1000u        /* open elements of a page; what is nested deeper is left out */
#define RL_PAGE_NODES_MAX 4000000u     /* nodes of a page; what follows is left out */
#define RL_JSON_DEPTH_MAX 64u          /* nested values of JSON that are looked into */
#define RL_JSONLD_MAX (16u << 20)      /* bytes of one script of JSON-LD */
#define RL_AUTHORS_MAX 64u             /* authors of one report */
#define RL_AUTHOR_BYTES_MAX 200u       /* bytes of one author's name; longer is no name */
#define RL_ACCOUNT_CLAIMS_MAX 4000000u /* claims of one account */
#define RL_ACCOUNT_GAP_DAYS 30u        /* reports further apart tell of different happenings */
#define RL_ACCOUNT_WINDOW 256u         /* points, happenings that one of a series is compared with */
#define RL_SHOW_COLUMNS_MAX 400u       /* of a terminal; wider is taken as this */
#define RL_ROW_NODES_MAX 200u          /* nodes of a row of a table that is set on one line */
#define RL_ROW_BYTES_MAX 400u          /* … and bytes */
#define RL_CARD_NODES_MAX 60u          /* nodes of a card in running text that is left out */

#endif
