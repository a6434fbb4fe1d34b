/* The names of the public vocabularies. Pure tables. */
#include "base/base.h"

#define NAMES(fn, type, count, ...)                                                                          \
    const char *fn(type v)                                                                                   \
    {                                                                                                        \
        static const char *const names[] = {__VA_ARGS__};                                                    \
        _Static_assert(sizeof names / sizeof *names == (count), "a name for each");                          \
        return (unsigned)v < (count) ? names[v] : NULL;                                                      \
    }

NAMES(rl_measure_name, rl_measure, RL_M_N, "killed", "injured", "hospitalized", "missing", "detained",
      "released", "abducted", "displaced", "rescued", "infected", "deployed", "gathered", "destroyed",
      "cancelled")
NAMES(rl_who_name, rl_who, RL_W_N, "any", "security", "protester", "attacker", "civilian", "child", "woman",
      "medic", "journalist", "worker", "prisoner", "passenger", "building", "vehicle", "flight")
NAMES(rl_qualifier_name, rl_qualifier, RL_Q_N, "exact", "at_least", "more_than", "at_most", "less_than",
      "about", "range", "vague")
NAMES(rl_vague_name, rl_vague, RL_V_N, "none", "several", "tens", "hundreds", "thousands",
      "tens_of_thousands", "hundreds_of_thousands", "millions")
NAMES(rl_kind_name, rl_kind, RL_K_N, "total", "new", "part")
NAMES(rl_modality_name, rl_modality, RL_MOD_N, "asserted", "reported", "possible", "denied")
NAMES(rl_passage_kind_name, rl_passage_kind, RL_PSG_N, "headline", "body", "caption", "post", "quote",
      "update")
NAMES(rl_happening_name, rl_happening_type, RL_H_N, "price_rise", "protest", "clash", "shooting", "explosion",
      "arson", "seizure", "arrest", "order", "emergency", "curfew", "shutdown", "resignation", "appointment",
      "departure", "request_aid", "deployment", "ceasefire", "talks", "verdict", "election", "disaster",
      "outbreak", "market_move", "statement", "strike")
NAMES(rl_spread_rule_name, rl_spread_rule, RL_SPREAD_N, "newest_official", "most_origins", "low_best_high",
      "conservative")

#define PARSE(fn, type, count, name)                                                                         \
    bool fn(rl_str s, type *out)                                                                             \
    {                                                                                                        \
        for (int v = 0; v < (int)(count); v++)                                                               \
            if (rl_str_is(s, name((type)v))) {                                                               \
                *out = (type)v;                                                                              \
                return true;                                                                                 \
            }                                                                                                \
        return false;                                                                                        \
    }

PARSE(rl_measure_parse, rl_measure, RL_M_N, rl_measure_name)
PARSE(rl_who_parse, rl_who, RL_W_N, rl_who_name)
PARSE(rl_qualifier_parse, rl_qualifier, RL_Q_N, rl_qualifier_name)
PARSE(rl_vague_parse, rl_vague, RL_V_N, rl_vague_name)
PARSE(rl_spread_rule_parse, rl_spread_rule, RL_SPREAD_N, rl_spread_rule_name)
