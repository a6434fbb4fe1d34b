/* A store on a desk: its reports read, its stories, their accounts with what reviewers decided; kept up to date while other
 * programs write. What the server answers from.
 *
 * One thread's. Everything a function hands out lives until the next rl_desk_refresh, unless it says mem.
 * Stories are those of rl_stories_make over all reports; a story changes only when its reports or a decision on it do. */
#ifndef RL_DESK_DESK_H
#define RL_DESK_DESK_H

#include "desk/prints.h"

typedef struct rl_desk rl_desk;

typedef struct {
    char id[17];
    const uint32_t *at; /* its reports, in canonical order */
    size_t n;
    rl_date from, to;     /* of its reports; year 0: no report has a day */
    int64_t updated;      /* grows with every report and every decision */
    uint64_t fingerprint; /* of all that its account depends on */
} rl_desk_story;

typedef struct {
    int64_t row;
    const rl_report *report;
    const rl_reading *reading; /* as it was read: rl_desk_review puts the decisions on it */
    uint32_t story;            /* index in rl_desk_stories */
} rl_desk_report;

/** store: borrowed, open for reading at least. packs: borrowed. RL_OK, RL_ENOMEM; nothing is read yet. */
RL_MUST_CHECK rl_status rl_desk_new(rl_store *store, rl_packs *packs, rl_desk **out, rl_error *err);
void rl_desk_free(rl_desk *d);

/** What a refresh found; ids as in rl_desk_story, names as in rl_report. */
typedef struct {
    bool any;
    const char (*changed)[17]; /* stories that are new or other than they were */
    size_t nchanged;
    const char (*gone)[17];
    size_t ngone;
    uint32_t first_report;  /* reports from this index on are new; the number of them where none is */
    int64_t first_decision; /* decisions after this number are new */
} rl_desk_news;

/**
 * Look what other programs (and this one, by another rl_store) wrote since the last time, and take it in.
 * now: also where SQLite tells of no change. Reading is O(new reports); where reports were read again or taken out,
 * O(all). Placing is O(all).
 */
RL_MUST_CHECK rl_status rl_desk_refresh(rl_desk *d, bool now, rl_desk_news *news, rl_error *err);

/** Newest first: by the day of the last report (unknown last), then by id. */
const rl_desk_story *rl_desk_stories(const rl_desk *d, size_t *n);
/** NULL where there is none of that id. */
const rl_desk_story *rl_desk_story_of(const rl_desk *d, rl_str id);
const rl_desk_report *rl_desk_reports(const rl_desk *d, size_t *n);
/** By its 32 hex digits; NULL where there is none. */
const rl_desk_report *rl_desk_report_of(const rl_desk *d, rl_str name);
rl_store *rl_desk_store(const rl_desk *d);
rl_packs *rl_desk_packs(const rl_desk *d);
int64_t rl_desk_claims(const rl_desk *d); /* of all reports */

typedef struct {
    rl_date as_of;
    uint16_t as_of_minute; /* as in rl_account_options */
    bool has_rule;
    rl_spread_rule rule;
} rl_desk_options;

/** Which of a story's reports are copies of which, in their order in s->at; lives in mem. */
RL_MUST_CHECK rl_status rl_desk_copies(const rl_desk *d, const rl_desk_story *s, rl_arena *mem,
                                       rl_copy_link **links, rl_error *err);
/** The account of a story; lives in mem. opt may be NULL. */
RL_MUST_CHECK rl_status rl_desk_account(const rl_desk *d, const rl_desk_story *s, const rl_desk_options *opt,
                                        rl_arena *mem, rl_account *out, rl_error *err);
/** A report with its decisions put on; in mem. */
RL_MUST_CHECK rl_status rl_desk_review(const rl_desk *d, const rl_desk_report *r, rl_arena *mem,
                                       rl_account_input *out);
/** What a story is called in a language: the title of its first report in it, else of its first. *lang: of that one. */
rl_str rl_desk_title(const rl_desk *d, const rl_desk_story *s, rl_str want, rl_str *lang);
/** Language of most of a report, as told from its text. */
rl_str rl_desk_lang(const rl_desk *d, uint32_t report);

#endif
