/* ICU message formats, with named arguments. In C++ because ICU's C interface for them reads its arguments by
 * the types that the message asks for: a message of a pack that asks for another would read what is not there. */
#ifndef RL_SHOW_MESSAGE_H
#define RL_SHOW_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *name;
    const char *text; /* NULL: number holds */
    size_t len;
    int64_t number;
} rl_show_arg;

typedef struct rl_show_pattern rl_show_pattern;

/** Compile; NULL where the message is malformed or memory is out. */
rl_show_pattern *rl_show_pattern_new(const char *locale, const char *message, size_t len);
void rl_show_pattern_free(rl_show_pattern *p);
/** What the message comes to, UTF-8, on the heap (free it); NULL where it does not fit the arguments. */
char *rl_show_pattern_format(const rl_show_pattern *p, const rl_show_arg *args, size_t n, size_t *len);

#ifdef __cplusplus
}
#endif
#endif
