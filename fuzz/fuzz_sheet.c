/* Any bytes as a sheet of figures: CSV, or a workbook where they are a zip archive; the map and the name from the first
 * bytes. What comes out must be a sheet that reading takes, with claims inside it. */
#include <stdlib.h>

#include "base/cell.h"
#include "claim/claim.h"
#include "read/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rl_status taken(void *ctx, rl_arena *mem, const rl_document *d, rl_error *err)
{
    rl_report report = {.id = d->doc, .text = d->body, .outlet = d->outlet, .given = true};
    rl_reading r;
    rl_packs *packs = ctx;
    rl_names *names = NULL;
    rl_status st = rl_claim_given(mem, packs, &names, &report, &r, err);
    for (size_t i = 0; !st && i < r.nclaims; i++) {
        const rl_claim *c = &r.claims[i];
        assert(rl_span_end(c->span) <= d->body.len && c->value_span.len);
        assert(c->value_span.off >= c->span.off && rl_span_end(c->value_span) <= rl_span_end(c->span));
        assert((unsigned)c->measure < RL_M_N && (unsigned)c->who < RL_W_N);
        assert(!c->value.has_low || !c->value.has_high || c->value.low <= c->value.high);
    }
    assert(d->body.len == 0 || rl_utf8_valid(d->body.ptr, d->body.len) == d->body.len);
    rl_names_close(names);
    return RL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const maps[] = {"killed=a", "date.dmy=a,place=b,killed=c,injured.child.new=d,source=e",
                                       "value=a,measure=b,who=c,country=d,person=e",
                                       "name:=x\nsheet:=y\nkilled=a\nplace:=Limassol"};
    static rl_packs *packs;
    rl_error err = {0};
    if (!packs && rl_packs_open(getenv("RELATA_PACKS"), &packs, &err))
        abort();
    if (size < 1)
        return 0;
    rl_extract_options opt = {.map = rl_str_z(maps[data[0] % 4])};
    rl_reader_sink sink = {.document = taken, .ctx = packs};
    rl_str bytes = {(const char *)data + 1, size - 1};
    rl_value v;
    rl_date day;
    (void)rl_cell_value(bytes, &v);
    (void)rl_cell_day(bytes, RL_DAY_DMY, &day);
    (void)rl_read_bytes(data[0] & 4 ? RL_STR("f.xlsx") : RL_STR("f.csv"), bytes, &opt, &sink, &err);
    return 0;
}
