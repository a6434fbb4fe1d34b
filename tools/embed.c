/* Files as a C source: embed OUT.c [PATH=FILE]... [DIR]: PATH is where FILE is served; of DIR every file under its name.
 * Deterministic: files by path, gzip without a time. Used when relata is built. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>
#include <zlib.h>

enum { MAX = 512 };
static struct {
    char *path, *file;
} files[MAX];
static size_t nfiles;

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "embed: %s: %s\n", name, what);
    exit(1);
}

static void add(const char *path, const char *file)
{
    if (nfiles == MAX)
        fail("too many files", file);
    files[nfiles].path = strdup(path);
    files[nfiles++].file = strdup(file);
}

static void add_dir(const char *dir, const char *path)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        char f[4096], p[4096];
        struct stat sb;
        if (e->d_name[0] == '.')
            continue;
        snprintf(f, sizeof f, "%s/%s", dir, e->d_name);
        snprintf(p, sizeof p, "%s/%s", path, e->d_name);
        if (stat(f, &sb))
            fail("cannot be read", f);
        if (S_ISDIR(sb.st_mode))
            add_dir(f, p);
        else
            add(p, f);
    }
    if (d)
        closedir(d);
}

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".js", "text/javascript; charset=utf-8"},
                                           {".css", "text/css; charset=utf-8"},
                                           {".json", "application/json"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"},
                                           {".ico", "image/x-icon"},
                                           {".woff2", "font/woff2"},
                                           {".txt", "text/plain; charset=utf-8"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(path) > strlen(types[i][0]) &&
            !strcmp(path + strlen(path) - strlen(types[i][0]), types[i][0]))
            return types[i][1];
    return "application/octet-stream";
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static unsigned char *read_all(const char *name, size_t *n)
{
    FILE *f = fopen(name, "rb");
    if (!f || fseek(f, 0, SEEK_END))
        fail("cannot be read", name);
    long size = ftell(f);
    unsigned char *p = malloc((size_t)size + 1);
    rewind(f);
    if (!p || fread(p, 1, (size_t)size, f) != (size_t)size)
        fail("cannot be read", name);
    fclose(f);
    *n = (size_t)size;
    return p;
}

static void write_one(FILE *out, size_t i, size_t *bytes, size_t *packed, char etag[33])
{
    z_stream z = {0};
    unsigned char *in = read_all(files[i].file, bytes);
    uLong cap = compressBound((uLong)*bytes) + 64;
    unsigned char *gz = malloc(cap);
    XXH128_canonical_t c;
    if (!gz || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        fail("out of memory", files[i].file);
    z.next_in = in;
    z.avail_in = (uInt)*bytes;
    z.next_out = gz;
    z.avail_out = (uInt)cap;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        fail("cannot be compressed", files[i].file);
    *packed = z.total_out;
    deflateEnd(&z);
    XXH128_canonicalFromHash(&c, XXH3_128bits(in, *bytes));
    for (size_t k = 0; k < 16; k++)
        snprintf(etag + 2 * k, 3, "%02x", c.digest[k]);
    fprintf(out, "static const unsigned char f%zu[] = {", i);
    for (size_t k = 0; k < *packed; k++)
        fprintf(out, "%s%u,", k % 24 ? "" : "\n", gz[k]);
    fprintf(out, "0};\n");
    free(in);
    free(gz);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;
    if (!out)
        fail("cannot be written", argc > 1 ? argv[1] : "usage: embed OUT.c [PATH=FILE]... [DIR]");
    for (int i = 2; i < argc; i++) {
        char *eq = strchr(argv[i], '=');
        if (eq) {
            *eq = 0;
            add(argv[i], eq + 1);
        } else {
            add_dir(argv[i], "");
        }
    }
    qsort(files, nfiles, sizeof *files, by_path);
    static size_t bytes[MAX], packed[MAX];
    static char etag[MAX][33];
    fprintf(out, "/* Made by tools/embed.c. */\n#include \"serve/page.h\"\n");
    for (size_t i = 0; i < nfiles; i++)
        write_one(out, i, &bytes[i], &packed[i], etag[i]);
    fprintf(out, "const rl_page_file rl_page_files[] = {\n");
    for (size_t i = 0; i < nfiles; i++)
        fprintf(out, "{\"%s\", \"%s\", f%zu, %zu, %zu, \"%s\"},\n", files[i].path, type_of(files[i].path), i,
                packed[i], bytes[i], etag[i]);
    fprintf(out, "{0}};\nconst size_t rl_page_nfiles = %zu;\n", nfiles);
    for (size_t i = 0; i < nfiles; i++) {
        free(files[i].path);
        free(files[i].file);
    }
    return fclose(out) ? 1 : 0;
}
