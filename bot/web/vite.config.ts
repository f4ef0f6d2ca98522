/** Builds the page into INSTRUCTREC_HOME/web, where the gateway finds it. */

import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { defineConfig } from "vite";
import { sampleRequests } from "./build/sample_requests.ts";
import { yamlModules } from "./build/yaml_modules.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const home = resolve(process.env.INSTRUCTREC_HOME || join(project, "var"));
const packs = (process.env.INSTRUCTREC_PACKS || "movies").split(",").map((name) => name.trim());

export default defineConfig({
  base: "./",
  plugins: [yamlModules(), sampleRequests(packs, [join(project, "data", "packs"), join(home, "packs")])],
  build: {
    outDir: join(home, "web"),
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0, // a data: URI is not 'self' for the content security policy
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": `http://127.0.0.1:${process.env.INSTRUCTREC_GATEWAY_PORT || "8080"}` } },
});
