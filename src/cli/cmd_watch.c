/* relata watch: follow feeds into a store until stopped. */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "cli/follow.h"

enum { O_STORE, O_EVERY, O_PACKS, O_PRIVATE, O_DELAY, O_CONTACT, O_N };
static const rl_cli_option options[] = {
    {"--store", "PATH",
     "the store; RELATA_STORE, or relata.store in this folder, where not given. It is made where there is "
     "none"},
    {"--every", "TIME", "how often each feed is asked: 90s, 10m, 2h; 10m where not given"},
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {"--allow-private", NULL, "addresses of this machine and its own network may be asked, and proxies used"},
    {"--delay", "SECONDS", "between two requests to one host: 1 where not given"},
    {"--contact", "ADDRESS",
     "a mail address or page of yours that servers are told, in the User-Agent; RELATA_CONTACT where not "
     "given"},
    {0}};

typedef struct {
    char **at;
    size_t n;
} list;

static bool is_url(const char *s)
{
    return !strncasecmp(s, "http://", 7) || !strncasecmp(s, "https://", 8);
}

static bool add(list *l, rl_str url)
{
    if (l->n >= RL_FOLLOW_MAX)
        return false;
    if (!(l->n & (l->n + 1)) || !l->at) {
        char **more = realloc(l->at, (l->n + 1) * 2 * sizeof *more);
        if (!more)
            return false;
        l->at = more;
    }
    char *z = malloc(url.len + 1);
    if (!z)
        return false;
    memcpy(z, url.ptr, url.len);
    z[url.len] = 0;
    l->at[l->n++] = z;
    return true;
}

/* The feeds of an outline, however deep; in document order. */
static void outlines(list *l, xmlNode *top)
{
    for (xmlNode *n = top; n;) {
        xmlChar *url = n->type == XML_ELEMENT_NODE ? xmlGetProp(n, BAD_CAST "xmlUrl") : NULL;
        if (url && is_url((char *)url))
            add(l, rl_str_z((char *)url));
        xmlFree(url);
        if (n->children && n->type == XML_ELEMENT_NODE) {
            n = n->children;
            continue;
        }
        while (n && n != top && !n->next)
            n = n->parent;
        n = n ? n->next : NULL;
    }
}

/* OPML, or a list with an address a line. */
static bool read_list(list *l, const char *path)
{
    rl_error err = {0};
    char *bytes;
    size_t len, before = l->n;
    if (rl_file_read(path, RL_XML_MAX, &bytes, &len, &err)) {
        rl_cli_error(&err);
        return false;
    }
    rl_str text = {bytes, len}, line;
    xmlDoc *doc =
        memchr(bytes, '<', len < 512 ? len : 512) && len < INT32_MAX
            ? xmlReadMemory(bytes, (int)len, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
            : NULL;
    if (doc)
        outlines(l, xmlDocGetRootElement(doc));
    while (!doc && text.len) {
        rl_str_cut(&text, '\n', &line);
        line = rl_str_trim(line);
        if (rl_str_starts(line, "http://") || rl_str_starts(line, "https://"))
            add(l, line);
    }
    xmlFreeDoc(doc);
    free(bytes);
    if (l->n == before)
        fprintf(stderr, "relata: %s: holds no address of a feed\n", path);
    return l->n > before;
}

/* 90s, 10m, 2h, 1d; 0 where it is none. */
static int64_t time_of(const char *s)
{
    char *end;
    double v = strtod(s, &end);
    double unit = !*end || !strcmp(end, "s") ? 1
                  : !strcmp(end, "m")        ? 60
                  : !strcmp(end, "h")        ? 3600
                  : !strcmp(end, "d")        ? 86400
                                             : 0;
    double ms = v * unit * 1000;
    return end != s && ms >= 100 && ms < 1e11 ? (int64_t)ms : 0;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help, well = true;
    rl_ingest g = {0};
    list l = {0};
    rl_follow_options f = {0};
    if (!rl_cli_options(&rl_cmd_watch, &argc, argv, v, &help))
        return 2;
    if (help || argc < 2) {
        rl_cli_help(&rl_cmd_watch);
        return help ? 0 : 2;
    }
    f.every_ms = time_of(v[O_EVERY] ? v[O_EVERY] : "10m");
    if (!f.every_ms) {
        fprintf(stderr, "relata watch: --every is a time like 90s, 10m or 2h, not '%s'\n", v[O_EVERY]);
        return 2;
    }
    if (!rl_follow_options_of(&rl_cmd_watch, v[O_DELAY], v[O_PRIVATE], v[O_CONTACT], &f))
        return 2;
    for (int i = 1; i < argc; i++)
        well &= is_url(argv[i]) ? add(&l, rl_str_z(argv[i])) : read_list(&l, argv[i]);
    g.terminal = isatty(STDERR_FILENO);
    g.quiet = true; /* each round has a line of its own */
    rl_stop_watch();
    if (l.n && rl_ingest_open(&g, v[O_PACKS], rl_store_path(v[O_STORE]), RL_STORE_CREATE))
        rl_follow(&g, (const char *const *)l.at, l.n, &f);
    bool failed = g.failed || !g.store;
    rl_ingest_close(&g, g.store ? "watched" : NULL);
    for (size_t i = 0; i < l.n; i++)
        free(l.at[i]);
    free(l.at);
    return failed || !well ? 1 : 0;
}

const rl_command rl_cmd_watch = {"watch",
                                 "watch [--store PATH] [--every TIME] FEEDS.opml|URL...",
                                 "follow feeds into a store until stopped",
                                 "Asks every feed (RSS, Atom, JSON Feed, a news site map; given by its "
                                 "address, or in an OPML file or a list with an address a line)\n"
                                 "again and again, and puts the pages that it points to into the store, with "
                                 "their claims. A page is looked at again while its feed\n"
                                 "holds it, ever more seldom; where it changed, that is a new revision.\n\n"
                                 "Of the network, robots.txt is obeyed, what did not change is not sent "
                                 "again, one request goes to a host at a time, and a server that\n"
                                 "says to wait is waited for. A feed that breaks is asked ever more seldom "
                                 "and stops no other. Ctrl-C ends after the record at hand.",
                                 options,
                                 "relata watch --store region.store --every 15m feeds.opml\tuntil Ctrl-C\n",
                                 run};
