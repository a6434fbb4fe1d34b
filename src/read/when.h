/* Times as pages, feeds and mails write them, made ISO 8601. Inside src/read only. */
#ifndef RL_READ_WHEN_H
#define RL_READ_WHEN_H

#include "base/base.h"

/** A time with what is known of it. day == 0: no date. */
typedef struct {
    int year, month, day;
    int hour, minute, second; /* hour -1: no time of day */
    int zone_min;             /* minutes east of Greenwich; RL_ZONE_NONE where none is written */
} rl_when;
enum { RL_ZONE_NONE = 100000, RL_ZONE_UTC = 100001 /* written as Z */ };

/** ISO 8601, RFC 2822, seconds or milliseconds since 1970, year-first and day-first numbers: all of
 *  s, but for what follows a complete time. */
bool rl_when_parse(rl_str s, rl_when *out);
/** A date somewhere in s, with month names of the language (BCP 47; ICU knows them) or in numbers;
 *  and the time of day beside it. For bylines: at most the first 400 bytes of s are looked at. */
bool rl_when_find(rl_str s, const char *lang, rl_when *out);
/** ISO 8601 on the arena; empty without a date. */
rl_str rl_when_iso(rl_arena *mem, const rl_when *w);
/** A date in the path of an address (/2019/11/20/). */
bool rl_when_in_url(rl_str url, rl_when *out);

#endif
