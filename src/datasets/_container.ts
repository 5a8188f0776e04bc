/** Files of many images: npy, npz, IDX and CSV, compressed by gzip or not. */

import { StrayError } from "../errors.ts";
import { ArrayImages, type ArrayPlace } from "./_array_images.ts";
import { ByteReader } from "./_byte_reader.ts";
import type { ArrayLimits } from "./_check_array.ts";
import { CsvRows } from "./_csv_rows.ts";
import { cannotRead } from "./_errors.ts";
import type { ImageSeries } from "./_image_series.ts";
import { type LabelOf, readLabels, readLabelsBeside } from "./_labels.ts";
import { chooseInNpz, type NpzArray } from "./_npz.ts";

/** A container, before it is opened. */
export interface ContainerFile {
  /** Name, as the user gave it. */
  readonly name: string;
  /** Path to open. */
  readonly path: string;
  readonly format: "npy" | "idx" | "zip" | "csv";
  /** Whether it is compressed by gzip. */
  readonly packed: boolean;
  /** Returns the open reader of a pipe, once; absent for files. */
  readonly takePipe?: () => ByteReader;
}

/** Options of {@linkcode openContainer}. */
export interface ContainerOptions extends ArrayLimits {
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** An open container. */
export interface OpenContainer {
  readonly images: ImageSeries;
  /** The image in the selector, not checked; absent if there is none. */
  readonly index?: number;
}

/**
 * Opens a container and checks its headers.
 *
 * @param file The container.
 * @param selector The part after the name and `#`: `INDEX`, and `KEY` or `KEY#INDEX` for npz.
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
    const value = JSON.stringify(selector);
    const reason = `the index must be a whole number: current value is ${value}`;
    throw cannotRead("value", `${name}#${selector}`, reason);
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
    const hint = "save it as a file; npy and IDX can be read from a pipe";
    throw cannotRead("format", file.name, "npz must be a file: it is a pipe", { hint });
  }
  const { images, labels, index } = await chooseInNpz(file.path, file.name, selector);
  const place: ArrayPlace = {
    name: `${file.name}#${images.key}`,
    open: () => images.open(),
    ...(labels && { readLabels: (count) => readLabelsOfKey(labels, file.name, count, options) }),
  };
  return index === undefined ? { place } : { place, index };
}

/** Reads labels in an npz; they are recognised by name only, so a failure is a warning. */
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
