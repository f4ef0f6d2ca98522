/** Writes samples.json: the requests that each pack suggests to a newcomer, by language. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Plugin } from "vite";

type Samples = Record<string, string[]>;

/** Samples of several packs in turn, so that the first ones shown cover all packs. */
function interleaved(packs: Samples[]): Samples {
  const merged: Samples = {};
  for (const language of new Set(packs.flatMap((samples) => Object.keys(samples)))) {
    const lists = packs.map((samples) => samples[language] ?? []);
    const longest = Math.max(...lists.map((list) => list.length));
    merged[language] = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
  }
  return merged;
}

function samplesOf(pack: string, roots: string[]): Samples[] {
  const path = roots.map((root) => join(root, pack, "samples.yml")).find(existsSync);
  return path ? [parse(readFileSync(path, "utf-8")) as Samples] : [];
}

export function sampleRequests(packs: string[], roots: string[]): Plugin {
  return {
    name: "sample-requests",
    apply: "build",
    generateBundle() {
      const samples = interleaved(packs.flatMap((pack) => samplesOf(pack, roots)));
      this.emitFile({ type: "asset", fileName: "samples.json", source: JSON.stringify(samples) });
    },
  };
}
