/** Builds the page and the agent console into INSTRUCTREC_HOME/web, where the gateway finds them. */

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { defineConfig } from "vite";
import { sampleRequests } from "./build/sample_requests.ts";
import { yamlModules } from "./build/yaml_modules.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const home = resolve(process.env.INSTRUCTREC_HOME || join(project, "var"));
const packsFolder = join(project, "data", "packs");
const shipped = readdirSync(packsFolder).filter((name) => existsSync(join(packsFolder, name, "pack.yml")));
const named = (process.env.INSTRUCTREC_PACKS ?? "").split(",").map((name) => name.trim());
const gateway = `http://127.0.0.1:${process.env.INSTRUCTREC_GATEWAY_PORT || "8080"}`;
const packs = named.some(Boolean) ? named : shipped.sort();

export default defineConfig({
  base: "./",
  plugins: [yamlModules(), sampleRequests(packs, [packsFolder, join(home, "packs")])],
  build: {
    outDir: join(home, "web"),
    emptyOutDir: true,
    rolldownOptions: { input: ["index.html", "agent/index.html"] },
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0, // a data: URI is not 'self' for the content security policy
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": gateway, "/agent/api": gateway } },
});
