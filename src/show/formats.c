/* The table of forms that an account can be had in: the command line and the server go by it. */
#include "show/show.h"

static const rl_show_format formats[] = {
    {"text", "text/plain; charset=utf-8", "txt", rl_show_account_text, false, 0},
    {"md", "text/markdown; charset=utf-8", "md", rl_show_account_md, false, 0},
    {"html", "text/html; charset=utf-8", "html", rl_show_account_html, false, 0},
    {"json", "application/json", "json", rl_show_account_json, false, 0},
    {"csv", "text/csv; charset=utf-8", "csv", rl_show_account_csv, false, 0},
    {"jsonl", "application/x-ndjson", "jsonl", rl_show_account_jsonl, false, 0},
    {"geojson", "application/geo+json", "geojson", rl_show_account_geojson, false, 0},
    {"atom", "application/atom+xml", "atom", rl_show_account_atom, false, 0},
    {"acled", "text/csv; charset=utf-8", "csv", rl_show_account_acled, true, RL_SPREAD_CONSERVATIVE},
    {"ucdp", "text/csv; charset=utf-8", "csv", rl_show_account_ucdp, true, RL_SPREAD_LOW_BEST_HIGH},
};

const rl_show_format *rl_show_formats(size_t *n)
{
    *n = sizeof formats / sizeof *formats;
    return formats;
}

const rl_show_format *rl_show_format_of(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(formats[i].name, name))
            return &formats[i];
    return NULL;
}
