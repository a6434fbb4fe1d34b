/* Compiled packs, mapped read-only. A file is checked once when it is opened (magic, version, every
 * section inside the file); after that look-ups trust it. Open: O(packs); look-ups: O(1), no allocation. */
#include "pack/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack/compile.h"
#include "pack/format.h"

/* Affixes by a few bits of the letter at the word's edge: those of slot i are at[from[i]] … at[from[i + 1]], in the pack's order. */
enum { AFFIX_SLOTS = 64 };
typedef struct {
    rl_affix at[RL_PACK_AFFIXES_MAX];
    uint8_t from[AFFIX_SLOTS + 1];
} affixes;
_Static_assert(RL_PACK_AFFIXES_MAX < 256, "from is a byte");

struct rl_pack {
    const rl_pack_head *head;
    const char *base, *strings;
    const rl_entry *entries;
    const uint32_t *ids, *lists;
    const uint16_t *nodes;
    const uint64_t *vocab, *prefix, *edges, *bloom;
    const uint32_t *files, *settings, *messages;
    uint32_t nvocab, nprefix, nedge, nbloom; /* of those tables */
    affixes clitics, suffixes;
    uint64_t *
        hap_first; /* of each of GROUP_SLOTS, hap_words of bits: the rules that begin with one of its groups */
    size_t hap_words;
};

struct rl_packs {
    char *bytes;
    size_t len;
    bool mapped;
    size_t n;
    rl_pack *at;
    uint64_t tag_starts[RL_PACKS_MAX]; /* the first eight bytes of each tag */
    const void *gazetteer;
    size_t gazetteer_len;
    const uint64_t *common, *masks;
    uint32_t ncommon;
    const rl_pack *alone[128];
};

static bool inside(rl_sec s, size_t size, uint64_t len)
{
    return (uint64_t)s.off + (uint64_t)s.n * size <= len && s.off % 8 == 0;
}

/* n numbers of 64 bits in a file of len bytes. */
static bool inside64(uint64_t off, uint64_t n, uint64_t len)
{
    return off % 8 == 0 && off <= len && n <= (len - off) / 8 && n <= UINT32_MAX;
}

static bool power_of_two(uint32_t n)
{
    return n && !(n & (n - 1));
}

static bool sound(const rl_pack_head *h, uint64_t len)
{
#define INSIDE(sec, size) inside(h->sec, size, len) &&
    return RL_PACK_SECTIONS(INSIDE) h->strings.n && h->nodes.n > h->nwords && h->lists.n > 1 &&
           power_of_two(h->bloom.n) && h->vocab.n > RL_TABLE_PAD && h->prefix.n > RL_TABLE_PAD &&
           h->edges.n > RL_TABLE_PAD;
#undef INSIDE
}

static void fold_affix(rl_str s, uint8_t meaning, rl_affix *out)
{
    *out = (rl_affix){.meaning = meaning};
    for (size_t i = 0; i < s.len && out->n < 12;)
        out->cps[out->n++] = rl_fold_cp(rl_utf8_next(s.ptr, s.len, &i)).fold;
}

static uint32_t edge(const rl_affix *a, bool at_end)
{
    return a->cps[at_end ? a->n - 1 : 0] % AFFIX_SLOTS;
}

static void take_affixes(const rl_pack *p, rl_sec s, bool at_end, affixes *out)
{
    const uint32_t *pair = (const uint32_t *)(const void *)(p->base + s.off);
    size_t n = s.n < RL_PACK_AFFIXES_MAX ? s.n : RL_PACK_AFFIXES_MAX;
    uint8_t next[AFFIX_SLOTS];
    rl_affix a[RL_PACK_AFFIXES_MAX];
    for (size_t i = 0; i < n; i++) {
        fold_affix(rl_str_z(p->strings + pair[2 * i]), (uint8_t)pair[2 * i + 1], &a[i]);
        if (a[i].n)
            out->from[edge(&a[i], at_end) + 1]++;
    }
    for (size_t i = 0; i < AFFIX_SLOTS; i++)
        out->from[i + 1] = (uint8_t)(out->from[i + 1] + (next[i] = out->from[i]));
    for (size_t i = 0; i < n; i++)
        if (a[i].n)
            out->at[next[edge(&a[i], at_end)]++] = a[i];
}

enum { GROUP_SLOTS = 64 };

static bool index_rules(rl_pack *p)
{
    size_t n;
    const rl_hap_rule *rule = rl_pack_hap_rules(p, &n);
    p->hap_words = (n + 63) / 64;
    p->hap_first = calloc(GROUP_SLOTS * p->hap_words + 1, sizeof *p->hap_first);
    for (size_t i = 0; p->hap_first && i < n; i++)
        if (rule[i].ngroups)
            p->hap_first[rule[i].groups[0] % GROUP_SLOTS * p->hap_words + i / 64] |= 1ull << i % 64;
    return p->hap_first != NULL;
}

