/* ICU's MessageFormat behind a C interface. Invariant: an argument of the wrong kind is an error of ICU's, never
 * undefined. Cost: compiling a message some 10 µs, formatting some 2 µs. */
#include "show/message.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <unicode/msgfmt.h>
#include <unicode/locid.h>

struct rl_show_pattern {
    icu::MessageFormat format;
    rl_show_pattern(const icu::UnicodeString &s, const icu::Locale &l, UErrorCode &st) : format(s, l, st) {}
};

static icu::UnicodeString utf16(const char *s, size_t len)
{
    return icu::UnicodeString::fromUTF8(icu::StringPiece(s, static_cast<int32_t>(len)));
}

extern "C" rl_show_pattern *rl_show_pattern_new(const char *locale, const char *message, size_t len)
{
    UErrorCode st = U_ZERO_ERROR;
    rl_show_pattern *p =
        new (std::nothrow) rl_show_pattern(utf16(message, len), icu::Locale::forLanguageTag(locale, st), st);
    if (p && U_FAILURE(st)) {
        delete p;
        p = nullptr;
    }
    return p;
}

extern "C" void rl_show_pattern_free(rl_show_pattern *p)
{
    delete p;
}

extern "C" char *rl_show_pattern_format(const rl_show_pattern *p, const rl_show_arg *args, size_t n,
                                        size_t *len)
{
    enum { ARGS_MAX = 8 };
    icu::UnicodeString names[ARGS_MAX], result;
    icu::Formattable values[ARGS_MAX];
    if (n > ARGS_MAX)
        return nullptr;
    for (size_t i = 0; i < n; i++) {
        names[i] = utf16(args[i].name, std::strlen(args[i].name));
        if (args[i].text)
            values[i].setString(utf16(args[i].text, args[i].len));
        else
            values[i].setInt64(args[i].number);
    }
    UErrorCode st = U_ZERO_ERROR;
    p->format.format(names, values, static_cast<int32_t>(n), result, st);
    if (U_FAILURE(st) || result.isBogus())
        return nullptr;
    std::string bytes;
    result.toUTF8String(bytes);
    char *out = static_cast<char *>(std::malloc(bytes.size() + 1));
    if (out) {
        std::memcpy(out, bytes.c_str(), bytes.size() + 1);
        *len = bytes.size();
    }
    return out;
}
