/** Images of an open container to entries. */

import type { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import { readFailure } from "./_errors.ts";
import type { Span } from "../shard.ts";
import type { ImageSeries } from "./_image_series.ts";
import type { Entry, EntryName } from "./sample.ts";

/** Reads one image; `entry` has its name, and a label that precedes the container's. */
export async function readOne(
  entry: EntryName,
  images: ImageSeries,
  index: number,
): Promise<Entry> {
  try {
    const image = await images.read(index);
    const named = withLabel(entry, images.labelOf(index));
    return image ? { ...named, image } : { ...named, error: images.missing(index, false)! };
  } catch (error) {
    return { ...entry, error: readFailure(error, entry.path) };
  }
}

/** Reads images in order; one failed sample ends a truncated container. */
export async function* readEach(
  entry: EntryName,
  images: ImageSeries,
  onWarning: ((message: string) => void) | undefined,
  { from, to }: Span = { from: 0, to: Infinity },
): AsyncGenerator<Entry> {
  if (from > 0 && !await isThere(images, from - 1)) return; // an earlier part reports the end
  for (let i = from; i < Math.min(images.count, to); i++) {
    let image: Image | undefined, error: StrayError | undefined;
    try {
      image = await images.read(i);
    } catch (thrown) {
      error = readFailure(thrown, images.nameOf(i));
    }
    const isEnd = !image && !error;
    if (isEnd) error = images.missing(i, true);
    const named = withLabel({ ...entry, path: images.nameOf(i) }, images.labelOf(i));
    if (image) yield { ...named, image };
    else if (error) yield { ...named, error };
    if (isEnd && error) return;
    if (isEnd) break;
  }
  if (to < images.count) return;
  const damage = await images.findDamage();
  if (damage !== undefined) {
    onWarning?.(`${entry.path}: the compressed data are damaged (${damage})`);
  }
}

/** Whether an image exists, readable or not. */
async function isThere(images: ImageSeries, index: number): Promise<boolean> {
  try {
    return await images.read(index) !== undefined;
  } catch {
    return true;
  }
}

/**
 * Counts the entries that `readEach` yields.
 *
 * @param exact Whether to read a container that does not tell, or is truncated; else its own number.
 */
export async function countEach(images: ImageSeries, exact: boolean): Promise<number> {
  const told = images.count;
  if (!exact) return told;
  if (told === 0 || Number.isFinite(told) && await isThere(images, told - 1)) return told;
  let count = 0;
  while (await isThere(images, count)) count++;
  return images.missing(count, true) ? count + 1 : count;
}

function withLabel(entry: EntryName, label: string | undefined): EntryName {
  return label === undefined || entry.label !== undefined ? entry : { ...entry, label };
}
