/* A story: its head, figures, who said what, places, time line, reports; beside them the evidence of what is chosen. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { look, type View } from "./account";
import { url } from "./api";
import { Evidence } from "./evidence";
import { useLive } from "./live";
import { Places } from "./map";
import { Matrix } from "./matrix";
import { Reports } from "./reports";
import { mayReview, ToStory } from "./review";
import { go, useAddress, withQuery } from "./route";
import { Figures } from "./series";
import { line } from "./text";
import { TimeLine } from "./timeline";
import type { Account, Point, Story } from "./types";
import { Aside, Failure, Foreign, Menu, Sign, Tongues, useGet, useMedia } from "./ui";
import { claimTitle, language, learnPlaces, list, place, span, t, tongue } from "./words";

const formats = [
  ["html", "HTML"],
  ["csv", "CSV (HXL)"],
  ["jsonl", "JSON Lines"],
  ["json", "JSON"],
  ["geojson", "GeoJSON"],
  ["atom", "Atom"],
  ["md", "Markdown"],
  ["text", "Text"],
  ["acled", "ACLED"],
  ["ucdp", "UCDP"],
];

function Exports({ story, cite }: { story: string; cite: Account["cite"] }) {
  const [redact, setRedact] = useState(false);
  const [asOf, setAsOf] = useState("");
  return (
    <Menu label={t("page.export")}>
      <label>
        {t("page.as_of")} <input type="date" value={asOf} onInput={(e) => setAsOf(e.currentTarget.value)} />
      </label>
      <label class="check">
        <input type="checkbox" checked={redact} onChange={(e) => setRedact(e.currentTarget.checked)} /> {t("page.redact")}
      </label>
      <ul>
        {formats.map(([format, name]) => (
          <li key={format}>
            <a
              href={url(`/stories/${story}/account`, { format, lang: language(), as_of: asOf, redact: redact ? 1 : "" })}
              target="_blank"
              rel="noopener"
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
      {cite && (
        <small class="cite" dir="ltr">
          relata {cite.relata} · packs {cite.packs} · XXH3-128 {cite.xxh3_128}
        </small>
      )}
    </Menu>
  );
}

function Head({ s, view, changed }: { s: Story; view: View; changed: () => void }) {
  const [merging, merge] = useState(false);
  const a = view.account;
  const places = list(a.places.slice(0, 4).map(place));
  return (
    <header class="story-head">
      <h1 tabIndex={-1}>
        <Foreign text={s.title || places || s.story} lang={s.title ? s.title_lang : undefined} />
      </h1>
      <p>
        <bdi>{places}</bdi> · {span(s.from, s.to)}
      </p>
      <p class="dim">
        {t("happening.reports", { n: s.reports })} · {t("page.n_origins", { n: s.origins })} · {t("page.n_claims", { n: a.claims.length })}{" "}
        · {t("origins.count", { n: a.origins })} · {s.languages.length > 6 ? <Tongues of={s.languages} /> : list(s.languages.map(tongue))}
      </p>
      <div class="actions">
        <Exports story={s.story} cite={a.cite} />
        {mayReview() && (
          <button type="button" onClick={() => merge(true)}>
            {t("page.merge")}
          </button>
        )}
      </div>
      {merging && (
        <ToStory what="merge" target={"story:" + s.story} title={t("page.merge")} not={s.story} close={() => merge(false)} done={changed} />
      )}
    </header>
  );
}

function Rejected({ view, pick }: { view: View; pick: (claim: string) => void }) {
  const out = view.account.claims.filter((c) => c.review?.state === "rejected");
  if (!out.length) return null;
  return (
    <details class="rejected">
      <summary>{t("page.rejected", { n: out.length })}</summary>
      <ul class="claims">
        {out.slice(0, 200).map((c) => (
          <li key={c.id}>
            <button type="button" class="figure" onClick={() => pick(c.id)}>
              <Sign of="denied" /> {claimTitle(c)} <Aside modality={c.modality} kind={c.kind} />
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/* True once what was there first is drawn: what lies below the window need not hold it up. */
function useLater(ready: boolean): boolean {
  const [later, set] = useState(false);
  useEffect(() => {
    if (ready) requestAnimationFrame(() => setTimeout(() => set(true)));
  }, [ready]);
  return later;
}

