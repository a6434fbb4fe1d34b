/* page_features PAGE.html...: for each page one line of JSON with its blocks and what the model sees
 * of each, for tools/page_learn.py. */
#include "read/block.h"
#include "read/recode.h"

#include <stdlib.h>

static void list_of_blocks(rl_buf *b, const rl_blocks *blocks)
{
    rl_buf_z(b, ",\"blocks\":[");
    for (size_t k = 0; k < blocks->n; k++) {
        rl_buf_z(b, k ? "," : "");
        rl_buf_json(b, rl_span_str(blocks->text, blocks->at[k].text));
    }
    rl_buf_c(b, ']');
}

static void features(rl_buf *b, const rl_features *f)
{
    rl_buf_z(b, ",\"names\":[");
    for (size_t k = 0; k < f->width; k++)
        rl_buf_f(b, "%s\"%s\"", k ? "," : "", f->names[k]);
    rl_buf_z(b, "],\"features\":[");
    for (size_t k = 0; k < f->n * f->width; k++)
        rl_buf_f(b, "%s%.6g", k ? "," : "", (double)f->at[k]);
    rl_buf_z(b, "]}\n");
}

static rl_status one(rl_arena *mem, const char *path, rl_error *err)
{
    char *bytes;
    size_t len;
    rl_status st = rl_file_read(path, RL_TEXT_MAX, &bytes, &len, err);
    if (st != RL_OK)
        return st;
    rl_recoded rc;
    rl_lean lean;
    rl_dom dom;
    rl_page_meta meta;
    rl_blocks blocks;
    rl_features f;
    rl_buf b = {0};
    if ((st = rl_recode(mem, (rl_str){bytes, len}, (rl_str){0}, true, &rc, err)) == RL_OK &&
        (st = rl_lean_page(mem, rc.text, &lean, err)) == RL_OK &&
        (st = rl_dom_parse(mem, &lean, &dom, err)) == RL_OK &&
        (st = rl_page_metadata(mem, &lean, &dom, (rl_str){0}, &meta, err)) == RL_OK &&
        (st = rl_blocks_cut(mem, &dom, &blocks, err)) == RL_OK &&
        (st = rl_blocks_features(mem, &dom, &meta, &blocks, &f, err)) == RL_OK) {
        const char *base = strrchr(path, '/');
        rl_buf_z(&b, "{\"doc\":");
        rl_buf_json(&b, rl_str_z(base ? base + 1 : path));
        list_of_blocks(&b, &blocks);
        features(&b, &f);
        fwrite(b.ptr, 1, b.len, stdout);
    }
    rl_buf_clear(&b);
    free(bytes);
    return st;
}

int main(int argc, char **argv)
{
    rl_arena *mem = rl_arena_new(RL_ARENA_DEFAULT);
    rl_error err = {0};
    for (int i = 1; mem && i < argc; i++) {
        rl_arena_clear(mem);
        if (one(mem, argv[i], &err) != RL_OK) {
            fprintf(stderr, "page_features: %s: %s\n", argv[i], err.message);
            return 1;
        }
    }
    rl_arena_free(mem);
    return 0;
}
