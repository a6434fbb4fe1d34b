/* The API of `relata serve` over files, for work on the page where the server is not to be had:
 *
 *     node mock/server.mjs RELATA PORT FILE...        (the page from dist/)
 *
 * Everything shown comes from RELATA's own output; decisions are kept in memory and change nothing but themselves. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "dist");
const packs = join(here, "..", "..", "packs");
const rtl = new Set(["ar", "he", "fa", "ur"]);
const max = { maxBuffer: 1 << 30, encoding: "utf8" };

export function serve(relata, port, files) {
  const run = (...args) => execFileSync(relata, args, max);
  const jsonl = (s) =>
    s
      .split("\n")
      .filter(Boolean)
      .map((l) => JSON.parse(l));
  const rid = (doc) => createHash("md5").update(doc).digest("hex");
  const texts = new Map();
  const paths = [];
  for (const f of files) {
    if (extname(f) === ".jsonl") for (const r of jsonl(readFileSync(f, "utf8"))) texts.set(r.id, r);
    else texts.set(f, { text: readFileSync(f, "utf8") });
    paths.push(f);
  }
  const stories = jsonl(run("stories", "--format", "jsonl", ...paths));
  const single = paths.every((p) => extname(p) !== ".jsonl");
  const accounts = new Map();
  const decisions = [];
  const streams = new Set();

  const account = (s) => {
    if (accounts.has(s.story)) return accounts.get(s.story);
    const a = JSON.parse(run("account", "--format", "json", ...(single ? s.reports.map((r) => r.id) : paths)));
    const langs = new Map(s.reports.map((r) => [r.id, r.lang]));
    for (const r of a.reports) Object.assign(r, { report: rid(r.doc), lang: langs.get(r.doc), retracted: false });
    for (const c of a.claims) c.report = rid(c.doc);
    accounts.set(s.story, a);
    return a;
  };
  const reviewed = (a) => {
    const latest = new Map();
    for (const d of decisions) if (d.what !== "undo" && !d.undone_by) latest.set(d.target, d);
    for (const c of a.claims) {
      const d = latest.get(`claim:${c.report}:${c.id}`);
      delete c.review;
      const state = { confirm: "confirmed", reject: "rejected", amend: "amended" }[d?.what];
      if (state) c.review = { state, by: d.who, at: d.at, why: d.why, decision: d.n };
    }
    for (const r of a.reports) r.retracted = latest.get("report:" + r.report)?.what === "retract";
    return a;
  };
  const head = (s) => ({
    ...s,
    reports: s.reports.length,
    origins: s.reports.filter((r) => !r.copy_of).length,
    title_lang: s.reports[0].lang,
    updated: decisions.length,
  });
  const messages = (tag) => {
    const of = (t) =>
      Object.fromEntries(
        readFileSync(join(packs, t, "messages.txt"), "utf8")
          .split("\n")
          .filter((l) => l.includes("\t") && !l.startsWith("#"))
          .map((l) => [l.slice(0, l.indexOf("\t")), l.slice(l.indexOf("\t") + 1).trim()]),
      );
    return { lang: tag, dir: rtl.has(tag) ? "rtl" : "ltr", messages: { ...of("en"), ...of(tag) } };
  };
  const tags = run("packs", "list")
    .split("\n")
    .map((l) => l.split(/\s+/)[0])
    .filter((t) => existsSync(join(packs, t || "-", "pack.txt")));
  const report = (id) => {
    for (const s of stories)
      for (const r of s.reports)
        if (rid(r.id) === id) {
          const a = reviewed(account(s));
          const of = a.reports.find((x) => x.doc === r.id);
          const raw = texts.get(r.id);
          const text = raw.title ? raw.title + "\n\n" + raw.text : raw.text;
          return {
            report: id,
            doc: r.id,
            title: raw.title || "",
            lang: r.lang,
            dir: rtl.has(r.lang) ? "rtl" : "ltr",
            outlet: raw.outlet || null,
            url: raw.url || null,
            published: raw.published || null,
            modified: null,
            authors: [],
            day: of?.date ?? null,
            day_reason: of?.date_reason ?? null,
            text,
            passages: [{ kind: "body", start: 0, end: Buffer.byteLength(text) }],
            claims: a.claims.filter((c) => c.doc === r.id),
            happenings: [],
            story: s.story,
            copy_of: r.copy_of ? rid(r.copy_of) : null,
            retracted: of?.retracted,
            sightings: [],
            media_type: "text/plain",
          };
        }
    return null;
  };

  const fail = (res, status, title, more = {}) => {
    res.writeHead(status, { "Content-Type": "application/problem+json" });
    res.end(JSON.stringify({ type: "about:blank", title, status, detail: title, ...more }));
  };
  const send = (req, res, body) => {
    const text = JSON.stringify(body);
    const etag = '"' + createHash("md5").update(text).digest("hex") + '"';
    if (req.headers["if-none-match"] === etag) return res.writeHead(304, { ETag: etag }).end();
    res.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-cache", ETag: etag });
    res.end(text);
  };
  const decide = (req, res) => {
    let body = "";
    req.on("data", (d) => (body += d));
    req.on("end", () => {
      const { what, target, who, why, data = {}, seen } = JSON.parse(body);
      const newer = decisions.filter((d) => d.target === target && d.n > seen);
      if (newer.length) return fail(res, 409, "another decision came between", { decisions: newer });
      const d = { n: decisions.length + 1, at: new Date().toISOString(), who, why, what, target, data, undone_by: null };
      decisions.push(d);
      if (what === "undo") decisions[data.n - 1].undone_by = d.n;
      for (const s of streams) s.write(`id: ${d.n}\nevent: decision\ndata: ${JSON.stringify(d)}\n\n`);
      res.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify(d));
    });
  };

  const routes = [
    [
      /^$/,
      () => ({
        relata: "0.1.0",
        api: 1,
        packs: "",
        read_only: false,
        role: "review",
        reviewer_required: true,
        stories: stories.length,
        claims: 0,
        reports: texts.size,
        languages: tags.map((tag) => ({
          tag,
          name: new Intl.DisplayNames([tag], { type: "language" }).of(tag),
          dir: rtl.has(tag) ? "rtl" : "ltr",
        })),
      }),
    ],
    [
      /^stories$/,
      (q) => {
        const words = (q.get("q") || "").toLowerCase();
        const has = (s) =>
          s.reports.some((r) => (texts.get(r.id).title + " " + texts.get(r.id).text).toLowerCase().includes(words)) &&
          (!q.get("place") || s.places.includes(q.get("place"))) &&
          (!q.get("lang") || s.languages.includes(q.get("lang"))) &&
          (!q.get("measure") || s.measures.some((m) => m.measure === q.get("measure"))) &&
          (!q.get("since") || s.to >= q.get("since")) &&
          (!q.get("until") || s.from <= q.get("until"));
        const all = stories.filter(has).sort((a, b) => (b.to || "").localeCompare(a.to || ""));
        const at = +(q.get("cursor") || 0),
          n = +(q.get("limit") || 50);
        return { stories: all.slice(at, at + n).map(head), next: at + n < all.length ? String(at + n) : null };
      },
    ],
    [
      /^stories\/(\w+)$/,
      (q, id) => {
        const s = stories.find((x) => x.story === id);
        return s && { ...head(s), account: reviewed(account(s)) };
      },
    ],
    [/^reports\/(\w+)$/, (q, id) => report(id)],
    [/^messages\/([\w-]+)$/, (q, tag) => (tags.includes(tag) ? messages(tag) : null)],
    [
      /^decisions$/,
      (q) => {
        const of = decisions.filter((d) => !q.get("target") || d.target === q.get("target")).reverse();
        return { decisions: of.slice(0, +(q.get("limit") || 50)), next: null };
      },
    ],
  ];

  const api = (req, res, path, q) => {
    if (req.method === "POST" && path === "decisions") return decide(req, res);
    if (path === "events") {
      res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
      res.write("\n");
      streams.add(res);
      return req.on("close", () => streams.delete(res));
    }
    const raw = /^reports\/(\w+)\/raw$/.exec(path);
    if (raw) {
      const r = report(raw[1]);
      if (!r) return fail(res, 404, "no such report");
      res.writeHead(200, {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
      });
      return res.end(texts.get(r.doc).text);
    }
    for (const [re, answer] of routes) {
      const m = re.exec(path);
      const body = m && answer(q, ...m.slice(1));
      if (body) return send(req, res, body);
    }
    fail(res, 404, "not found");
  };

  const csp =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const kinds = { ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".html": "text/html; charset=utf-8" };
  const page = (res, path) => {
    let file = normalize(join(dist, path));
    if (!file.startsWith(join(dist, "assets"))) file = join(dist, "index.html");
    if (!existsSync(file)) return fail(res, 404, "not found");
    res.writeHead(200, { "Content-Type": kinds[extname(file)] || "application/octet-stream", "Content-Security-Policy": csp });
    res.end(readFileSync(file));
  };

  const server = createServer((req, res) => {
    const u = new URL(req.url, "http://x");
    const m = /^\/api\/v1\/?(.*)$/.exec(u.pathname);
    try {
      if (m) api(req, res, m[1], u.searchParams);
      else page(res, u.pathname);
    } catch (e) {
      fail(res, 500, String(e));
    }
  });
  return new Promise((ok) => server.listen(port, "127.0.0.1", () => ok({ server, port: server.address().port, stories, paths })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [relata, port, ...files] = process.argv.slice(2);
  const s = await serve(relata, +port, files);
  console.log(`http://127.0.0.1:${s.port}/`);
}
