/* Text to claims, one core: docs/s, MB/s, peak memory, and the share of each stage, on mixed text made from the examples.
 *   bench_claims PACKS MEGABYTES FILE...
 * Each document is one example, with its figures changed so that no two are the same. */
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "claim/claim.h"
#include "mark/place.h"
#include "text/text.h"

enum { PASSAGES, TOKENS, PLACES, DAYS, CLAIMS, HAPPENINGS, STAGES };
static const char *const names[STAGES] = {"passages, language",          "tokens, matches", "places", "days",
                                          "speakers, quantities, links", "happenings"};

static double clock_s(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* For the shares of stages: a clock that costs no call into the system. */
static double now_s(void)
{
    return clock_s(CLOCK_MONOTONIC);
}

/* The text with its digits turned by n: other figures, the same words. */
static void vary(char *text, size_t len, unsigned n)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= '1' && text[i] <= '9')
            text[i] = (char)('1' + (unsigned)(text[i] - '1' + (int)n) % 9);
}

static bool stage_run(rl_arena *mem, const rl_packs *packs, rl_names **rnames, rl_str text,
                      double spent[STAGES], size_t *nclaims)
{
    rl_passage *p;
    size_t np, nb = 0;
    rl_error err;
    double t0 = now_s(), t1;
    if (rl_text_passages(mem, packs, text, (rl_str){0}, &p, &np, &err))
        return false;
    t1 = now_s();
    spent[PASSAGES] += t1 - t0;
    rl_block *b = RL_NEW(mem, rl_block, np + 1), **each = RL_NEW(mem, rl_block *, np + 1);
    for (size_t i = 0; i < np; i++) {
        const rl_pack *pack = p[i].supported ? rl_pack_get(packs, p[i].lang) : NULL;
        if (pack && rl_text_tokenise(mem, text, &p[i], pack, &b[nb], &err))
            return false;
        each[nb] = &b[nb];
        nb += pack != NULL;
    }
    t0 = now_s();
    spent[TOKENS] += t0 - t1;
    rl_report report = {.id = RL_STR("bench"), .text = text};
    rl_claim_context cx = {.mem = mem,
                           .packs = packs,
                           .names = rnames,
                           .report = &report,
                           .text_hash = rl_hash(text.ptr, text.len),
                           .day = {{.year = 2026, .month = 3, .day = 14}, true}};
    for (size_t i = 0; i < nb; i++)
        if (rl_place_mark_block(mem, packs, &b[i]))
            return false;
    if (rl_place_resolve(mem, packs, each, nb, &cx.home))
        return false;
    t1 = now_s();
    spent[PLACES] += t1 - t0;
    rl_claim_list claims = {0};
    rl_happening_list happenings = {0};
    for (size_t i = 0; i < nb; i++) {
        cx.block = &b[i];
        t0 = now_s();
        if (rl_mark_days(mem, &b[i], cx.day))
            return false;
        t1 = now_s();
        spent[DAYS] += t1 - t0;
        if (rl_claim_find(&cx, &claims))
            return false;
        t0 = now_s();
        spent[CLAIMS] += t0 - t1;
        if (rl_claim_happenings(&cx, &happenings))
            return false;
        spent[HAPPENINGS] += now_s() - t0;
    }
    *nclaims += claims.n;
    return true;
}

int main(int argc, char **argv)
{
    rl_packs *packs;
    rl_error err = {0};
    rl_names *rnames = NULL;
    if (argc < 4 || rl_packs_open(argv[1], &packs, &err)) {
        fprintf(stderr, "usage: bench_claims PACKS MEGABYTES FILE...  %s\n", err.message);
        return 2;
    }
    mallopt(M_TRIM_THRESHOLD, 64 << 20); /* as relata does */
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    size_t want = (size_t)atoi(argv[2]) << 20, n = (size_t)argc - 3, docs = 0, bytes = 0, claims = 0;
    char **text = calloc(n, sizeof *text);
    size_t *len = calloc(n, sizeof *len);
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    double spent[STAGES] = {0}, all = 0;
    for (size_t i = 0; i < n; i++)
        if (rl_file_read(argv[3 + i], RL_TEXT_MAX, &text[i], &len[i], &err)) {
            fprintf(stderr, "%s: %s\n", err.file, err.message);
            return 1;
        }
    for (unsigned round = 0; bytes < want; round++) {
        for (size_t i = 0; i < n; i++)
            vary(text[i], len[i], round % 8 + 1);
        double t = clock_s(CLOCK_PROCESS_CPUTIME_ID);
        for (size_t i = 0; i < n; i++, docs++) {
            if (!stage_run(mem, packs, &rnames, (rl_str){text[i], len[i]}, spent, &claims))
                return 1;
            rl_arena_clear(mem);
            bytes += len[i];
        }
        all += clock_s(CLOCK_PROCESS_CPUTIME_ID) - t;
    }
    double shares = 0;
    for (int i = 0; i < STAGES; i++)
        shares += spent[i];
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("text to claims, one core: %zu documents, %.1f MB, %zu claims in %.2f s: %.0f docs/s, %.1f MB/s; "
           "peak memory %.1f MB\n",
           docs, (double)bytes / 1e6, claims, all, (double)docs / all, (double)bytes / 1e6 / all,
           (double)u.ru_maxrss / 1024);
    for (int i = 0; i < STAGES; i++)
        printf("  %-28s %5.1f %%\n", names[i], 100 * spent[i] / shares);
    rl_names_close(rnames);
    rl_arena_free(mem);
    rl_packs_close(packs);
    return 0;
}
