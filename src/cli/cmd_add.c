/* relata add: inputs of any kind into a store. What is in already is not read again; a run that was stopped or killed
 * is gone on with by the same command. */
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "cli/follow.h"

enum { O_STORE, O_PROGRESS, O_PACKS, O_DATE, O_MAP, O_SOURCE, O_CHARSET, O_PRIVATE, O_DELAY, O_CONTACT, O_N };
static const rl_cli_option options[] = {
    {"--store", "PATH",
     "the store; RELATA_STORE, or relata.store in this folder, where not given. It is made where there is "
     "none"},
    {"--progress", NULL,
     "a line about how far it is also where standard error is no terminal and the work is short"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {"--date", "DAY", "ISO 8601: the day of reports that carry none"},
    {"--map", "FIELDS",
     "of JSON Lines: which field is what, as title=headline,body=text,published=date; of sheets of figures "
     "(.csv, "
     ".xlsx): which column, as date=Day,place=Town,killed=Dead; @FILE: a file that holds it; docs/inputs.md"},
    {"--source", "NAME", "what a sheet of figures is called; its file's name where not given"},
    {"--charset", "NAME", "the encoding, where the sender declared it outside the file"},
    {"--allow-private", NULL, "addresses of this machine and its own network may be asked, and proxies used"},
    {"--delay", "SECONDS", "between two requests to one host: 1 where not given"},
    {"--contact", "ADDRESS",
     "a mail address or page of yours that servers are told, in the User-Agent; RELATA_CONTACT where not "
     "given"},
    {0}};

static bool is_url(const char *s)
{
    return !strncasecmp(s, "http://", 7) || !strncasecmp(s, "https://", 8);
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0}, *urls[RL_FOLLOW_MAX];
    size_t nurls = 0;
    bool help, go = true;
    char *map = NULL;
    rl_ingest g = {0};
    rl_follow_options f = {0};
    if (!rl_cli_options(&rl_cmd_add, &argc, argv, v, &help))
        return 2;
    if (help || argc < 2) {
        rl_cli_help(&rl_cmd_add);
        return help ? 0 : 2;
    }
    if (!rl_cli_day(&rl_cmd_add, "--date", v[O_DATE], &g.read.date))
        return 2;
    if (!rl_follow_options_of(&rl_cmd_add, v[O_DELAY], v[O_PRIVATE], v[O_CONTACT], &f))
        return 2;
    if (!rl_cli_map(&rl_cmd_add, v[O_MAP], v[O_SOURCE], &map))
        return 2;
    g.opt = (rl_extract_options){.map = rl_str_z(map), .charset = rl_str_z(v[O_CHARSET])};
    g.terminal = isatty(STDERR_FILENO);
    const char *store = rl_store_path(v[O_STORE]);
    rl_stop_watch();
    if (!rl_ingest_open(&g, v[O_PACKS], store, RL_STORE_CREATE)) {
        rl_ingest_close(&g, NULL);
        free(map);
        return 1;
    }
    if (v[O_PROGRESS])
        g.told_ms = 0;
    for (int i = 1; i < argc; i++)
        g.total += is_url(argv[i]) ? 0 : rl_ingest_size(argv[i]);
    for (int i = 1; go && i < argc; i++) {
        if (!is_url(argv[i]))
            go = rl_ingest_path(&g, argv[i]);
        else if (nurls < RL_FOLLOW_MAX)
            urls[nurls++] = argv[i];
    }
    if (go && nurls)
        rl_follow(&g, urls, nurls, &f);
    bool stopped = rl_stopped();
    bool well = rl_ingest_close(&g, "went through");
    free(map);
    if (stopped)
        fprintf(stderr, "relata: stopped. What was told is in %s; the same command goes on from there\n",
                store);
    else if (g.failed)
        fprintf(stderr, "relata: not done. What was told is in %s; the same command goes on from there\n",
                store);
    return stopped ? 130 : well ? 0 : 1;
}

const rl_command rl_cmd_add = {
    "add",
    "add [--store PATH] [--progress] [--map FIELDS] INPUT...",
    "put reports and their claims into a store",
    "Reads each INPUT (a file, a folder, \"-\" for standard input, an http or https address, or another "
    "store) and keeps every report\n"
    "in it: its bytes, its text, its claims and happenings, where and when it was seen. What an input is, is "
    "found from its bytes:\n"
    "relata extract --help lists the kinds. An address that turns out to be a feed or a site map is read "
    "with all it points to.\n\n"
    "A report is named by its content: the same bytes twice are one report seen twice; other bytes at the "
    "same address are a new\n"
    "revision. Work is committed in batches. Killed or stopped, the same command goes on where the last "
    "batch ended.\n\n"
    "Of the network, robots.txt is obeyed, one request goes to a host at a time, and addresses of this "
    "machine and its network are\n"
    "never asked unless --allow-private is given.",
    options,
    "relata add pages/ archive.warc.gz\tinto relata.store in this folder\n"
    "relata add --store almaty.store --map title=headline,body=story articles.jsonl\tfields of other names\n"
    "relata add --store mine.store theirs.store\tmerge another store\n"
    "relata add https://example.org/feed.xml\ta feed, once; relata watch follows it\n",
    run};
