/* The model that the program has with it. Apart from model.c, so that what learns a model needs none. */
#include "story/model_text.h"
#include "story/story.h"

rl_status rl_story_model_learned(rl_story_model *out, rl_error *err)
{
    return rl_story_model_parse(rl_str_z(rl_story_model_text), "stories.tsv", out, err);
}
