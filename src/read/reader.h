/* What the readers of the kinds of input share. Inside src/read only. */
#ifndef RL_READ_READER_H
#define RL_READ_READER_H

#include "read/meta.h"
#include "read/read.h"
#include "read/stream.h"

/** One reading: its options, where documents go, and the arena of the document at hand. */
typedef struct {
    const rl_extract_options *opt;
    const rl_reader_sink *sink;
    rl_arena *mem;   /* of the input at hand; readers of many documents have one of their own for each */
    rl_str doc;      /* the input's name */
    unsigned depth;  /* inputs within inputs */
    rl_status *told; /* what the sink answered: other than RL_OK it ends the reading, whatever it is */
    size_t *problems;
} rl_reader_run;

/** Hand out d. */
RL_MUST_CHECK rl_status rl_reader_emit(rl_reader_run *r, const rl_document *d, rl_error *err);
/** Report what could not be read; the reading goes on. */
void rl_reader_problem(rl_reader_run *r, rl_status code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/** doc + "#" + part, on the arena. */
rl_str rl_reader_part(rl_reader_run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** All that is left of s, at most max bytes, on the arena; RL_ELIMIT where there is more. */
RL_MUST_CHECK rl_status rl_reader_all(rl_reader_run *r, rl_stream *s, size_t max, rl_str *out, rl_error *err);

/* One reader each. s stands at the beginning. */
rl_status rl_read_warc(rl_reader_run *r, rl_stream *s, rl_error *err);
rl_status rl_read_feed(rl_reader_run *r, rl_stream *s, rl_error *err);
rl_status rl_read_json(rl_reader_run *r, rl_stream *s, rl_input_kind kind, rl_error *err);
rl_status rl_read_mail(rl_reader_run *r, rl_str bytes, rl_error *err);
rl_status rl_read_zipped(rl_reader_run *r, rl_str bytes, rl_error *err);
rl_status rl_read_pdf(rl_reader_run *r, rl_str bytes, rl_error *err);
rl_status rl_read_sheet(rl_reader_run *r, rl_str bytes, rl_error *err);

/** The file of that name in a zip archive, inflated: at most RL_TEXT_MAX bytes. RL_ENOTFOUND where there is none. */
rl_status rl_zip_entry(rl_arena *mem, rl_str zip, const char *name, rl_str *out, rl_error *err);

/** Any kind of input that is held in memory as a part of another; doc and url as given. */
rl_status rl_read_inner(rl_reader_run *r, rl_str doc, rl_str bytes, rl_str charset, rl_str url,
                        rl_error *err);

/** Fill body and parts of *d with the text of a piece of HTML that is all article: every block that
 *  is not made of links. */
RL_MUST_CHECK rl_status rl_read_fragment(rl_arena *mem, rl_str html, rl_document *d, rl_error *err);
/** … of plain text in any encoding, with origins. */
RL_MUST_CHECK rl_status rl_read_text(rl_arena *mem, rl_str bytes, rl_str charset, rl_document *d,
                                     rl_error *err);

#endif