static rl_status view(rl_pack *p, const char *base, uint64_t len)
{
    const rl_pack_head *h = (const rl_pack_head *)(const void *)base;
    if (len < sizeof *h || !sound(h, len) || base[h->strings.off + h->strings.n - 1])
        return RL_ESYNTAX;
    p->head = h;
    p->base = base;
    p->nvocab = h->vocab.n;
    p->nprefix = h->prefix.n;
    p->nedge = h->edges.n;
    p->nbloom = h->bloom.n;
    p->strings = base + h->strings.off;
#define AT(T, sec) ((const T *)(const void *)(base + h->sec.off))
    p->entries = AT(rl_entry, entries);
    p->ids = AT(uint32_t, ids);
    p->lists = AT(uint32_t, lists);
    p->nodes = AT(uint16_t, nodes);
    p->vocab = AT(uint64_t, vocab);
    p->prefix = AT(uint64_t, prefix);
    p->edges = AT(uint64_t, edges);
    p->bloom = AT(uint64_t, bloom);
    p->files = AT(uint32_t, files);
    p->settings = AT(uint32_t, settings);
    p->messages = AT(uint32_t, messages);
#undef AT
    take_affixes(p, h->clitics, false, &p->clitics);
    take_affixes(p, h->suffixes, true, &p->suffixes);
    return index_rules(p) ? RL_OK : RL_ENOMEM;
}

static uint64_t tag_start(rl_str tag)
{
    uint64_t start = 0;
    if (tag.len)
        memcpy(&start, tag.ptr, tag.len < sizeof start ? tag.len : sizeof start);
    return start;
}

static rl_status open_bytes(rl_packs *packs, const char *path, rl_error *err)
{
    const rl_file_head *h = (const rl_file_head *)(const void *)packs->bytes;
    if (packs->len < sizeof *h || memcmp(h->magic, RL_PACK_MAGIC, 8))
        return rl_fail(err, RL_ESYNTAX, path, 0, 0, "is no file of compiled packs");
    if (h->version != RL_PACK_FORMAT_VERSION)
        return rl_fail(err, RL_EVERSION, path, 0, 0,
                       "compiled packs of format %u, this program reads %u: build them again", h->version,
                       RL_PACK_FORMAT_VERSION);
    const rl_file_pack *table = (const rl_file_pack *)(const void *)(packs->bytes + sizeof *h);
    if (h->npacks > RL_PACKS_MAX || sizeof *h + h->npacks * sizeof *table > packs->len ||
        h->gazetteer_off > packs->len || h->gazetteer_len > packs->len - h->gazetteer_off)
        return rl_fail(err, RL_ESYNTAX, path, 0, 0, "truncated: the table of packs is not whole");
    packs->at = calloc(h->npacks ? h->npacks : 1, sizeof *packs->at);
    if (!packs->at)
        return rl_fail(err, RL_ENOMEM, path, 0, 0, "out of memory");
    packs->n = h->npacks;
    if (h->ncommon) {
        if (!inside64(h->common_off, h->ncommon, packs->len) || h->ncommon <= RL_TABLE_PAD ||
            !inside64(h->masks_off, h->nmasks, packs->len))
            return rl_fail(err, RL_ESYNTAX, path, 0, 0, "damaged: the section of common words is not whole");
        packs->ncommon = (uint32_t)h->ncommon;
        packs->common = (const uint64_t *)(const void *)(packs->bytes + h->common_off);
        packs->masks = (const uint64_t *)(const void *)(packs->bytes + h->masks_off);
    }
    if (h->gazetteer_len) {
        packs->gazetteer = packs->bytes + h->gazetteer_off;
        packs->gazetteer_len = h->gazetteer_len;
    }
    for (size_t i = 0; i < packs->n; i++)
        if (table[i].off > packs->len || table[i].len > packs->len - table[i].off || table[i].off % 8 ||
            view(&packs->at[i], packs->bytes + table[i].off, table[i].len))
            return rl_fail(err, RL_ESYNTAX, path, 0, 0, "damaged: the section of pack '%.20s' is not whole",
                           table[i].tag);
    for (size_t i = 0; i < packs->n;
         i++) { /* a pack that says so has its script, that of its own name, for itself */
        packs->tag_starts[i] = tag_start(rl_str_z(packs->at[i].head->tag));
        rl_str name = rl_pack_setting(&packs->at[i], "autonym");
        size_t k = 0;
        if (name.len && rl_str_is(rl_pack_setting(&packs->at[i], "alone"), "yes"))
            packs->alone[rl_fold_cp(rl_utf8_next(name.ptr, name.len, &k)).script & 127] = &packs->at[i];
    }
    return RL_OK;
}

