/* How long the page takes to show a story of 500 reports and about 5,000 claims: node bench/page.mjs [RUNS]
 * The reports are made here, always the same ones. Times are from the click on a link to the first drawn chart, and
 * the processor time of the page until then; of RUNS (5) cold loads the median and the slowest. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { api, browser, open, tab } from "../tests/page/browser.mjs";

const places = ["Limassol", "Larnaca", "Nicosia", "Paphos", "Kyrenia"];
const speakers = [
  "police",
  "the fire service",
  "the Ministry of Health",
  "the mayor",
  "witnesses",
  "the Red Cross",
  "the army",
  "hospital officials",
];
const whom = ["people", "police officers", "protesters", "children", "workers", "civilians"];
const said = [
  (n, w, p, s) => `At least ${n} ${w} were killed in ${p}, ${s} said.`,
  (n, w, p, s) => `${n} ${w} were injured in ${p}, according to ${s}.`,
  (n, w, p, s) => `In ${p}, ${s} said ${n} ${w} had been detained.`,
  (n, w, p, s) => `${n} ${w} were missing in ${p}, ${s} said.`,
  (n, w, p, s) => `${n} ${w} were evacuated from ${p}, ${s} said.`,
];

/* A sequence that looks random and is always the same (a linear congruence, Numerical Recipes' constants). */
let state = 7;
const pick = (of) => of[(state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % of.length];
const reports = Array.from({ length: 500 }, (_, i) => {
  const day = 1 + Math.floor(i / 50);
  const text = Array.from({ length: 10 }, (_, k) =>
    pick(said)(10 + day * 3 + ((i + k) % 7), pick(whom), pick(places), pick(speakers)),
  ).join(" ");
  const published = `2026-03-${String(day).padStart(2, "0")}T${String(i % 24).padStart(2, "0")}:00:00Z`;
  return { id: "r" + i, title: `Unrest in Cyprus: day ${day}, report ${i}`, text, published, outlet: "Outlet " + (i % 40), lang: "en" };
});

const runs = Number(process.argv[2] ?? 5);
const dir = mkdtempSync(join(tmpdir(), "relata-big-"));
const file = join(dir, "big.jsonl");
writeFileSync(file, reports.map((r) => JSON.stringify(r)).join("\n"));
const s = await open([file]);
const b = await browser();
const { stories } = await api(s.base, "/stories");
const story = stories.sort((x, y) => y.reports - x.reports)[0];
const { account } = await api(s.base, "/stories/" + story.story);
const bytes = JSON.stringify(account).length;
console.log(
  `${story.reports} reports, ${account.claims.length} claims, ${account.series.length} series, ${(bytes / 1e6).toFixed(1)} MB of account (${(gzipSync(JSON.stringify(account)).length / 1e6).toFixed(2)} MB gzipped)`,
);

const first = [];
const busy = [];
for (let k = 0; k < runs; k++) {
  const p = await (await tab(b, s)).to("/decisions");
  const cdp = await p.context().newCDPSession(p);
  await cdp.send("Performance.enable");
  const used = async () => (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "ProcessTime").value * 1000;
  const before = await used();
  await p.evaluate((to) => {
    window.began = performance.now();
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
    const look = () =>
      document.querySelector(".series svg .mark")
        ? requestAnimationFrame(() => (window.first = performance.now()))
        : requestAnimationFrame(look);
    look();
  }, "/story/" + story.story);
  await p.waitForFunction(() => window.first);
  busy.push((await used()) - before);
  first.push(await p.evaluate(() => window.first - window.began));
  await p.close();
}
const of = (xs) => `${xs.sort((x, y) => x - y)[xs.length >> 1].toFixed(0)} ms (slowest ${xs[xs.length - 1].toFixed(0)} ms)`;
console.log(`first view ${of(first)}, processor time of the page till its first view ${of(busy)}`);
await b.close();
s.close();
rmSync(dir, { recursive: true });
