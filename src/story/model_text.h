/* packs/stories.tsv as the build put it into the program. */
#ifndef RL_STORY_MODEL_TEXT_H
#define RL_STORY_MODEL_TEXT_H
extern const char rl_story_model_text[];
#endif