static rl_status map_file(rl_packs *packs, const char *path, rl_error *err)
{
    struct stat sb;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return rl_fail(err, RL_EIO, path, 0, 0, "cannot open the packs: %s", strerror(errno));
    if (fstat(fd, &sb) || sb.st_size <= 0 || (uint64_t)sb.st_size > RL_COMPILED_MAX) {
        close(fd);
        return rl_fail(err, RL_ESYNTAX, path, 0, 0, "is no file of compiled packs");
    }
    packs->len = (size_t)sb.st_size;
    void *p = mmap(NULL, packs->len, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return rl_fail(err, RL_EIO, path, 0, 0, "cannot map the packs: %s", strerror(errno));
    packs->bytes = p;
    packs->mapped = true;
    return open_bytes(packs, path, err);
}

static rl_status compile_dir(rl_packs *packs, const char *dir, rl_error *err)
{
    rl_buf out = {0};
    rl_compile_options opt = {.gazetteer =
                                  access(rl_gazetteer_debian.cities, R_OK) ? NULL : &rl_gazetteer_debian};
    rl_status st = rl_packs_compile(dir, &opt, &out, err);
    if (st) {
        rl_buf_clear(&out);
        return st;
    }
    packs->bytes = out.ptr;
    packs->len = out.len;
    return open_bytes(packs, dir, err);
}

/* Where the compiled packs lie: beside the program (a build folder), else where they were installed. */
static void default_path(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 32);
    while (n > 0 && out[n - 1] != '/')
        n--;
    if (n > 0) {
        snprintf(out + n, size - (size_t)n, "relata.packs");
        if (access(out, R_OK) == 0)
            return;
    }
    snprintf(out, size, "%s/relata.packs", RL_DATA_DIR);
}

rl_status rl_packs_open(const char *path, rl_packs **out, rl_error *err)
{
    char found[4096];
    struct stat sb;
    *out = NULL;
    rl_packs *packs = calloc(1, sizeof *packs);
    if (!packs)
        return rl_fail(err, RL_ENOMEM, path, 0, 0, "out of memory");
    if (!path) {
        default_path(found, sizeof found);
        path = found;
    }
    rl_status st;
    if (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode)) {
        char inner[4200];
        snprintf(inner, sizeof inner, "%s/relata.packs", path);
        st = access(inner, R_OK) == 0 ? map_file(packs, inner, err) : compile_dir(packs, path, err);
    } else {
        st = map_file(packs, path, err);
    }
    if (st) {
        rl_packs_close(packs);
        return st;
    }
    *out = packs;
    return RL_OK;
}

rl_status rl_packs_of(char *bytes, size_t len, const char *name, rl_packs **out, rl_error *err)
{
    *out = NULL;
    rl_packs *packs = calloc(1, sizeof *packs);
    if (!packs) {
        free(bytes);
        return rl_fail(err, RL_ENOMEM, name, 0, 0, "out of memory");
    }
    packs->bytes = bytes;
    packs->len = len;
    rl_status st = open_bytes(packs, name, err);
    if (st)
        rl_packs_close(packs);
    else
        *out = packs;
    return st;
}

void rl_packs_close(rl_packs *packs)
{
    if (!packs)
        return;
    if (packs->mapped)
        munmap(packs->bytes, packs->len);
    else
        free(packs->bytes);
    for (size_t i = 0; i < packs->n; i++)
        free(packs->at[i].hap_first);
    free(packs->at);
    free(packs);
}

size_t rl_packs_count(const rl_packs *packs)
{
    return packs->n;
}
const char *rl_packs_tag(const rl_packs *packs, size_t i)
{
    return packs->at[i].head->tag;
}
const char *rl_packs_autonym(const rl_packs *packs, size_t i)
{
    return rl_pack_setting(&packs->at[i], "autonym").ptr;
}
const rl_pack *rl_pack_at(const rl_packs *packs, size_t i)
{
    return &packs->at[i];
}
const char *rl_pack_tag(const rl_pack *pack)
{
    return pack->head->tag;
}
const rl_grammar *rl_pack_grammar(const rl_pack *pack)
{
    return &pack->head->grammar;
}

const rl_pack *rl_pack_get(const rl_packs *packs, rl_str tag)
{
    for (int whole = 1; whole >= 0; whole--) {
        uint64_t start = tag_start(tag);
        for (size_t i = 0; i < packs->n; i++)
            if (packs->tag_starts[i] == start && rl_str_is(tag, packs->at[i].head->tag))
                return &packs->at[i];
        rl_str primary, rest = tag;
        rl_str_cut(&rest, '-', &primary);
        tag = primary;
    }
    return NULL;
}

