import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

/* The licences of all that is bundled, as assets/licences.txt: they ask to go with every copy. */
function licences(also: string[]): Plugin {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const found = new Set(also);
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk")
          for (const id of Object.keys(chunk.modules)) {
            const m = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id);
            if (m) found.add(m[1]);
          }
      const source = [...found].sort().map((name) => {
        const dir = join(__dirname, "node_modules", name);
        const { version, license } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
        const file = readdirSync(dir).find((f) => /^licen[cs]e/i.test(f));
        const text = file && existsSync(join(dir, file)) ? readFileSync(join(dir, file), "utf8") : "";
        return `${name} ${version} (${license})\n\n${text}`;
      });
      this.emitFile({ type: "asset", fileName: "assets/licences.txt", source: source.join("\n\n----\n\n") });
    },
  };
}

/* One script, one style sheet, the outlines of the world: all from this server, nothing inline (the server's
 * Content-Security-Policy forbids it). */
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  plugins: [licences(["world-atlas"])],
  build: {
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
