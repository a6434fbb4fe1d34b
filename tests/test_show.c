/* What is shown: widths, tables, CSV, JSON, and the forms of an account. With a folder as argument the outputs are
 * written there too (claims.jsonl, account.json, .txt, .md, .html), for their schemas and for the eye. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "account_fixture.h"
#include "show/show.h"

static rl_packs *packs;
static const char *out_dir;

static void write_out(const char *name, const rl_buf *b)
{
    char path[512];
    if (!out_dir)
        return;
    snprintf(path, sizeof path, "%s/%s", out_dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->ptr, 1, b->len, f), b->len);
    fclose(f);
}

static bool has(const rl_buf *b, const char *z)
{
    return memmem(b->ptr, b->len, z, strlen(z)) != NULL;
}

static rl_show *open_show(const char *lang, unsigned columns, bool colour)
{
    rl_show *s;
    rl_error err;
    rl_status st = rl_show_open(
        &(rl_show_options){.packs = packs, .lang = lang, .columns = columns, .colour = colour}, &s, &err);
    assert_int_equal(st, RL_OK);
    return s;
}

static void widths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } w[] = {{"", 0},
             {"abc", 3},
             {"\u03ba\u03ac\u03c0\u03b1", 4},
             {"\u6b7b\u8005", 4},
             {"e\u0301", 1},
             {"\u05e9\u05c1\u05b8", 1},
             {"\U0001F1F0\U0001F1FF", 2},
             {"\U0001F468\u200d\U0001F469\u200d\U0001F467", 2},
             {"\u2066a\u2069", 1},
             {"\u1112\u1161\u11ab", 2},
             {"\u2764\ufe0f", 2},
             {"\u0e01\u0e34", 1}};
    for (size_t i = 0; i < sizeof w / sizeof *w; i++)
        assert_int_equal(rl_show_width(str(w[i].text)), w[i].columns);
}

static void plain_text_steers_no_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
        size_t columns;
    } t[] = {{"a\033[31mb", "a[31mb", 0}, {"a\n\n  b ", "a b", 0}, {"\u202eabc\u202c", "abc", 0},
             {"abcdef", "abcd\u2026", 5}, {"abcde", "abcde", 5},   {"\u6b7b\u8005\u8005", "\u6b7b\u2026", 4},
             {"\xff", "\ufffd", 0}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        rl_buf b = {0};
        rl_show_plain(&b, str(t[i].in), t[i].columns);
        assert_int_equal(b.len, strlen(t[i].out));
        assert_memory_equal(b.ptr, t[i].out, b.len);
        rl_buf_clear(&b);
    }
}

static void claims_as_json_lines(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    seeds(f);
    rl_buf b = {0};
    for (size_t r = 0; r < f->n; r++)
        rl_show_claims_jsonl(&b, f->claims[r], f->reading[r].nclaims, f->report[r].text);
    assert_int_equal(b.st, RL_OK);
    assert_true(has(&b, "\"value\":{\"low\":8,\"high\":8,\"qualifier\":\"exact\"}"));
    assert_true(has(&b, "\"value\":{\"low\":1000,\"high\":null,\"qualifier\":\"more_than\"}"));
    assert_true(has(&b, "\"value\":{\"vague\":\"tens\",\"qualifier\":\"vague\"}"));
    assert_true(has(&b, "\"lat\":43.25,\"lon\":76.95"));
    assert_true(has(&b, "\"evidence\":\"two beheaded\""));
    assert_true(has(&b, "\"kind\":\"part\""));
    write_out("claims.jsonl", &b);
    rl_buf_clear(&b);
    rl_arena_free(f->mem);
}

static void csv_is_safe_in_a_spreadsheet(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    size_t r = add_report(f, "=1+1", "2024-03-01");
    rl_place p = almaty();
    p.lat = -1.5;
    add_claim(f, r, "@one, \"two\"", RL_M_KILLED, exact(2), RL_W_ANY, p, "-army", RL_S_INSTITUTION);
    rl_buf b = {0};
    rl_show_claims_csv_head(&b);
    rl_show_claims_csv(&b, f->claims[r], 1, f->report[r].text);
    assert_true(has(&b, ",\"'=1+1\","));
    assert_true(has(&b, ",\"'-army\","));
    assert_true(has(&b, ",-1.5,"));
    assert_true(has(&b, "\"'@one, \"\"two\"\"\"\r\n"));
    rl_buf_clear(&b);
    rl_arena_free(f->mem);
}

static void a_table_keeps_its_columns(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    size_t r = add_report(f, "\u03b1", "2024-03-01");
    add_claim(f, r, "\u05e9\u05de\u05d5\u05e0\u05d4", RL_M_KILLED, exact(8), RL_W_ANY, almaty(),
              "\u05de\u05e9\u05d8\u05e8\u05d4", RL_S_INSTITUTION);
    rl_show *s = open_show("en", 140, false);
    rl_buf b = {0};
    rl_show_claims_table_head(s, &b);
    rl_show_claims_table(s, &b, f->claims[r], 1, f->report[r].text);
    assert_true(has(&b, "Almaty"));
    assert_true(has(&b, "\u2068")); /* right-to-left text is isolated */
    assert_false(has(&b, "\033"));
    rl_str rest = rl_buf_str(&b), line;
    while (rest.len) {
        rl_str_cut(&rest, '\n', &line);
        assert_true(rl_show_width(line) <= 140);
    }
    rl_buf_clear(&b);
    rl_show_close(s);
    rl_arena_free(f->mem);
}

