/** Images that flags of simulations name: sources and point spread functions. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { Sample } from "../src/datasets/mod.ts";
import { type PsfImage, psfImageOf } from "../src/simulation/mod.ts";

/** The folder of relative paths, and the signal that ends reading. */
type Context = Pick<CommandContext<never>, "directory" | "signal">;

/**
 * Reads images; throws at the first that fails.
 *
 * @param source A source.
 * @param limit Maximum number of images.
 * @param context The folder of relative paths, and the signal that ends reading.
 */
export async function* readImages(
  source: string,
  limit: number,
  { directory, signal }: Context,
): AsyncGenerator<Sample> {
  const { readSources } = await import("../src/datasets/mod.ts");
  for await (const entry of readSources([source], { baseDirectory: directory, signal, limit })) {
    if ("error" in entry) throw entry.error;
    yield entry;
  }
}

/**
 * Reads a point spread function.
 *
 * @param source A file.
 * @param context The folder of relative paths, and the signal that ends reading.
 * @throws {StrayError} `usage` If there is no image; `value` if it is unsuitable.
 */
export async function readPsf(source: string, context: Context): Promise<PsfImage> {
  for await (const { image, path } of readImages(source, 1, context)) {
    return psfImageOf(image, path);
  }
  throw usageError(
    `Cannot read the PSF "${source}" as it contains no image`,
    "use --psf FILE.fits",
  );
}
