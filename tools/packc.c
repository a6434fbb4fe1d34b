/* packc PACKS_DIR OUT: compile the packs and the gazetteer. Faults are printed as file:line:column; any is exit 1. */
#include <stdlib.h>
#include <unistd.h>

#include "pack/compile.h"

static void fault(void *ctx, const rl_error *e)
{
    (void)ctx;
    fprintf(stderr, "%s:%u:%u: %s\n", e->file, e->line, e->column, e->message);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: packc PACKS_DIR OUT\n", stderr);
        return 2;
    }
    rl_buf out = {0};
    rl_error err = {0};
    rl_compile_options opt = {.gazetteer = access(rl_gazetteer_debian.cities, R_OK) ? NULL : &rl_gazetteer_debian, .fault = fault};
    if (!opt.gazetteer)
        fprintf(stderr, "packc: no GeoNames dump at %s (Debian: libtimezonemap-data): the packs go without a gazetteer\n", rl_gazetteer_debian.cities);
    rl_status st = rl_packs_compile(argv[1], &opt, &out, &err);
    if (st && !err.line)
        fprintf(stderr, "packc: %s: %s\n", err.file, err.message);
    FILE *f = out.st ? NULL : fopen(argv[2], "wb");
    bool written = f && fwrite(out.ptr, 1, out.len, f) == out.len;
    if (f && fclose(f))
        written = false;
    rl_buf_clear(&out);
    return st || !written;
}
