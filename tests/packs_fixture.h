/* The compiled packs of the build under test, and a reader of them, for tests that read texts. */
#ifndef RL_TESTS_PACKS_FIXTURE_H
#define RL_TESTS_PACKS_FIXTURE_H

#include <stdlib.h>

#include "base/base.h"

static rl_packs *packs;
static rl_reader *reader;

/* Of $RELATA_BUILD, else build; a cmocka set-up. */
static int open_packs(void **state)
{
    char path[1024];
    rl_error err;
    const char *build = getenv("RELATA_BUILD");
    (void)state;
    snprintf(path, sizeof path, "%s/relata.packs", build ? build : "build");
    if (rl_packs_open(path, &packs, &err)) {
        fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 1;
    }
    reader = rl_reader_new(packs);
    return reader ? 0 : 1;
}

static int close_packs(void **state)
{
    (void)state;
    rl_reader_free(reader);
    rl_packs_close(packs);
    return 0;
}

#endif
