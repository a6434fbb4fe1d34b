/* The words that say it: a figure's claims, each in its report, every slot marked where it stands, in the language and
 * direction of the report; who said it through whom; the rule that found it; and the report as it was saved. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { url } from "./api";
import { relations, type View } from "./account";
import { ClaimReview } from "./review";
import { direction, indices, line, pieces } from "./text";
import type { Claim, Place, Range, Report, Why } from "./types";
import { Aside, Failure, Foreign, Link, Sign, useGet } from "./ui";
import { day, isRtl, measure, number, place, speaker, t, tongue, value, whom } from "./words";

type Slot = "value" | "cue" | "whom" | "place" | "date" | "source";
const slots: Slot[] = ["value", "cue", "whom", "source", "place", "date"];
const slotWord: Record<Slot, string> = {
  value: "column.value",
  cue: "column.measure",
  whom: "column.who",
  place: "column.place",
  date: "column.date",
  source: "column.source",
};

interface Piece {
  from: number; /* UTF-16 */
  to: number;
  slot: Slot | "sentence" | "claim" | "at";
  claim?: string;
}

const spansOf = (c: Claim): [Slot, Range][] =>
  slots.flatMap((s): [Slot, Range][] => (s === "source" ? c.spans.source.map((r): [Slot, Range] => [s, r]) : [[s, c.spans[s]]]));

