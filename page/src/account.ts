/* An account looked at from all sides: made once when it comes, linear in its claims. */
import type { Account, AccountReport, Claim, Point, Series } from "./types";
import { list, place, t, value } from "./words";

export interface Found {
  point: Point;
  series: Series;
}

export interface View {
  account: Account;
  claims: Map<string, Claim>;
  points: Map<string, Found>;
  pointOf: Map<string, Found>; /* by claim */
  reports: Map<string, AccountReport>;
  claimsOf: Map<string, Claim[]>; /* by doc */
  copies: Map<string, AccountReport[]>; /* by the doc they are copies of */
}

export function look(account: Account): View {
  const v: View = {
    account,
    claims: new Map(account.claims.map((c) => [c.id, c])),
    points: new Map(),
    pointOf: new Map(),
    reports: new Map(account.reports.map((r) => [r.doc, r])),
    claimsOf: new Map(),
    copies: new Map(),
  };
  for (const series of account.series)
    for (const point of series.points) {
      v.points.set(point.id, { point, series });
      for (const c of point.claims) v.pointOf.set(c, { point, series });
    }
  for (const c of account.claims) push(v.claimsOf, c.doc, c);
  for (const r of account.reports) if (r.copy_of && v.reports.has(r.copy_of)) push(v.copies, r.copy_of, r);
  return v;
}

export function push<K, T>(m: Map<K, T[]>, k: K, x: T): void {
  const at = m.get(k);
  at ? at.push(x) : m.set(k, [x]);
}

/* When a figure became known; of what each day has its own (and newly added figures), the day itself. */
export const dated = (s: Series) => s.kind === "new" || s.measure === "gathered" || s.measure === "deployed";
export const known = (s: Series, p: Point) => (dated(s) ? (p.date ?? p.first) : (p.first ?? p.date));

/* The figure that stands for a series; none where all were replaced or denied. */
export const best = (s: Series): Point | undefined =>
  s.points.find((p) => p.id === s.best_point) ??
  s.points.find((p) => p.standing === "current") ??
  s.points.find((p) => p.standing === "contested");

const bounds = {
  several: [2, 19],
  tens: [20, 99],
  hundreds: [200, 999],
  thousands: [2000, 9999],
  tens_of_thousands: [20000, 99999],
  hundreds_of_thousands: [200000, 999999],
  millions: [2000000, 9999999],
} as Record<string, [number, number]>;

/* The counts that a value may mean (docs/methods.md); Infinity: no upper bound was named. */
export function range(p: Point): [number, number] {
  const v = p.value;
  if (v.vague) return bounds[v.vague] ?? [0, 0];
  const open = v.qualifier === "at_least" || v.qualifier === "more_than";
  const under = v.qualifier === "at_most" || v.qualifier === "less_than";
  const low = v.low ?? (under ? 0 : (v.high ?? 0));
  return [under ? 0 : low, open ? Infinity : (v.high ?? low)];
}

/* What a point has to do with others, in words. */
export function relations(view: View, at: Found): string {
  const p = at.point;
  const of = (id: string) => {
    const f = view.points.get(id);
    if (!f) return "";
    const v = value(f.point.value);
    const there = f.series.place?.name !== at.series.place?.name;
    return there ? t("relation.elsewhere", { value: v, place: place(f.series.place) }) : v;
  };
  const said: string[] = [];
  for (const [key, id] of Object.entries({ superseded_by: p.superseded_by, part_of: p.part_of, denies: p.denies }))
    if (id && view.points.has(id)) said.push(t("relation." + key, { value: of(id) }));
  const against = [...new Set(p.against.slice(0, 4).map(of))].filter(Boolean);
  if (against.length && !p.superseded_by) said.push(t("relation.against", { value: list(against) }));
  return list(said);
}

export const reportName = (r: AccountReport) => r.title || r.doc;
