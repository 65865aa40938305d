import { defineConfig } from "vite";

/** The page on which people try what is served: plain script, no framework; the gateway serves it under /try/. */
export default defineConfig({
  base: "/try/",
  publicDir: false,
  build: {
    outDir: "../src/loomwork/gateway/trying/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: ["chrome123", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: "try.html" },
  },
});
