/* Offsets and unseen characters, without a browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./browser.mjs";

const { transformSync } = createRequire(createRequire(join(root, "page", "package.json")).resolve("vite"))("esbuild");
const { code } = transformSync(readFileSync(join(root, "page/src/text.ts"), "utf8"), { loader: "ts", format: "esm" });
const { direction, indices, line, pieces } = await import("data:text/javascript," + encodeURIComponent(code));

test("byte offsets become UTF-16 indices: every boundary of characters of one to four bytes", () => {
  const text = "a\u00e9\u05d0\u20ac\u{1f1f0}\u{20bb7}z";
  let byte = 0;
  let unit = 0;
  const want = new Map();
  for (const c of text) {
    want.set(byte, unit);
    byte += Buffer.byteLength(c);
    unit += c.length;
  }
  want.set(byte, unit);
  assert.deepEqual(indices(text, want.keys()), want);
});

test("an offset inside a character gives its start, one past the end the end", () => {
  assert.deepEqual(
    [...indices("\u20acx", [1, 2, 3, 4, 5, 99])],
    [
      [1, 0],
      [2, 0],
      [3, 1],
      [4, 2],
      [5, 2],
      [99, 2],
    ],
  );
  assert.deepEqual(
    [...indices("", [0, 7])],
    [
      [0, 0],
      [7, 0],
    ],
  );
});

test("titles: one line, cut at the limit and never inside a pair, no unseen character", () => {
  assert.equal(line("  a\n\tb  "), "a b");
  assert.equal(line("x".repeat(300)), "x".repeat(300));
  assert.equal(line("x".repeat(301)), "x".repeat(300) + "…");
  assert.equal(line("ab\u{1f1f0}", 3), "ab…");
  assert.equal(line("1\u202e2\u2066\u0000\u2069"), "1\ufffd2\ufffd\ufffd\ufffd");
  assert.equal(line(null), "");
});

test("unseen characters of a text are shown by their code; joiners and direction marks that languages need stay", () => {
  assert.deepEqual(pieces("a\u202eb"), [
    { text: "a", control: false },
    { text: "U+202E", control: true },
    { text: "b", control: false },
  ]);
  assert.deepEqual(pieces("\u0645\u06cc\u200c\u062e\u200f"), [{ text: "\u0645\u06cc\u200c\u062e\u200f", control: false }]);
});

test("direction by the first letter", () => {
  assert.equal(direction("12 – שלום"), "rtl");
  assert.equal(direction("12 – hello שלום"), "ltr");
  assert.equal(direction("مرحبا hello"), "rtl");
  assert.equal(direction("123"), "ltr");
});
