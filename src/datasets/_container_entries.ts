/** Images of an open container to entries. */

import type { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import { readFailure } from "./_errors.ts";
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

/** Reads all images in order; one failed sample ends a truncated container. */
export async function* readEach(
  entry: EntryName,
  images: ImageSeries,
  onWarning: ((message: string) => void) | undefined,
): AsyncGenerator<Entry> {
  for (let i = 0; i < images.count; i++) {
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
  const damage = await images.findDamage();
  if (damage !== undefined) {
    onWarning?.(`${entry.path}: the compressed data are damaged (${damage})`);
  }
}

function withLabel(entry: EntryName, label: string | undefined): EntryName {
  return label === undefined || entry.label !== undefined ? entry : { ...entry, label };
}
