/* What was decided, newest first: a list that only grows. */
import { useEffect, useState } from "preact/hooks";
import { get } from "./api";
import { useLive } from "./live";
import { mayReview, undo, whatWord } from "./review";
import type { Decision } from "./types";
import { Failure, Foreign, Link, useGet } from "./ui";
import { t, time } from "./words";

interface Batch {
  decisions: Decision[];
  next: string | null;
}

/* Where a target can be looked at. */
function address(d: Decision): string {
  const [kind, id, claim] = d.target.split(":");
  if (kind === "claim") return `/report/${id}?claim=${claim}`;
  return kind === "report" ? "/report/" + id : "/story/" + id;
}

const detail = (d: Decision) => {
  const { rule, ...rest } = d.data as Record<string, unknown>;
  if (rule) return t("rule." + rule);
  return Object.keys(rest).length ? JSON.stringify(rest) : "";
};

export function Decisions() {
  const got = useGet<Batch>("/decisions", { limit: 100 });
  const [rest, setRest] = useState<Batch | null>(null);
  const again = () => (setRest(null), got.again());
  useLive((e) => e.kind === "decision" || e.kind === "any", again);
  useEffect(() => {
    document.title = `${t("page.decisions")} – relata`;
  }, []);
  const next = rest ? rest.next : got.data?.next;
  const more = () =>
    void get<Batch>("/decisions", { limit: 100, cursor: next }).then((b) =>
      setRest({ decisions: [...(rest?.decisions ?? []), ...b.decisions], next: b.next }),
    );
  const all = [...(got.data?.decisions ?? []), ...(rest?.decisions ?? [])];
  return (
    <>
      <h1 tabIndex={-1}>{t("page.decisions")}</h1>
      {got.error && <Failure error={got.error} again={got.again} />}
      {got.data && !all.length && <p class="dim">{t("page.no_decisions")}</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label={t("page.decisions")}>
        <table class="decisions">
          <thead>
            <tr>
              <th scope="col">{t("page.when")}</th>
              <th scope="col">{t("page.what")}</th>
              <th scope="col">{t("page.who")}</th>
              <th scope="col">{t("page.why")}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {all.map((d) => (
              <tr key={d.n} class={d.undone_by ? "undone" : ""}>
                <td class="day">
                  <time dateTime={d.at}>{time(d.at)}</time>
                </td>
                <td>
                  <Link to={address(d)}>{whatWord(d.what)}</Link>{" "}
                  <small>
                    <Foreign text={detail(d)} max={120} />
                  </small>
                </td>
                <td>
                  <Foreign text={d.who} max={80} />
                </td>
                <td>
                  <Foreign text={d.why} max={400} />
                </td>
                <td>
                  {d.undone_by ? (
                    <span class="dim">{t("page.undone")}</span>
                  ) : (
                    mayReview() &&
                    d.what !== "undo" && (
                      <button type="button" class="quiet" onClick={() => void undo(d, again)}>
                        {t("page.undo")}
                      </button>
                    )
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {next && (
        <p class="more">
          <button type="button" onClick={more}>
            {t("page.more_decisions")}
          </button>
        </p>
      )}
    </>
  );
}