/* Value of a key in pairs sorted by key; NULL where there is none. */
static const char *pair_get(const rl_pack *p, const uint32_t *pairs, uint32_t n, const char *key)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int c = strcmp(p->strings + pairs[2 * mid], key);
        if (c == 0)
            return p->strings + pairs[2 * mid + 1];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

rl_str rl_pack_setting(const rl_pack *pack, const char *key)
{
    const char *v = pair_get(pack, pack->settings, pack->head->settings.n, key);
    return rl_str_z(v ? v : "");
}

rl_str rl_pack_message(const rl_packs *packs, const rl_pack *pack, const char *key)
{
    const rl_pack *en = rl_pack_get(packs, RL_STR("en"));
    const char *v = pack ? pair_get(pack, pack->messages, pack->head->messages.n, key) : NULL;
    if (!v && en)
        v = pair_get(en, en->messages, en->head->messages.n, key);
    return rl_str_z(v ? v : "");
}

const char *rl_pack_message_key(const rl_pack *pack, size_t i)
{
    return i < pack->head->messages.n ? pack->strings + pack->messages[2 * i] : NULL;
}

const rl_entry *rl_pack_entry(const rl_pack *pack, uint32_t i)
{
    return &pack->entries[pack->ids[i]];
}
uint32_t rl_pack_entry_lines(const rl_pack *pack)
{
    return pack->head->entries.n;
}
const rl_entry *rl_pack_entry_line(const rl_pack *pack, uint32_t i)
{
    return &pack->entries[i];
}
const char *rl_pack_text(const rl_pack *pack, uint32_t text)
{
    return pack->strings + text;
}
const char *rl_pack_file(const rl_pack *pack, uint16_t file)
{
    return pack->strings + pack->files[file];
}

const rl_hap_rule *rl_pack_hap_rules(const rl_pack *pack, size_t *n)
{
    *n = pack->head->haps.n;
    return (const rl_hap_rule *)(const void *)(pack->base + pack->head->haps.off);
}

const uint64_t *rl_pack_hap_first(const rl_pack *pack, uint32_t group, size_t *words)
{
    *words = pack->hap_words;
    return pack->hap_first + group % GROUP_SLOTS * pack->hap_words;
}

uint64_t rl_packs_checksum(const rl_packs *packs)
{
    return ((const rl_file_head *)(const void *)packs->bytes)->checksum;
}

const void *rl_packs_gazetteer(const rl_packs *packs, size_t *bytes)
{
    *bytes = packs->gazetteer_len;
    return packs->gazetteer;
}

uint32_t rl_pack_word(const rl_pack *pack, uint64_t hash)
{
    return (uint32_t)rl_table_find(pack->vocab, pack->nvocab, RL_TABLE_BITS, hash);
}
uint32_t rl_pack_prefix(const rl_pack *pack, uint64_t hash)
{
    return (uint32_t)rl_table_find(pack->prefix, pack->nprefix, RL_TABLE_BITS, hash);
}
bool rl_pack_prefix_maybe(const rl_pack *pack, uint64_t hash)
{
    return pack->bloom[hash >> 6 & (pack->nbloom - 1)] >> (hash & 63) & 1;
}

uint64_t rl_packs_common(const rl_packs *packs, uint64_t hash)
{
    uint64_t at = packs->ncommon ? rl_table_find(packs->common, packs->ncommon, RL_TABLE_BITS, hash) : 0;
    return at ? packs->masks[at - 1] : 0;
}

const rl_pack *rl_packs_alone(const rl_packs *packs, uint8_t script)
{
    return packs->alone[script & 127];
}

static inline const rl_affix *affixes_at(const affixes *a, uint32_t letter, size_t *n)
{
    const uint8_t *from = &a->from[letter % AFFIX_SLOTS];
    *n = (size_t)(from[1] - from[0]);
    return &a->at[from[0]];
}

const rl_affix *rl_pack_clitics(const rl_pack *pack, uint32_t letter, size_t *n)
{
    return affixes_at(&pack->clitics, letter, n);
}

const rl_affix *rl_pack_suffixes(const rl_pack *pack, uint32_t letter, size_t *n)
{
    return affixes_at(&pack->suffixes, letter, n);
}

uint32_t rl_pack_step(const rl_pack *pack, uint32_t node, uint32_t word)
{
    if (!node)
        return word;
    return (uint32_t)rl_table_find(pack->edges, pack->nedge, RL_TABLE_BITS, rl_edge_key(node, word));
}

uint32_t rl_pack_entries(const rl_pack *pack, uint32_t node, uint32_t *n)
{
    uint32_t list = pack->nodes[node];
    *n = pack->lists[list + 1] - pack->lists[list];
    return pack->lists[list];
}
