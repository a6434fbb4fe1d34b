/* Who said what: speakers, and the channels that passed it on, against the figures. A cell holds what one said of a
 * series, newest first, with the sign of how each stands and how many others say the same. */
import { useMemo, useState } from "preact/hooks";
import { best, known, type View } from "./account";
import type { Claim, Point, Series } from "./types";
import { Aside, Sign } from "./ui";
import { number, place, measure, speaker, standing, t, value, whom } from "./words";

interface Line {
  name: string;
  kind: string;
  cells: Map<string, Point[]>; /* by series, newest first */
  n: number;
}

function lines(view: View): { speakers: Line[]; channels: Line[] } {
  const speakers = new Map<string, Line>();
  const channels = new Map<string, Line>();
  const add = (to: Map<string, Line>, name: string, kind: string, s: Series, p: Point) => {
    let l = to.get(name);
    if (!l) to.set(name, (l = { name, kind, cells: new Map(), n: 0 }));
    const cell = l.cells.get(s.id);
    cell ? cell.push(p) : l.cells.set(s.id, [p]);
    l.n++;
  };
  for (const s of view.account.series)
    for (const p of s.points) {
      for (const o of p.origins) add(speakers, o.name, o.kind, s, p);
      for (const c of p.channels) add(channels, c, "channel", s, p);
    }
  const newest = (l: Line) => {
    for (const [id, ps] of l.cells) {
      const s = view.account.series.find((x) => x.id === id)!;
      ps.sort((a, b) => (known(s, b) ?? "").localeCompare(known(s, a) ?? ""));
    }
    return l;
  };
  const sorted = (m: Map<string, Line>) =>
    [...m.values()].sort((a, b) => b.cells.size - a.cells.size || b.n - a.n || (a.name < b.name ? -1 : 1)).map(newest);
  return { speakers: sorted(speakers), channels: sorted(channels) };
}

/* The claim of a point that this speaker or channel made. */
function claimOf(view: View, p: Point, name: string): Claim | undefined {
  const all = p.claims.map((id) => view.claims.get(id)).filter((c): c is Claim => !!c);
  const says = (c: Claim) =>
    c.source.some((s) => s.name === name) ||
    c.via.some((s) => s.name === name) ||
    c.doc === name ||
    view.reports.get(c.doc)?.outlet === name;
  return all.find(says) ?? all[0];
}

export function Matrix({ view, place: only, pick }: { view: View; place: string | null; pick: (claim: string) => void }) {
  const all = useMemo(() => lines(view), [view]);
  const [rows, setRows] = useState(15);
  const [columns, setColumns] = useState(10);
  const series = useMemo(
    () =>
      view.account.series
        .filter((s) => !s.past && (!only || s.place?.name === only))
        .map((s) => ({ s, n: new Set(s.points.flatMap((p) => p.origins.map((o) => o.name))).size }))
        .sort((a, b) => b.n - a.n)
        .map((x) => x.s),
    [view, only],
  );
  const shown = series.slice(0, columns);
  const of = (ls: Line[]) => ls.filter((l) => shown.some((s) => l.cells.has(s.id)));
  const groups = [
    { name: t("page.speakers"), all: of(all.speakers) },
    { name: t("page.channels"), all: of(all.channels) },
  ];
  const hidden = Math.max(...groups.map((g) => g.all.length)) - rows;
  if (!series.length) return <p class="dim">{t("account.no_figures")}</p>;
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("page.matrix")}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col">{t("column.source")}</th>
              {shown.map((s) => (
                <th scope="col" key={s.id}>
                  <bdi>{measure(s.measure)}</bdi>
                  <small>
                    <bdi>{whom(s.who)}</bdi>
                    {s.place && (
                      <>
                        <br />
                        <bdi>{place(s.place)}</bdi>
                      </>
                    )}
                  </small>
                </th>
              ))}
            </tr>
            <tr class="stands">
              <th scope="row">{t("page.stands")}</th>
              {shown.map((s) => (
                <td key={s.id}>{best(s) && value(best(s)!.value)}</td>
              ))}
            </tr>
          </thead>
          {groups.map(
            (g) =>
              g.all.length > 0 && (
                <tbody key={g.name}>
                  <tr class="group">
                    <th scope="rowgroup" colSpan={shown.length + 1}>
                      <span>{g.name}</span>
                    </th>
                  </tr>
                  {g.all.slice(0, rows).map((l) => (
                    <tr key={l.name}>
                      <th scope="row">
                        <bdi class={"kind by-" + l.kind}>{speaker(l.name)}</bdi>
                      </th>
                      {shown.map((s) => (
                        <td key={s.id}>
                          {l.cells
                            .get(s.id)
                            ?.slice(0, 4)
                            .map((p) => (
                              <Cell key={p.id} p={p} line={l} view={view} pick={pick} />
                            ))}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              ),
          )}
        </table>
      </div>
      <p class="bar">
        {hidden > 0 && (
          <button type="button" class="quiet" onClick={() => setRows(rows * 3)}>
            {t("page.more_speakers", { n: hidden })}
          </button>
        )}
        {series.length > columns && (
          <button type="button" class="quiet" onClick={() => setColumns(columns + 10)}>
            {t("page.more_figures", { n: series.length - columns })}
          </button>
        )}
      </p>
    </>
  );
}

function Cell({ p, line, view, pick }: { p: Point; line: Line; view: View; pick: (claim: string) => void }) {
  const others = p.origins.length - 1;
  const claim = claimOf(view, p, line.name);
  const against = p.against.map((id) => view.points.get(id)).filter((f) => f);
  const words = [
    value(p.value),
    standing(p.standing),
    others > 0 ? t("page.same", { n: others }) : "",
    against.length ? t("relation.against", { value: value(against[0]!.point.value) }) : "",
  ];
  return (
    <button type="button" class={"cell " + p.standing} title={words.filter(Boolean).join(" · ")} onClick={() => claim && pick(claim.id)}>
      <Sign of={p.standing} /> <b>{value(p.value)}</b>
      <Aside modality={p.modality} />
      {others > 0 && (
        <small aria-label={t("page.same", { n: others })}>
          <bdi aria-hidden="true">+{number(others)}</bdi>
        </small>
      )}
    </button>
  );
}
