/* From bytes to reports: what an input is, and the documents that it holds.
 *
 * One document at a time is handed out, so that an archive of any size is read in the memory of its
 * largest record. Nothing here looks at the network, the clock or a store. */
#ifndef RL_READ_READ_H
#define RL_READ_READ_H

#include "base/base.h"

/** Kinds of input, found from the bytes. */
/* clang-format off */
#define RL_INPUT_KINDS(X) \
    X(UNKNOWN, "unknown") X(TEXT, "text") X(HTML, "html") X(RSS, "rss") X(ATOM, "atom") \
    X(JSON_FEED, "json-feed") X(SITEMAP, "sitemap") X(WARC, "warc") X(JSONL, "jsonl") X(MAIL, "mail") \
    X(TELEGRAM, "telegram") X(PDF, "pdf") X(DOCX, "docx") X(ODT, "odt") X(SHEET, "sheet")
/* clang-format on */
typedef enum {
#define X(id, name) RL_IN_##id,
    RL_INPUT_KINDS(X)
#undef X
        RL_IN_N
} rl_input_kind;
/** "html", "warc" …; static. */
const char *rl_input_kind_name(rl_input_kind k);
/** From the first bytes (a few KB are enough; decompressed). Pure. */
rl_input_kind rl_input_kind_of(rl_str head);

/** A stretch of body of one kind. author, handle: of a post, inside body; len 0: none. */
typedef struct {
    rl_passage_kind kind;
    rl_span span;
    rl_span author, handle;
    rl_str when; /* ISO 8601: of a post, of a part of a live blog; or empty */
} rl_part;

/** Bytes [body, body + body_len) of the body come from [page, page + page_len) of the input's
 *  bytes. Of equal length: byte by byte. Ascending by body; what joins blocks has no origin. */
typedef struct {
    uint32_t body, body_len, page, page_len;
} rl_read_origin;

/** One report as read. Strings are UTF-8 and live in the arena given, or in the input's bytes. */
typedef struct {
    rl_str doc; /* path or address as given; for a record of an archive its own address */
    rl_str title, body;
    rl_str published, modified; /* ISO 8601 in the page's own offset, or empty */
    const rl_str *authors;
    size_t nauthors;
    rl_str outlet, lang, url, section;
    const rl_part *parts; /* ascending, inside body; body text that no part covers is RL_PSG_BODY */
    size_t nparts;
    const rl_read_origin *origins; /* of an HTML page or plain text; none for other kinds */
    size_t norigins;
    rl_str raw;          /* the bytes of this document as it came (a record's payload) */
    const char *charset; /* what raw was found to be in; NULL where that does not apply */
    rl_input_kind kind;
    bool mended; /* a wrong declaration of the encoding was set right */
    bool cut;    /* a limit was met: what followed was left out */
} rl_document;

/** Where in raw a span of body comes from; false where it has no origin there. */
bool rl_document_origin(const rl_document *d, rl_span body, rl_span *raw);

/** Where in a file reading can begin again: a byte of it, and of what it comes to when decompressed. */
typedef struct {
    uint64_t at, plain;
} rl_read_place;

typedef struct {
    rl_str
        map; /* JSON Lines: "title=headline,body=text"; a sheet: "date=Datum,killed=Tote"; empty: the known layouts */
    bool captions;       /* captions after the main text, as passages of body */
    rl_str charset;      /* what the transport declared, or empty */
    rl_str url;          /* where the bytes were had from, or empty */
    size_t max_inflated; /* bytes that one input may come to when decompressed; 0: RL_INFLATED_MAX */
    rl_read_place from;  /* begin there, where the sink was told it of the same file; else at the beginning */
} rl_extract_options;

/** One document; everything in it is gone when the function returns. A status other than RL_OK ends
 *  the reading and is handed through. mem is the arena the document lives in, for the callee's use. */
typedef rl_status (*rl_document_fn)(void *ctx, rl_arena *mem, const rl_document *d, rl_error *err);
/** A record that could not be read: why, and where in the input. The reading goes on. May be NULL. */
typedef void (*rl_problem_fn)(void *ctx, const rl_error *why);
/** The next document comes from this place or later, and reading from it gives all that come from here on, the same.
 *  Told of web archives: at each record, where gzip members or zstd frames begin with one. */
typedef void (*rl_place_fn)(void *ctx, const rl_read_place *p);

typedef struct {
    rl_document_fn document;
    rl_problem_fn problem;
    void *ctx;
    rl_place_fn place; /* may be NULL */
    uint64_t *had;     /* kept at how many bytes of the file were read; NULL: not wanted */
} rl_reader_sink;

/** Does a map name a measure, so that CSV and XLSX are read as sheets of figures? docs/inputs.md. */
bool rl_sheet_map(rl_str map);
/** … and is that the name of a file that can be one: .csv .tsv .tab .xlsx .xlsm? */
bool rl_sheet_named(rl_str doc, rl_str map);

/** One HTML page held in memory. Pure; linear. */
RL_MUST_CHECK rl_status rl_read_page(rl_arena *mem, rl_str bytes, const rl_extract_options *opt,
                                     rl_document *out, rl_error *err);

/** All documents of an input held in memory: any kind, compressed or not. doc names it. */
RL_MUST_CHECK rl_status rl_read_bytes(rl_str doc, rl_str bytes, const rl_extract_options *opt,
                                      const rl_reader_sink *sink, rl_error *err);

/** All documents of a file ("-": standard input), read as a stream where its kind allows. */
RL_MUST_CHECK rl_status rl_read_file(const char *path, const rl_extract_options *opt,
                                     const rl_reader_sink *sink, rl_error *err);

/** The document as one line of JSON with the keys of docs/inputs.md, and a line end. */
void rl_document_json(rl_buf *out, const rl_document *d);

#endif