/* All that is marked, in order of where it begins. */
function marked(text: string, claim: Claim | null, claims: Claim[], at: Range): Piece[] {
  const want: [Piece["slot"], Range, string?][] = [];
  if (at) want.push(["at", at]);
  if (claim) {
    want.push(["sentence", claim.sentence]);
    want.push(...spansOf(claim));
  }
  for (const c of claims) if (c.id !== claim?.id) want.push(["claim", c.spans.value ?? [c.start, c.end], c.id]);
  const there = want.filter((w): w is [Piece["slot"], [number, number], string?] => !!w[1] && w[1][1] > w[1][0]);
  const index = indices(
    text,
    there.flatMap((w) => w[1]),
  );
  return there
    .map(([slot, [a, b], id]) => ({ from: index.get(a)!, to: index.get(b)!, slot, claim: id }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
}

interface Part {
  from: number;
  to: number;
  slot?: Piece["slot"];
  claim?: string;
  sentence: boolean;
  last: boolean; /* of its slot's words */
}

/* A paragraph cut where marks begin and end; of marks one inside the other, the inner shows. */
function cut(from: number, to: number, all: Piece[]): Part[] {
  const here = all.filter((p) => p.from < to && p.to > from);
  const ends = [...new Set([from, to, ...here.flatMap((p) => [Math.max(p.from, from), Math.min(p.to, to)])])].sort((a, b) => a - b);
  const parts: Part[] = [];
  for (let i = 0; i + 1 < ends.length; i++) {
    const over = here.filter((p) => p.from <= ends[i] && p.to >= ends[i + 1]);
    const inner = over.filter((p) => p.slot !== "sentence").sort((a, b) => rank(a) - rank(b) || a.to - a.from - (b.to - b.from))[0];
    parts.push({
      from: ends[i],
      to: ends[i + 1],
      slot: inner?.slot,
      claim: inner?.claim,
      sentence: over.some((p) => p.slot === "sentence" || p.slot === "at"),
      last: !!inner && ends[i + 1] === Math.min(inner.to, to),
    });
  }
  return parts;
}

const rank = (p: Piece) => (p.slot === "at" ? 2 : p.slot === "claim" ? 1 : 0);

function Plain({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((p, i) =>
        p.control ? (
          <span key={i} class="control" title={p.text}>
            {p.text}
          </span>
        ) : (
          p.text
        ),
      )}
    </>
  );
}

/* How much of a long text is drawn around what is looked at, in UTF-16 units on each side. */
const window_first = 24000;

function paragraphs(text: string, from: number, to: number): [number, number][] {
  const out: [number, number][] = [];
  for (let a = from; a < to;) {
    const nl = text.indexOf("\n", a);
    const b = Math.min(nl < 0 ? to : nl, to, a + 8000);
    if (text.slice(a, b).trim()) out.push([a, b]);
    a = b === nl ? b + 1 : Math.max(b, a + 1);
  }
  return out;
}

/* Bring into the middle of what scrolls around it: of the evidence alone where it stands there, else of the page. */
function center(e: Element): void {
  const evidence = e.closest(".evidence");
  if (!evidence) return e.scrollIntoView({ block: "center" });
  for (const box of [e.closest(".text")!, evidence])
    if (box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflowY === "auto")
      box.scrollTop += e.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
}

/* Of which passage each paragraph is (headline, caption, post, quotation; its language); both go by where they begin. */
function passages(report: Report): (at: number) => { kind: string; lang?: string | null } {
  const index = indices(
    report.text,
    report.passages.map((p) => p.start),
  );
  const begin = report.passages.map((p) => ({ ...p, at: index.get(p.start)! })).sort((a, b) => a.at - b.at);
  let k = 0;
  return (at) => {
    while (k + 1 < begin.length && begin[k + 1].at <= at) k++;
    return begin[k] ?? { kind: "body" };
  };
}

export function Text({ report, claim, at, pick }: { report: Report; claim: Claim | null; at?: Range; pick?: (id: string) => void }) {
  const [reach, setReach] = useState(window_first);
  const ref = useRef<HTMLDivElement>(null);
  const text = report.text;
  const all = useMemo(() => marked(text, claim, report.claims, at ?? null), [report, claim?.id, at?.[0]]);
  const focus = all.find((p) => p.slot === "value")?.from ?? all.find((p) => p.slot !== "claim")?.from ?? 0;
  const from = focus > reach ? text.lastIndexOf("\n", focus - reach) + 1 || focus - reach : 0;
  const to = Math.min(text.length, focus + reach);
  useEffect(() => {
    const mark = ref.current?.querySelector(".s-value, .s-at") ?? ref.current?.querySelector(".sentence");
    if (mark) center(mark);
  }, [report.report, claim?.id]);
  const passage = passages(report);
  const more = (
    <button type="button" class="quiet" onClick={() => setReach(reach * 4)}>
      {t("page.more_text")}
    </button>
  );
  return (
    <div ref={ref} class="text" lang={report.lang} dir={direction(text.slice(focus, focus + 2000) || text)}>
      {from > 0 && more}
      {paragraphs(text, from, to).map(([a, b]) => {
        const of = passage(a);
        return (
          <p
            key={a}
            class={"of-" + of.kind}
            lang={of.lang && of.lang !== report.lang ? of.lang : undefined}
            dir={direction(text.slice(a, b))}
          >
            {cut(a, b, all).map((p) => {
              const body = <Plain text={text.slice(p.from, p.to)} />;
              const sentence = p.sentence ? "sentence" : "";
              if (!p.slot) return sentence ? <span class={sentence}>{body}</span> : body;
              if (p.slot === "claim")
                return (
                  <button type="button" class={"other " + sentence} onClick={() => pick?.(p.claim!)} disabled={!pick}>
                    {body}
                  </button>
                );
              return (
                <mark class={`s-${p.slot} ${sentence}`} data-label={p.last && p.slot !== "at" ? t(slotWord[p.slot as Slot]) : undefined}>
                  {body}
                </mark>
              );
            })}
          </p>
        );
      })}
      {to < text.length && more}
    </div>
  );
}

/* From who said it first to the report at hand. */
function Chain({ c, report }: { c: Claim; report: Report | null }) {
  const outlet = report?.outlet || report?.title || c.doc;
  const through = [...c.source, ...c.via];
  return (
    <ol class="chain">
      {through.map((s, i) => (
        <li key={i}>
          <bdi>{speaker(s.name)}</bdi>
          {s.text !== s.name && (
            <small>
              <Foreign text={s.text} lang={c.lang} max={120} />
            </small>
          )}
        </li>
      ))}
      <li>
        <Foreign text={through.length ? outlet : t("origin.report", { name: line(outlet, 120) })} max={160} />
      </li>
    </ol>
  );
}

function Slots({ c, report }: { c: Claim; report: Report | null }) {
  const why = useGet<{ claims: Why[] }>(report && `/reports/${report.report}/explain`, { at: c.start }).data?.claims.find(
    (w) => w.claim === c.id,
  );
  const lines = why && [...new Set([why.cue_by, why.quantity_by, why.whom_by])].filter(Boolean);
  const says = useMemo(() => {
    const of = new Map<Slot, string[]>();
    if (!report) return of;
    const all = spansOf(c).filter((x): x is [Slot, [number, number]] => !!x[1]);
    const at = indices(
      report.text,
      all.flatMap((x) => x[1]),
    );
    for (const [slot, [a, b]] of all) of.set(slot, [...(of.get(slot) ?? []), report.text.slice(at.get(a), at.get(b))]);
    return of;
  }, [c, report]);
  const form: Record<Slot, string> = {
    value: value(c.value),
    cue: measure(c.measure),
    whom: whom(c.who),
    source: "",
    place: place(c.place),
    date: day(c.date),
  };
  return (
    <dl class="slots">
      {slots.map((s) => (
        <div key={s}>
          <dt>
            <span class={"swatch s-" + s} aria-hidden="true" />
            {t(slotWord[s])}
          </dt>
          <dd>
            {s === "source" ? <Chain c={c} report={report} /> : <bdi>{form[s]}</bdi>}
            {s !== "source" &&
              says.get(s)?.map((w, i) => (
                <q key={i} lang={c.lang}>
                  <Foreign text={w} max={120} />
                </q>
              ))}
          </dd>
        </div>
      ))}
      <div>
        <dt>{t("page.meant")}</dt>
        <dd>
          {t("modality." + c.modality)} · {t("page.confidence", { pct: number(Math.round(c.confidence * 100)) })}
        </dd>
      </div>
      {c.rule && (
        <div>
          <dt>{t("page.found_by")}</dt>
          <dd>
            <bdi lang="en">{c.rule}</bdi>
            {lines?.map((l) => (
              <small key={l}>
                <bdi dir="ltr">{l}</bdi>
              </small>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

export function Original({ report }: { report: Report }) {
  const [open, setOpen] = useState(false);
  if (!report.media_type.startsWith("text/"))
    return (
      <p>
        <a href={url(`/reports/${report.report}/raw`)} download>
          {t("page.original")}
        </a>
      </p>
    );
  return (
    <details class="original" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t("page.original")}</summary>
      {open && <iframe sandbox="" referrerpolicy="no-referrer" src={url(`/reports/${report.report}/raw`)} title={t("page.original")} />}
    </details>
  );
}

export const safeLink = (address: string | null) => (address && /^https?:\/\//i.test(address) ? address : null);

export function ReportHead({ report }: { report: Report }) {
  const link = safeLink(report.url);
  return (
    <p class="dim">
      <Foreign text={report.outlet} max={80} /> {day(report.day)} · {tongue(report.lang)}
      {link && (
        <>
          {" · "}
          <a href={link} rel="noreferrer noopener" target="_blank">
            <bdi dir="ltr">{line(link, 60)}</bdi>
          </a>
        </>
      )}
      {report.retracted && <b class="state"> {t("report.retracted")}</b>}
    </p>
  );
}

interface EvidenceProps {
  claim: Claim;
  view: View;
  places: Place[];
  pick: (claim: string) => void;
  close: () => void;
  changed: () => void;
}

export function Evidence({ claim, view, places, pick, close, changed }: EvidenceProps) {
  const head = useRef<HTMLHeadingElement>(null);
  const found = view.pointOf.get(claim.id);
  const got = useGet<Report>(claim.report ? "/reports/" + claim.report : null);
  const report = got.data?.report === claim.report ? got.data : null;
  const inReport = report?.claims.find((c) => c.id === claim.id) ?? claim;
  const same = found ? found.point.claims : [claim.id];
  const k = same.indexOf(claim.id);
  const said = found && relations(view, found);
  useEffect(() => head.current?.focus({ preventScroll: true }), [found?.point.id ?? claim.id]);
  const step = (d: number) => pick(same[(k + d + same.length) % same.length]);
  return (
    <>
      <header>
        <h2 ref={head} tabIndex={-1}>
          {found && <Sign of={found.point.standing} />} {value(claim.value)} {measure(claim.measure)}{" "}
          <Aside modality={claim.modality} kind={claim.kind} />
          <small>
            <bdi>{whom(claim.who)}</bdi>
            {claim.place && (
              <>
                {" · "}
                <bdi>{place(claim.place)}</bdi>
              </>
            )}
          </small>
        </h2>
        <button type="button" class="quiet close" onClick={close} aria-label={t("page.close")}>
          ×
        </button>
      </header>
      {said && (
        <p class="dim">
          <bdi>{said}</bdi>
        </p>
      )}
      {same.length > 1 && (
        <p class="stepper">
          <button type="button" onClick={() => step(-1)} aria-label={t("page.previous")}>
            {isRtl() ? "→" : "←"}
          </button>
          <span>{t("page.k_of_n", { k: number(k + 1), n: number(same.length) })}</span>
          <button type="button" onClick={() => step(1)} aria-label={t("page.next")}>
            {isRtl() ? "←" : "→"}
          </button>
        </p>
      )}
      <ClaimReview key={claim.id} c={claim} places={places} changed={changed} />
      <Slots c={inReport} report={report} />
      {got.error && <Failure error={got.error} again={got.again} />}
      {report && (
        <section class="source" aria-label={t("column.words")}>
          <h3>
            <Link to={`/report/${report.report}?claim=${claim.id}`}>
              <Foreign text={report.title || report.doc} lang={report.title ? report.lang : undefined} max={200} />
            </Link>
          </h3>
          <ReportHead report={report} />
          <Text report={report} claim={inReport} pick={pick} />
          <Original report={report} />
        </section>
      )}
    </>
  );
}
