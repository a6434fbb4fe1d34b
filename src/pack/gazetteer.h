/* The gazetteer: places with their names in every script, one read-only section of the compiled packs.
 *
 * The section, little-endian, offsets only, in this order: head, places, names (who bears a name), slots (a
 * table of src/pack/format.h from key to names), locales, local names, strings (NUL-terminated). A name's key is a
 * hash over the hashes of its folded words (src/pack/fold.h); for scripts without spaces, of its letters. So a
 * tokenised text is looked up without building a string. Data: GeoNames (CC BY 4.0), ICU (Unicode licence),
 * packs/gazetteer.tsv. */
#ifndef RL_PACK_GAZETTEER_H
#define RL_PACK_GAZETTEER_H

#include "pack/pack.h"

#define RL_GAZETTEER_MAGIC 0x52474C52u
#define RL_GAZETTEER_VERSION 3u

typedef enum {
    RL_P_COUNTRY,
    RL_P_REGION /* first-order division */,
    RL_P_AREA /* island, historic land, union */,
    RL_P_CITY,
    RL_P_N
} rl_place_kind;

/** Offsets count bytes from the section's start; text offsets count from strings_off, 0: empty. */
typedef struct {
    uint32_t magic, version, bytes;
    uint32_t places_off, nplaces, names_off, nnames, slots_off, nslots, slot_bits;
    uint32_t locales_off, nlocales, locals_off, nlocals, strings_off, strings_bytes, ids_off;
    uint32_t rules_off, rules_bytes, letters_off, letters_bytes; /* romanise.txt and names.tsv as they are */
} rl_gazetteer_head;

typedef struct {
    uint32_t name, admin1; /* text: English name; GeoNames admin1 code */
    uint32_t covers;       /* text: of an area, the divisions in it: "ID.04 ID.07 TR" */
    int32_t lat_e6, lon_e6;
    uint32_t id, population;
    char country[2]; /* zeros: of no single country */
    uint8_t kind, has_point;
} rl_gazetteer_place;

/* Flags of a name as borne by a place. */
enum {
    RL_GN_RISKY = 1, /* short, or also a common word */
    RL_GN_MAIN = 2,  /* the English or the dump's own name */
    RL_GN_LOCAL = 4, /* of a locale's catalogue, of ICU, or of our own table */
    RL_GN_STEM = 8,  /* ending or article taken off: stands only where the text had an affix in its stead */
    RL_GN_CAPS = 16, /* an acronym: only where all is written in capitals */
    RL_GN_LAST = 32  /* what follows is another name */
};
typedef struct {
    uint32_t place : 24, flags : 8;
} rl_gazetteer_name;

/* What a slot holds beside its key: these, and above them the first of its names. */
enum { RL_GS_MORE = 1 /* longer names go on from here */, RL_GS_NAME = 2 /* a name ends here */ };

typedef struct {
    uint32_t tag, first, n; /* text: BCP 47; its local names, ascending by place */
} rl_gazetteer_locale;
typedef struct {
    uint32_t place, text;
} rl_gazetteer_local;

/* ---- compiling ---- */

/** Files that the gazetteer is made from; NULL or "" for what there is none of. */
typedef struct {
    const char *cities;       /* GeoNames: cities15000.txt, or any file of the same form (allCountries) */
    const char *admin1;       /* admin1Codes.txt */
    const char *country_info; /* countryInfo.txt */
    const char *own;          /* packs/gazetteer.tsv; romanise.txt and names.tsv are taken from beside it */
    const char *catalogues;   /* folder of <locale>/LC_MESSAGES/geonames.mo (Debian's libgeonames-common) */
} rl_gazetteer_paths;

/** Where Debian's libtimezonemap-data and libgeonames-common put them; own is NULL. */
extern const rl_gazetteer_paths rl_gazetteer_debian;

/**
 * Compile the section into *out (appended; offsets count from where it began).
 * paths    cities, admin1 and country_info must be there; the others may lack, as may single catalogues.
 * locales  BCP 47 tags whose names of countries and places are taken in.
 * Deterministic. O(bytes of the files). RL_ESYNTAX names file and line; RL_ELIMIT, RL_EIO, RL_ENOMEM.
 */
RL_MUST_CHECK rl_status rl_gazetteer_build_from(const rl_gazetteer_paths *paths, const rl_str *locales,
                                                size_t nlocales, rl_buf *out, rl_error *err);
/** The same; NULL for Debian's files. own may be a path where no file is. Catalogues are Debian's. */
RL_MUST_CHECK rl_status rl_gazetteer_build(const char *cities, const char *admin1, const char *country_info,
                                           const char *own, const rl_str *locales, size_t nlocales,
                                           rl_buf *out, rl_error *err);

/* ---- reading ---- */

/** A checked view of a mapped section; all borrows from it. */
typedef struct {
    const rl_gazetteer_head *head;
    const rl_gazetteer_place *places;
    const rl_gazetteer_name *names;
    const uint64_t *slots;
    const rl_gazetteer_locale *locales;
    const rl_gazetteer_local *locals;
    const uint32_t *ids; /* places with an id, ascending by id */
    const char *strings;
} rl_gazetteer;

/** RL_OK; RL_EVERSION for another version; RL_ESYNTAX where the head does not fit the bytes. O(1). */
RL_MUST_CHECK rl_status rl_gazetteer_view(const void *section, size_t bytes, rl_gazetteer *out);
/** The data for names: romanise.txt, names.tsv; empty where there were none. */
rl_str rl_gazetteer_rules(const rl_gazetteer *g);
rl_str rl_gazetteer_letters(const rl_gazetteer *g);
/** Text at an offset, "" where it is out of bounds; NUL-terminated. */
const char *rl_gazetteer_text(const rl_gazetteer *g, uint32_t text);
/** Names under a key: *n of them at the returned pointer (NULL and 0 for none); *more: longer ones go on. O(1). */
const rl_gazetteer_name *rl_gazetteer_find(const rl_gazetteer *g, uint64_t key, uint32_t *n, bool *more);
/** The key of a name of one word more. */
static inline uint64_t rl_gazetteer_key_add(uint64_t key, uint64_t word)
{
    uint64_t k = (key << 23 | key >> 41) ^ (word * 0xC2B2AE3D27D4EB4Fu);
    k *= 0x9E3779B97F4A7C15u;
    k ^= k >> 32;
    return k ? k : 1;
}
/** Key of a whole name as written; 0 where it has no words or more than RL_PLACE_WORDS_MAX. */
uint64_t rl_gazetteer_key(rl_str name);
/** Name of place i in a locale (its tag, else its primary subtag); "" where there is none. O(log n). */
const char *rl_gazetteer_local_name(const rl_gazetteer *g, uint32_t place, rl_str locale);
/** Index of the place with a GeoNames id; UINT32_MAX for none. O(log n). */
uint32_t rl_gazetteer_by_id(const rl_gazetteer *g, uint32_t id);

#endif
