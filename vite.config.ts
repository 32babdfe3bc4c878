import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Holds the first paint until the script has set the theme, so that no window opens in the wrong one. */
const paintOnceThemed: Plugin = {
  name: "ebb:paint-once-themed",
  transformIndexHtml: {
    order: "post",
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: folder("renderer"),
  // Relative addresses, so that the same files work from a loopback host and from a packaged app's own scheme.
  base: "./",
  plugins: [react(), tailwindcss(), paintOnceThemed],
  build: {
    outDir: folder("out/renderer"),
    rolldownOptions: { input: [folder("renderer/index.html"), folder("renderer/quick.html")] },
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    target: "chrome130",
    // The content security policy forbids data: fonts, and a preload helper is of no use over loopback.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800,
  },
});
