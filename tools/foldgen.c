/* Writes the table of src/pack/fold.h from ICU: class, script and folding of every code point.
 * Stage one: 0x1100 numbers of blocks; stage two: blocks of 256 packed words. O(0x110000). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "pack/fold.h"

static const UNormalizer2 *nfkd, *nfkc;
static UTransliterator *simplify;

static UScriptCode script_of(UChar32 c)
{
    UErrorCode st = U_ZERO_ERROR;
    UScriptCode s = uscript_getScript(c, &st);
    return U_FAILURE(st) ? USCRIPT_COMMON : s;
}

static bool unspaced(UChar32 c, UScriptCode s)
{
    switch (s) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
    default:
        return c == 0x30FC || c == 0x3005;
    }
}

/* The first code point of the normalised form when it has just one base letter, else c. */
static UChar32 normal(const UNormalizer2 *n, UChar32 c, bool strip)
{
    UChar in[2], out[32];
    int32_t len = 0, i = 0;
    UErrorCode st = U_ZERO_ERROR;
    U16_APPEND_UNSAFE(in, len, c);
    int32_t m = unorm2_normalize(n, in, len, out, 32, &st);
    if (U_FAILURE(st) || m <= 0)
        return c;
    UChar32 first;
    U16_NEXT(out, i, m, first);
    while (i < m) {
        UChar32 more;
        U16_NEXT(out, i, m, more);
        if (!strip || !(U_GET_GC_MASK(more) & U_GC_M_MASK))
            return c;
    }
    return first;
}

static UChar32 simplified(UChar32 c)
{
    UChar s[8];
    int32_t len = 0, i = 0;
    UErrorCode st = U_ZERO_ERROR;
    U16_APPEND_UNSAFE(s, len, c);
    int32_t limit = len;
    utrans_transUChars(simplify, s, &len, 8, 0, &limit, &st);
    UChar32 out = c;
    if (U_SUCCESS(st) && len > 0)
        U16_NEXT(s, i, len, out);
    return i == len ? out : c;
}

static UChar32 fold_letter(UChar32 c, UScriptCode s)
{
    /* variants that one writes for another: dotless and dotted i, yo, alef, yeh, kaf, teh marbuta, heh goal, comma and
     * cedilla below s and t */
    static const uint32_t variant[][2] = {
        {0x131, 'i'},   {0x130, 'i'},   {0x451, 0x435}, {0x401, 0x435}, {0x3C2, 0x3C3}, {0x622, 0x627},
        {0x623, 0x627}, {0x625, 0x627}, {0x671, 0x627}, {0x649, 0x64A}, {0x6CC, 0x64A}, {0x6A9, 0x643},
        {0x6AA, 0x643}, {0x629, 0x647}, {0x6C1, 0x647}, {0x6C2, 0x647}, {0x6C3, 0x647}, {0x6D5, 0x647},
        {0x2BC, '\''},  {0x219, 0x15F}, {0x21B, 0x163}};
    if (s == USCRIPT_HAN)
        return simplified(c);
    c = normal(nfkc, c, false);
    c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
    if (s == USCRIPT_GREEK || s == USCRIPT_HEBREW)
        c = normal(nfkd, c, true);
    for (size_t i = 0; i < sizeof variant / sizeof *variant; i++)
        if (variant[i][0] == (uint32_t)c)
            c = (UChar32)variant[i][1];
    return c;
}

static uint32_t pack_cp(UChar32 c)
{
    UScriptCode s = script_of(c);
    uint32_t gc = U_GET_GC_MASK(c), cls, fold = (uint32_t)c;
    int digit = u_charDigitValue(c);
    if (gc & U_GC_ND_MASK && digit >= 0) {
        cls = RL_CP_DIGIT;
        fold = '0' + (uint32_t)digit;
    } else if (c == 0x200B || c == 0xAD || (gc & U_GC_CF_MASK)) {
        cls = RL_CP_MARK;
    } else if (u_isUWhiteSpace(c) || (gc & U_GC_Z_MASK) || (gc & U_GC_CC_MASK)) {
        cls = RL_CP_SPACE;
    } else if (unspaced(c, s)) {
        cls = RL_CP_CHAR;
        fold = (uint32_t)fold_letter(c, s);
    } else if (gc & U_GC_M_MASK) {
        bool dropped = s == USCRIPT_ARABIC || s == USCRIPT_HEBREW || s == USCRIPT_INHERITED ||
                       s == USCRIPT_GREEK || s == USCRIPT_LATIN || s == USCRIPT_CYRILLIC || c == 0x640;
        cls = dropped ? RL_CP_MARK : RL_CP_JOIN;
    } else if (c == 0x640) {
        cls = RL_CP_MARK;
    } else if (u_isalpha(c)) {
        cls = RL_CP_LETTER;
        fold = (uint32_t)fold_letter(c, s);
    } else {
        cls = RL_CP_PUNCT;
    }
    uint32_t script = s > 0 && s < 127 ? (uint32_t)s : s >= 127 ? 127 : 0;
    bool upper = u_isupper(c) || u_istitle(c);
    if (fold == (uint32_t)c)
        fold = 0; /* as is: so that blocks repeat */
    return fold | cls << 21 | (uint32_t)upper << 24 | script << 25;
}

int main(int argc, char **argv)
{
    UErrorCode st = U_ZERO_ERROR;
    static const UChar id[] = u"Traditional-Simplified";
    nfkd = unorm2_getNFKDInstance(&st);
    nfkc = unorm2_getNFKCInstance(&st);
    simplify = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &st);
    FILE *f = argc == 2 ? fopen(argv[1], "w") : NULL;
    if (U_FAILURE(st) || !f) {
        fprintf(stderr, "foldgen: %s\n", U_FAILURE(st) ? u_errorName(st) : "usage: foldgen OUT.c");
        return 1;
    }
    static uint32_t blocks[0x1100][256];
    static uint16_t index[0x1100];
    uint32_t n = 0;
    for (uint32_t b = 0; b < 0x1100; b++) {
        for (uint32_t i = 0; i < 256; i++)
            blocks[n][i] = pack_cp((UChar32)(b << 8 | i));
        uint32_t same = 0;
        while (same < n && memcmp(blocks[same], blocks[n], sizeof blocks[n]))
            same++;
        /* blocks of unassigned and ideographic code points fold to themselves: no two are equal unless flagged */
        index[b] = (uint16_t)same;
        n += same == n;
    }
    fprintf(f, "/* Generated by tools/foldgen.c from ICU %s. */\n#include \"pack/fold.h\"\n", U_ICU_VERSION);
    fprintf(f, "const uint16_t rl_fold_index[0x2000] = {");
    for (uint32_t b = 0; b < 0x1100; b++)
        fprintf(f, "%s%u,", b % 24 ? "" : "\n", index[b]);
    fprintf(f, "};\nconst uint32_t rl_fold_blocks[%u][256] = {\n", n);
    for (uint32_t b = 0; b < n; b++) {
        fprintf(f, "{");
        for (uint32_t i = 0; i < 256; i++)
            fprintf(f, "%s0x%x,", i % 16 ? "" : "\n", blocks[b][i]);
        fprintf(f, "},\n");
    }
    fprintf(f, "};\n");
    utrans_close(simplify);
    return fclose(f) ? 1 : 0;
}
