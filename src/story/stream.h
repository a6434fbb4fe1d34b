/* The stream of reports as stories see it: items of one day after another, each day placed against the open window.
 *
 * Stories are a function of the set of items alone, computed day by day: what a day's step makes depends on the
 * items of that day and on the state after the days within the window before it, never on the order of arrival.
 * So a late report costs the steps from its day on until nothing changes any more, and a state can be put together
 * again from what was kept (rl_stream_day with roots) and gone on from. Work a report and memory are bounded by the
 * window. */
#ifndef RL_STORY_STREAM_H
#define RL_STORY_STREAM_H

#include "story/story.h"

/** A report that names a story: the first of it. */
typedef struct {
    int64_t handle; /* 0: none */
    int32_t day, minute;
    uint64_t key, tie;
} rl_story_root;

/** What a step made of an item. */
typedef struct {
    rl_story_root root;
    int64_t likest; /* handle of the report that it was likest, 0: none */
    float score;
    rl_story_why why;
} rl_placed;

/** Two stories that a step found to be one: down goes up. */
typedef struct {
    rl_story_root down, up;
    int64_t from, likest; /* the two likest reports of them */
    float score;
    bool told; /* by a user, not by likeness */
} rl_story_union;

/** A user's word on a report: into the story of another one, by itself, or its story and another's are one. */
typedef enum { RL_TOLD_WITH, RL_TOLD_OWN, RL_TOLD_ONE } rl_told_kind;
typedef struct {
    rl_told_kind kind;
    int64_t handle; /* the later of the two in canonical order (RL_TOLD_OWN: the one) */
    int32_t day;    /* of that one */
    rl_story_root
        with;       /* the earlier one's story as it stands before that day, where it has left the window */
    int64_t anchor; /* the earlier one's handle */
} rl_told;

typedef struct rl_stream rl_stream;

/** model: borrowed. keep: nothing is dropped when the window has passed (for what has no day). NULL: out of memory. */
rl_stream *rl_stream_new(const rl_story_model *model, bool keep);
void rl_stream_free(rl_stream *s);

/** Users' words, sorted by handle; borrowed until the last step. */
void rl_stream_told(rl_stream *s, const rl_told *told, size_t n);

/**
 * One day's items, in canonical order; days ascend from call to call (RL_STORY_NO_DAY last).
 *
 * roots   where they were placed, in place of placing them: a state that was kept. NULL: place them.
 * placed  n results; NULL where roots is given.
 * Returns RL_OK or RL_ENOMEM.
 */
RL_MUST_CHECK rl_status rl_stream_day(rl_stream *s, int32_t day, const rl_story_item *items, size_t n,
                                      const rl_story_root *roots, rl_placed *placed);

/** The unions of the last step, in the order in which they were found; until the next. */
const rl_story_union *rl_stream_unions(const rl_stream *s, size_t *n);
/** Of item i (by the order of coming, from 0) with the rarities of its day; borrowed until the next step. For learning. */
const rl_story_view *rl_stream_view(const rl_stream *s, size_t i);
size_t rl_stream_bytes(const rl_stream *s); /* memory in use */

#endif
