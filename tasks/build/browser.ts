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

/** The bundles, and their first modules: the library, and the script of pages that `export` writes. */
const BUNDLES = {
  "stray.browser.js": "mod.browser.ts",
  "stray.page.js": "src/browser/page.js",
} as const;

/** The name of the script. */
export const PAGE_SCRIPT = "stray.page.js";

/** Modules, and those that take their place. */
const REPLACED: Readonly<Record<string, string>> = {
  "node:zlib": "src/browser/node_zlib.ts",
  "node:crypto": "src/browser/node_crypto.ts",
  ...Object.fromEntries(
    ["node:buffer", "node:fs", "node:path", "node:timers", "node:v8"].map((name) =>
      [name, "src/browser/node_rest.ts"] as const
    ),
  ),
  // Gradients, graph models and encoders are not for pages.
  "@tensorflow/tfjs": "src/browser/nothing.ts",
  "@tensorflow/tfjs-converter": "src/browser/nothing.ts",
  "pngjs": "src/browser/nothing.ts",
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
  for (const [replaced, path] of Object.entries(REPLACED)) {
    const key = replaced.startsWith("./") ? new URL(replaced, ROOT).href : replaced;
    imports[key] = new URL(path, ROOT).href;
  }
  const entry = fileURLToPath(new URL(BUNDLES[name], ROOT));
  await runBundle(entry, output, imports, ["--platform", "browser"]);
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
