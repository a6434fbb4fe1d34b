/* packc PACKS_DIR OUT [DEPFILE]: compile the packs and the gazetteer. Faults are printed as file:line:column; any is
 * exit 1. DEPFILE gets what OUT depends on, for ninja: every file and folder of the packs.
 * packc --stats OUT: where the bytes of compiled packs are, in kB. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/compile.h"
#include "pack/format.h"

static void fault(void *ctx, const rl_error *e)
{
    (void)ctx;
    fprintf(stderr, "%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

static void depend(FILE *f, const char *path, int depth)
{
    struct stat sb;
    DIR *d = depth < 3 && stat(path, &sb) == 0 && S_ISDIR(sb.st_mode) ? opendir(path) : NULL;
    fprintf(f, " %s", path);
    for (struct dirent *e; d && (e = readdir(d));) {
        char inner[4096];
        if (e->d_name[0] == '.')
            continue;
        if (snprintf(inner, sizeof inner, "%s/%s", path, e->d_name) >= (int)sizeof inner)
            continue;
        depend(f, inner, depth + 1);
    }
    if (d)
        closedir(d);
}

enum { WIDTH = 9 };

static void row(const char *name, const uint64_t *bytes, size_t n)
{
    uint64_t sum = 0;
    printf("%-*s", WIDTH, name);
    for (size_t i = 0; i < n; i++) {
        printf("%*.1f", WIDTH, (double)bytes[i] / 1e3);
        sum += bytes[i];
    }
    printf("%*.1f\n", WIDTH, (double)sum / 1e3);
}

static void gazetteer_stats(const void *section, size_t len)
{
    rl_gazetteer g;
    if (!section || rl_gazetteer_view(section, len, &g))
        return;
    const rl_gazetteer_head *h = g.head;
    const uint64_t bytes[] = {h->nplaces * sizeof *g.places,    h->nnames * sizeof *g.names,
                              h->nslots * sizeof *g.slots,      h->nlocals * sizeof *g.locals,
                              h->nplaces * sizeof *g.ids,       h->strings_bytes,
                              h->rules_bytes + h->letters_bytes};
    printf("\n%-*s%*s%*s%*s%*s%*s%*s%*s%*s\n", WIDTH, "", WIDTH, "places", WIDTH, "names", WIDTH, "slots",
           WIDTH, "locals", WIDTH, "ids", WIDTH, "strings", WIDTH, "rules", WIDTH, "all");
    row("gazetteer", bytes, sizeof bytes / sizeof *bytes);
}

static int stats(const char *path)
{
    rl_error err = {0};
    rl_packs *packs;
    char *file;
    size_t len, glen;
    if (rl_packs_open(path, &packs, &err) || rl_file_read(path, RL_COMPILED_MAX, &file, &len, &err)) {
        fprintf(stderr, "packc: %s: %s\n", path, err.message);
        return 1;
    }
#define NAME(sec, size) #sec,
#define BYTES(sec, size) (uint64_t) p->sec.n *(size),
    static const char *const names[] = {RL_PACK_SECTIONS(NAME)};
    enum { N = sizeof names / sizeof *names };
    const rl_file_head *head = (const void *)file;
    const rl_file_pack *table = (const void *)(file + sizeof *head);
    uint64_t all[N] = {0};
    printf("%-*s", WIDTH, "kB");
    for (size_t i = 0; i < N; i++)
        printf("%*s", WIDTH, names[i]);
    printf("%*s\n", WIDTH, "all");
    for (size_t i = 0; i < rl_packs_count(packs); i++) {
        const rl_pack_head *p = (const void *)(file + table[i].off);
        const uint64_t bytes[] = {RL_PACK_SECTIONS(BYTES)};
        for (size_t k = 0; k < N; k++)
            all[k] += bytes[k];
        row(p->tag, bytes, N);
    }
    row("packs", all, N);
    const void *section = rl_packs_gazetteer(packs, &glen);
    gazetteer_stats(section, glen);
    printf("\ncommon words %.1f kB; file %.1f kB\n", (double)(head->ncommon + head->nmasks) * 8 / 1e3,
           (double)len / 1e3);
    free(file);
    rl_packs_close(packs);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "--stats"))
        return stats(argv[2]);
    if (argc != 3 && argc != 4) {
        fputs("usage: packc PACKS_DIR OUT [DEPFILE]\n       packc --stats OUT\n", stderr);
        return 2;
    }
    rl_buf out = {0};
    rl_error err = {0};
    rl_compile_options opt = {
        .gazetteer = access(rl_gazetteer_debian.cities, R_OK) ? NULL : &rl_gazetteer_debian, .fault = fault};
    if (!opt.gazetteer)
        fprintf(
            stderr,
            "packc: no GeoNames dump at %s (Debian: libtimezonemap-data): the packs go without a gazetteer\n",
            rl_gazetteer_debian.cities);
    rl_status st = rl_packs_compile(argv[1], &opt, &out, &err);
    if (st && !err.line)
        fprintf(stderr, "packc: %s: %s\n", err.file, err.message);
    FILE *f = out.st ? NULL : fopen(argv[2], "wb");
    bool written = f && fwrite(out.ptr, 1, out.len, f) == out.len;
    if (f && fclose(f))
        written = false;
    FILE *dep = argc == 4 ? fopen(argv[3], "w") : NULL;
    if (dep) {
        fprintf(dep, "%s:", argv[2]);
        depend(dep, argv[1], 0);
        fputs("\n", dep);
        fclose(dep);
    }
    rl_buf_clear(&out);
    return st || !written;
}
