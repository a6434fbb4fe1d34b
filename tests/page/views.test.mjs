/* Every view, clicked through on the examples (and the seeds, where they are) in four languages of two directions. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { join } from "node:path";
import { api, browser, decide, examples, faults_of_access, open, seeds, shots, tab } from "./browser.mjs";

let s, b, all, story, account;
before(async () => {
  s = await open([...examples, ...seeds]);
  b = await browser();
  all = (await api(s.base, "/stories")).stories;
  story = all.find((x) => x.places.includes("Limassol"));
  account = (await api(s.base, "/stories/" + story.story)).account;
});
after(async () => {
  await b?.close();
  s?.close();
});

afterEach(() => Promise.all(b.context.pages().map((p) => p.url() !== "about:blank" && p.close())));

const wide = (p) => p.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const killed = () =>
  account.series.find((x) => x.measure === "killed" && x.who === "any" && x.place?.name === "Limassol" && x.best !== null);
/* What is drawn from something that is no number; keys that no pack has words for. */
const wrong = (p) =>
  p.$$eval("svg *", (all) =>
    all.map((e) => [...e.attributes].map((a) => a.value).join(" ")).filter((v) => /NaN|undefined|Infinity/.test(v)),
  );
const unworded = (p) =>
  p.evaluate(() =>
    document.body.innerText.match(
      /\b(page|column|measure|who|standing|value|vague|heading|series|spread|origins?|relation|rule|happening|date|report)\.[a-z_]+\b(?!\.)/g,
    ),
  );
const none = (p) => assert.deepEqual(p.faults, []);

/* What the bytes say, and what the page marks, must be the same words. */
const bytes = (text, [from, to]) => Buffer.from(text).subarray(from, to).toString();
const marked = (p, slot) => p.$$eval(`.text mark.s-${slot}`, (all) => all.map((e) => e.textContent).join(""));

