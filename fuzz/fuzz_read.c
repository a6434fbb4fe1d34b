/* Any bytes as an input: kind, decompression, and the reader of that kind (PDF's is a program of its own). */
#include "read/reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rl_status check(void *ctx, rl_arena *mem, const rl_document *d, rl_error *err)
{
    (void)ctx, (void)mem, (void)err;
    for (size_t i = 0; i < d->nparts; i++)
        if (rl_span_end(d->parts[i].span) > d->body.len ||
            (i && d->parts[i].span.off < rl_span_end(d->parts[i - 1].span)))
            abort();
    for (size_t i = 0; i < d->norigins; i++)
        if (d->origins[i].body + (size_t)d->origins[i].body_len > d->body.len ||
            d->origins[i].page + (size_t)d->origins[i].page_len > d->raw.len)
            abort();
    if (rl_utf8_valid(d->body.ptr, d->body.len) != d->body.len)
        abort();
    rl_buf b = {0};
    rl_document_json(&b, d);
    rl_buf_clear(&b);
    return RL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rl_str s = {(const char *)data, size};
    rl_reader_sink sink = {check, NULL, NULL, NULL, NULL};
    rl_extract_options opt = {.max_inflated = 16u << 20, .captions = size & 1};
    rl_error err = {0};
    if (rl_input_kind_of(s) == RL_IN_PDF)
        return 0;
    (void)rl_read_bytes(RL_STR("fuzz"), s, &opt, &sink, &err);
    return 0;
}
