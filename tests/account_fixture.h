/* Reports and readings made by hand, for the tests of accounts and of what is shown of them. */
#ifndef RL_TESTS_ACCOUNT_FIXTURE_H
#define RL_TESTS_ACCOUNT_FIXTURE_H

#include "base/base.h"

typedef struct {
    rl_arena *mem;
    rl_account_input in[16];
    rl_report report[16];
    rl_reading reading[16];
    rl_claim claims[16][24];
    bool past[16][24];
    rl_happening happenings[16][8];
    char text[16][4096];
    size_t n;
} fixture;

static inline rl_str str(const char *z)
{
    return rl_str_z(z);
}

static inline rl_place kazakhstan(void)
{
    return (rl_place){.name = RL_STR("Kazakhstan"), .country = RL_STR("KZ"), .is_country = true};
}

static inline rl_place almaty(void)
{
    return (rl_place){.name = RL_STR("Almaty"),
                      .country = RL_STR("KZ"),
                      .admin1 = RL_STR("02"),
                      .id = 1526384,
                      .has_point = true,
                      .lat = 43.25,
                      .lon = 76.95,
                      .population = 2000900};
}

static inline rl_date day(const char *iso)
{
    rl_date d = {0};
    if (iso && !rl_date_parse(str(iso), &d))
        d = (rl_date){0};
    return d;
}

static inline rl_value exact(int64_t n)
{
    return (rl_value){n, n, true, true, RL_Q_EXACT, RL_V_NONE};
}
static inline rl_value at_least(int64_t n)
{
    return (rl_value){n, 0, true, false, RL_Q_AT_LEAST, RL_V_NONE};
}
static inline rl_value more_than(int64_t n)
{
    return (rl_value){n, 0, true, false, RL_Q_MORE_THAN, RL_V_NONE};
}
static inline rl_value vague(rl_vague v)
{
    return (rl_value){0, 0, false, false, RL_Q_VAGUE, v};
}

static inline size_t add_report(fixture *f, const char *id, const char *date)
{
    size_t r = f->n++;
    f->report[r] = (rl_report){.id = str(id), .text = str(f->text[r])};
    f->reading[r] = (rl_reading){.claims = f->claims[r], .happenings = f->happenings[r], .date = day(date)};
    f->in[r] = (rl_account_input){&f->report[r], &f->reading[r], NULL};
    snprintf(f->text[r], sizeof f->text[r], "%s. ", id);
    return r;
}

/* Appends words to the report's text and a claim that quotes them; source NULL: the report's own voice. */
static inline rl_claim *add_claim(fixture *f, size_t r, const char *words, rl_measure m, rl_value v,
                                  rl_who who, rl_place p, const char *source, rl_source_kind kind)
{
    rl_claim *c = &f->claims[r][f->reading[r].nclaims++];
    size_t at = strlen(f->text[r]);
    snprintf(f->text[r] + at, sizeof f->text[r] - at, "%s. ", words);
    f->report[r].text = str(f->text[r]);
    *c = (rl_claim){.doc = f->report[r].id,
                    .lang = RL_STR("en"),
                    .measure = m,
                    .value = v,
                    .who = who,
                    .place = p,
                    .passage = RL_PSG_BODY,
                    .confidence = 0.9,
                    .rule = "test"};
    c->span = (rl_span){(uint32_t)at, (uint32_t)strlen(words)};
    c->sentence = c->span;
    char key[128];
    snprintf(key, sizeof key, "%.*s/%zu/%d", (int)f->report[r].id.len, f->report[r].id.ptr, at, m);
    snprintf(c->id, sizeof c->id, "%016llx", (unsigned long long)rl_hash(key, strlen(key)));
    if (source) {
        rl_source *s = RL_NEW(f->mem, rl_source, 1);
        *s = (rl_source){
            .name = str(source), .text = str(source), .kind = kind, .key = rl_hash(source, strlen(source))};
        c->sources = s;
        c->nsources = 1;
    }
    return c;
}

static inline void add_happening(fixture *f, size_t r, rl_happening_type t, const char *topic,
                                 const char *date, rl_place p)
{
    rl_happening *h = &f->happenings[r][f->reading[r].nhappenings++];
    *h = (rl_happening){.type = t,
                        .date = day(date),
                        .place = p,
                        .doc = f->report[r].id,
                        .lang = RL_STR("en"),
                        .span = {0, 4},
                        .topic = str(topic)};
}

