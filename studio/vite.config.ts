import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** What few pages need and then ask for themselves: the editor and the charts. */
const LARGE = /codemirror|lezer|style-mod|w3c-keyname|crelt|uplot|\/ui\/(editor|chart)\//i;

/**
 * The bundle is committed: its names hold its content's hash, and two builds of one source are equal byte for byte.
 * What every page loads is one file and what most pages share another: a page is there after few requests.
 */
export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../src/loomwork/studio/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "frame", tags: ["$initial"], priority: 2 },
            { name: "shared", test: (id) => !LARGE.test(id), minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:5710" } },
});
