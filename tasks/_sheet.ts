/** Contact sheets of folders of images. */

import { join } from "../src/path.ts";
import { readSources } from "../src/datasets/mod.ts";
import { encodePng } from "../src/images/mod.ts";
import { contactSheet } from "../src/report/mod.ts";

/** Images in a row. */
const COLUMNS = 8;

/**
 * Draws the first images of folders, a row a folder.
 *
 * @param folders Their names; all images have one size and are grey, of 8 or 16 bits.
 * @param parent The folder that they are in.
 * @returns A PNG file.
 */
export async function drawFolders(
  folders: readonly string[],
  parent: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tiles: Float32Array[] = [];
  let width = 1, height = 1;
  for (const folder of folders) {
    for await (const entry of readSources([join(parent, folder)], { limit: COLUMNS })) {
      if ("error" in entry) throw entry.error;
      const { image } = entry;
      ({ width, height } = image);
      tiles.push(Float32Array.from(image.data, (value) => value / image.white));
    }
  }
  return await encodePng(contactSheet(tiles, { width, height, channels: 1, columns: COLUMNS }));
}
