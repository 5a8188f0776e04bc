/** Simulated lenses of 8 bits as IDX, for the fixture of lens-fit. */

import { LENS_CLASSES, type LensClass, RECIPES, resizeRecipe } from "../../src/lensing/mod.ts";
import { simulateAll } from "../../src/simulation/mod.ts";
import { writeIdx } from "./_images.ts";

/** Columns and rows of the lenses; no other images of the fixtures have them. */
export const LENS_SIDE = 24;

/**
 * Writes lenses of `model-b`, as many of each class.
 *
 * @param path Where, without the ending.
 * @param classes The classes, whose places are the labels.
 * @param count Images per class.
 * @param seed Seed of the images.
 */
export async function writeLenses(
  path: string,
  classes: readonly LensClass[],
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<void> {
  const size = { width: LENS_SIDE, height: LENS_SIDE },
    labels: number[] = [],
    samples: number[] = [];
  const ids = classes.flatMap((lensClass) =>
    Array.from({ length: count }, (_, index) => ({ lensClass, index }))
  );
  const lenses = simulateAll(ids, {
    ...{ recipe: resizeRecipe(RECIPES["model-b"], size), classes, count, seed, format: "npy" },
    ...{ maps: false, sources: [], version: "safety" },
  });
  for await (const { record, bytes } of lenses) {
    labels.push(LENS_CLASSES.indexOf(record.label));
    for (const value of new Float32Array(bytes.buffer)) samples.push(Math.round(255 * value));
  }
  await writeIdx(path, LENS_SIDE, Uint8Array.from(labels), Uint8Array.from(samples));
}
