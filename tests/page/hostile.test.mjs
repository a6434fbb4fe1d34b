/* Reports that try to become markup, to run, to lead away, to turn figures around, or to be too much. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, browser, open, tab } from "./browser.mjs";

const rlo = "\u202e";
const markup = `<script>window.ran=1</script><img src=x onerror="window.ran=2"><svg onload=window.ran=3><iframe src="javascript:parent.ran=4"></iframe><style>body{display:none}</style>`;
const reports = [
  {
    id: "markup",
    title: `Fire in Limassol kills 12 ${markup}`,
    text: `${markup}\n\nTwelve people were killed in a fire in Limassol on 12 March 2026, police said. ${markup}`,
  },
  {
    id: "link",
    title: "Fire in Limassol: 12 dead",
    url: "javascript:window.ran=5",
    outlet: `"><script>window.ran=6</script>`,
    text: "A fire in Limassol killed 12 people and injured 30, the fire service said.",
  },
  {
    id: "bidi",
    title: `Fire in Limassol kills ${rlo}21 people`,
    text: `A fire in Limassol killed ${rlo}12 people\u202c and injured \u206731\u2069, police said.\u0000\u0007`,
  },
  {
    id: "long",
    title: "Fire in Limassol kills 12 " + "and more of it ".repeat(350000),
    text: "A fire in Limassol killed 12 people, police said.\n\n" + "No more is known of it. ".repeat(40000),
  },
].map((r) => ({ published: "2026-03-12T10:00:00Z", lang: "en", ...r }));

let s, b, dir;
before(async () => {
  dir = mkdtempSync(join(tmpdir(), "relata-hostile-"));
  const file = join(dir, "reports.jsonl");
  writeFileSync(file, reports.map((r) => JSON.stringify(r)).join("\n"));
  s = await open([file]);
  b = await browser();
});
after(async () => {
  await b?.close();
  s?.close();
  rmSync(dir, { recursive: true, force: true });
});

/* No element that only a report could have made, nothing ran, no link that runs. */
async function harmless(p) {
  const found = await p.evaluate(() => ({
    ran: window.ran,
    made: document.querySelectorAll("#page script, #page img, #page style, svg[onload], #page iframe:not([sandbox=''])").length,
    links: [...document.querySelectorAll("[href], [src]")]
      .map((e) => e.getAttribute("href") ?? e.getAttribute("src"))
      .filter((u) => /^\s*(javascript|vbscript|data:text)/i.test(u)),
    bidi: /[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
    title: document.title.length,
  }));
  assert.deepEqual({ ...found, title: found.title < 200 }, { ran: undefined, made: 0, links: [], bidi: false, title: true });
  assert.deepEqual(p.faults, []);
}

test("lists and stories show hostile words as words", async () => {
  const p = await (await tab(b, s)).to("/");
  await p.waitForSelector(".story");
  await harmless(p);
  for (const { story } of (await api(s.base, "/stories")).stories) {
    await p.to("/story/" + story);
    await p.waitForSelector(".reports > li, .failure");
    await harmless(p);
    const longest = await p.$$eval("#page *", (all) => Math.max(...all.filter((e) => !e.children.length).map((e) => e.textContent.length)));
    assert.ok(longest <= 400, "a title is cut: " + longest);
    await p.click("button.figure");
    await p.waitForSelector(".evidence .text");
    await harmless(p);
  }
});

test("each report by itself: markup is text, unseen characters are seen, a long text comes in parts", async () => {
  const { stories } = await api(s.base, "/stories");
  const seen = {};
  for (const { story } of stories) for (const r of (await api(s.base, "/stories/" + story)).account.reports) seen[r.doc] = r.report;
  const p = await tab(b, s);
  for (const id of Object.keys(seen)) {
    await p.to("/report/" + seen[id]);
    await p.waitForSelector(".text p");
    await harmless(p);
    await p.click(".original summary");
    await p.waitForSelector(".original iframe");
    await p.waitForTimeout(200);
    await harmless(p);
    if (id === "markup") assert.ok((await p.textContent(".text")).includes('<img src=x onerror="window.ran=2">'));
    if (id === "bidi") assert.ok((await p.$$(".text .control")).length >= 3);
    if (id === "long") assert.ok((await p.textContent(".text")).length < 200000);
  }
  assert.ok(seen.markup && seen.link && seen.bidi);
});
