/* What an account is cited by. O(claims). */
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

/* The decisions of reviewers on claims that hold here; left out where there are none. */
static void decisions_json(rl_buf *out, const rl_account *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->nclaims; i++) {
        const rl_review *r = a->claims[i].claim->review;
        if (!r)
            continue;
        rl_buf_f(out,
                 "%s{\"n\":%lld,\"state\":\"%s\",\"claim\":\"%s\",\"by\":", n++ ? "," : ",\"decisions\":[",
                 (long long)r->decision, rl_review_name(r->state), a->claims[i].claim->id);
        rl_buf_json(out, r->by);
        rl_buf_z(out, ",\"at\":");
        rl_buf_json(out, r->at);
        rl_buf_z(out, ",\"why\":");
        rl_buf_json(out, r->why);
        rl_buf_c(out, '}');
    }
    rl_buf_z(out, n ? "]" : "");
    if (a->nretracted)
        rl_buf_f(out, ",\"retracted\":%zu", a->nretracted);
}

void rl_show_cite_json(rl_show *s, rl_buf *out, const rl_account *a, const char *hash)
{
    bool dated = rl_date_known(a->as_of);
    rl_buf_f(out, "{\"relata\":\"%s\",\"packs\":\"%016llx\",\"rule\":\"%s\",\"as_of\":%s", RL_VERSION,
             packs_of(s), rl_spread_rule_name(a->rule), dated ? "\"" : "null");
    rl_show_as_of(out, a);
    rl_buf_f(out, "%s,\"redacted\":%s,\"reports\":%zu", dated ? "\"" : "", a->redacted ? "true" : "false",
             a->nreports);
    decisions_json(out, a);
    rl_buf_f(out, ",\"xxh3_128\":\"%s\"}", hash);
}

/* The decisions of reviewers that hold here, by their numbers in the store's log; what they took out is told too. */
static void decisions(rl_buf *out, const rl_account *a)
{
    enum { MOST = 32 };
    size_t n = 0;
    for (size_t i = 0; i < a->nclaims; i++) {
        const rl_review *r = a->claims[i].claim->review;
        if (r && ++n <= MOST)
            rl_buf_f(out, "%s%lld %s", n == 1 ? "; decisions " : ", ", (long long)r->decision,
                     rl_review_name(r->state));
    }
    if (n > MOST)
        rl_buf_f(out, " and %zu more", n - MOST);
    if (a->nretracted)
        rl_buf_f(out, "; reports retracted %zu", a->nretracted);
}

void rl_show_cite_line(rl_show *s, rl_buf *out, const rl_account *a)
{
    rl_buf_f(out, "relata %s; packs %016llx; rule %s; ", RL_VERSION, packs_of(s),
             rl_spread_rule_name(a->rule));
    rl_buf_z(out, rl_date_known(a->as_of) ? "as_of " : "");
    rl_show_as_of(out, a);
    rl_buf_z(out, rl_date_known(a->as_of) ? "; " : "");
    rl_buf_f(out, "%sreports %zu", a->redacted ? "redacted; " : "", a->nreports);
    decisions(out, a);
    rl_buf_f(out, "; xxh3_128 %s", rl_show_hash(s));
}
