/* What reviewers decided: a log that only grows. docs/store.md tells its table.
 *
 * A decision is about a target: "claim:REPORT:CLAIM", "report:REPORT", "story:STORY", "series:STORY:KEY". An undo is a
 * decision too; nothing in the table is changed or taken out, by triggers of the file itself. Of the decisions on
 * one target that are not undone the one that was made last holds, by at_ms and then id, so that stores that were
 * merged in any order come to the same. */
#ifndef RL_STORE_DECIDE_H
#define RL_STORE_DECIDE_H

#include "store/store.h"

typedef enum {
    RL_DECIDE_CONFIRM,
    RL_DECIDE_REJECT,
    RL_DECIDE_AMEND,
    RL_DECIDE_RETRACT,
    RL_DECIDE_MERGE,
    RL_DECIDE_SPLIT,
    RL_DECIDE_PIN,
    RL_DECIDE_RULE,
    RL_DECIDE_UNDO,
    RL_DECIDE_N
} rl_decision_what;

/** "confirm" …; static, NULL past the end. */
const char *rl_decision_name(rl_decision_what w);
/** RL_DECIDE_N where there is none of that name. */
rl_decision_what rl_decision_of(rl_str name);

typedef enum { RL_ON_CLAIM, RL_ON_REPORT, RL_ON_STORY, RL_ON_SERIES, RL_ON_N } rl_decision_on;

/** A target in its parts; those of another kind are empty. key: "measure/whom/place/kind" of a series. */
typedef struct {
    rl_decision_on on;
    rl_store_id report;
    rl_str claim, story, key;
} rl_decision_target;
/** False where it is no target; pieces of *out borrow from s. */
bool rl_decision_target_of(rl_str s, rl_decision_target *out);
/** 32 hex digits; false where s is something else. */
bool rl_store_id_parse(rl_str s, rl_store_id *out);

typedef struct {
    int64_t n; /* row, ascending as they were written */
    int64_t at_ms;
    rl_decision_what what;
    rl_str who, why, target;
    /* An object of JSON. amend: value, whom, place, date, source, as in docs/claims.schema.json (place a name or an
     * object, source a name or null); merge {"into":STORY}; split {"reports":[REPORT…]}; pin {"story":STORY}; rule
     * {"rule":NAME}; undo {"n":N}; others {}. */
    rl_str data;
    int64_t undoes, undone_by; /* 0: none */
    rl_store_id id;            /* XXH3-128 of all that was decided: the same in every store */
    /* Of a claim, as it was found then: what the decision hangs on where reading finds other claims later. */
    rl_str measure;
    rl_span span;
} rl_decision;

/**
 * Write a decision: what, target, who, why, data, at_ms of *d; the rest of it is not looked at.
 * seen    the newest decision on that target that the reviewer knew of; less than 0: not asked.
 * stale   whether there is a newer one: nothing was written then, and *out is that one.
 * out     as it was written; lives in mem.
 * In one transaction of its own, or in the caller's where one is open. RL_EUSAGE where it is malformed, RL_ENOTFOUND
 * where the claim, report or decision is not here, RL_ELIMIT where it is too long.
 */
RL_MUST_CHECK rl_status rl_store_decide(rl_store *s, rl_arena *mem, const rl_decision *d, int64_t seen,
                                        bool *stale, rl_decision *out, rl_error *err);

typedef struct {
    rl_str target;         /* empty: any */
    int64_t after, before; /* n between them; 0: any */
    size_t limit;          /* 0: all */
    bool oldest;           /* the oldest first; else the newest */
} rl_decision_select;
typedef struct {
    const rl_decision *at;
    size_t n;
} rl_decisions;
RL_MUST_CHECK rl_status rl_store_decisions(rl_store *s, rl_arena *mem, const rl_decision_select *sel,
                                           rl_decisions *out, rl_error *err);
/** The number of the newest decision; 0: there is none. */
RL_MUST_CHECK rl_status rl_store_last_decision(rl_store *s, int64_t *out, rl_error *err);
/** Is the claim that it is about still found: by its id, or one of its measure that shares bytes with it? A report:
 *  is it here? True for stories, series, and undos. */
RL_MUST_CHECK rl_status rl_store_decision_found(rl_store *s, const rl_decision *d, bool *found,
                                                rl_error *err);
/** The report (the first by name) with a claim of that id. RL_ENOTFOUND where there is none. */
RL_MUST_CHECK rl_status rl_store_claim_report(rl_store *s, rl_str claim, rl_store_id *out, rl_error *err);
/** Of two decisions, which holds? Order of at_ms, then id: less than 0 where a is the older. */
int rl_decision_cmp(const rl_decision *a, const rl_decision *b);

#endif
