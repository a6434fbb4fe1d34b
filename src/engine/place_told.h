/* Inside src/engine: users' decisions on stories, as the stream takes them. */
#ifndef RL_ENGINE_PLACE_TOLD_H
#define RL_ENGINE_PLACE_TOLD_H

#include "store/story.h"
#include "story/stream.h"

/** What holds, ascending by handle, in mem; `with` is left to the placer, as it changes from day to day. Days that what was decided since, or undone, is about come on the list of
 *  those to be done: in the caller's transaction. */
RL_MUST_CHECK rl_status rl_place_told(rl_store *s, rl_arena *mem, rl_told **out, size_t *n, rl_error *err);

#endif
