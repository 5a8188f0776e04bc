/** Files opened, with their formats by content. */

import {
  FOREIGN_BYTES,
  type Format,
  hasImageExtension,
  isForeignImage,
  sniff,
} from "../images/mod.ts";
import { ByteReader } from "./_byte_reader.ts";
import type { ContainerFile } from "./_container.ts";
import { isVectorName } from "./is_vector_name.ts";

/** An open file, at its start, of known format. */
interface SniffedFile {
  /** Reader of the decompressed bytes. */
  readonly reader: ByteReader;
  readonly format: Format | undefined;
  /** Whether it is compressed by gzip. */
  readonly gzipped: boolean;
  /** Whether it is a pipe or device, which cannot be read twice. */
  readonly once: boolean;
}

/** Opens a file and recognises its format, inside gzip too. */
export async function openSniffed(path: string): Promise<SniffedFile> {
  let reader = await ByteReader.openFile(path);
  const once = !reader.seekable;
  try {
    const format = sniff(await reader.peek(18));
    if (format !== "gzip") return { reader, format, gzipped: false, once };
    reader = reader.decompress("gzip", isVectorName(path));
    return { reader, format: sniff(await reader.peek(18)), gzipped: true, once };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The container in a file; undefined if it is not one. */
export function containerOf(
  name: string,
  path: string,
  format: Format | undefined,
  gzipped: boolean,
): ContainerFile | undefined {
  if (format === "npy" || format === "idx") return { name, path, format, gzipped };
  if (format === undefined && isVectorName(name)) return { name, path, format: "csv", gzipped };
  const isFile = (format === "zip" || format === "hdf5") && !gzipped;
  return isFile ? { name, path, format, gzipped } : undefined;
}

/** The format of a file, the container in it, and damage at its start, if any. */
export async function findContainer(
  path: string,
  file: string,
): Promise<{
  readonly format: Format | undefined;
  readonly container: ContainerFile | undefined;
  readonly damage: string | undefined;
}> {
  const { reader, format, gzipped } = await openSniffed(path);
  await reader.close();
  return { format, container: containerOf(file, path, format, gzipped), damage: reader.damage };
}

/** Whether files of a format count as images in a folder; whole data sets do not. */
export function isForFolders(format: Format | undefined): boolean {
  return format !== undefined && format !== "zip" && format !== "idx" && format !== "gzip" &&
    format !== "hdf5";
}

/**
 * Whether a file of a folder counts as an image, readable or not: by content, or by name.
 *
 * @param reader The open file, at its start.
 * @param format Its format.
 * @param name Its name.
 */
export async function countsAsImage(
  reader: ByteReader,
  format: Format | undefined,
  name: string,
): Promise<boolean> {
  if (hasImageExtension(name)) return true;
  if (format !== undefined) return isForFolders(format);
  return isForeignImage(await reader.peek(FOREIGN_BYTES), name);
}
