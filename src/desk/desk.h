/* A store on a desk: its stories as they are kept, their reports read when they are asked for, their accounts with what
 * reviewers decided; up to date while other programs write. What the server answers from.
 *
 * One thread's. What a function hands out lives until the next rl_desk_refresh, a report until the next rl_desk_begin,
 * unless it says mem. A story changes only when its reports or a decision on it do. */
#ifndef RL_DESK_DESK_H
#define RL_DESK_DESK_H

#include "desk/prints.h"

typedef struct rl_desk rl_desk;

#define RL_DESK_NONE UINT32_MAX

typedef struct {
    int64_t n; /* row */
    char id[17];
    rl_date from, to; /* of its reports; year 0: no report has a day */
    size_t reports;
    int64_t updated;      /* grows with every report and every decision */
    uint64_t fingerprint; /* of all that its account depends on */
} rl_desk_story;

/** A report, read. */
typedef struct {
    int64_t row;
    const rl_report *report;
    const rl_reading *reading; /* as it was read: rl_desk_review puts the decisions on it */
    const rl_story_print *print;
    rl_str lang;    /* of most of its text, as told from it */
    uint32_t story; /* index in rl_desk_stories; RL_DESK_NONE: not placed yet */
} rl_desk_report;

/** store: borrowed, open for reading at least. packs: borrowed. RL_OK, RL_ENOMEM; nothing is read yet. */
RL_MUST_CHECK rl_status rl_desk_new(rl_store *store, rl_packs *packs, rl_desk **out, rl_error *err);
void rl_desk_free(rl_desk *d);

/** What a refresh found; ids as in rl_desk_story. */
typedef struct {
    bool any;
    const char (*changed)[17]; /* stories that are new or other than they were */
    size_t nchanged;
    const char (*gone)[17];
    size_t ngone;
    int64_t first_report;   /* reports of rows after this one are new */
    int64_t first_decision; /* decisions after this number are new */
} rl_desk_news;

/**
 * Look what other programs (and this one, by another rl_store) wrote since the last time.
 * now: also where SQLite tells of no change. Reads no text: O(reports + stories + decisions), each a row of a table.
 */
RL_MUST_CHECK rl_status rl_desk_refresh(rl_desk *d, bool now, rl_desk_news *news, rl_error *err);

/** Newest first: by the day of the last report (unknown last), then by id. */
const rl_desk_story *rl_desk_stories(const rl_desk *d, size_t *n);
/** NULL where there is none of that id. */
const rl_desk_story *rl_desk_story_of(const rl_desk *d, rl_str id);
/** Index of the story that a report is in; RL_DESK_NONE where it is in none. */
uint32_t rl_desk_story_of_row(const rl_desk *d, int64_t row);
/** Rows after `row`, ascending. */
RL_MUST_CHECK rl_status rl_desk_rows_after(const rl_desk *d, int64_t row, rl_arena *mem, rl_store_rows *out);
rl_store *rl_desk_store(const rl_desk *d);
rl_packs *rl_desk_packs(const rl_desk *d);
size_t rl_desk_nreports(const rl_desk *d);

/** Before an answer: reports that were handed out may go, and more than RL_DESK_REPORTS_MAX do. */
void rl_desk_begin(rl_desk *d);
/** RL_ENOTFOUND where it was taken out meanwhile. */
RL_MUST_CHECK rl_status rl_desk_report_at(rl_desk *d, int64_t row, const rl_desk_report **out, rl_error *err);
/** By its 32 hex digits. RL_ENOTFOUND. */
RL_MUST_CHECK rl_status rl_desk_report_of(rl_desk *d, rl_str name, const rl_desk_report **out, rl_error *err);

/** The reports of a story, in canonical order, and which of them are copies of which; lives in mem. */
typedef struct {
    const rl_desk_report **at;
    size_t n;
    rl_copy_link *links;
} rl_desk_members;
RL_MUST_CHECK rl_status rl_desk_members_of(rl_desk *d, const rl_desk_story *s, rl_arena *mem,
                                           rl_desk_members *out, rl_error *err);

typedef struct {
    rl_date as_of;
    uint16_t as_of_minute; /* as in rl_account_options */
    bool has_rule;
    rl_spread_rule rule;
} rl_desk_options;

/** The account of a story; lives in mem. opt may be NULL. */
RL_MUST_CHECK rl_status rl_desk_account(const rl_desk *d, const rl_desk_story *s, const rl_desk_members *m,
                                        const rl_desk_options *opt, rl_arena *mem, rl_account *out,
                                        rl_error *err);
/** A report with its decisions put on; in mem. */
RL_MUST_CHECK rl_status rl_desk_review(const rl_desk *d, const rl_desk_report *r, rl_arena *mem,
                                       rl_account_input *out);
/** What a story is called in a language: the title of its first report in it, else of its first. *lang: of that one. */
rl_str rl_desk_title(const rl_desk_members *m, rl_str want, rl_str *lang);

#endif
