/* The files that were built in: the page, and docs/openapi.json. Made by tools/embed.c. */
#ifndef RL_SERVE_PAGE_H
#define RL_SERVE_PAGE_H

#include <stddef.h>

typedef struct {
    const char *path; /* "/index.html" */
    const char *type;
    const unsigned char *gzip; /* the bytes, compressed */
    size_t gzip_bytes, bytes;
    char etag[33];
} rl_page_file;

extern const rl_page_file rl_page_files[];
extern const size_t rl_page_nfiles;

#endif
