/**
 * The library for browsers as one file, `dist/stray.browser.js`, and the script of exported pages, `dist/stray.page.js`:
 * `deno task build:browser`, see `build_browser.ts`.
 *
 * The import map of the bundle replaces modules of Node.js and what browsers have not.
 *
 * @module
 */

import configuration from "../../deno.json" with { type: "json" };
import { ROOT, runBundle } from "./run_bundle.ts";
import { fileURLToPath } from "node:url";

/** Replacements of modules: their names in deno.json or in the project, and the paths of others. */
type Replacements = Readonly<Record<string, string>>;

/** The bundles: their first modules, and what each replaces besides. */
const BUNDLES = {
  // The library.
  "stray.browser.js": { entry: "mod.browser.ts", replaced: {} },
  // The script of exported pages, which hold the weights of the frozen network where a model needs them.
  "stray.page.js": {
    entry: "src/browser/page.js",
    replaced: {
      "./src/models/patchcore/network/weights.generated.ts": "src/browser/network_weights.ts",
    },
  },
} as const satisfies Readonly<
  Record<string, { readonly entry: string; readonly replaced: Replacements }>
>;

/** The name of the script. */
export const PAGE_SCRIPT = "stray.page.js";

/** Modules that browsers lack, and their replacements. */
const REPLACED: Replacements = {
  "node:zlib": "src/browser/node_zlib.ts",
  "node:crypto": "src/browser/node_crypto.ts",
  ...Object.fromEntries(
    ["node:buffer", "node:fs", "node:path", "node:timers", "node:v8"].map((name) =>
      [name, "src/browser/node_rest.ts"] as const
    ),
  ),
  // Gradients, graph models and encoders are not for pages.
  "@tensorflow/tfjs-converter": "src/browser/nothing.ts",
  "pngjs": "src/browser/nothing.ts",
  "./src/compute/_tfjs_gradients.ts": "src/browser/nothing.ts",
  "./src/compute/_adapter.ts": "src/browser/adapter.ts",
  "./src/images/_vips.ts": "src/browser/vips.ts",
};

/**
 * Bundles one of them.
 *
 * @param name Its name.
 * @param output Path of the file to write.
 * @throws {Error} If a module cannot be bundled.
 */
export async function bundleForBrowsers(
  name: keyof typeof BUNDLES,
  output: string,
): Promise<void> {
  const imports: Record<string, string> = { ...configuration.imports };
  const { entry, replaced }: { readonly entry: string; readonly replaced: Replacements } =
    BUNDLES[name];
  for (const [module, path] of Object.entries({ ...REPLACED, ...replaced })) {
    const key = module.startsWith("./") ? new URL(module, ROOT).href : module;
    imports[key] = new URL(path, ROOT).href;
  }
  await runBundle(fileURLToPath(new URL(entry, ROOT)), output, imports, ["--platform", "browser"]);
}

/**
 * Bundles all of them.
 *
 * @param dist The folder to write to.
 * @throws {Error} If a module cannot be bundled.
 */
export async function bundleBrowser(dist: URL): Promise<void> {
  for (const name of Object.keys(BUNDLES) as (keyof typeof BUNDLES)[]) {
    await bundleForBrowsers(name, fileURLToPath(new URL(name, dist)));
  }
}
