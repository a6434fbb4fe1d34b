/* What an account is cited by. O(1), the hash aside. */
#include "show/cite.h"

#include "pack/pack.h"
#include "show/json.h"

void rl_show_minute(rl_buf *out, int64_t minute)
{
    int64_t day = minute / 1440 - (minute % 1440 < 0), of_day = minute - day * 1440;
    rl_show_iso(out, rl_date_from_days((int32_t)day));
    rl_buf_f(out, "T%02d:%02d:00Z", (int)(of_day / 60), (int)(of_day % 60));
}

void rl_show_as_of(rl_buf *out, const rl_account *a)
{
    if (a->as_of_minute)
        rl_show_minute(out, (int64_t)rl_date_days(a->as_of) * 1440 + a->as_of_minute - 1);
    else
        rl_show_iso(out, a->as_of);
}

static unsigned long long packs_of(const rl_show *s)
{
    return rl_packs_checksum(rl_show_settings(s)->packs);
}

void rl_show_cite_json(rl_show *s, rl_buf *out, const rl_account *a, const char *hash)
{
    bool dated = rl_date_known(a->as_of);
    rl_buf_f(out, "{\"relata\":\"%s\",\"packs\":\"%016llx\",\"rule\":\"%s\",\"as_of\":%s", RL_VERSION,
             packs_of(s), rl_spread_rule_name(a->rule), dated ? "\"" : "null");
    rl_show_as_of(out, a);
    rl_buf_f(out, "%s,\"redacted\":%s,\"reports\":%zu,\"xxh3_128\":\"%s\"}", dated ? "\"" : "",
             a->redacted ? "true" : "false", a->nreports, hash);
}

void rl_show_cite_line(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf_f(out, "relata %s; packs %016llx; rule %s; ", RL_VERSION, packs_of(s),
             rl_spread_rule_name(a->rule));
    rl_buf_z(out, rl_date_known(a->as_of) ? "as_of " : "");
    rl_show_as_of(out, a);
    rl_buf_z(out, rl_date_known(a->as_of) ? "; " : "");
    rl_buf_f(out, "%sreports %zu; xxh3_128 %s", a->redacted ? "redacted; " : "", a->nreports,
             rl_show_hash(s));
}