static void the_forms_of_an_account(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    seeds(f);
    rl_account a = make(f, NULL);
    static const char *const langs[] = {"en", "el", "ar", "he", "pl"};
    for (size_t i = 0; i < 5; i++) {
        rl_show *s = open_show(langs[i], 80, false);
        rl_buf text = {0}, md = {0}, html = {0};
        rl_show_account_text(s, &text, &a);
        rl_show_account_md(s, &md, &a);
        rl_show_account_html(s, &html, &a);
        assert_int_equal(text.st | md.st | html.st, RL_OK);
        assert_true(text.len > 1000 && md.len > 1000 && html.len > 1000);
        assert_false(has(&html, "http://") || has(&html, "https://") || has(&html, "<script"));
        assert_true(has(&html, i == 2 || i == 3 ? "dir=\"rtl\"" : "dir=\"ltr\""));
        if (i == 0) {
            assert_true(has(&text, "replaced by 18") && has(&text, "replaced by 748 (Almaty)"));
            assert_true(has(&text, "5 reports"));
            assert_false(has(&text, "measure.") || has(&text, "heading.") || has(&text, "happening."));
        }
        char name[64];
        snprintf(name, sizeof name, "account.%s.txt", langs[i]);
        write_out(name, &text);
        snprintf(name, sizeof name, "account.%s.md", langs[i]);
        write_out(name, &md);
        snprintf(name, sizeof name, "account.%s.html", langs[i]);
        write_out(name, &html);
        rl_buf_clear(&text);
        rl_buf_clear(&md);
        rl_buf_clear(&html);
        rl_show_close(s);
    }
    size_t n;
    const rl_show_format *all = rl_show_formats(&n);
    rl_show *s = open_show("en", 80, false);
    for (size_t i = 0; i < n; i++) {
        rl_buf b = {0}, again = {0};
        all[i].write(s, &b, &a);
        all[i].write(s, &again, &a);
        assert_int_equal(b.st, RL_OK);
        assert_true(b.len > 200 && b.len == again.len && !memcmp(b.ptr, again.ptr, b.len));
        assert_ptr_equal(rl_show_format_of(all[i].name), &all[i]);
        char name[64];
        snprintf(name, sizeof name, "account.%s.%s", all[i].name, all[i].extension);
        write_out(name, &b);
        rl_buf_clear(&b);
        rl_buf_clear(&again);
    }
    assert_null(rl_show_format_of("pdf"));
    rl_show_close(s);
    rl_arena_free(f->mem);
}

static void hostile_text_is_escaped(void **state)
{
    (void)state;
    fixture *f = new_fixture();
    size_t r = add_report(f, "<b>\"&", "2024-03-01");
    add_claim(f, r, "</blockquote><img src=x onerror=y>\033[2J\n# h", RL_M_KILLED, exact(8), RL_W_ANY,
              almaty(), "<i>|x|", RL_S_PERSON);
    f->claims[r][0].lang = str("e\"><x>");
    rl_account a = make(f, NULL);
    rl_show *s = open_show("en", 80, true);
    rl_buf text = {0}, md = {0}, html = {0}, json = {0};
    rl_show_account_text(s, &text, &a);
    rl_show_account_md(s, &md, &a);
    rl_show_account_html(s, &html, &a);
    rl_show_account_json(s, &json, &a);
    assert_false(has(&html, "<img") || has(&html, "<b>\"") || has(&html, "<i>") || has(&html, "<x>"));
    assert_false(has(&text, "\033[2J") || has(&html, "\033"));
    assert_true(has(&text, "\033[1m")); /* colour was asked for */
    assert_false(has(&md, "|x|") || has(&md, "\n# h"));
    assert_true(has(&json, "\\u001b[2J"));
    rl_buf_clear(&text);
    rl_buf_clear(&md);
    rl_buf_clear(&html);
    rl_buf_clear(&json);
    rl_show_close(s);
    rl_arena_free(f->mem);
}

static void an_unknown_language_is_told(void **state)
{
    (void)state;
    rl_show *s;
    rl_error err;
    assert_int_equal(rl_show_open(&(rl_show_options){.packs = packs, .lang = "xx"}, &s, &err), RL_ENOTFOUND);
    assert_null(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths),
        cmocka_unit_test(plain_text_steers_no_terminal),
        cmocka_unit_test(claims_as_json_lines),
        cmocka_unit_test(csv_is_safe_in_a_spreadsheet),
        cmocka_unit_test(a_table_keeps_its_columns),
        cmocka_unit_test(the_forms_of_an_account),
        cmocka_unit_test(hostile_text_is_escaped),
        cmocka_unit_test(an_unknown_language_is_told),
    };
    rl_error err;
    const char *path = getenv("RELATA_PACKS");
    out_dir = argc > 1 ? argv[1] : NULL;
    if (rl_packs_open(path ? path : "packs", &packs, &err) != RL_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rl_packs_close(packs);
    return failed;
}
