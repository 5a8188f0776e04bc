/** The files that are inputs along with a source, though nobody names them. */

import { basename, dirname, join } from "../path.ts";
import { COMPANIONS } from "./_folder.ts";
import { labelNames } from "./_labels.ts";
import { countsAsImage, openSniffed } from "./_sniffed.ts";

/**
 * Files beside a source that may be read with it, whether they exist or not: the labels of an IDX file,
 * and those that `simulate` writes into the folder of its images or the one above.
 *
 * @param path The path of a source.
 * @returns Their paths.
 */
export function filesBeside(path: string): string[] {
  const folder = dirname(path);
  return [
    ...labelNames(basename(path)).map((name) => join(folder, name)),
    ...[path, folder].flatMap((from) => [...COMPANIONS].map((name) => join(from, name))),
  ];
}

/**
 * Whether a file in a folder of images is read with the folder: an image, readable or not, or a file that
 * `simulate` writes.
 *
 * @param path Its path.
 */
export async function isReadInFolder(path: string): Promise<boolean> {
  if (COMPANIONS.has(basename(path))) return true;
  try {
    const { reader, format } = await openSniffed(path);
    try {
      return await countsAsImage(reader, format, path);
    } finally {
      await reader.close();
    }
  } catch {
    return true; // it cannot be read now
  }
}
