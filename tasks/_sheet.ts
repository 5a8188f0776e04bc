/** Contact sheets of folders of images. */

import { join } from "../src/path.ts";
import { readSources } from "../src/datasets/mod.ts";
import { encodePng } from "../src/images/mod.ts";
import { contactSheet } from "../src/report/mod.ts";

/** Images per row. */
const COLUMNS = 8;

/**
 * Draws the first images of folders, one row per folder.
 *
 * @param folders Names of the folders; all images are grey, of one size and of 8 or 16 bits.
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
