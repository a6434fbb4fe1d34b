/* The words of the reading language: the packs' messages (ICU MessageFormat), numbers, days, names of languages and
 * countries by the browser's Intl. One set is in force at a time; changing it draws the page anew. */
import { IntlMessageFormat } from "intl-messageformat";
import { get } from "./api";
import { line } from "./text";
import type { Claim, Happening, Label, Place, Point, Series, Value } from "./types";

type Args = Record<string, string | number>;

let lang = "en";
let rtl = false;
/* until the first pack is there */
let messages: Record<string, string> = {
  "page.error": "That did not work.",
  "page.unreachable": "The server does not answer.",
  "page.try_again": "Try again",
};
let compiled = new Map<string, IntlMessageFormat | null>();
let labels = new Map<string, string>(); /* names of places in the reading language: by name and country, and by name alone */
let numbers = new Intl.NumberFormat("en");
let days = new Intl.DateTimeFormat("en");
let times = days;
let regions: Intl.DisplayNames | null = null;
let tongues: Intl.DisplayNames | null = null;

const names = (type: "region" | "language") => {
  try {
    return new Intl.DisplayNames([lang], { type });
  } catch {
    return null;
  }
};

/* Put a language in force. Throws a Problem where its messages cannot be had. */
export async function setLanguage(tag: string): Promise<void> {
  const m = await get<{ lang: string; dir: string; messages: Record<string, string> }>("/messages/" + encodeURIComponent(tag));
  lang = m.lang || tag;
  rtl = m.dir === "rtl";
  messages = m.messages;
  compiled = new Map();
  labels = new Map();
  numbers = new Intl.NumberFormat(lang);
  days = new Intl.DateTimeFormat(lang, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  times = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  regions = names("region");
  tongues = names("language");
  document.documentElement.lang = lang;
  document.documentElement.dir = m.dir;
}

export const language = () => lang;
export const isRtl = () => rtl;

/* A message of the pack; the key itself where there is none, so that a lack is seen. */
export function t(key: string, args?: Args): string {
  let f = compiled.get(key);
  if (f === undefined) {
    try {
      f = key in messages ? new IntlMessageFormat(messages[key], lang, undefined, { ignoreTag: true }) : null;
    } catch {
      f = null;
    }
    compiled.set(key, f);
  }
  try {
    return f ? String(f.format(args)) : key;
  } catch {
    return key;
  }
}

/* A term that packs may lack: what it names stands as it is. */
const termOr = (prefix: string, name: string) => (prefix + name in messages ? t(prefix + name) : name);

export const number = (n: number) => numbers.format(n);

/* An ISO day, or a year alone. */
export function day(iso: string | null | undefined): string {
  if (!iso) return t("date.unknown");
  if (iso.length === 4) return iso;
  const d = new Date(iso.slice(0, 10) + "T00:00:00Z");
  return isNaN(+d) ? iso : days.format(d);
}

export function time(iso: string): string {
  const d = new Date(iso);
  return isNaN(+d) ? iso : times.format(d);
}

export const span = (from: string | null, to: string | null) =>
  !to || from === to ? day(from) : t("date.range", { from: day(from), to: day(to) });

const shown = (d: Intl.DisplayNames | null, code: string) => {
  try {
    return d?.of(code) || code;
  } catch {
    return code;
  }
};

export const tongue = (tag: string) => shown(tongues, tag);

export function learnPlaces(of: Label[]): void {
  for (const p of of) {
    labels.set(p.name + "/" + p.country, p.label);
    if (!labels.has(p.name)) labels.set(p.name, p.label);
  }
}

export function place(p: Place | null): string {
  if (!p) return t("place.none");
  const label = labels.get(p.name + "/" + p.country);
  return label || (p.id === null && p.country ? shown(regions, p.country) : p.name);
}

export const measure = (m: string) => t("measure." + m);
export const whom = (w: string) => t("who." + w);
export const standing = (s: string) => t("standing." + s);
export const list = (of: string[]) => of.reduce((first, next) => (first ? t("list.pair", { first, next }) : next), "");

export function value(v: Value): string {
  if (v.vague) return t("vague." + v.vague);
  const low = v.low ?? v.high ?? 0;
  const high = v.high ?? low;
  return t("value." + v.qualifier, { n: number(low), low: number(low), high: number(high) });
}

export function seriesTitle(s: Series): string {
  const args = { measure: measure(s.measure), who: whom(s.who), place: place(s.place) };
  let title = t(s.place ? "series.title" : "series.title_no_place", args);
  if (s.kind === "new") title = t("series.new", { title });
  if (s.past) title = s.past_date ? t("series.past", { title, when: day(s.past_date) }) : t("series.past_unknown", { title });
  return title;
}

/* What is known of low, best and high; "" where the best says it all. */
export function spread(s: Series): string {
  const { low, best, high } = s;
  const args: Args = {};
  for (const [k, v] of Object.entries({ low, best, high })) if (v !== null) args[k] = number(v);
  if (best !== null && low !== null && high !== null) return low === best && best === high ? "" : t("spread.low_best_high", args);
  if (best !== null) return high !== null ? t("spread.best_high", args) : low !== null && low < best ? t("spread.low_best", args) : "";
  if (low !== null && high !== null) return t("spread.low_high", args);
  return low !== null ? t("spread.low", args) : high !== null ? t("spread.high", args) : "";
}

/* By office where it is one, also of a place: "Cyprus Ministry of Health". */
export function speaker(name: string): string {
  if ("source." + name in messages) return t("source." + name);
  for (let i = name.indexOf(" "); i > 0; i = name.indexOf(" ", i + 1)) {
    const place = labels.get(name.slice(0, i));
    const office = "source." + name.slice(i + 1);
    if (place && office in messages) return t("origin.of_place", { name: t(office), place });
  }
  return name;
}

/* What follows a name goes on in the direction of the reading language: a mark, for the page shows no isolates. */
const apart = (name: string) => line(name) + (rtl ? "\u200f" : "\u200e");

export const origin = (o: { name: string; kind: string }) =>
  o.kind === "report" ? t("origin.report", { name: apart(o.name) }) : apart(speaker(o.name));

export function origins(p: Point, max = 3): string {
  const n = p.origins.length <= max + 1 ? p.origins.length : max;
  let all = list(p.origins.slice(0, n).map(origin));
  if (n < p.origins.length) all = t("origins.more", { names: all, n: p.origins.length - n });
  return p.channels.length ? t("origins.via", { names: all, via: list(p.channels.slice(0, max).map((c) => apart(speaker(c)))) }) : all;
}

export function happening(h: Happening): string {
  const what = t("happening." + h.type);
  return h.topic ? t("happening.with_topic", { what, topic: termOr("topic.", h.topic) }) : what;
}

export const claimTitle = (c: Claim) => t("claim.title", { measure: measure(c.measure), who: whom(c.who), value: value(c.value) });
