/* relata extract: the reading alone, one report a line. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "read/read.h"

enum { O_FORMAT, O_MAP, O_CHARSET, O_CAPTIONS, O_N };
static const rl_cli_option options[] = {
    {"--format", "FORMAT", "jsonl (the only one): one report a line"},
    {"--map", "FIELDS", "of JSON Lines: which field is what, as title=headline,body=text,published=date"},
    {"--charset", "NAME", "the encoding, where the sender declared it outside the file"},
    {"--captions", NULL, "captions of pictures after the paragraph they stand by, as passages of the body"},
    {0}};

typedef struct {
    rl_extract_options read;
    size_t faults;
    bool failed; /* standard output is gone */
} job;

static rl_status one(void *ctx, rl_arena *mem, const rl_document *d, rl_error *err)
{
    job *j = ctx;
    rl_buf out = {0};
    (void)mem;
    rl_document_json(&out, d);
    rl_status st = out.st;
    j->failed = st == RL_OK && !rl_cli_write(&out);
    rl_buf_clear(&out);
    return st != RL_OK ? rl_fail(err, st, NULL, 0, 0, "out of memory")
           : j->failed ? rl_fail(err, RL_EIO, NULL, 0, 0, "standard output is closed")
                       : RL_OK;
}

static void problem(void *ctx, const rl_error *why)
{
    ((job *)ctx)->faults++;
    rl_cli_error(why);
}

static void file(job *j, const char *path)
{
    rl_error err = {0};
    rl_reader_sink sink = {one, problem, j, NULL, NULL};
    if (rl_read_file(path, &j->read, &sink, &err) == RL_OK || j->failed)
        return;
    if (!err.file[0])
        snprintf(err.file, sizeof err.file, "%s", path);
    j->faults++;
    rl_cli_error(&err);
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

/* A file, or all files below a folder in the order of their names; links inside are not followed. */
static void input(job *j, const char *path, unsigned depth)
{
    struct stat st;
    struct dirent **names;
    if (strcmp(path, "-") == 0 || (depth ? lstat : stat)(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        if (!depth || S_ISREG(st.st_mode))
            file(j, path);
        return;
    }
    int n = depth < RL_FOLDER_DEPTH_MAX ? scandir(path, &names, visible, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        char sub[4096];
        if (!j->failed && (size_t)snprintf(sub, sizeof sub, "%s/%s", path, names[i]->d_name) < sizeof sub)
            input(j, sub, depth + 1);
        free(names[i]);
    }
    if (n > 0)
        free(names);
}

static int run(int argc, char **argv)
{
    const char *values[O_N] = {0};
    bool help = false;
    job j = {0};
    if (!rl_cli_options(&rl_cmd_extract, &argc, argv, values, &help))
        return 2;
    if (help) {
        rl_cli_help(&rl_cmd_extract);
        return 0;
    }
    if (argc < 2 || (values[O_FORMAT] && strcmp(values[O_FORMAT], "jsonl") != 0)) {
        fprintf(stderr,
                argc < 2 ? "relata: extract needs a file\n" : "relata: --format of extract is jsonl\n");
        return 2;
    }
    j.read = (rl_extract_options){.map = rl_str_z(values[O_MAP]),
                                  .charset = rl_str_z(values[O_CHARSET]),
                                  .captions = values[O_CAPTIONS] != NULL};
    for (int i = 1; i < argc && !j.failed; i++)
        input(&j, argv[i], 0);
    return fflush(stdout) || j.faults || j.failed ? 1 : 0;
}

const rl_command rl_cmd_extract = {
    "extract",
    "extract [--format jsonl] [--map FIELDS] [--charset NAME] [--captions] INPUT...",
    "the reports of pages, feeds and archives, one a line",
    "Reads each INPUT (a file, a folder, \"-\" for standard input) and prints each report in it as one line "
    "of JSON: doc, title, body, published,\n"
    "modified, authors, outlet, lang, url, section, passages.\n\n"
    "What an input is, is found from its bytes: a web page or a text in any encoding, RSS, Atom, JSON Feed, "
    "a news site map, a WARC\n"
    "archive, JSON Lines, a mail or a page saved as MHTML, a Telegram export, PDF, DOCX, ODT; each also "
    "compressed with gzip or zstd.",
    options,
    "relata extract page.html\tone page\n"
    "relata extract CC-NEWS.warc.gz > reports.jsonl\tan archive of any size, as a stream\n"
    "relata extract --map title=headline,body=story articles.jsonl\tfields of other names\n",
    run};
