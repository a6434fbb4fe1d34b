/* A report by itself: its text with every claim in it. */
import { useEffect } from "preact/hooks";
import { ClaimReview, ReportReview } from "./review";
import { Original, ReportHead, Text } from "./evidence";
import { go, useAddress, withQuery } from "./route";
import { line } from "./text";
import type { Place, Range, Report } from "./types";
import { Aside, Failure, Foreign, Link, useGet } from "./ui";
import { claimTitle, language, learnPlaces, t } from "./words";

const rangeOf = (s: string | null): Range => {
  const m = /^(\d+)-(\d+)$/.exec(s ?? "");
  return m && [Number(m[1]), Number(m[2])];
};

export function ReportPage({ id }: { id: string }) {
  const { query } = useAddress();
  const got = useGet<Report>("/reports/" + id, { lang: language() });
  const r = got.data;
  if (r?.labels) learnPlaces(r.labels);
  useEffect(() => {
    document.title = r ? `${line(r.title || r.doc, 80)} – relata` : "relata";
  }, [r]);
  if (got.error) return <Failure error={got.error} again={got.again} />;
  if (!r) return <p class="dim">{t("page.loading")}</p>;
  const claim = r.claims.find((c) => c.id === query.get("claim")) ?? null;
  const places = [...new Map(r.claims.flatMap((c): [string, Place][] => (c.place ? [[c.place.name, c.place]] : []))).values()];
  const pick = (c: string) => go(withQuery({ claim: c, at: null }), true);
  return (
    <article class="report-page">
      <h1 tabIndex={-1}>
        <Foreign text={r.title || r.doc} lang={r.title ? r.lang : undefined} />
      </h1>
      <ReportHead report={r} />
      {r.story && (
        <p>
          <Link to={`/story/${r.story}${claim ? "?claim=" + claim.id : ""}`}>{t("page.to_story")}</Link>
        </p>
      )}
      <ReportReview report={r.report} story={r.story} changed={got.again} />
      <div class="split">
        <Text report={r} claim={claim} at={claim ? null : rangeOf(query.get("at"))} pick={pick} />
        <section aria-label={t("column.claims")}>
          <h2>{t("page.n_claims", { n: r.claims.length })}</h2>
          <ul class="claims">
            {r.claims.slice(0, 500).map((c) => (
              <li key={c.id} class={c.review?.state}>
                <button type="button" class="figure" aria-pressed={c === claim} onClick={() => pick(c.id)}>
                  {claimTitle(c)} <Aside modality={c.modality} kind={c.kind} />
                </button>
                {c === claim && <ClaimReview c={c} places={places} changed={got.again} />}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <Original report={r} />
    </article>
  );
}
