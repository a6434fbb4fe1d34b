/* A reviewer's judgement. Each decision says who and why, and which decision on the same thing its maker had seen
 * last: where another came between, the server refuses (409), what came is shown, and it can be decided anew. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, Problem } from "./api";
import type { Claim, Decision, Info, Place, Series, StoryHead, Value } from "./types";
import { Dialog, Foreign, notice, useGet } from "./ui";
import { place, t, time, value, whom } from "./words";

let may = false;
export const setInfo = (i: Info) => (may = !i.read_only && i.role === "review");
export const mayReview = () => may;

const reviewer = {
  get: () => localStorage.getItem("relata.reviewer") ?? "",
  set: (s: string) => localStorage.setItem("relata.reviewer", s),
};

export const whatWord = (what: string) => t("page.did." + what);

/* The newest decision on a target, 0 where there is none. */
const newest = async (target: string) => (await get<{ decisions: Decision[] }>("/decisions", { target, limit: 1 })).decisions[0]?.n ?? 0;

export async function undo(d: Decision, done: () => void): Promise<void> {
  const who = reviewer.get();
  try {
    await post("/decisions", {
      what: "undo",
      target: d.target,
      who: who || d.who,
      why: "",
      data: { n: d.n },
      seen: await newest(d.target),
    });
    notice(t("page.undone"));
    done();
  } catch (e) {
    notice((e as Problem).message || t("page.error"));
  }
}

interface DecideProps {
  what: string;
  target: string;
  title: string;
  data?: Record<string, unknown>;
  ready?: boolean; /* false: the fields are not filled yet */
  children?: ComponentChildren;
  close: () => void;
  done: () => void;
}

