import { defineConfig } from "vite";

/* One script, one style sheet, the outlines of the world: all from this server, nothing inline (the server's
 * Content-Security-Policy forbids it). */
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2021",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
