import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The bundle is committed: its names hold its content's hash, and two builds of one source are equal byte for byte. */
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
  },
  server: { proxy: { "/api": "http://127.0.0.1:5710" } },
});
