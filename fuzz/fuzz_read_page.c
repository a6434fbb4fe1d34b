/* Any bytes as a web page: encoding, tree, body, metadata; every part and origin inside its bounds. */
#include "read/read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rl_arena *mem = rl_arena_new(256u << 20);
    rl_document d;
    rl_error err = {0};
    rl_extract_options opt = {.captions = true};
    if (mem && rl_read_page(mem, (rl_str){(const char *)data, size}, &opt, &d, &err) == RL_OK) {
        for (size_t i = 0; i < d.nparts; i++)
            if (rl_span_end(d.parts[i].span) > d.body.len)
                abort();
        for (size_t i = 0; i < d.norigins; i++) {
            const rl_read_origin *o = &d.origins[i];
            if (o->body + (size_t)o->body_len > d.body.len || o->page + (size_t)o->page_len > size)
                abort();
            if (i && o->body < d.origins[i - 1].body + d.origins[i - 1].body_len)
                abort();
        }
        if (rl_utf8_valid(d.body.ptr, d.body.len) != d.body.len ||
            rl_utf8_valid(d.title.ptr, d.title.len) != d.title.len)
            abort();
    }
    rl_arena_free(mem);
    return 0;
}
