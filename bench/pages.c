/* bench_pages [-r N] PAGE...: reading pages, bytes to body and metadata, on one core. Files may be
 * gzipped; they are read and inflated before the clock starts. With -j it prints the reports. */
#include "read/read.h"

#include <stdlib.h>
#include <time.h>
#include <zlib.h>

static char *load(const char *path, size_t *len)
{
    gzFile f = gzopen(path, "rb");
    size_t cap = 1 << 20, n = 0;
    char *p = f ? malloc(cap) : NULL;
    int got;
    while (p && (got = gzread(f, p + n, (unsigned)(cap - n))) > 0) {
        n += (size_t)got;
        if (n == cap)
            p = realloc(p, cap *= 2);
    }
    if (f)
        gzclose(f);
    *len = n;
    return p;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    int rounds = 1, first = 1;
    bool print = false;
    for (; first < argc && argv[first][0] == '-'; first++) {
        if (argv[first][1] == 'j')
            print = true;
        else if (argv[first][1] == 'r' && first + 1 < argc)
            rounds = atoi(argv[++first]);
    }
    size_t n = (size_t)(argc - first), bytes = 0;
    rl_str *pages = calloc(n + 1, sizeof *pages);
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_error err = {0};
    rl_buf out = {0};
    if (!pages || !mem)
        return 1;
    for (size_t i = 0; i < n; i++) {
        pages[i].ptr = load(argv[first + (int)i], &pages[i].len);
        bytes += pages[i].len;
    }
    double from = now_s();
    for (int r = 0; r < rounds; r++)
        for (size_t i = 0; i < n; i++) {
            rl_document d;
            rl_arena_clear(mem);
            if (rl_read_page(mem, pages[i], NULL, &d, &err) != RL_OK)
                fprintf(stderr, "%s: %s\n", argv[first + (int)i], err.message);
            d.doc = rl_str_z(argv[first + (int)i]);
            if (print && r == 0)
                rl_document_json(&out, &d);
        }
    double s = now_s() - from;
    fwrite(out.ptr, 1, out.len, stdout);
    fprintf(stderr, "%zu pages, %.1f MB, %.2f s: %.0f pages/s, %.0f MB/s\n", n * (size_t)rounds,
            (double)bytes * rounds / 1e6, s, (double)n * rounds / s, (double)bytes * rounds / s / 1e6);
    rl_buf_clear(&out);
    rl_arena_free(mem);
    return 0;
}
