/* A stream of bytes, decompressed on the way. Inside src/read only. */
#ifndef RL_READ_STREAM_H
#define RL_READ_STREAM_H

#include "base/base.h"

typedef struct rl_stream rl_stream;

/** path "-": standard input. max_inflated 0: RL_INFLATED_MAX. NULL and *err on failure. */
rl_stream *rl_stream_file(const char *path, size_t max_inflated, rl_error *err);
/** bytes are borrowed until the stream is closed. */
rl_stream *rl_stream_memory(rl_str bytes, size_t max_inflated, rl_error *err);
void rl_stream_close(rl_stream *s);

/** Up to want bytes from here on, fewer only at the end or after an error; valid until the next
 *  call on s. */
rl_str rl_stream_peek(rl_stream *s, size_t want);
/** Go on n bytes; false when the stream ends before. */
bool rl_stream_skip(rl_stream *s, size_t n);
/** A line without its end into *line (cleared first); *whole false when it was longer than max and
 *  its rest left out. False at the end. */
bool rl_stream_line(rl_stream *s, size_t max, rl_buf *line, bool *whole);
/** Bytes read so far, after decompression. */
uint64_t rl_stream_at(const rl_stream *s);
/** What ended the stream: RL_OK at its end, or the error, filled into *err. */
rl_status rl_stream_status(const rl_stream *s, rl_error *err);
/** Damage that was passed over (a broken gzip member); counts up. */
size_t rl_stream_damaged(const rl_stream *s);

#endif