for (const lang of ["en", "el", "ar", "he"]) {
  const rtl = lang === "ar" || lang === "he";
  const named = { en: "Limassol", el: "Λεμεσός", ar: "ليماسول", he: "לימסול" }[lang];
  describe(`in ${lang}`, () => {
    test("stories: search in any script, filters, the way into a story", async () => {
      const p = await (await tab(b, { ...s, lang })).to("/");
      assert.equal(await p.getAttribute("html", "lang"), lang);
      assert.equal(await p.getAttribute("html", "dir"), rtl ? "rtl" : "ltr");
      await p.waitForSelector(".story");
      await p.fill("input[type=search]", "ליмасол");
      await p.waitForFunction(() => !document.querySelector(".story"));
      await p.fill("input[type=search]", "ليماسول");
      await p.waitForFunction(() => document.querySelectorAll(".story").length === 1);
      assert.ok((await p.textContent(".story .dim")).includes(named), "places by their names in the reading language");
      await p.fill("input[type=search]", "");
      await p.selectOption(".filters label:nth-of-type(5) select", "killed");
      await p.selectOption(".filters label:nth-of-type(6) select", "pl");
      await p.waitForURL(/measure=killed.*lang=pl|lang=pl.*measure=killed/);
      await p.waitForSelector(".story a");
      await p.click(".story a");
      await p.waitForURL(/\/story\//);
      await p.waitForSelector(".series");
      assert.ok(await p.evaluate(() => document.activeElement.tagName === "H1" || document.activeElement === document.body));
      none(p);
    });

    test("a story: figures with charts, matrix, places, time line, reports", async () => {
      const p = await (await tab(b, { ...s, lang })).to("/story/" + story.story);
      await p.waitForSelector(".series svg .mark");
      assert.deepEqual(await wrong(p), []);
      const shapes = await p.$$eval(".series .sign", (all) => new Set(all.map((e) => e.className)).size);
      assert.ok(shapes >= 4, "standings differ by more than colour");
      await p.$eval("#map", (e) => e.scrollIntoView());
      await p.waitForSelector(".map .land");
      assert.ok((await p.$$(".map .spot")).length >= 2);
      assert.ok((await p.$$(".matrix .cell.contested")).length >= 2);
      assert.ok((await p.$$(".days .happening")).length >= 3);
      assert.equal((await p.$$(".reports > li")).length, account.reports.filter((r) => !r.copy_of).length);
      assert.equal((await p.$$(".reports details li")).length, account.reports.filter((r) => r.copy_of).length);
      assert.equal(await unworded(p), null, "a key without words");
      const ministry = (await api(s.base, "/messages/" + lang)).messages["source.Ministry of Health"];
      assert.ok((await p.textContent("table.matrix")).includes(ministry), "speakers by their office in the reading language");
      assert.ok((await p.textContent(".choices")).includes(named), "places by their names in the reading language");
      await p.click(".choices li:nth-child(2) button");
      await p.waitForURL(/place=/);
      assert.ok((await p.$$(".series")).length < account.series.length);
      none(p);
    });

    test("evidence: from a figure and from the matrix to the words", async () => {
      const p = await (await tab(b, { ...s, lang })).to("/story/" + story.story);
      await p.click(".series tr.contested button.figure");
      await p.waitForSelector(".evidence .text mark.s-value");
      assert.ok(await p.evaluate(() => document.activeElement.matches(".evidence h2")));
      await p.keyboard.press("Escape");
      await p.waitForFunction(
        () => !document.querySelector(".evidence") && document.activeElement.matches(".series tr.contested button.figure"),
      );
      await p.click(".matrix .cell");
      await p.waitForSelector(".evidence .text mark.s-value");
      assert.ok((await p.$$(".evidence .chain li")).length >= 1);
      await p.click(".original summary");
      await p.waitForSelector(".original iframe");
      assert.equal(await p.getAttribute(".original iframe", "sandbox"), "");
      none(p);
    });
  });
}

/* Every third claim of a story, each in its report. */
async function slots(p, a) {
  for (const c of a.claims.filter((_, i) => i % 3 === 0)) {
    const { text } = await api(s.base, "/reports/" + c.report);
    await p.to(`/report/${c.report}?claim=${c.id}`);
    await p.waitForSelector("mark.s-value");
    assert.equal(await marked(p, "value"), bytes(text, c.spans.value), c.id);
    assert.ok((await p.textContent(".text")).includes(bytes(text, c.spans.cue)), c.id);
    const to = await p.$eval("mark.s-value", (e) => getComputedStyle(e.closest("p")).direction);
    if (c.lang === "ar" || c.lang === "he") assert.equal(to, "rtl", c.id);
  }
}

test("claims' slots are marked where their bytes are, in the report's direction", async () => {
  const p = await tab(b, s);
  await slots(p, account);
  none(p);
});

test("the seeds: every story in four languages, claims at their bytes", { skip: seeds.length ? false : "no seeds here" }, async () => {
  for (const { story: id } of all.filter((x) => x.story !== story.story)) {
    for (const lang of ["en", "el", "ar", "he"]) {
      const p = await (await tab(b, { ...s, lang })).to("/story/" + id);
      await p.waitForSelector(".series .figure");
      await p.waitForSelector(".reports > li");
      assert.deepEqual(await wrong(p), []);
      assert.equal(await unworded(p), null);
      assert.ok((await wide(p)) <= 0);
      none(p);
      await p.close();
    }
    const p = await tab(b, s);
    await slots(p, (await api(s.base, "/stories/" + id)).account);
    none(p);
  }
});

test("the keyboard alone reaches every control of a story, and sees where it is", async () => {
  const p = await (await tab(b, s)).to("/story/" + story.story);
  await p.waitForSelector(".reports > li");
  const all = await p.$$eval(
    "a[href], button, select, input, summary, [tabindex='0']",
    (es) =>
      es.filter(
        (e) => !e.disabled && e.checkVisibility({ contentVisibilityAuto: false }) && !e.closest("details:not([open]) > :not(summary)"),
      ).length,
  );
  const reached = new Set();
  for (let i = 0; i < all + 20; i++) {
    await p.keyboard.press("Tab");
    const at = await p.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      e.dataset.reached ??= String(document.querySelectorAll("[data-reached]").length + 1);
      const st = getComputedStyle(e);
      return [e.dataset.reached, st.outlineStyle !== "none" && st.outlineWidth !== "0px", e.outerHTML.slice(0, 80)];
    });
    if (!at) continue;
    assert.ok(at[1], "no visible focus on " + at[2]);
    reached.add(at[0]);
  }
  assert.ok(reached.size >= all, `${reached.size} of ${all} reached`);
});

