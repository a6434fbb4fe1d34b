/* Day by day: what happened, and which figures became known. */
import { useMemo } from "preact/hooks";
import { known, push, type View } from "./account";
import type { Happening, Point, Series } from "./types";
import { Aside, Lazy, Link, Sign } from "./ui";
import { day, happening, measure, origins, place, t, value, whom } from "./words";

interface Day {
  day: string;
  happenings: Happening[];
  figures: { s: Series; p: Point }[];
}

function days(view: View, only: string | null): Day[] {
  const here = (p: { name: string } | null) => !only || p?.name === only;
  const told = new Map<string, Happening[]>();
  const figures = new Map<string, { s: Series; p: Point }[]>();
  for (const h of view.account.happenings) if (here(h.place)) push(told, h.date ?? "", h);
  for (const s of view.account.series) if (!s.past && here(s.place)) for (const p of s.points) push(figures, known(s, p) ?? "", { s, p });
  return [...new Set([...told.keys(), ...figures.keys()])]
    .sort((a, b) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))
    .map((d) => ({ day: d, happenings: told.get(d) ?? [], figures: figures.get(d) ?? [] }));
}

const at_first = 12;

export function TimeLine({ view, place: only, pick }: { view: View; place: string | null; pick: (p: Point) => void }) {
  const all = useMemo(() => days(view, only), [view, only]);
  return (
    <Lazy of={all} step={14}>
      {(some) => (
        <ol class="days">
          {some.map((d) => (
            <li key={d.day}>
              <h3>{day(d.day || null)}</h3>
              <ul>
                {d.happenings.map((h, i) => (
                  <li key={i} class="happening">
                    <span class="dot" aria-hidden="true" />
                    <b>{happening(h)}</b>
                    {h.place && <bdi>{place(h.place)}</bdi>}
                    <span class="dim">
                      {h.reports.slice(0, 4).map((r, k) => (
                        <Link key={k} to={`/report/${view.reports.get(r.doc)?.report}?at=${r.start}-${r.end}`}>
                          {r.lang}
                        </Link>
                      ))}{" "}
                      {h.reports.length > 4 && t("happening.reports", { n: h.reports.length })}
                    </span>
                  </li>
                ))}
                <Lazy of={d.figures} step={at_first} as="li">
                  {(figures) =>
                    figures.map(({ s, p }) => (
                      <li key={p.id} class={p.standing}>
                        <button type="button" class="figure" onClick={() => pick(p)}>
                          <Sign of={p.standing} /> <b>{value(p.value)}</b>
                          <Aside modality={p.modality} kind={s.kind === "new" ? "new" : undefined} /> {measure(s.measure)}{" "}
                          <span class="dim">{whom(s.who)}</span>
                        </button>
                        {s.place && <bdi>{place(s.place)}</bdi>}
                        <span class="dim">{origins(p, 2)}</span>
                      </li>
                    ))
                  }
                </Lazy>
              </ul>
            </li>
          ))}
        </ol>
      )}
    </Lazy>
  );
}
