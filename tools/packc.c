/* packc PACKS_DIR OUT [DEPFILE]: compile the packs and the gazetteer. Faults are printed as file:line:column; any is
 * exit 1. DEPFILE gets what OUT depends on, for ninja: every file and folder of the packs. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/compile.h"

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

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4) {
        fputs("usage: packc PACKS_DIR OUT [DEPFILE]\n", stderr);
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
