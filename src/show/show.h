/* What a person or a program reads: claims as table, JSON Lines and CSV; an account in any of the forms of
 * rl_show_formats. All of it is appended to an rl_buf, which latches its first error: check out->st once at the
 * end. Words come from the packs' messages.txt (docs/messages.md), numbers and days from the reader's
 * locale (ICU). Pure: the same input and options give the same bytes. */
#ifndef RL_SHOW_SHOW_H
#define RL_SHOW_SHOW_H

#include "base/base.h"

/** Name of a place in a language (BCP 47), or an empty string where there is none: rl_place_name of mark/place.h. */
typedef rl_str (*rl_show_place_name)(const rl_packs *packs, const rl_place *place, const char *lang);

typedef struct {
    const rl_packs *packs;         /* borrowed */
    const char *lang;              /* of the reader: BCP 47; NULL: "en" */
    rl_show_place_name place_name; /* NULL: countries by ICU, other places in English */
    rl_str story;                  /* what the account is of, for a feed's name; empty: its first series */
    unsigned columns;              /* of the terminal; 0: 80 */
    bool colour;                   /* the caller has looked at the terminal and at NO_COLOR */
} rl_show_options;

/** What is kept between calls: compiled messages, formats of numbers and days. Not shared by threads. */
typedef struct rl_show rl_show;

/** RL_ENOTFOUND where no pack is of opt->lang (or of "en" where that is NULL). */
RL_MUST_CHECK rl_status rl_show_open(const rl_show_options *opt, rl_show **out, rl_error *err);
void rl_show_close(rl_show *s);

/* ---- claims; text is the report's, from which the words are quoted ---- */

/** One object a line: docs/claims.schema.json. */
void rl_show_claims_jsonl(rl_buf *out, const rl_claim *claims, size_t n, rl_str text);

/** RFC 4180, CRLF; text cells that a spreadsheet would take for a formula begin with an apostrophe. */
void rl_show_claims_csv_head(rl_buf *out);
void rl_show_claims_csv(rl_buf *out, const rl_claim *claims, size_t n, rl_str text);

/** Columns of fixed widths, so that the rows of several calls stand under one head. */
void rl_show_claims_table_head(rl_show *s, rl_buf *out);
void rl_show_claims_table(rl_show *s, rl_buf *out, const rl_claim *claims, size_t n, rl_str text);

/* ---- accounts: docs/exports.md ---- */

void rl_show_account_text(rl_show *s, rl_buf *out, const rl_account *a);
void rl_show_account_md(rl_show *s, rl_buf *out, const rl_account *a);
/** One file: no script, nothing from a network. */
void rl_show_account_html(rl_show *s, rl_buf *out, const rl_account *a);

/* The same in every language: */
/** docs/account.schema.json. */
void rl_show_account_json(rl_show *s, rl_buf *out, const rl_account *a);
/** A point a row, under heads and the hashtags of HXL 1.1. */
void rl_show_account_csv(rl_show *s, rl_buf *out, const rl_account *a);
/** A point a line with its series and claims. */
void rl_show_account_jsonl(rl_show *s, rl_buf *out, const rl_account *a);
/** RFC 7946: a feature a place with its series. */
void rl_show_account_geojson(rl_show *s, rl_buf *out, const rl_account *a);
/** Rows of deaths and protests with the columns of ACLED, of deaths with those of UCDP's GED; and whence each figure. */
void rl_show_account_acled(rl_show *s, rl_buf *out, const rl_account *a);
void rl_show_account_ucdp(rl_show *s, rl_buf *out, const rl_account *a);

/** RFC 4287, in the reader's language: an entry a figure and a happening, dated by the reports. */
void rl_show_account_atom(rl_show *s, rl_buf *out, const rl_account *a);

/** A form that an account can be had in. */
typedef struct {
    const char *name, *media_type, *extension;
    void (*write)(rl_show *s, rl_buf *out, const rl_account *a);
    bool has_rule; /* rule: by which low, best and high are read where none is asked for */
    rl_spread_rule rule;
} rl_show_format;
/** All of them, text first; *n of them. */
const rl_show_format *rl_show_formats(size_t *n);
/** NULL where there is none of that name. */
const rl_show_format *rl_show_format_of(const char *name);

/** XXH3-128 of the account's JSON as it is without the hash, 32 hex digits: what it is cited and checked by. */
void rl_show_account_hash(rl_show *s, const rl_account *a, char out[33]);

/**
 * The account without names of persons who hold no office: speakers become their office or "person", authors of
 * posts "post", and their names are struck out of texts byte for byte, so that ranges stay true. docs/exports.md
 * says what this cannot do. *out borrows from a and mem. RL_OK or RL_ENOMEM. Linear in the texts.
 */
RL_MUST_CHECK rl_status rl_show_redact(rl_arena *mem, const rl_account *a, rl_account *out);

/* ---- text on a terminal ---- */

/** Columns that s takes: wide and combining characters, flags and joined emoji counted as terminals do. */
size_t rl_show_width(rl_str s);
/** s without control and bidi characters, white space as one blank each; at most columns wide (0: any), cut with an ellipsis. */
void rl_show_plain(rl_buf *out, rl_str s, size_t columns);

#endif
