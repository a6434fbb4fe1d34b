/* A series over time: across when each figure became known, upwards how many. A line steps through the figures that
 * stood in turn; a hatched bar is the range a figure's words allow, an arrow on it "or more"; the bracket at the end is
 * low, best and high; the shape of a mark is its standing, its hue the kind of speaker, who is named beside it.
 * The table under a chart says the same in words, and is what keys reach. */
import { scaleLinear } from "d3-scale";
import { dated, known, range } from "./account";
import type { Point, Series } from "./types";
import { shape, useSeen, useWidth } from "./ui";
import { line } from "./text";
import { day, isRtl, number, seriesTitle, speaker, t, value } from "./words";

const top = 12;
const bottom = 26;
const marks_max = 400;

interface Mark {
  p: Point;
  x: number;
  y: number;
  low: number;
  high: number;
}

interface Box {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

const hits = (a: Box, b: Box) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/* Boxes already taken, by 32-pixel cells, so that a look costs the same however many there are. */
class Taken {
  cells = new Map<number, Box[]>();
  *near(b: Box) {
    for (let i = b.x0 >> 5; i <= b.x1 >> 5; i++) for (let j = b.y0 >> 5; j <= b.y1 >> 5; j++) yield i * 1024 + j;
  }
  free(b: Box): boolean {
    for (const c of this.near(b)) if (this.cells.get(c)?.some((o) => hits(o, b))) return false;
    return true;
  }
  add(b: Box): void {
    for (const c of this.near(b)) this.cells.set(c, [...(this.cells.get(c) ?? []), b]);
  }
}

const ms = (iso: string) => Date.parse(iso.slice(0, 10) + "T00:00:00Z");

/* The top of the counts: every number that somebody named; ranges of words are cut there. */
function highest(s: Series): number {
  let max = Math.max(s.low ?? 1, s.best ?? 1, s.high ?? 1);
  for (const p of s.points) {
    const [low, high] = range(p);
    max = Math.max(max, low, p.value.vague || high === Infinity ? low : high);
  }
  return max || 1;
}

/* Few figures need little room, a single number none. */
const tall = (s: Series) => (s.points.length > 3 ? 168 : s.points.length > 1 ? 126 : 84);
export const worth = (s: Series) => s.points.length > 1 || s.low !== s.high;

function lay(s: Series, width: number) {
  const H = tall(s);
  const days = s.points.map((p) => known(s, p)).filter((d): d is string => !!d);
  const first = days.reduce((a, b) => (a < b ? a : b), days[0]);
  const last = days.reduce((a, b) => (a > b ? a : b), days[0]);
  const undated = days.length < s.points.length;
  const y = scaleLinear()
    .domain([0, highest(s)])
    .nice(4)
    .range([H - bottom, top]);
  const ticks = y.ticks(H > 100 ? 3 : 1).filter(Number.isInteger);
  const left = 14 + 7 * Math.max(...ticks.map((n) => number(n).length));
  const right = width - 58 - (undated ? 60 : 0);
  const x = scaleLinear()
    .domain(first === last ? [ms(first ?? "2000-01-01") - 1, ms(first ?? "2000-01-01") + 1] : [ms(first), ms(last)])
    .range([left + 10, Math.max(right - 40, left + 20)]);
  return { H, first, last, undated, y, ticks, left, right, x };
}

type Plan = ReturnType<typeof lay>;

function place(s: Series, plan: Plan, width: number): Mark[] {
  const taken = new Taken();
  const order = [...s.points].sort((a, b) => rank(s, a) - rank(s, b)).slice(0, marks_max);
  return order.map((p) => {
    const [low, high] = range(p);
    const d = known(s, p);
    let x = d ? plan.x(ms(d)) : width - 78;
    const y = plan.y(p.value.low ?? (p.value.vague ? low : p.value.high) ?? low);
    const box = () => ({ x0: x - 6, x1: x + 6, y0: y - 5, y1: y + 5 });
    for (let k = 0; k < 8 && !taken.free(box()); k++) x += 13;
    taken.add(box());
    return { p, x, y, low: plan.y(low), high: high === Infinity ? -1 : Math.max(plan.y(high), top) };
  });
}

const rank = (s: Series, p: Point) =>
  p.id === s.best_point ? 0 : { current: 1, contested: 2, denied: 3, superseded: 4, part: 5 }[p.standing];

interface Label {
  x: number;
  y: number;
  text: string;
  value: string;
  end: boolean;
}

/* Who said it, beside the mark, as long as there is room: the surest figures first. */
function label(marks: Mark[], plan: Plan, width: number): Label[] {
  const taken = new Taken();
  const out: Label[] = [];
  for (const m of marks) taken.add({ x0: m.x - 6, x1: m.x + 6, y0: m.y - 6, y1: m.y + 6 });
  for (const m of marks) {
    const v = value(m.p.value);
    const who = line(m.p.origins[0] && speaker(m.p.origins[0].name), 26);
    const more = m.p.origins.length > 1 ? " +" + number(m.p.origins.length - 1) : "";
    for (const text of [who + more, ""]) {
      const w = 6.6 * (v.length + (text ? text.length + 1 : 0)) + 4;
      const box = [
        { x0: m.x + 9, x1: m.x + 9 + w, y0: m.y - 7, y1: m.y + 7, end: false },
        { x0: m.x - 9 - w, x1: m.x - 9, y0: m.y - 7, y1: m.y + 7, end: true },
        { x0: m.x + 5, x1: m.x + 5 + w, y0: m.y - 22, y1: m.y - 8, end: false },
      ].find((b) => b.x0 > plan.left && b.x1 < width - 34 && b.y0 > 0 && b.y1 < plan.H - bottom + 8 && taken.free(b));
      if (!box) continue;
      taken.add(box);
      out.push({ x: box.end ? box.x1 : box.x0, y: (box.y0 + box.y1) / 2 + 4, text, value: v, end: box.end });
      break;
    }
  }
  return out;
}

/* The figures that stood, one after the other. */
function steps(s: Series, marks: Mark[], plan: Plan): string {
  if (dated(s)) return "";
  const stood = marks
    .filter((m) => known(s, m.p) && (m.p.standing === "superseded" || m.p.id === s.best_point))
    .sort((a, b) => ms(known(s, a.p)!) - ms(known(s, b.p)!) || b.y - a.y);
  if (!stood.length) return "";
  const at = (m: Mark) => plan.x(ms(known(s, m.p)!));
  const still = stood[stood.length - 1].p.standing !== "superseded";
  return stood.map((m, i) => (i ? `H${at(m)}V${m.y}` : `M${at(m)} ${m.y}`)).join("") + (still ? `H${plan.right}` : "h14");
}

function Bracket({ s, plan, x }: { s: Series; plan: Plan; x: (n: number) => number }) {
  if (s.low === null || s.low === s.high) return null;
  const at = plan.right + 16;
  const low = plan.y(s.low);
  const high = s.high === null ? top : plan.y(s.high);
  const [a, b, mid] = [x(at - 4), x(at + 4), x(at)];
  return (
    <g class="bracket">
      <path d={`M${a} ${low}H${b}M${mid} ${low}V${high}` + (s.high === null ? `m-4 5l4-5 4 5` : `M${a} ${high}H${b}`)} />
      {s.best !== null && <path class="best" d={`M${x(at - 7)} ${plan.y(s.best)}H${x(at + 7)}`} />}
    </g>
  );
}

function Drawing({ s, width, chosen, pick }: { s: Series; width: number; chosen?: string; pick: (p: Point) => void }) {
  const rtl = isRtl();
  const x = (n: number) => (rtl ? width - n : n);
  const plan = lay(s, width);
  const marks = place(s, plan, width);
  const ends = [plan.first, plan.last !== plan.first ? plan.last : undefined];
  return (
    <>
      <defs>
        <pattern id={"hatch-" + s.id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V5" class="hatch" />
        </pattern>
      </defs>
      {plan.ticks.map((n) => (
        <g key={n} class="tick">
          <path d={`M${x(plan.left)} ${plan.y(n)}H${x(plan.right)}`} />
          <text x={x(plan.left - 6)} y={plan.y(n) + 4} text-anchor="end">
            {number(n)}
          </text>
        </g>
      ))}
      {ends.map(
        (d, i) =>
          d && (
            <g key={i} class="tick">
              <text x={x(plan.x(ms(d)))} y={plan.H - 8} text-anchor={i ? "end" : plan.last === plan.first ? "middle" : "start"}>
                {day(d)}
              </text>
            </g>
          ),
      )}
      {plan.undated && (
        <text class="dim" x={x(width - 78)} y={plan.H - 8} text-anchor="middle">
          {t("date.unknown")}
        </text>
      )}
      <path class="steps" d={mirror(steps(s, marks, plan), x)} />
      {marks.map((m) => (
        <g
          key={m.p.id}
          class={
            "mark " +
            m.p.standing +
            (m.p.modality === "asserted" ? "" : " unsure") +
            " by-" +
            (m.p.origins[0]?.kind ?? "report") +
            (m.p.id === chosen ? " chosen" : "")
          }
          onClick={() => pick(m.p)}
        >
          {m.high !== m.low && m.high >= 0 && (
            <rect class="band" x={x(m.x) - 6} width="12" y={m.high} height={Math.max(m.low - m.high, 1)} fill={`url(#hatch-${s.id})`} />
          )}
          {m.high < 0 && <path class="upward" d={`M${x(m.x)} ${m.y - 6}v-14m-4 5l4-5 4 5`} />}
          <g transform={`translate(${x(m.x) - 8} ${m.y - 8})`}>
            <rect class="hit" width="16" height="16" />
            {shape(m.p.standing)}
          </g>
        </g>
      ))}
      {label(marks, plan, width).map((l, i) => (
        <text key={i} class="label" x={x(l.x)} y={l.y} text-anchor={l.end ? "end" : "start"}>
          <tspan class="n">{l.value}</tspan> {l.text}
        </text>
      ))}
      <Bracket s={s} plan={plan} x={x} />
    </>
  );
}

/* A path of M, H and V with its x turned around where the page is. */
const mirror = (d: string, x: (n: number) => number) =>
  d.replace(/([MHh])(-?[\d.]+)/g, (_, c, n) => (c === "h" ? c + (x(+n) - x(0)) : c + x(+n)));

export function Chart({ s, chosen, pick }: { s: Series; chosen?: string; pick: (p: Point) => void }) {
  const [seen, near] = useSeen<HTMLDivElement>();
  const [box, width] = useWidth<HTMLDivElement>();
  const both = (e: HTMLDivElement | null) => {
    seen.current = box.current = e;
  };
  return (
    <div class={"chart h" + tall(s)} ref={both}>
      {near && width > 0 && (
        <svg width={width} height={tall(s)} role="img" aria-label={t("chart.title", { title: seriesTitle(s) })}>
          <Drawing s={s} width={width} chosen={chosen} pick={pick} />
        </svg>
      )}
    </div>
  );
}
