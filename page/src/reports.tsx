/* The reports of a story, copies and translations folded under their origin. Reports can be chosen to be split off. */
import { useMemo, useState } from "preact/hooks";
import type { View } from "./account";
import { Decide, mayReview } from "./review";
import type { AccountReport } from "./types";
import { Foreign, Lazy, Link } from "./ui";
import { day, number, t, tongue } from "./words";

const language = (view: View, r: AccountReport) => r.lang ?? view.claimsOf.get(r.doc)?.[0]?.lang;

function Line({ view, r, chosen, choose }: { view: View; r: AccountReport; chosen: boolean; choose?: (on: boolean) => void }) {
  const lang = language(view, r);
  return (
    <div class={"report" + (r.retracted ? " retracted" : "")}>
      {choose && r.report && (
        <input
          type="checkbox"
          checked={chosen}
          onChange={(e) => choose(e.currentTarget.checked)}
          aria-label={t("page.choose", { name: r.title || r.doc })}
        />
      )}
      <span class="day">
        {day(r.date)}
        {r.date_inferred && <abbr title={r.date_reason}>*</abbr>}
      </span>
      <Link class="title" to={`/report/${r.report}`}>
        <Foreign text={r.title || r.doc} lang={r.title ? lang : undefined} max={160} />
      </Link>
      <span class="dim">
        <Foreign text={r.outlet} max={60} /> {lang && <abbr title={tongue(lang)}>{lang}</abbr>} ·{" "}
        {t("page.n_claims", { n: view.claimsOf.get(r.doc)?.length ?? 0 })}
        {r.retracted && <b class="state"> {t("report.retracted")}</b>}
      </span>
    </div>
  );
}

export function Reports({ view, story, changed }: { view: View; story: string; changed: () => void }) {
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [asked, ask] = useState(false);
  const roots = useMemo(() => view.account.reports.filter((r) => !r.copy_of || !view.reports.has(r.copy_of)), [view]);
  const choose = mayReview()
    ? (id: string) => (on: boolean) => {
        const next = new Set(chosen);
        on ? next.add(id) : next.delete(id);
        setChosen(next);
      }
    : undefined;
  const one = (r: AccountReport) => <Line view={view} r={r} chosen={chosen.has(r.report ?? "")} choose={choose?.(r.report ?? "")} />;
  return (
    <>
      {chosen.size > 0 && (
        <p class="bar">
          <button type="button" onClick={() => ask(true)}>
            {t("page.split", { n: chosen.size })}
          </button>
        </p>
      )}
      {asked && (
        <Decide
          what="split"
          target={"story:" + story}
          title={t("page.split", { n: chosen.size })}
          data={{ reports: [...chosen] }}
          close={() => ask(false)}
          done={() => (setChosen(new Set()), changed())}
        />
      )}
      <Lazy of={roots} step={60} grows>
        {(some) => (
          <ul class="reports">
            {some.map((r) => {
              const copies = view.copies.get(r.doc) ?? [];
              return (
                <li key={r.doc}>
                  {one(r)}
                  {copies.length > 0 && (
                    <details>
                      <summary>
                        {t("page.copies", { n: copies.length })} <span class="sr">{number(copies.length)}</span>
                      </summary>
                      <ul>
                        {copies.slice(0, 200).map((c) => (
                          <li key={c.doc}>{one(c)}</li>
                        ))}
                      </ul>
                    </details>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Lazy>
    </>
  );
}
