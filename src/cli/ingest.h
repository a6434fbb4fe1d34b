/* From inputs into a store: what relata add, watch, redo and store check share. It reads a document (src/read),
 * finds its claims (the engine) and puts both into the store, in batches that are whole after a kill. */
#ifndef RL_CLI_INGEST_H
#define RL_CLI_INGEST_H

#include "cli/cli.h"
#include "engine/place.h"
#include "read/read.h"
#include "store/store.h"

typedef struct {
    uint64_t reports, fresh, seen, forgotten, revisions, bytes, claims;
} rl_tally;

typedef struct {
    rl_packs *packs;
    rl_reader *reader;
    rl_store *store;
    rl_arena *mem; /* of the reading at hand */
    rl_extract_options opt;
    rl_read_options read;
    bool writes; /* the store is open for it */
    rl_placer *placer;
    uint64_t unplaced;  /* reports that came since it was last asked */
    rl_tally now, said; /* done, and committed: only that is told */
    size_t faults;
    bool quiet;    /* nothing is there: no progress */
    bool terminal; /* progress on one line that is written over */
    bool failed;   /* the store or the memory is at its end: nothing more can be done */
    /* bytes: of all inputs (0: not known), of those that are behind, of the one at hand; of these, passed over unread */
    uint64_t total, past, had, passed;
    int64_t start_ms, told_ms, batch_ms;
    size_t batch, batch_bytes;
    /* the input at hand */
    rl_str input, key; /* as given; its place in the file system, empty where it has none */
    rl_store_input at;
    rl_store_input was;                            /* … as an earlier run left it */
    uint64_t skip;                                 /* documents that it put in and that come again */
    bool (*take)(void *ctx, const rl_document *d); /* false: it is no report for the store; NULL: all are */
    void *ctx;
} rl_ingest;

/** Open packs and store; prints what is wrong. progress: -1 where standard error is a terminal, and every ten
 *  seconds elsewhere; 1 always. */
bool rl_ingest_open(rl_ingest *g, const char *packs, const char *store, rl_store_mode mode);
/** The last batch, the summary ("what": "added"), and all memory. False where something went wrong. */
bool rl_ingest_close(rl_ingest *g, const char *what);

/** Where the store is: --store, else RELATA_STORE, else relata.store in this folder. */
const char *rl_store_path(const char *option);

/** A file, folder, "-" or another store. Faults are printed and counted; false where nothing more can be done. */
bool rl_ingest_path(rl_ingest *g, const char *path);
/** What was had from the network. */
bool rl_ingest_bytes(rl_ingest *g, rl_str doc, rl_str bytes, rl_str charset, rl_str url);
/** Bytes of all the inputs, for the time left. */
uint64_t rl_ingest_size(const char *path);

/** A document as the store takes it, with its claims; all of *out lives in mem or in d. day: where it carries none. */
RL_MUST_CHECK rl_status rl_ingest_read(rl_ingest *g, rl_arena *mem, const rl_document *d, rl_date day,
                                       rl_store_reading *out, rl_error *err);
/** A report of the store read again from its bytes; lives in mem. An rl_store_again_fn of an rl_ingest. */
rl_status rl_ingest_again(void *ctx, rl_arena *mem, const rl_store_report *r, rl_str raw,
                          rl_store_reading *out, rl_error *err);

/** End of a record: commit what is due, tell how far it is. */
RL_MUST_CHECK rl_status rl_ingest_pace(rl_ingest *g, bool now, rl_error *err);

/** Place in stories all that is in the store and is in none yet. False, after a message, where that fails. */
bool rl_ingest_place(rl_ingest *g);

/** Ctrl-C and SIGTERM end the work after the record at hand. */
void rl_stop_watch(void);
bool rl_stopped(void);
int64_t rl_now_ms(void); /* since 1970 */

/** --since --until --lang --place --outlet --match: entries of an option table, and what they were given. */
#define RL_SELECT_OPTIONS RL_SELECT_OPTIONS_AS("--lang")
#define RL_SELECT_OPTIONS_AS(lang)                                                                           \
    {"--since", "DAY", "of that day or later (the report's own day; ISO 8601)"},                             \
        {"--until", "DAY", "of that day or earlier"},                                                        \
        {lang, "TAG", "of that language, as told from the text: el, zh-Hant"},                               \
        {"--place", "NAME", "that tell of it: a place or country by its English name, or an ISO 3166 code"}, \
        {"--outlet", "NAME", "of that outlet, or of that host"},                                             \
    {                                                                                                        \
        "--match", "WORDS",                                                                                  \
            "with all these words in title or text; \"in quotes\": together; begin*: that begin so"          \
    }
enum { RL_SELECT_N = 6 };
/** As rl_input_each, for the chosen reports of a store; *sel borrows nothing of what fn gets. */
size_t rl_store_reports(const char *store, const rl_store_select *sel, rl_input_fn fn, void *ctx);
/** Is a place what the selection asks for? True where it asks for none. */
bool rl_select_place(const rl_store_select *sel, const rl_place *place);
/** False, after a message, where a day is none. values: the six, in the order above. */
bool rl_select_of(const rl_command *c, const char *const values[RL_SELECT_N], rl_store_select *out);

#endif
