/** Builds the widget into INSTRUCTREC_HOME/web/widget.js: one classic script, so that one line embeds it anywhere. */

import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { defineConfig } from "vite";

const project = fileURLToPath(new URL("../..", import.meta.url));
const home = resolve(process.env.INSTRUCTREC_HOME || join(project, "var"));

export default defineConfig({
  publicDir: false,
  build: {
    outDir: join(home, "web"),
    emptyOutDir: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    lib: { entry: "src/widget/main.ts", formats: ["iife"], name: "InstructRecWidget", fileName: () => "widget.js" },
  },
});
