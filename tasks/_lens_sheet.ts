/** A sheet of fitted lenses: the image, its residuals, and the mass that they speak for. */

import { join } from "../src/path.ts";
import { readSources } from "../src/datasets/mod.ts";
import { Detector, scoreEntries } from "../src/detection/mod.ts";
import { encodePng } from "../src/images/mod.ts";
import { contactSheet, drawHeatmap } from "../src/report/mod.ts";
import { shownMass } from "./_mass_maps.ts";

/** Lenses per folder. */
const LENSES = 3;
/** Magnification. */
const ZOOM = 2;

/**
 * Draws the first lenses of folders, one row of three pictures each.
 *
 * @param folders Names of the folders; all images are grey, of one size and of 8 or 16 bits.
 * @param parent Their folder.
 * @param model The bytes of a model that fits lenses.
 */
export async function drawLenses(
  folders: readonly string[],
  parent: string,
  model: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const detector = await Detector.open(model, { backend: "wasm" });
  const tiles: Float32Array[] = [];
  const { width, height } = detector.model.input;
  const shape = { width, height, channels: 1 } as const;
  const add = (grey: Float32Array, map: Float32Array) => {
    const { data, white } = drawHeatmap(grey, map, shape);
    tiles.push(Float32Array.from(data, (value) => value / white));
  };
  try {
    for (const folder of folders) {
      const entries = readSources([join(parent, folder)], { limit: LENSES });
      const found = scoreEntries(entries, detector, { inspect: true, massMaps: true });
      for await (const batch of found) {
        for (const entry of batch) {
          if ("error" in entry) throw entry.error;
          const { inspection, mass } = entry, { image } = mass!;
          const grey = Float32Array.from(image.data, (value) => value / image.white);
          tiles.push(Float32Array.from({ length: 3 * grey.length }, (_, i) => grey[i / 3 | 0]!));
          add(grey, inspection!.errors);
          add(grey, shownMass(mass!.significance));
        }
      }
    }
  } finally {
    detector.dispose();
  }
  const sheet = contactSheet(tiles, { width, height, channels: 3, columns: 3, zoom: ZOOM });
  return await encodePng(sheet);
}
