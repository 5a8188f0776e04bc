/** The npm package wasm-vips: 12 MB of files, which no bundle holds. */

import { BUNDLED } from "../bundled.ts";

/** The package; without the names of deno.json, a bundle asks for a version. */
const PACKAGE = BUNDLED ? "npm:wasm-vips@0.0.19" : "wasm-vips";

/** Message of the error where the package is missing. */
export const VIPS_MISSING = "the library wasm-vips is not installed";
/** The remedy. */
export const VIPS_REMEDY = BUNDLED
  ? `deno cache ${PACKAGE}, or convert the file to PNG or TIFF`
  : "run it once with network";

/**
 * Finds the library.
 *
 * @returns URL of its file `vips.wasm`; the other files are beside it.
 * @throws {Error} With the message {@linkcode VIPS_MISSING}.
 */
export async function vipsLibrary(): Promise<URL> {
  try {
    // Puts the package into the module graph: only then are its files found.
    await import(`${PACKAGE}/versions`, { with: { type: "json" } });
  } catch (cause) {
    throw new Error(VIPS_MISSING, { cause });
  }
  return new URL(import.meta.resolve(`${PACKAGE}/vips.wasm`));
}
