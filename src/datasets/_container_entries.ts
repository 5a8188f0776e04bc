/** From the images of an open container to entries. */

import { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import type { Entry, EntryName } from "./sample.ts";
import type { Series } from "./_series.ts";

/** Reads the image of an index; `entry` has its name, and a label that wins over its own. */
export async function readOne(
  entry: EntryName,
  images: Series,
  index: number,
): Promise<Entry> {
  try {
    const image = await images.read(index);
    const named = withLabel(entry, images.labelOf(index));
    if (image !== undefined) return { ...named, image };
    const error = images.missing(index, false);
    if (error !== undefined) return { ...named, error };
    throw new Error("there must be a reason why an image is missing");
  } catch (error) {
    if (error instanceof StrayError) return { ...entry, error };
    throw error;
  }
}

/** Reads all images in order; one failed sample ends an array that is cut short. */
export async function* readEach(
  entry: EntryName,
  images: Series,
  onWarning: ((message: string) => void) | undefined,
): AsyncGenerator<Entry> {
  for (let i = 0; i < images.count; i++) {
    const { image, error } = await tryRead(images, i);
    const end = image === undefined && error === undefined;
    const failure = end ? images.missing(i, true) : error;
    if (end && failure === undefined) break;
    const named = withLabel({ ...entry, path: images.nameOf(i) }, images.labelOf(i));
    if (image !== undefined) yield { ...named, image };
    else if (failure !== undefined) yield { ...named, error: failure };
    if (end) return;
  }
  const damage = await images.findDamage();
  if (damage !== undefined) onWarning?.(`${entry.path}: the packed data are damaged (${damage})`);
}

async function tryRead(
  images: Series,
  index: number,
): Promise<{ readonly image?: Image | undefined; readonly error?: StrayError }> {
  try {
    return { image: await images.read(index) };
  } catch (error) {
    if (error instanceof StrayError) return { error };
    throw error;
  }
}

function withLabel(entry: EntryName, label: string | undefined): EntryName {
  return label === undefined || entry.label !== undefined ? entry : { ...entry, label };
}
