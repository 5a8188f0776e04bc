/** Files of many images: npy, npz, IDX and lists of numbers, packed by gzip or not. */

import { StrayError } from "../errors.ts";
import { ArrayImages, type ArrayPlace } from "./_array_images.ts";
import { ByteReader } from "./_byte_reader.ts";
import type { ArrayLimits } from "./_check_array.ts";
import { CsvRows } from "./_csv_rows.ts";
import { type LabelOf, readLabels, readLabelsBeside } from "./_labels.ts";
import { chooseInNpz, type NpzArray } from "./_npz.ts";
import type { Series } from "./_series.ts";

/** A container, before it is opened. */
export interface ContainerFile {
  /** As the user gave it. */
  readonly name: string;
  /** What to open. */
  readonly path: string;
  readonly format: "npy" | "idx" | "zip" | "csv";
  /** Whether gzip is around it. */
  readonly packed: boolean;
  /** Of a pipe, which is open already: gives it, once. */
  readonly takePipe?: () => ByteReader;
}

/** How to open it. */
export interface ContainerOptions extends ArrayLimits {
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An open container. */
export interface OpenContainer {
  readonly images: Series;
  /** The one image that the selector named, if it named one; not checked. */
  readonly index?: number;
}

/**
 * Opens a container and checks what stands before the pixels.
 *
 * @param file Which.
 * @param selector What follows the name and a `#`: `INDEX`, and `KEY` or `KEY#INDEX` for npz.
 * @param options Limits.
 */
export async function openContainer(
  file: ContainerFile,
  selector: string | undefined,
  options: ContainerOptions,
): Promise<OpenContainer> {
  const { place, index } = file.format === "zip"
    ? await placeInNpz(file, selector, options)
    : placeOfArray(file, selector);
  const images = file.format === "csv"
    ? await CsvRows.open(place, options.maxPixels)
    : await ArrayImages.open(place, options);
  return index === undefined ? { images } : { images, index };
}

interface Placed {
  readonly place: ArrayPlace;
  readonly index?: number;
}

function placeOfArray(file: ContainerFile, selector: string | undefined): Placed {
  const { path, name, packed, format, takePipe } = file;
  if (selector !== undefined && !/^\d+$/.test(selector)) {
    throw new StrayError(
      "value",
      `Cannot read ${JSON.stringify(`${name}#${selector}`)} as the index must be a whole number: ` +
        `current value is ${JSON.stringify(selector)}`,
    );
  }
  const place: ArrayPlace = {
    name,
    open: async () => {
      if (takePipe) return takePipe();
      const reader = await ByteReader.openFile(path);
      return packed ? reader.decompress("gzip", format === "csv") : reader;
    },
    ...(format === "idx" && { readLabels: (count) => readLabelsBeside(path, name, count) }),
  };
  return selector === undefined ? { place } : { place, index: Number(selector) };
}

async function placeInNpz(
  file: ContainerFile,
  selector: string | undefined,
  options: ContainerOptions,
): Promise<Placed> {
  if (file.takePipe) {
    throw new StrayError(
      "format",
      `Cannot read ${JSON.stringify(file.name)} as npz must come from a file, whose end is read ` +
        "first: it is a pipe",
      { hint: "save it as a file; npy and IDX may come through a pipe" },
    );
  }
  const { images, labels, index } = await chooseInNpz(file.path, file.name, selector);
  const place: ArrayPlace = {
    name: `${file.name}#${images.key}`,
    open: () => images.open(),
    ...(labels && { readLabels: (count) => readLabelsOfKey(labels, file.name, count, options) }),
  };
  return index === undefined ? { place } : { place, index };
}

/** The labels in an npz; that they are labels is a guess by name, so a misfit is a warning. */
async function readLabelsOfKey(
  labels: NpzArray,
  name: string,
  count: number,
  options: ContainerOptions,
): Promise<LabelOf | undefined> {
  const reader = await labels.open();
  try {
    return await readLabels(reader, `${name}#${labels.key}`, count);
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    options.onWarning?.(`${error.message}: the images have no labels`);
    return undefined;
  } finally {
    await reader.close();
  }
}
