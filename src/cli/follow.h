/* Feeds, site maps and pages of the network into a store: once (add), or for as long as nobody stops it (watch). */
#ifndef RL_CLI_FOLLOW_H
#define RL_CLI_FOLLOW_H

#include "cli/ingest.h"

typedef struct {
    bool allow_private;
    const char *contact;
    unsigned delay_ms;
    int64_t every_ms; /* 0: once */
} rl_follow_options;

/** --delay, --allow-private, --contact; false, after a message, where wrong. */
bool rl_follow_options_of(const rl_command *c, const char *delay, const char *allow_private,
                          const char *contact, rl_follow_options *out);

/** What is a feed or a site map is read with all that it points to; what is not, is a report. Faults are printed and
 *  counted in g; one address that breaks stops no other. */
void rl_follow(rl_ingest *g, const char *const *urls, size_t n, const rl_follow_options *o);

#endif
