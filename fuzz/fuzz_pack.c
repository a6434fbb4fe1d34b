/* Lines of a lexicon. */
#include "pack/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rl_pack_line line;
    rl_entry e;
    rl_str text;
    rl_error err;
    if (rl_pack_line_cut((rl_str){(const char *)data, size}, "fuzz", 1, &line, &err) == RL_OK)
        (void)!rl_entry_parse(&line, "fuzz", 1, &e, &text, &err);
    return 0;
}
