/** Files of many images: npy, npz, IDX, HDF5 and CSV. */

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
  readonly format: "npy" | "idx" | "zip" | "hdf5" | "csv";
  /** Whether it is compressed by gzip. */
  readonly gzipped: boolean;
  /** Returns the open reader of a pipe, once; absent for files. */
  readonly takePipe?: () => ByteReader;
}

/** Options of {@linkcode openContainer}. */
export interface ContainerOptions extends ArrayLimits {
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Opens a container and checks its headers.
 *
 * @param selector The part after the name and `#`: `INDEX`, and `KEY` or `KEY#INDEX` for npz and HDF5.
 * @returns Its images, and the index in the selector, not checked.
 */
export async function openContainer(
  file: ContainerFile,
  selector: string | undefined,
  options: ContainerOptions,
): Promise<{ readonly images: ImageSeries; readonly index: number | undefined }> {
  if (file.format === "hdf5") {
    refusePipe(file, "HDF5");
    const { Hdf5Images } = await import("./_hdf5_images.ts");
    return await Hdf5Images.open(file.path, file.name, selector, options);
  }
  const { place, index } = file.format === "zip"
    ? await placeInNpz(file, selector, options)
    : placeOfArray(file, selector);
  const images = file.format === "csv"
    ? await CsvRows.open(place, options.maxPixels)
    : await ArrayImages.open(place, options);
  return { images, index };
}

interface PlaceAndIndex {
  readonly place: ArrayPlace;
  readonly index: number | undefined;
}

function placeOfArray(file: ContainerFile, selector: string | undefined): PlaceAndIndex {
  const { path, name, gzipped, format, takePipe } = file;
  if (selector !== undefined && !/^\d+$/.test(selector)) {
    const value = JSON.stringify(selector);
    const reason = `the index must be a whole number: current value is ${value}`;
    throw cannotRead("value", `${name}#${selector}`, reason);
  }
  const open = async () => {
    if (takePipe) return takePipe();
    const reader = await ByteReader.openFile(path);
    return gzipped ? reader.decompress("gzip", format === "csv") : reader;
  };
  const readLabels = (count: number) => readLabelsBeside(path, name, count);
  return {
    place: { name, open, readLabels: format === "idx" ? readLabels : undefined },
    index: selector === undefined ? undefined : Number(selector),
  };
}

function refusePipe({ name, takePipe }: ContainerFile, format: string): void {
  if (!takePipe) return;
  const hint = "save it as a file; npy and IDX can be read from a pipe";
  throw cannotRead("format", name, `${format} must be a file: it is a pipe`, hint);
}

async function placeInNpz(
  file: ContainerFile,
  selector: string | undefined,
  options: ContainerOptions,
): Promise<PlaceAndIndex> {
  refusePipe(file, "npz");
  const { images, labels, index } = await chooseInNpz(file.path, file.name, selector);
  const readLabels = labels && ((count: number) => tryReadLabels(labels, count, options));
  return { place: { ...images, readLabels }, index };
}

/** Reads labels in an npz; they are recognised by name only, so a failure is a warning. */
async function tryReadLabels(
  labels: NpzArray,
  count: number,
  options: ContainerOptions,
): Promise<LabelOf | undefined> {
  const reader = await labels.open();
  try {
    return await readLabels(reader, labels.name, count);
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    options.onWarning?.(`${error.message}: the images have no labels`);
    return undefined;
  } finally {
    await reader.close();
  }
}
