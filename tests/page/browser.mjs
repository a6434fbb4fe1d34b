/* A browser and a server for the page's tests: Debian's Chromium through playwright-core, with a profile of its own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(join(root, "page", "package.json"));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core");

export const relata = resolve(root, process.env.RELATA ?? "build/relata");
export const shots = process.env.PAGE_SHOTS ?? join(root, "build", "page-shots");
mkdirSync(shots, { recursive: true });

export const examples = readdirSync(join(root, "examples"))
  .filter((f) => f.endsWith(".txt"))
  .map((f) => join("examples", f));
const seeds_at = join(root, "..", "shared", "seeds");
export const seeds = existsSync(seeds_at)
  ? readdirSync(seeds_at)
      .filter((f) => f.endsWith(".txt"))
      .map((f) => join(seeds_at, f))
  : [];

/* A store of these files, served by relata itself on a free port; close() when done. */
export async function open(files) {
  const dir = mkdtempSync(join(tmpdir(), "relata-serve-"));
  const store = join(dir, "test.store");
  /* what is over a limit is left out and said; the rest is there */
  const added = spawnSync(relata, ["add", "--store", store, ...files], { cwd: root, encoding: "utf8" });
  if (!existsSync(store)) throw new Error("relata add: " + added.stderr);
  const child = spawn(relata, ["serve", "--store", store, "--listen", "127.0.0.1:0"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const base = await new Promise((ok, no) => {
    const hear = (d) => {
      said += d;
      const m = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (m) ok(m[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => no(new Error("relata serve ended: " + said)));
  });
  return { base, store, close: () => (child.kill(), rmSync(dir, { recursive: true, force: true })) };
}

export async function browser() {
  const profile = mkdtempSync(join(tmpdir(), "relata-page-"));
  const flags = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: flags,
  });
  return { context, close: async () => (await context.close(), rmSync(profile, { recursive: true, force: true })) };
}

/* A tab in a reading language and theme; what the page complains of is collected in tab.faults. */
export async function tab(b, { base, lang = "en", theme = "light", width = 1440, height = 900 }) {
  const p = await b.context.newPage();
  p.faults = [];
  p.on("pageerror", (e) => p.faults.push(String(e)));
  p.on("console", (m) => /error/.test(m.type()) && !/status of (404|409|403|401)/.test(m.text()) && p.faults.push(m.text()));
  p.on("request", (r) => !r.url().startsWith(base) && !r.url().startsWith("data:") && p.faults.push("asks elsewhere: " + r.url()));
  await p.addInitScript(
    ([l, t]) => {
      if (window !== top) return; /* the saved original, which may store nothing */
      localStorage.setItem("relata.language", l);
      localStorage.setItem("relata.theme", t);
    },
    [lang, theme],
  );
  await p.setViewportSize({ width, height });
  p.to = async (path) => {
    await p.goto(base + path);
    await p.waitForSelector("h1");
    return p;
  };
  return p;
}

/* Serious and critical faults that axe-core finds. Its script is put in by the driver, past the page's policy. */
export async function faults_of_access(p) {
  const here = await p.context().newCDPSession(p);
  await here.send("Runtime.evaluate", { expression: readFileSync(axe, "utf8") });
  const { result } = await here.send("Runtime.evaluate", {
    expression: `axe.run(document, { iframes: false }).then((r) => JSON.stringify(r.violations.filter((v) => v.impact === "serious" || v.impact === "critical").map((v) => v.id + ": " + v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | "))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  await here.detach();
  return JSON.parse(result.value);
}

export const api = async (base, path) => (await fetch(base + "/api/v1" + path)).json();
export const decide = (base, body) =>
  fetch(base + "/api/v1/decisions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Relata": "1" },
    body: JSON.stringify(body),
  });
