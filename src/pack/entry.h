/* The names of classes and arguments of packs/FORMAT.md, and the parsing of one lexicon line. */
#ifndef RL_PACK_ENTRY_H
#define RL_PACK_ENTRY_H

#include "pack/pack.h"

/** A line cut into its columns; all borrow from the line. */
typedef struct {
    rl_str cls, arg, phrases;
    uint32_t arg_col, phrases_col; /* from 1, in bytes */
} rl_pack_line;

/** class TAB argument TAB phrases. RL_ESYNTAX with line and column in err. */
rl_status rl_pack_line_cut(rl_str line, const char *file, uint32_t lineno, rl_pack_line *out, rl_error *err);

/** Index of a class name, or RL_C_N. */
rl_class rl_class_from(rl_str name);
const char *rl_class_name(rl_class cls);

/**
 * The argument of a line as an entry without text, file and line.
 * text  gets the string that goes with it (English, place …), empty where there is none; borrows from arg.
 */
rl_status rl_entry_parse(const rl_pack_line *line, const char *file, uint32_t lineno, rl_entry *out,
                         rl_str *text, rl_error *err);

int rl_happening_from(rl_str name); /* -1: none */

#endif
