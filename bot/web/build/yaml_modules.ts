/** Lets the page import YAML files, which become plain data at build time. */

import { parse } from "yaml";
import type { Plugin } from "vite";

export function yamlModules(): Plugin {
  return {
    name: "yaml-modules",
    transform(code, id) {
      if (!id.endsWith(".yml")) return null;
      return { code: `export default ${JSON.stringify(parse(code))};`, map: null, moduleType: "js" };
    },
  };
}
