/* relata redo: read again, from the bytes that are kept, what an older program or older packs read. In batches: a run
 * that was stopped is gone on with, as what is done is no longer old. */
#include <unistd.h>

#include "cli/ingest.h"

enum { O_STORE, O_ALL, O_PACKS, O_SELECT, O_N = O_SELECT + RL_SELECT_N };
static const rl_cli_option options[] = {
    {"--store", "PATH", "the store; RELATA_STORE, or relata.store in this folder, where not given"},
    {"--all", NULL, "also what this program read with these packs"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    RL_SELECT_OPTIONS,
    {0}};

static rl_status one(void *ctx, rl_arena *mem, const rl_store_report *r, rl_error *err)
{
    rl_ingest *g = ctx;
    rl_str raw;
    rl_store_reading reading;
    rl_status st = rl_store_raw(g->store, mem, r->n, &raw, err);
    if (!st)
        st = rl_ingest_again(g, mem, r, raw, &reading, err);
    if (st && st != RL_ENOMEM) { /* its old reading stays */
        char id[33];
        rl_store_id_hex(r->id, id);
        fprintf(stderr, "relata: report %s: %s\n", id, err->message);
        g->faults++;
        return RL_OK;
    }
    if (!st)
        st = rl_store_begin(g->store, err);
    if (!st)
        st = rl_store_reread(g->store, r->n, &reading, err);
    if (st)
        return st;
    g->batch++;
    g->batch_bytes += raw.len;
    g->now.reports++;
    g->now.bytes += raw.len;
    g->now.claims += reading.nclaims;
    st = rl_ingest_pace(g, false, err);
    return st ? st : rl_stopped() ? RL_ERANGE : RL_OK;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    rl_ingest g = {0};
    rl_store_select sel = {0};
    if (!rl_cli_options(&rl_cmd_redo, &argc, argv, v, &help))
        return 2;
    if (help || argc > 1) {
        rl_cli_help(&rl_cmd_redo);
        return help ? 0 : 2;
    }
    if (!rl_select_of(&rl_cmd_redo, v + O_SELECT, &sel))
        return 2;
    sel.stale = !v[O_ALL];
    g.terminal = isatty(STDERR_FILENO);
    rl_stop_watch();
    bool open = rl_ingest_open(&g, v[O_PACKS], rl_store_path(v[O_STORE]), RL_STORE_WRITE);
    rl_status st = open ? rl_store_each(g.store, &sel, one, &g, &err) : RL_OK;
    bool stopped = rl_stopped();
    if (st && !stopped) {
        rl_cli_error(&err);
        g.failed = true;
    }
    bool well = rl_ingest_close(&g, NULL);
    if (open)
        fprintf(stderr, "relata: read %llu reports again: %llu claims\n", (unsigned long long)g.said.reports,
                (unsigned long long)g.said.claims);
    if (stopped)
        fprintf(stderr, "relata: stopped; the same command goes on from there\n");
    return stopped ? 130 : open && well ? 0 : 1;
}

const rl_command rl_cmd_redo = {
    "redo",
    "redo [--store PATH] [--all]",
    "read again what an older relata or older packs read",
    "Reads the reports of a store again from the bytes that are kept in it, without asking the network, and "
    "replaces their text, claims and\n"
    "happenings. Only what was read by another version of relata, or with other packs, is read; --all reads "
    "everything.",
    options,
    "relata redo --store almaty.store\tafter relata or its packs were brought up to date\n",
    run};