test("review: confirm, amend, reject; a list that grows; undo; a second reviewer is told", async () => {
  const a = await (await tab(b, s)).to("/");
  const target = killed();
  const claim = account.claims.find((c) => c.id === target.points.find((x) => x.id === target.best_point).claims[0]);
  const name = `claim:${claim.report}:${claim.id}`;
  await a.to(`/story/${story.story}?claim=${claim.id}`);
  const ask = async (n) => {
    await a.click(`.evidence .review .buttons button:nth-of-type(${n})`);
    await a.waitForSelector("dialog[open]");
    await a.waitForTimeout(100);
  };
  await ask(1);
  await a.fill("dialog input[autocomplete=name]", "Reviewer One");
  await a.fill("dialog textarea", "<b>seen</b> in two papers");
  await a.click("dialog button[type=submit]");
  await a.waitForSelector(".evidence .state.confirmed");
  assert.ok((await a.textContent(".evidence .state")).includes("<b>seen</b> in two papers"));

  /* another comes between opening the dialog and sending it */
  await ask(2);
  const seen = (await api(s.base, `/decisions?target=${name}&limit=1`)).decisions[0].n;
  assert.equal(
    (await decide(s.base, { what: "reject", target: name, who: "Reviewer Two", why: "it was of another day", data: {}, seen })).status,
    201,
  );
  await a.click("dialog button[type=submit]");
  await a.waitForSelector("dialog .failure li");
  assert.ok((await a.textContent("dialog .failure")).includes("Reviewer Two"));
  assert.ok((await a.textContent("dialog .failure")).includes("it was of another day"));
  await a.click("dialog button[type=button]");
  await a.waitForSelector(".evidence .state.rejected"); /* told by events, without asking again */

  await ask(3);
  assert.ok(await a.$eval("dialog button[type=submit]", (e) => e.disabled), "nothing was changed yet");
  await a.fill("dialog input[inputmode=numeric]", "13");
  await a.click("dialog button[type=submit]");
  await a.waitForSelector(".evidence .state.amended");
  const { decisions } = await api(s.base, `/decisions?target=${name}`);
  assert.deepEqual(decisions[0].data, { value: { low: 13, high: 13, qualifier: "exact" } });

  await a.to("/decisions");
  await a.waitForSelector(".decisions tbody tr");
  const rows = (await a.$$(".decisions tbody tr")).length;
  assert.equal(rows, 3);
  await a.click(".decisions tbody tr button");
  await a.waitForFunction((n) => document.querySelectorAll(".decisions tbody tr").length === n, rows + 1);
  await a.waitForSelector(".decisions tr.undone");
  none(a);
});

test("review of reports, series and stories sends what the API asks for", async () => {
  const p = await (await tab(b, s)).to("/story/" + story.story);
  const done = async (what) => {
    await p.fill("dialog input[autocomplete=name]", "Reviewer One");
    const sent = p.waitForRequest((r) => r.method() === "POST");
    await p.click("dialog button[type=submit]");
    const body = (await sent).postDataJSON();
    await p.waitForSelector("dialog", { state: "detached" });
    assert.equal(body.what, what);
    return body;
  };
  await p.selectOption(".rule select", "conservative");
  assert.deepEqual((await done("rule")).data, { rule: "conservative" });
  await p.check(".reports li:nth-child(2) input[type=checkbox]");
  await p.click("#reports .bar button");
  assert.equal((await done("split")).data.reports.length, 1);
  await p.to("/report/" + account.reports[2].report);
  await p.click(".report-page > .buttons button:nth-of-type(1)");
  assert.equal((await done("retract")).target, "report:" + account.reports[2].report);
  none(p);
});

test("axe-core finds no serious fault, light or dark, in either direction", async () => {
  const claim = account.claims.find((c) => c.lang === "ar");
  const views = [
    "/",
    "/story/" + story.story,
    `/story/${story.story}?claim=${claim.id}`,
    `/report/${claim.report}?claim=${claim.id}`,
    "/decisions",
  ];
  for (const [theme, lang] of [
    ["light", "en"],
    ["dark", "ar"],
  ])
    for (const v of views) {
      const p = await (await tab(b, { ...s, theme, lang })).to(v);
      await p.waitForTimeout(300);
      assert.deepEqual(await faults_of_access(p), [], `${v} ${theme} ${lang}`);
      await p.close();
    }
});

test("screenshots at three widths, light and dark; nothing sticks out", async () => {
  const claim = account.claims.find((c) => c.lang === "ar" && c.source.length && c.place);
  for (const width of [390, 768, 1440])
    for (const theme of ["light", "dark"])
      for (const [view, path, part, lang] of [
        ["story", "/story/" + story.story, null, "en"],
        ["evidence", `/story/${story.story}?claim=${claim.id}`, null, "en"],
        ["evidence-he", `/story/${story.story}?claim=${claim.id}`, null, "he"],
        ["matrix", "/story/" + story.story, "#matrix", "en"],
        ["matrix-ar", "/story/" + story.story, "#matrix", "ar"],
        ["map", "/story/" + story.story, "#map", "el"],
        ["stories", "/", null, "en"],
      ]) {
        const p = await (await tab(b, { ...s, theme, lang, width })).to(path);
        await p.waitForTimeout(200);
        if (part) {
          await p.$eval(part, (e) => e.scrollIntoView({ behavior: "instant" }));
          await p.waitForTimeout(part === "#map" ? 600 : 100);
        }
        await p.screenshot({ path: join(shots, `${view}-${width}-${theme}.png`) });
        assert.ok((await wide(p)) <= 0, `${view} at ${width} is ${await wide(p)} too wide`);
        none(p);
        await p.close();
      }
});