export function Decide({ what, target, title, data = {}, ready = true, children, close, done }: DecideProps) {
  const [who, setWho] = useState(reviewer.get);
  const [why, setWhy] = useState("");
  const [error, setError] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const seen = useRef<Promise<number> | null>(null);
  useEffect(() => {
    seen.current = newest(target);
    seen.current.catch(() => {});
  }, [target]);

  const submit = async (e: Event) => {
    e.preventDefault();
    setBusy(true);
    try {
      reviewer.set(who.trim());
      const d = await post<Decision>("/decisions", { what, target, who: who.trim(), why: why.trim(), data, seen: await seen.current });
      close();
      notice(t("page.decided", { what: whatWord(what) }), () => void undo(d, done));
      done();
    } catch (x) {
      const p = x instanceof Problem ? x : new Problem(0, String(x));
      if (p.decisions.length) seen.current = Promise.resolve(Math.max(...p.decisions.map((d) => d.n)));
      else seen.current = newest(target);
      setError(p);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={title} close={close}>
      <form onSubmit={submit}>
        {children}
        <label>
          {t("page.your_name")}
          <input required maxLength={200} value={who} autoComplete="name" onInput={(e) => setWho(e.currentTarget.value)} />
        </label>
        <label>
          {t("page.why")}
          <textarea rows={3} maxLength={2000} value={why} onInput={(e) => setWhy(e.currentTarget.value)} />
        </label>
        {error && (
          <div class="failure" role="alert">
            {error.status === 409 ? (
              <>
                <p>{t("page.conflict")}</p>
                <ul>
                  {error.decisions.map((d) => (
                    <li key={d.n}>
                      <Sentence d={d} />
                    </li>
                  ))}
                </ul>
              </>
            ) : (
              <p>
                {error.status === 403 ? t("page.forbidden") : t("page.error")} <bdi>{error.message}</bdi>
              </p>
            )}
          </div>
        )}
        <p class="buttons">
          <button type="submit" class="main" disabled={busy || !ready}>
            {error?.status === 409 ? t("page.decide_anyway") : title}
          </button>
          <button type="button" onClick={close}>
            {t("page.cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/* A decision in one line: what, by whom, when, why. */
export const Sentence = ({ d }: { d: Decision }) => (
  <>
    <b>{whatWord(d.what)}</b> <Foreign text={t("page.by", { who: d.who, when: time(d.at) })} max={200} />
    {d.why && (
      <>
        : <Foreign text={d.why} max={400} />
      </>
    )}
  </>
);

/* ---- a claim ---- */

const qualifiers = ["exact", "at_least", "more_than", "at_most", "less_than", "about", "range"];
const classes = [
  "any",
  "security",
  "protester",
  "attacker",
  "civilian",
  "child",
  "woman",
  "medic",
  "journalist",
  "worker",
  "prisoner",
  "passenger",
  "building",
  "vehicle",
  "flight",
];

function Amend({ c, places, close, done }: { c: Claim; places: Place[]; close: () => void; done: () => void }) {
  const [low, setLow] = useState(String(c.value.low ?? ""));
  const [high, setHigh] = useState(String(c.value.high ?? ""));
  const [q, setQ] = useState(c.value.vague ? "exact" : c.value.qualifier);
  const [who, setWho] = useState(c.who);
  const [where, setWhere] = useState(c.place?.name ?? "");
  const [date, setDate] = useState(c.date ?? "");
  const [source, setSource] = useState(c.source[0]?.name ?? "");

  const open = q === "at_least" || q === "more_than";
  const under = q === "at_most" || q === "less_than";
  const n = (s: string) => (/^\d+$/.test(s.trim()) ? Number(s) : null);
  const [a, b] = [n(low), n(high)];
  const v: Value = { low: under ? null : a, high: open ? null : q === "range" ? b : under ? (b ?? a) : a, qualifier: q };
  const wrong = (low + high).trim() !== "" && (q === "range" ? a === null || b === null || a > b : (under ? (b ?? a) : a) === null);

  const data: Record<string, unknown> = {};
  if (
    (low + high).trim() &&
    JSON.stringify(v) !== JSON.stringify({ low: c.value.low ?? null, high: c.value.high ?? null, qualifier: c.value.qualifier })
  )
    data.value = v;
  if (who !== c.who) data.whom = who;
  if (where.trim() !== (c.place?.name ?? ""))
    data.place = places.find((p) => p.name === where.trim() || place(p) === where.trim()) ?? (where.trim() || null);
  if (date !== (c.date ?? "")) data.date = date || null;
  if (source.trim() !== (c.source[0]?.name ?? "")) data.source = source.trim() || null;

  return (
    <Decide
      what="amend"
      target={target(c)}
      title={t("page.amend")}
      data={data}
      ready={!wrong && Object.keys(data).length > 0}
      close={close}
      done={done}
    >
      <div class="fields">
        <label>
          {t("column.value")}
          <select value={q} onChange={(e) => setQ(e.currentTarget.value)}>
            {qualifiers.map((x) => (
              <option key={x} value={x}>
                {t("value." + x, { n: "n", low: "n", high: "m" })}
              </option>
            ))}
          </select>
        </label>
        <label>
          {q === "range" ? t("page.lowest") : "n"}
          <input
            inputMode="numeric"
            pattern="[0-9]*"
            value={under ? high || low : low}
            onInput={(e) => (under ? setHigh : setLow)(e.currentTarget.value)}
          />
        </label>
        {q === "range" && (
          <label>
            {t("page.highest")}
            <input inputMode="numeric" pattern="[0-9]*" value={high} onInput={(e) => setHigh(e.currentTarget.value)} />
          </label>
        )}
        <label>
          {t("column.who")}
          <select value={who} onChange={(e) => setWho(e.currentTarget.value)}>
            {classes.map((x) => (
              <option key={x} value={x}>
                {whom(x)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("column.place")}
          <input list="places" maxLength={200} value={where} onInput={(e) => setWhere(e.currentTarget.value)} />
          <datalist id="places">
            {places.map((p) => (
              <option key={p.name + p.country} value={p.name}>
                {place(p)}
              </option>
            ))}
          </datalist>
        </label>
        <label>
          {t("column.date")}
          <input type="date" value={date} onInput={(e) => setDate(e.currentTarget.value)} />
        </label>
        <label>
          {t("column.source")}
          <input maxLength={200} value={source} onInput={(e) => setSource(e.currentTarget.value)} />
        </label>
      </div>
    </Decide>
  );
}

const target = (c: Claim) => `claim:${c.report}:${c.id}`;

export function ClaimReview({ c, places, changed }: { c: Claim; places: Place[]; changed: () => void }) {
  const [asked, ask] = useState<string | null>(null);
  const close = () => ask(null);
  const r = c.review;
  return (
    <div class="review">
      {r && (
        <p class={"state " + r.state}>
          <b>{t("page.state." + r.state)}</b> <Foreign text={t("page.by", { who: r.by, when: time(r.at) })} max={200} />
          {r.why && (
            <>
              : <Foreign text={r.why} max={400} />
            </>
          )}
          {r.was?.value && <span class="was"> {t("page.was", { value: value(r.was.value) })}</span>}
        </p>
      )}
      {mayReview() && c.report && (
        <p class="buttons">
          {(["confirm", "reject", "amend"] as const).map((what) => (
            <button key={what} type="button" onClick={() => ask(what)}>
              {t("page." + what)}
            </button>
          ))}
        </p>
      )}
      {asked === "amend" && <Amend c={c} places={places} close={close} done={changed} />}
      {asked && asked !== "amend" && <Decide what={asked} target={target(c)} title={t("page." + asked)} close={close} done={changed} />}
    </div>
  );
}

/* ---- reports, series, stories ---- */

export function ReportReview({ report, story, changed }: { report: string; story: string | null; changed: () => void }) {
  const [asked, ask] = useState<string | null>(null);
  if (!mayReview()) return null;
  return (
    <p class="buttons">
      <button type="button" onClick={() => ask("retract")}>
        {t("page.retract")}
      </button>
      <button type="button" onClick={() => ask("pin")}>
        {t("page.pin")}
      </button>
      {asked === "retract" && (
        <Decide what="retract" target={"report:" + report} title={t("page.retract")} close={() => ask(null)} done={changed} />
      )}
      {asked === "pin" && (
        <ToStory
          what="pin"
          target={"report:" + report}
          title={t("page.pin")}
          not={null}
          first={story}
          close={() => ask(null)}
          done={changed}
        />
      )}
    </p>
  );
}

const rules = ["newest_official", "most_origins", "low_best_high", "conservative"];

export function RuleChoice({ s, story, changed }: { s: Series; story: string; changed: () => void }) {
  const [asked, ask] = useState<string | null>(null);
  if (!mayReview() || s.past) return <small class="dim">{t("rule." + s.rule)}</small>;
  const key = [s.measure, s.who, s.place ? (s.place.id ?? s.place.name) : "", s.kind].join("/");
  return (
    <>
      <label class="rule">
        <span>{t("page.rule")}</span>{" "}
        <select value={s.rule} onChange={(e) => (ask(e.currentTarget.value), (e.currentTarget.value = s.rule))}>
          {rules.map((r) => (
            <option key={r} value={r}>
              {t("rule." + r)}
            </option>
          ))}
        </select>
      </label>
      {asked && (
        <Decide
          what="rule"
          target={`series:${story}:${key}`}
          title={t("page.rule")}
          data={{ rule: asked }}
          close={() => ask(null)}
          done={changed}
        >
          <p>{t("rule." + asked)}</p>
        </Decide>
      )}
    </>
  );
}

/* Into which story: by words of its title or reports. */
export function ToStory({
  what,
  target,
  title,
  not,
  first,
  close,
  done,
}: {
  what: "merge" | "pin";
  target: string;
  title: string;
  not: string | null;
  first?: string | null;
  close: () => void;
  done: () => void;
}) {
  const [q, setQ] = useState("");
  const [into, setInto] = useState(first ?? "");
  const found = useGet<{ stories: StoryHead[] }>("/stories", { q, limit: 8 });
  return (
    <Decide
      what={what}
      target={target}
      title={title}
      data={what === "merge" ? { into } : { story: into }}
      ready={into !== ""}
      close={close}
      done={done}
    >
      <label>
        {t("page.search")}
        <input type="search" value={q} onInput={(e) => setQ(e.currentTarget.value)} />
      </label>
      <fieldset class="options">
        <legend>{t("page.into")}</legend>
        {found.data?.stories
          .filter((s) => s.story !== not)
          .map((s) => (
            <label key={s.story}>
              <input type="radio" name="into" value={s.story} checked={into === s.story} onChange={() => setInto(s.story)} />
              <Foreign text={s.title} lang={s.title_lang} max={120} />
            </label>
          ))}
      </fieldset>
    </Decide>
  );
}
