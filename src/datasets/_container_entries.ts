/** From the images of an open container to entries. */

import { StrayError } from "../errors.ts";
import type { ArrayImages } from "./_array_images.ts";
import type { Entry, EntryName } from "./sample.ts";

/** Reads the image of an index; `entry` has its name, and a label that wins over its own. */
export async function readOne(
  entry: EntryName,
  images: ArrayImages,
  index: number,
): Promise<Entry> {
  try {
    const image = await images.read(index);
    const named = withLabel(entry, images.labelOf(index));
    return image === undefined
      ? { ...named, error: images.truncation(index, false) }
      : { ...named, image };
  } catch (error) {
    if (error instanceof StrayError) return { ...entry, error };
    throw error;
  }
}

/** Reads all images in order; one failed sample ends an array that is cut short. */
export async function* readEach(
  entry: EntryName,
  images: ArrayImages,
  onWarning: ((message: string) => void) | undefined,
): AsyncGenerator<Entry> {
  for (let i = 0; i < images.count; i++) {
    const named = withLabel({ ...entry, path: images.nameOf(i) }, images.labelOf(i));
    try {
      const image = await images.read(i);
      if (image === undefined) {
        yield { ...named, error: images.truncation(i, true) };
        return;
      }
      yield { ...named, image };
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      yield { ...named, error };
    }
  }
  const damage = await images.findDamage();
  if (damage !== undefined) onWarning?.(`${entry.path}: the packed data are damaged (${damage})`);
}

function withLabel(entry: EntryName, label: string | undefined): EntryName {
  return label === undefined || entry.label !== undefined ? entry : { ...entry, label };
}