/* What the five reports of the first account say, as they are marked. */
static inline void seeds(fixture *f)
{
    size_t a = add_report(f, "000.txt", "2022-01-06"), b = add_report(f, "001.txt", "2022-01-07");
    size_t c = add_report(f, "002.txt", "2022-01-06"), d = add_report(f, "003.txt", "2022-01-06");
    size_t e = add_report(f, "004.txt", "2022-01-06");
    const char *moi = "Ministry of Internal Affairs";
    add_claim(f, a, "eight killed", RL_M_KILLED, exact(8), RL_W_SECURITY, kazakhstan(), moi,
              RL_S_INSTITUTION);
    add_claim(f, a, "317 injured", RL_M_INJURED, exact(317), RL_W_SECURITY, kazakhstan(), moi,
              RL_S_INSTITUTION);
    add_claim(f, a, "thousands injured", RL_M_INJURED, vague(RL_V_THOUSANDS), RL_W_ANY, kazakhstan(), NULL, 0)
        ->modality = RL_MOD_REPORTED;
    add_claim(f, b, "dozens killed", RL_M_KILLED, vague(RL_V_TENS), RL_W_ANY, kazakhstan(), "Hillel Neuer",
              RL_S_PERSON);
    add_claim(f, b, "1000 injured", RL_M_INJURED, exact(1000), RL_W_ANY, kazakhstan(), "Hillel Neuer",
              RL_S_PERSON);
    add_claim(f, b, "dozens of rioters", RL_M_KILLED, vague(RL_V_TENS), RL_W_ATTACKER, almaty(),
              "Almaty police", RL_S_INSTITUTION)
        ->date = day("2022-01-06");
    add_claim(f, b, "18 killed", RL_M_KILLED, exact(18), RL_W_SECURITY, kazakhstan(), "official figures",
              RL_S_DOCUMENT);
    add_claim(f, b, "hundreds injured", RL_M_INJURED, vague(RL_V_HUNDREDS), RL_W_SECURITY, kazakhstan(),
              "official figures", RL_S_DOCUMENT);
    add_claim(f, b, "two beheaded", RL_M_KILLED, exact(2), RL_W_SECURITY, kazakhstan(), "Kazakhstan police",
              RL_S_INSTITUTION)
        ->kind = RL_K_PART;
    add_claim(f, b, "hundreds of civilians", RL_M_KILLED, vague(RL_V_HUNDREDS), RL_W_CIVILIAN, kazakhstan(),
              NULL, 0)
        ->modality = RL_MOD_POSSIBLE;
    add_claim(f, c, "over a thousand", RL_M_INJURED, more_than(1000), RL_W_ANY, almaty(), "authorities",
              RL_S_INSTITUTION);
    add_claim(f, c, "eight dead", RL_M_KILLED, exact(8), RL_W_SECURITY, kazakhstan(), NULL, 0);
    add_claim(f, c, "dozens of attackers", RL_M_KILLED, vague(RL_V_TENS), RL_W_ATTACKER, almaty(),
              "Saltanat Azirbek", RL_S_PERSON);
    add_claim(f, d, "8 officers", RL_M_KILLED, exact(8), RL_W_SECURITY, kazakhstan(), NULL, 0)->modality =
        RL_MOD_REPORTED;
    add_claim(f, e, "748 hurt", RL_M_INJURED, exact(748), RL_W_SECURITY, almaty(), "Almaty city officials",
              RL_S_PERSON);
    add_claim(f, e, "18 slain", RL_M_KILLED, exact(18), RL_W_SECURITY, almaty(), "Almaty city officials",
              RL_S_PERSON);
    add_happening(f, a, RL_H_RESIGNATION, "", "2022-01-05", kazakhstan());
    add_happening(f, c, RL_H_RESIGNATION, "", NULL, kazakhstan());
    add_happening(f, d, RL_H_RESIGNATION, "", "2022-01-05", almaty());
    add_happening(f, c, RL_H_SHUTDOWN, "internet", "2022-01-05", kazakhstan());
    add_happening(f, c, RL_H_SHUTDOWN, "banks", "2022-01-05", kazakhstan());
    add_happening(f, d, RL_H_SHUTDOWN, "internet", "2022-01-05", kazakhstan());
}

static inline fixture *new_fixture(void)
{
    rl_arena *mem = rl_arena_new(64u << 20);
    fixture *f = RL_NEW(mem, fixture, 1);
    assert(f);
    f->mem = mem;
    return f;
}

static inline rl_account make(fixture *f, const rl_account_options *opt)
{
    rl_account a;
    rl_error err;
    rl_status st = rl_account_make(f->mem, NULL, f->in, f->n, opt, &a, &err);
    assert(st == RL_OK);
    (void)st;
    return a;
}

#endif