export function StoryPage({ id }: { id: string }) {
  const { query } = useAddress();
  const got = useGet<Story>("/stories/" + id, { lang: language() });
  const view = useMemo(() => {
    if (!got.data) return null;
    learnPlaces(got.data.labels);
    return look(got.data.account);
  }, [got.data]);
  const rest = useLater(!!view);
  const back = useRef<HTMLElement | null>(null);
  const wide = useMedia("(min-width: 70rem)");
  const own = useMemo(() => new Set([id, ...(view?.account.reports.map((r) => r.report) ?? [])]), [view]);
  useLive((e) => e.kind === "any" || e.story === id || !!e.target?.split(":").some((part) => own.has(part)), got.again);
  useEffect(() => {
    document.title = got.data ? `${line(got.data.title, 80)} – relata` : "relata";
  }, [got.data]);
  useEffect(() => {
    /* merged into another: the server sent that one */
    if (got.data && got.data.story !== id) go("/story/" + got.data.story + location.search, true);
  }, [got.data]);

  const pick = useCallback((claim: string) => {
    const at = document.activeElement as HTMLElement | null;
    if (at && !at.closest(".evidence")) back.current = at;
    go(withQuery({ claim }), new URLSearchParams(location.search).has("claim"));
  }, []);
  const pickPoint = useCallback((p: Point) => pick(p.claims[0]), []);
  const close = useCallback(() => {
    go(withQuery({ claim: null }), true);
    const to = back.current;
    requestAnimationFrame(() => to?.isConnected && to.focus());
  }, []);
  useEffect(() => {
    const key = (e: KeyboardEvent) =>
      e.key === "Escape" && !e.defaultPrevented && !document.querySelector("dialog[open]") && query.has("claim") && close();
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [query.has("claim")]);

  if (got.error && !got.data) return <Failure error={got.error} again={got.again} />;
  if (!got.data || !view) return <p class="dim">{t("page.loading")}</p>;
  const claim = view.claims.get(query.get("claim") ?? "");
  const chosen = claim && view.pointOf.get(claim.id)?.point.id;
  const only = query.get("place");
  const setOnly = (name: string | null) => go(withQuery({ place: name }), true);
  const sections: [string, string, preact.ComponentChildren][] = [
    ["figures", t("heading.figures"), <Figures view={view} story={id} chosen={chosen} place={only} pick={pickPoint} changed={got.again} />],
    ["matrix", t("page.matrix"), <Matrix view={view} place={only} pick={pick} />],
    ["map", t("page.map"), <Places view={view} only={only} choose={setOnly} />],
    ["days", t("heading.time_line"), <TimeLine view={view} place={only} pick={pickPoint} />],
    ["reports", t("heading.reports"), <Reports view={view} story={id} changed={got.again} />],
  ];
  return (
    <div class={"story-page" + (claim ? " open" : "")}>
      <div class="body" inert={!!claim && !wide}>
        <Head s={got.data} view={view} changed={got.again} />
        <nav class="sections" aria-label={t("page.sections")}>
          {sections.map(([key, name]) => (
            <a key={key} href={"#" + key}>
              {name}
            </a>
          ))}
          {only && (
            <button type="button" class="only" onClick={() => setOnly(null)}>
              {t("page.only", { what: place(view.account.claims.find((c) => c.place?.name === only)?.place ?? null) })} ×
            </button>
          )}
        </nav>
        {sections.map(([key, name, body]) => (
          <section key={key} id={key} aria-labelledby={"h-" + key}>
            <h2 id={"h-" + key}>{name}</h2>
            {(rest || key === "figures") && body}
            {key === "figures" && <Rejected view={view} pick={pick} />}
          </section>
        ))}
      </div>
      {claim && (
        <aside class="evidence" aria-label={t("heading.evidence")}>
          <Evidence claim={claim} view={view} places={view.account.places} pick={pick} close={close} changed={got.again} />
        </aside>
      )}
    </div>
  );
}
