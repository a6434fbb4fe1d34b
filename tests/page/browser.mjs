/* A browser and a server for the page's tests: Debian's Chromium through playwright-core, with a profile of its own. */
import { existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../page/mock/server.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(join(root, "page", "package.json"));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core");

export const relata = process.env.RELATA ?? join(root, "build", "relata");
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

/* The API and the page over these files; close() when done. */
export async function open(files) {
  process.chdir(root);
  const s = await serve(relata, 0, files);
  return { base: `http://127.0.0.1:${s.port}`, close: () => (s.server.closeAllConnections(), s.server.close()) };
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
  const { readFileSync } = await import("node:fs");
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
