/* relata explain FILE:OFFSET: why the claim there was found. */
#include <stdlib.h>

#include "cli/cli.h"

enum { O_PACKS, O_DATE, O_ID, O_N };
static const rl_cli_option options[] = {
    {"--packs", "DIR", "compiled packs, or a folder of pack sources, in place of the installed ones"},
    {"--date", "DAY", "the day of reports that carry none"},
    {"--id", "ID", "of a file of reports (.jsonl): the record that OFFSET counts in"},
    {0}};

typedef struct {
    rl_packs *packs;
    rl_reader *reader;
    rl_arena *mem;
    rl_read_options read;
    const char *id;
    uint64_t offset;
    size_t found, claims;
} job;

static void line(rl_buf *out, const char *label, rl_str text, rl_span s, rl_rule_ref ref)
{
    if (!s.len && !ref.file)
        return;
    rl_buf_f(out, "  %-10s", label);
    if (s.len) {
        rl_buf_z(out, "\"");
        rl_buf_add(out, rl_span_str(text, s));
        rl_buf_f(out, "\"  bytes %u-%u", s.off, rl_span_end(s));
    }
    if (ref.file && ref.file[0])
        rl_buf_f(out, ref.line ? "  packs/%s:%u" : "  %s", ref.file, ref.line);
    rl_buf_c(out, '\n');
}

static void value(rl_buf *out, const rl_value *v)
{
    if (v->qualifier == RL_Q_VAGUE)
        rl_buf_z(out, rl_vague_name(v->vague));
    else if (v->qualifier == RL_Q_RANGE)
        rl_buf_f(out, "%lld to %lld", (long long)v->low, (long long)v->high);
    else
        rl_buf_f(out, "%s %lld", rl_qualifier_name(v->qualifier), (long long)(v->has_low ? v->low : v->high));
}

static void explain(rl_buf *out, const rl_claim *c, rl_str text)
{
    rl_buf_f(out, "claim %s: %s, ", c->id, rl_measure_name(c->measure));
    value(out, &c->value);
    rl_buf_f(out, ", %s, %s, %s%s; confidence %.2f\n", rl_who_name(c->who), rl_kind_name(c->kind),
             rl_modality_name(c->modality), c->history ? ", of an earlier happening" : "", c->confidence);
    rl_buf_f(out, "  %-10s%s\n", "rule", c->rule);
    line(out, "quantity", text, c->value_span, c->value_ref);
    line(out, "cue", text, c->cue_span, c->cue_ref);
    line(out, "whom", text, c->whom_span, c->whom_ref);
    line(out, "place", text, c->place_span, (rl_rule_ref){0});
    if (c->place.name.len)
        rl_buf_f(out, "  %-10s%.*s (%.*s)%s\n", "", (int)c->place.name.len, c->place.name.ptr,
                 (int)c->place.country.len, c->place.country.ptr,
                 c->place_span.len ? "" : ": the place that the report tells most of");
    line(out, "date", text, c->date_span, (rl_rule_ref){0});
    for (size_t i = 0; i < c->nsources; i++) {
        line(out, i ? "passed on" : "says so", text, c->sources[i].span, (rl_rule_ref){0});
        rl_buf_f(out, "  %-10s%.*s\n", "", (int)c->sources[i].name.len, c->sources[i].name.ptr);
    }
    if (!c->nsources)
        rl_buf_f(out, "  %-10sthe report itself\n", "says so");
    line(out, "sentence", text, c->sentence, (rl_rule_ref){0});
}

static rl_status one(void *ctx, const rl_report *report, rl_error *err)
{
    job *j = ctx;
    rl_reading r;
    rl_buf out = {0};
    if (j->id && !rl_str_is(report->id, j->id))
        return RL_OK;
    rl_status st = rl_read_report(j->mem, j->reader, report, &j->read, &r, err);
    for (size_t i = 0; !st && i < r.nclaims; i++) {
        const rl_claim *c = &r.claims[i];
        j->claims++;
        if (j->offset != UINT64_MAX && (j->offset < c->span.off || j->offset >= rl_span_end(c->span)))
            continue;
        explain(&out, c, report->text);
        j->found++;
    }
    if (!rl_cli_write(&out))
        st = RL_EIO;
    rl_buf_clear(&out);
    rl_arena_clear(j->mem);
    return st;
}

static int run(int argc, char **argv)
{
    const char *v[O_N] = {0};
    bool help;
    rl_error err = {0};
    job j = {.offset = UINT64_MAX};
    if (!rl_cli_options(&rl_cmd_explain, &argc, argv, v, &help))
        return 2;
    if (help || argc != 2) {
        rl_cli_help(&rl_cmd_explain);
        return help ? 0 : 2;
    }
    char *colon = strrchr(argv[1], ':');
    if (colon && rl_str_uint(rl_str_z(colon + 1), UINT32_MAX, &j.offset))
        *colon = 0;
    if (!rl_cli_day(&rl_cmd_explain, "--date", v[O_DATE], &j.read.date))
        return 2;
    j.id = v[O_ID];
    if (rl_packs_open(v[O_PACKS], &j.packs, &err)) {
        rl_cli_error(&err);
        return 1;
    }
    j.mem = rl_arena_new(RL_ARENA_DEFAULT);
    j.reader = rl_reader_new(j.packs);
    size_t faults = j.mem && j.reader ? rl_input_each(argv[1], one, &j) : 1;
    if (!faults && !j.found)
        fprintf(stderr, "relata explain: no claim %s (%zu claims in all)\n",
                j.offset == UINT64_MAX ? "found" : "covers that byte", j.claims);
    rl_arena_free(j.mem);
    rl_reader_free(j.reader);
    rl_packs_close(j.packs);
    return faults || !j.found;
}

const rl_command rl_cmd_explain = {"explain",
                                   "explain [--packs DIR] [--date DAY] [--id ID] FILE[:OFFSET]",
                                   "why a claim was found",
                                   "Tells of each claim that covers the byte OFFSET of FILE (of all claims "
                                   "without one) what made it: the quantity, the cue\n"
                                   "and the noun with the words that say them and the line of the pack that "
                                   "knows them, the rule that joined them, the\n"
                                   "place, the day, and who says so.",
                                   options,
                                   "relata explain report.txt:4032\tthe claim at that byte\nrelata explain "
                                   "--id 7f3a reports.jsonl\tevery claim of that record\n",
                                   run};
