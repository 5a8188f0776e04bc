/** What a file is, by its first bytes; and what its name suggests. */

import { type Format, sniff } from "../images/mod.ts";
import { ByteReader } from "./_byte_reader.ts";
import type { ContainerFile } from "./_container.ts";
import { isVectorName } from "./is_vector_name.ts";

/** An open file, at its start, of which the format is known. */
export interface Sniffed {
  /** Of the unpacked bytes, if the file is packed. */
  readonly reader: ByteReader;
  readonly format: Format | undefined;
  /** Whether gzip was around it. */
  readonly packed: boolean;
  /** Whether it is a pipe or device: its bytes come once, and opening it again gives others. */
  readonly once: boolean;
}

/** Opens a file and looks at its first bytes, inside gzip too. */
export async function openSniffed(path: string): Promise<Sniffed> {
  let reader = await ByteReader.openFile(path);
  const once = !reader.seekable;
  try {
    const outer = sniff(await reader.peek(18));
    if (outer !== "gzip") return { reader, format: outer, packed: false, once };
    reader = reader.decompress("gzip", isVectorName(path));
    return { reader, format: sniff(await reader.peek(18)), packed: true, once };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The container that a file is, if it is one. */
export function containerOf(
  name: string,
  path: string,
  format: Format | undefined,
  packed: boolean,
): ContainerFile | undefined {
  if (format === "npy" || format === "idx") return { name, path, format, packed };
  if (format === undefined && isVectorName(name)) return { name, path, format: "csv", packed };
  return format === "zip" && !packed ? { name, path, format, packed } : undefined;
}

/** Whether files of a format count as images in a folder; whole data sets do not. */
export function isForFolders(format: Format | undefined): boolean {
  return format !== undefined && format !== "zip" && format !== "idx" && format !== "gzip";
}

/** Whether a name says that the file is an image. */
export function hasImageName(name: string): boolean {
  return /\.(png|jpe?g|gif|tiff?|webp|bmp|fits?|fits?\.gz)$/i.test(name);
}

/** Whether a name says that the file is a container. */
export function hasContainerName(name: string): boolean {
  return /(\.np[yz]|[-.]idx\d-[a-z]+)(\.gz)?$/i.test(name);
}
