/* A robots.txt and a path, cut at the first NUL; the path also as an address against a base. */
#include "net/net.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rl_str path = {(const char *)data, size}, text;
    rl_robots r;
    char *url;
    rl_str_cut(&path, 0, &text);
    if (rl_robots_read(text, "relata", &r) == RL_OK) {
        bool first = rl_robots_allow(&r, path);
        assert(first == rl_robots_allow(&r, path));
        rl_robots_clear(&r);
    }
    if (rl_net_resolve(RL_STR("http://example.org/a/b?c"), path, &url)) {
        assert(!strncmp(url, "http://", 7) || !strncmp(url, "https://", 8));
        free(url);
    }
    return 0;
}
