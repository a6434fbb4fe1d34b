/* Each series as a card: what stands, the chart, and every figure with its day, its speakers and its standing. */
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import { best, known, relations, type View } from "./account";
import { Chart, worth } from "./chart";
import { RuleChoice } from "./review";
import type { Point, Series } from "./types";
import { Aside, Lazy, Sign } from "./ui";
import { day, measure, number, origins, seriesTitle, spread, t, value } from "./words";

const first_rows = 5;

function Row({ s, p, view, chosen, pick }: { s: Series; p: Point; view: View; chosen: boolean; pick: (p: Point) => void }) {
  const said = relations(view, { point: p, series: s });
  return (
    <tr class={p.standing + (chosen ? " chosen" : "")}>
      <td>
        <button type="button" class="figure" aria-pressed={chosen} onClick={() => pick(p)}>
          <Sign of={p.standing} /> <b>{value(p.value)}</b>
          <Aside modality={p.modality} />
        </button>
      </td>
      <td class="day">{day(known(s, p))}</td>
      <td class="by">
        <span>{origins(p)}</span>
        {said && (
          <small>
            <bdi>{said}</bdi>
          </small>
        )}
      </td>
      <td class="count">{number(p.claims.length)}</td>
    </tr>
  );
}

interface CardProps {
  s: Series;
  view: View;
  story: string;
  chosen?: string;
  pick: (p: Point) => void;
  changed: () => void;
}

const Card = memo(function Card({ s, view, story, chosen, pick, changed }: CardProps) {
  const [all, setAll] = useState(false);
  const stands = best(s);
  const rows = [...s.points].sort((a, b) => (known(s, b) ?? "").localeCompare(known(s, a) ?? ""));
  const shown = all ? rows : rows.slice(0, first_rows);
  const known_of = spread(s);
  const title = seriesTitle(s);
  return (
    <article class={"series" + (s.past ? " past" : "")} aria-labelledby={"s-" + s.id}>
      <header>
        <h3 id={"s-" + s.id}>
          <bdi>{title}</bdi>
        </h3>
        <p class="stands">
          {stands && (
            <>
              <Sign of={stands.standing} /> <b>{value(stands.value)}</b>
            </>
          )}{" "}
          <span>{known_of || (!stands && t("account.no_figures"))}</span>
        </p>
      </header>
      {worth(s) && <Chart s={s} chosen={chosen} pick={pick} />}
      <div class="points">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("column.value")}</th>
              <th scope="col">{t("column.date")}</th>
              <th scope="col">{t("column.source")}</th>
              <th scope="col" class="count">
                {t("column.claims")}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((p) => (
              <Row key={p.id} s={s} p={p} view={view} chosen={p.id === chosen} pick={pick} />
            ))}
          </tbody>
        </table>
        <footer>
          {rows.length > first_rows && (
            <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t("page.fewer") : t("page.more", { n: rows.length - first_rows })}
            </button>
          )}
          <RuleChoice s={s} story={story} changed={changed} />
        </footer>
      </div>
    </article>
  );
});

export function Figures({ view, story, chosen, place, pick, changed }: Omit<CardProps, "s"> & { place: string | null }) {
  const [only, setOnly] = useState("");
  const measures = [...new Set(view.account.series.map((s) => s.measure))];
  const series = view.account.series.filter((s) => (!only || s.measure === only) && (!place || s.place?.name === place));
  return (
    <>
      <div class="bar">
        <label>
          {t("column.measure")}{" "}
          <select value={only} onChange={(e) => setOnly(e.currentTarget.value)}>
            <option value="">{t("page.all")}</option>
            {measures.map((m) => (
              <option key={m} value={m}>
                {measure(m)}
              </option>
            ))}
          </select>
        </label>
        <p class="key">
          {(["current", "superseded", "contested", "denied", "part"] as const).map((s) => (
            <Sign key={s} of={s} named />
          ))}
          <span class="sign">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <defs>
                <pattern id="hatch-key" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                  <path d="M0 0V5" class="hatch" />
                </pattern>
              </defs>
              <rect class="band" x="3" y="1" width="10" height="14" fill="url(#hatch-key)" />
            </svg>
            <span>{t("chart.band")}</span>
          </span>
          {(["institution", "person", "witness", "channel", "document", "report"] as const).map((k) => (
            <span key={k} class={"kind by-" + k}>
              {t("page.kind." + k)}
            </span>
          ))}
        </p>
      </div>
      {!series.length && <p class="dim">{t("account.no_figures")}</p>}
      <Lazy key={only + place} of={series} step={12}>
        {(some) => (
          <div class="cards">
            {some.map((s) => (
              <Card
                key={s.id}
                s={s}
                view={view}
                story={story}
                chosen={s.points.some((p) => p.id === chosen) ? chosen : undefined}
                pick={pick}
                changed={changed}
              />
            ))}
          </div>
        )}
      </Lazy>
    </>
  );
}
