/* The stories, newest first, as the filters have them; what comes in while one looks is taken in by itself. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api";
import { useLive } from "./live";
import { go, useAddress, withQuery } from "./route";
import type { Info, StoryHead } from "./types";
import { Failure, Foreign, Link, Tongues, useGet } from "./ui";
import { language, learnPlaces, list, measure, place, span, t, tongue, value, whom } from "./words";

const measures = [
  "killed",
  "injured",
  "hospitalized",
  "missing",
  "detained",
  "released",
  "abducted",
  "displaced",
  "rescued",
  "infected",
  "deployed",
  "gathered",
  "destroyed",
  "cancelled",
];
const filters = ["q", "place", "since", "until", "measure", "lang"] as const;
const page_size = 50;

function Head({ s }: { s: StoryHead }) {
  learnPlaces(s.labels);
  const places = s.labels.map((p) => p.label);
  return (
    <li class="story">
      <h2>
        <Link to={"/story/" + s.story}>
          <Foreign text={s.title || list(places.slice(0, 3)) || s.story} lang={s.title ? s.title_lang : undefined} max={200} />
        </Link>
      </h2>
      <p class="dim">
        <bdi>{list(places.slice(0, 4))}</bdi> · {span(s.from, s.to)} · {t("happening.reports", { n: s.reports })} ·{" "}
        {t("page.n_origins", { n: s.origins })} <Tongues of={s.languages} />
      </p>
      <ul class="figures">
        {s.measures.slice(0, 6).map((m, i) => (
          <li key={i}>
            <b>{value(m.value)}</b> {measure(m.measure)}{" "}
            <small>
              <bdi>{whom(m.whom)}</bdi>
              {m.place && (
                <>
                  {" · "}
                  <bdi>{place(m.place)}</bdi>
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
    </li>
  );
}

function Filters({ info }: { info: Info }) {
  const { query } = useAddress();
  const timer = useRef(0);
  const waiting = useRef<Record<string, string | null>>({});
  const set = (k: string, v: string, now = true) => {
    clearTimeout(timer.current);
    waiting.current[k] = v.trim() || null;
    const to = () => {
      go(withQuery(waiting.current), true);
      waiting.current = {};
    };
    now ? to() : (timer.current = window.setTimeout(to, 250));
  };
  const field = (k: (typeof filters)[number]) => query.get(k) ?? "";
  const tongues = [...info.languages].sort((a, b) => tongue(a.tag).localeCompare(tongue(b.tag), language()));
  return (
    <form class="filters" role="search" onSubmit={(e) => e.preventDefault()}>
      <label class="wide">
        {t("page.search")}
        <input type="search" dir="auto" defaultValue={field("q")} maxLength={200} onInput={(e) => set("q", e.currentTarget.value, false)} />
      </label>
      <label>
        {t("column.place")}
        <input dir="auto" defaultValue={field("place")} maxLength={100} onInput={(e) => set("place", e.currentTarget.value, false)} />
      </label>
      <label>
        {t("page.since")}
        <input type="date" value={field("since")} onChange={(e) => set("since", e.currentTarget.value)} />
      </label>
      <label>
        {t("page.until")}
        <input type="date" value={field("until")} onChange={(e) => set("until", e.currentTarget.value)} />
      </label>
      <label>
        {t("column.measure")}
        <select value={field("measure")} onChange={(e) => set("measure", e.currentTarget.value)}>
          <option value="">{t("page.all")}</option>
          {measures.map((m) => (
            <option key={m} value={m}>
              {measure(m)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("page.language")}
        <select value={field("lang")} onChange={(e) => set("lang", e.currentTarget.value)}>
          <option value="">{t("page.all")}</option>
          {tongues.map((l) => (
            <option key={l.tag} value={l.tag}>
              {tongue(l.tag)}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}

interface Batch {
  stories: StoryHead[];
  next: string | null;
}

export function Stories({ info }: { info: Info }) {
  const { query } = useAddress();
  const asked = Object.fromEntries(filters.map((k) => [k, query.get(k)]));
  const got = useGet<Batch>("/stories", { ...asked, in: language(), limit: page_size });
  const [rest, setRest] = useState<Batch | null>(null);
  useEffect(() => setRest(null), [JSON.stringify(asked)]);
  useEffect(() => {
    document.title = "relata";
  }, []);
  useLive(
    () => true,
    () => (setRest(null), got.again()),
  );
  const next = rest ? rest.next : got.data?.next;
  const more = () =>
    void get<Batch>("/stories", { ...asked, in: language(), limit: page_size, cursor: next }).then((b) =>
      setRest({ stories: [...(rest?.stories ?? []), ...b.stories], next: b.next }),
    );
  const all = [...(got.data?.stories ?? []), ...(rest?.stories ?? [])];
  return (
    <>
      <h1 tabIndex={-1}>{t("page.stories")}</h1>
      <Filters info={info} />
      {got.error && <Failure error={got.error} again={got.again} />}
      {got.data && !all.length && <p class="dim">{t(info.stories ? "page.none_match" : "page.empty")}</p>}
      <ul class="stories" aria-busy={got.busy}>
        {all.map((s) => (
          <Head key={s.story} s={s} />
        ))}
      </ul>
      {next && (
        <p class="more">
          <button type="button" onClick={more}>
            {t("page.more_stories")}
          </button>
        </p>
      )}
    </>
  );
}
