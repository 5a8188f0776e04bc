/** The flag `--mask`: the part of every image that counts. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import { isFailed, readSources, sourceExists } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import { type ModelInput, type Region, regionOfMask } from "../src/images/mod.ts";

const RECT = /^(\d+),(\d+),(\d+)x(\d+)$/i;

/**
 * Reads `--mask`.
 *
 * @param mask A rectangle, `X,Y,WxH`, or the name of an image.
 * @returns The region.
 * @throws {StrayError} `usage` If the rectangle is empty or malformed; `not_found` if there is no such
 * image; `value` if all pixels of the image are 0; the
 * error of reading it.
 */
export async function readRegion(
  mask: string,
  { directory }: Pick<CommandContext, "directory">,
): Promise<Region> {
  const numbers = RECT.exec(mask)?.slice(1).map(Number);
  if (numbers) {
    const [x = 0, y = 0, width = 0, height = 0] = numbers;
    if (width > 0 && height > 0) return { x, y, width, height };
    throw usageError(
      `Cannot use --mask as the rectangle must have pixels: current value is "${mask}"`,
      "give X,Y,WIDTHxHEIGHT, such as --mask 10,10,200x150",
    );
  }
  if (!await sourceExists(directory, mask)) {
    throw new StrayError(
      mask.includes(",") ? "usage" : "not_found",
      `Cannot use --mask as it must be X,Y,WxH or an image: there is no file "${mask}"`,
      { hint: "for instance --mask 10,10,200x150, in pixels from the top left corner" },
    );
  }
  for await (const entry of readSources([mask], { baseDirectory: directory })) {
    if (!isFailed(entry)) return regionOfMask(entry.image, mask);
    throw entry.error;
  }
  throw new StrayError("empty", `Cannot use --mask as "${mask}" must be an image: it is empty`);
}

/** The size to which images may be decoded at once, as they are shrunk to it; undefined if they are not. */
export function decodedSize(input: ModelInput): ModelInput | undefined {
  return input.resizes && !input.region && input.fit !== "pad" ? input : undefined;
}
