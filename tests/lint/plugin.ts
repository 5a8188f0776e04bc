/**
 * Lint rules of this repository. `stray/module-imports`: data flows one way, only `src/compute` imports
 * tfjs, and modules that `@std` may replace have one importer each. `stray/plain-english`: see
 * `plain_english.ts`.
 *
 * @module
 */

import { plainEnglish } from "./plain_english.ts";

/** The folders that each folder of `src` may import. Any file may import files directly in `src`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  images: [],
  metrics: [],
  cli: [],
  lensing: [],
  simulation: ["images", "lensing"],
  maps: [],
  report: ["images"],
  figures: ["images", "metrics"],
  pages: ["figures"],
  fetch: [],
  compute: [],
  datasets: ["images"],
  training: ["compute", "datasets", "images"],
  models: ["compute", "lensing", "metrics", "training"],
  store: ["images", "models", "training"],
  detection: ["compute", "datasets", "images", "metrics", "models", "store", "training"],
  export: ["compute", "detection", "images", "models", "pages", "store"],
  browser: ["images"],
};

/** Folders that every folder may import from. */
const FOR_ALL: readonly string[] = ["workers"];

/** Modules with a single importer. */
const DOORS: Readonly<Record<string, string>> = {
  "node:path": "/src/path.ts",
};

/** The rule that an import breaks, in words; undefined if none. */
function fault(file: string, specifier: string): string | undefined {
  const folder = /\/src\/([^/]+)\//.exec(file)?.[1];
  if (specifier.includes("@tensorflow/") && folder !== "compute") {
    return "only src/compute may import tfjs";
  }
  const door = DOORS[specifier];
  if (door && !file.includes("/tests/") && !file.endsWith(door)) {
    return `only ${door.slice(1)} may import ${specifier}`;
  }
  if (file.includes("/tasks/") && /\/src\/[^/]+\/(?!mod\.ts$)/.test(specifier)) {
    return "tasks import the mod.ts of a folder";
  }
  if (!folder) return undefined;
  const target = new URL(specifier, new URL(file, "file:///")).pathname;
  if (!specifier.startsWith(".")) return undefined;
  if (/\/tasks\/|\/tests\//.test(target)) return "src imports neither tasks nor tests";
  const wanted = /\/src\/([^/]+)\//.exec(target)?.[1];
  if (!wanted || wanted === folder || FOR_ALL.includes(wanted)) return undefined;
  if (!MAY_IMPORT[folder]?.includes(wanted)) {
    return `src/${folder} may import from ${
      MAY_IMPORT[folder]?.join(", ") || "no other folder"
    }, not from ${wanted}`;
  }
  return undefined;
}

const plugin: Deno.lint.Plugin = {
  name: "stray",
  rules: {
    "plain-english": plainEnglish,
    "module-imports": {
      create(context) {
        const check = (node: Deno.lint.Node, specifier: unknown) => {
          if (typeof specifier !== "string") return;
          const message = fault(context.filename, specifier);
          if (message) context.report({ node, message });
        };
        return {
          ImportDeclaration: (node) => check(node, node.source.value),
          ExportNamedDeclaration: (node) => check(node, node.source?.value),
          ExportAllDeclaration: (node) => check(node, node.source.value),
          ImportExpression: (node) => {
            if (node.source.type === "Literal") check(node, node.source.value);
          },
        };
      },
    },
  },
};

export default plugin;
