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
/** Where in the file reading can begin as from here: the byte itself where nothing is compressed, the beginning of
 *  the gzip member or zstd frame that the next byte is the first of. False elsewhere, and in layers over layers. */
bool rl_stream_mark(const rl_stream *s, uint64_t *at);
/** Go on at a mark of the same file, `plain` bytes after its beginning when decompressed; at 0: the beginning.
 *  False, and s untouched or unusable until it is sought to 0, where it is no file or none begins there. */
bool rl_stream_seek(rl_stream *s, uint64_t at, uint64_t plain);
/** *had is from now on how many bytes of the file were read. */
void rl_stream_count(rl_stream *s, uint64_t *had);
/** What ended the stream: RL_OK at its end, or the error, filled into *err. */
rl_status rl_stream_status(const rl_stream *s, rl_error *err);
/** Damage that was passed over (a broken gzip member); counts up. */
size_t rl_stream_damaged(const rl_stream *s);
/** Is any of it past byte `from` and not past `to`? Of what was peeked at and at most 64 KB behind. */
bool rl_stream_damaged_in(const rl_stream *s, uint64_t from, uint64_t to);

#endif
