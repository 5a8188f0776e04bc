/** The script of exported pages: stray for browsers, which `deno task build:browser` bundles. */

import { StrayError } from "../errors.ts";

/** The bundle; that of the whole program holds it. */
const FILE = new URL("../../dist/stray.page.js", import.meta.url);

/**
 * Reads the script.
 *
 * @returns Its text.
 * @throws {StrayError} `not_found` If it is not built.
 */
export async function pageScript(): Promise<string> {
  try {
    return await Deno.readTextFile(FILE);
  } catch (cause) {
    throw new StrayError("not_found", "Cannot export a page as its script must be built", {
      hint: "run once: deno task build:browser",
      cause,
    });
  }
}
