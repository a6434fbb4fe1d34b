/* Many reports read and kept, with what joins them: what relata stories, origins and account share. */
#ifndef RL_CLI_PRINTS_H
#define RL_CLI_PRINTS_H

#include "cli/ingest.h"
#include "story/story.h"

typedef struct {
    rl_packs *packs;
    rl_reader *reader;
    rl_arena *mem; /* owns all that inputs and prints point to */
    rl_read_options read;
    RL_VEC(rl_account_input) inputs;
    RL_VEC(rl_story_print) prints; /* of each input */
    size_t faults;
} rl_print_job;

/** Packs, reader and arena; prints what is wrong. */
bool rl_prints_open(rl_print_job *j, const char *packs);
void rl_prints_close(rl_print_job *j);
/** An rl_input_fn of an rl_print_job: keep a copy of the report, read it, take its print. */
rl_status rl_prints_take(void *ctx, const rl_report *report, rl_error *err);
/** Of the stores and files given; counts faults. */
void rl_prints_read(rl_print_job *j, const char *store, const rl_store_select *sel, int argc, char **argv);
/** Links of copies, and what rl_account_options.origin_of_report wants; both live in j->mem. */
RL_MUST_CHECK rl_status rl_prints_copies(rl_print_job *j, rl_copy_link **links, uint32_t **origins,
                                         rl_error *err);
/** The account of some of the inputs (at: indices; links: of all), copies known. */
RL_MUST_CHECK rl_status rl_prints_account(rl_print_job *j, const uint32_t *at, size_t n,
                                          const uint32_t *origins, rl_account *out, rl_error *err);
/** What a report is called: its title, else its headline or first line, cut at 200 bytes; borrows. */
rl_str rl_prints_title(const rl_report *r, const rl_reading *reading);

#endif
