/* A token is "rl_ID_SECRET": ID finds the line, SECRET (256 bits of the system's randomness) is hashed and compared in
 * constant time. A token that was found right is remembered by a keyed hash, so that the slow one is for newcomers;
 * wrong ones are counted, and past WRONG in WRONG_MS no more are looked at. A file that others may read is not refused:
 * what is in it opens nothing. */
#include "serve/token.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum { ID = 8, SECRET = 43, SALT = 16, WRONG = 30, WRONG_MS = 10000 };

typedef struct {
    rl_role role;
    char id[ID + 1], hash[128];
} line;

struct rl_tokens {
    char *path;
    pthread_mutex_t lock;
    line at[RL_SERVE_TOKENS_MAX];
    size_t n;
    struct timespec mtime;
    uint8_t seed[192];
    struct {
        XXH128_hash_t key;
        rl_role role;
    } right[RL_SERVE_TOKENS_MAX];
    size_t nright;
    int64_t wrong_from;
    unsigned wrong;
};

static bool random_text(char *out, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./";
    uint8_t bytes[64];
    if (n > sizeof bytes || getrandom(bytes, n, 0) != (ssize_t)n)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = letters[bytes[i] & 63];
    out[n] = 0;
    return true;
}

/* The same without what an address or a cookie would have to escape. */
static bool random_name(char *out, size_t n)
{
    if (!random_text(out, n))
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] == '.' ? '-' : out[i] == '/' ? '~' : out[i];
    return true;
}

rl_status rl_token_new(const char *path, rl_role role, char out[RL_TOKEN_BYTES], rl_error *err)
{
    char id[ID + 1], secret[SECRET + 1], salt[SALT + 1], setting[64];
    struct crypt_data *c = calloc(1, sizeof *c);
    rl_status st = RL_OK;
    if (!c || !random_name(id, ID) || !random_name(secret, SECRET) || !random_text(salt, SALT)) {
        free(c);
        return rl_fail(err, RL_EIO, path, 0, 0, "no randomness is to be had");
    }
    snprintf(setting, sizeof setting, "$5$rounds=1000$%s$", salt);
    const char *hash = crypt_r(secret, setting, c);
    int fd = hash && hash[0] == '$' ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    char text[256];
    int n = fd < 0 ? 0
                   : snprintf(text, sizeof text, "%s\t%s\t%s\n", role == RL_ROLE_REVIEW ? "review" : "read",
                              id, hash);
    if (fd < 0 || write(fd, text, (size_t)n) != n || fsync(fd))
        st = rl_fail(err, RL_EIO, path, 0, 0, "cannot write the token: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    free(c);
    if (!st)
        snprintf(out, RL_TOKEN_BYTES, "rl_%s_%s", id, secret);
    return st;
}

/* ---- the file ---- */

static bool take_line(rl_str s, line *out)
{
    rl_str role, id;
    if (!rl_str_cut(&s, '\t', &role) || !rl_str_cut(&s, '\t', &id) || id.len != ID ||
        s.len >= sizeof out->hash || !s.len)
        return false;
    out->role = rl_str_is(role, "review") ? RL_ROLE_REVIEW
                : rl_str_is(role, "read") ? RL_ROLE_READ
                                          : RL_ROLE_NONE;
    memcpy(out->id, id.ptr, ID);
    memcpy(out->hash, s.ptr, s.len);
    out->hash[s.len] = 0;
    return out->role != RL_ROLE_NONE;
}

static void load(rl_tokens *t)
{
    struct stat sb;
    char *text = NULL;
    size_t len = 0;
    if (stat(t->path, &sb)) {
        t->n = t->nright = 0;
        memset(&t->mtime, 0, sizeof t->mtime);
        return;
    }
    if (sb.st_mtim.tv_sec == t->mtime.tv_sec && sb.st_mtim.tv_nsec == t->mtime.tv_nsec)
        return;
    t->n = t->nright = 0;
    t->mtime = sb.st_mtim;
    if (rl_file_read(t->path, 1u << 20, &text, &len, NULL))
        return;
    rl_str rest = {text, len}, head;
    while (rest.len && t->n < RL_SERVE_TOKENS_MAX) {
        rl_str_cut(&rest, '\n', &head);
        t->n += take_line(head, &t->at[t->n]);
    }
    free(text);
}

rl_tokens *rl_tokens_new(const char *path)
{
    rl_tokens *t = calloc(1, sizeof *t);
    if (!t || !(t->path = strdup(path)) || getrandom(t->seed, sizeof t->seed, 0) != (ssize_t)sizeof t->seed) {
        if (t)
            free(t->path);
        free(t);
        return NULL;
    }
    pthread_mutex_init(&t->lock, NULL);
    load(t);
    return t;
}

void rl_tokens_free(rl_tokens *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t->path);
    free(t);
}

size_t rl_tokens_count(rl_tokens *t)
{
    pthread_mutex_lock(&t->lock);
    load(t);
    size_t n = t->n;
    pthread_mutex_unlock(&t->lock);
    return n;
}

/* ---- is it one? ---- */

static bool same(const char *a, const char *b, size_t n)
{
    unsigned char d = 0;
    for (size_t i = 0; i < n; i++)
        d |= (unsigned char)(a[i] ^ b[i]);
    return !d;
}

static rl_role look_up(const rl_tokens *t, rl_str token)
{
    char secret[SECRET + 1];
    rl_role role = RL_ROLE_NONE;
    if (token.len != 3 + ID + 1 + SECRET || !rl_str_starts(token, "rl_") || token.ptr[3 + ID] != '_')
        return role;
    memcpy(secret, token.ptr + 3 + ID + 1, SECRET);
    secret[SECRET] = 0;
    struct crypt_data *c = calloc(1, sizeof *c);
    for (size_t i = 0; c && i < t->n && !role; i++) {
        if (!same(t->at[i].id, token.ptr + 3, ID))
            continue;
        const char *hash = crypt_r(secret, t->at[i].hash, c);
        size_t n = strlen(t->at[i].hash);
        if (hash && strlen(hash) == n && same(hash, t->at[i].hash, n))
            role = t->at[i].role;
    }
    free(c);
    return role;
}

rl_role rl_tokens_role(rl_tokens *t, rl_str token, int64_t now_ms, bool *tired)
{
    rl_role role = RL_ROLE_NONE;
    XXH128_hash_t key = XXH3_128bits_withSecret(token.ptr, token.len, t->seed, sizeof t->seed);
    *tired = false;
    pthread_mutex_lock(&t->lock);
    load(t);
    for (size_t i = 0; i < t->nright && !role; i++)
        if (XXH128_isEqual(t->right[i].key, key))
            role = t->right[i].role;
    if (now_ms - t->wrong_from > WRONG_MS) {
        t->wrong_from = now_ms;
        t->wrong = 0;
    }
    *tired = !role && t->wrong >= WRONG;
    if (!role && !*tired) {
        role = look_up(t, token);
        t->wrong += !role;
        if (role && t->nright < RL_SERVE_TOKENS_MAX) {
            t->right[t->nright].key = key;
            t->right[t->nright++].role = role;
        }
    }
    pthread_mutex_unlock(&t->lock);
    return role;
}
