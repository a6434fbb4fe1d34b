/* What an input is, from its first bytes: marks of binary kinds, the first element of XML, the first
 * keys of JSON, header fields of mail; else HTML if it has tags, else text. Names and declared types
 * are not asked. Pure; cost linear in the head. */
#include "read/read.h"

#include <ctype.h>
#include <strings.h>

enum { LOOK = 8192 };

static bool has(rl_str s, const char *z)
{
    return memmem(s.ptr, s.len, z, strlen(z)) != NULL;
}

static bool has_nocase(rl_str s, const char *z)
{
    size_t n = strlen(z);
    for (size_t i = 0; i + n <= s.len; i++)
        if (strncasecmp(s.ptr + i, z, n) == 0)
            return true;
    return false;
}

/* The name of the first element, past declarations and comments. */
static rl_str first_element(rl_str s)
{
    for (size_t i = 0; i + 1 < s.len; i++) {
        if (s.ptr[i] != '<')
            continue;
        if (rl_str_starts(rl_str_sub(s, i, s.len - i), "<!--")) {
            const char *p = memmem(s.ptr + i, s.len - i, "-->", 3);
            if (!p)
                break;
            i = (size_t)(p - s.ptr) + 2;
            continue;
        }
        if (s.ptr[i + 1] == '?' || s.ptr[i + 1] == '!')
            continue;
        size_t k = i + 1;
        while (k < s.len && (isalnum((unsigned char)s.ptr[k]) || s.ptr[k] == ':' || s.ptr[k] == '-'))
            k++;
        return rl_str_sub(s, i + 1, k - i - 1);
    }
    return (rl_str){0};
}

static rl_input_kind xml_kind(rl_str s)
{
    rl_str name = first_element(s), head;
    rl_str rest = name;
    if (rl_str_cut(&rest, ':', &head))
        name = rest;
    if (rl_str_is(name, "rss") || rl_str_is(name, "RDF"))
        return RL_IN_RSS;
    if (rl_str_is(name, "feed"))
        return RL_IN_ATOM;
    if (rl_str_is(name, "urlset") || rl_str_is(name, "sitemapindex"))
        return RL_IN_SITEMAP;
    return RL_IN_UNKNOWN;
}

static rl_input_kind json_kind(rl_str s)
{
    if (s.ptr[0] == '{' && has(s, "jsonfeed.org/version"))
        return RL_IN_JSON_FEED;
    if (s.ptr[0] == '{' && has(s, "\"messages\"") &&
        (has(s, "_channel\"") || has(s, "_group\"") || has(s, "supergroup\"") || has(s, "\"personal_chat\"")))
        return RL_IN_TELEGRAM;
    return s.ptr[0] == '{' ||
                   (s.len > 1 && (s.ptr[1] == '{' || isspace((unsigned char)s.ptr[1]) || s.ptr[1] == ']'))
               ? RL_IN_JSONL
               : RL_IN_UNKNOWN;
}

/* "Name: value" lines, one of them a field that only mails have. */
static bool is_mail(rl_str s)
{
    static const char *const known[] = {"from:",
                                        "received:",
                                        "mime-version:",
                                        "return-path:",
                                        "message-id:",
                                        "date:",
                                        "subject:",
                                        "delivered-to:",
                                        "snapshot-content-location:",
                                        "content-type:",
                                        "to:"};
    unsigned fields = 0, telling = 0;
    rl_str line;
    while (s.len && fields < 40) {
        rl_str_cut(&s, '\n', &line);
        if (!line.len || line.ptr[0] == '\r')
            break;
        if (line.ptr[0] == ' ' || line.ptr[0] == '\t' || (!fields && rl_str_starts(line, "From ")))
            continue;
        size_t k = 0;
        while (k < line.len && (isalnum((unsigned char)line.ptr[k]) || line.ptr[k] == '-'))
            k++;
        if (!k || k >= line.len || line.ptr[k] != ':')
            return false;
        fields++;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            telling += line.len >= strlen(known[i]) && strncasecmp(line.ptr, known[i], strlen(known[i])) == 0;
    }
    return telling >= 2;
}

rl_input_kind rl_input_kind_of(rl_str head)
{
    char ascii[LOOK];
    rl_str s = {ascii, 0};
    if (rl_str_starts(head, "WARC/"))
        return RL_IN_WARC;
    if (rl_str_starts(head, "PK\x03\x04"))
        return has(rl_str_sub(head, 0, head.len < 200 ? head.len : 200), "opendocument.text") ? RL_IN_ODT
                                                                                              : RL_IN_DOCX;
    if (has(rl_str_sub(head, 0, head.len < 1024 ? head.len : 1024), "%PDF-"))
        return RL_IN_PDF;
    /* UTF-16 reads like ASCII without its zero bytes */
    for (size_t i = 0; i < head.len && s.len < LOOK; i++)
        if (head.ptr[i] && (unsigned char)head.ptr[i] < 0xFE)
            ascii[s.len++] = head.ptr[i];
    if (rl_str_starts(s, "\xEF\xBB\xBF"))
        s = rl_str_sub(s, 3, s.len - 3);
    s = rl_str_trim(s);
    if (!s.len)
        return RL_IN_UNKNOWN;
    if (s.ptr[0] == '{' || s.ptr[0] == '[') {
        rl_input_kind k = json_kind(s);
        if (k != RL_IN_UNKNOWN)
            return k;
    }
    if (s.ptr[0] == '<') {
        rl_input_kind k = xml_kind(s);
        return k == RL_IN_UNKNOWN ? RL_IN_HTML : k;
    }
    if (is_mail(s))
        return RL_IN_MAIL;
    static const char *const tags[] = {"<html", "<body",     "<head>", "<div",
                                       "<p>",   "<!doctype", "<meta ", "<table"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (has_nocase(s, tags[i]))
            return RL_IN_HTML;
    return RL_IN_TEXT;
}
