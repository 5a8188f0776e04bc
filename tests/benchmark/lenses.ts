/** Simulated lenses in memory, for the lensing benchmark. */

import { type LensClass, type Recipe, resizeRecipe } from "../../src/lensing/mod.ts";
import { simulateAll } from "../../src/simulation/mod.ts";
import type { Entry, Image } from "../../mod.ts";

/** A simulated lens: its class, and grey or RGB pixels in [0, 1]. */
export interface Lens {
  /** Substructure besides its halo. */
  readonly label: string;
  /** The pixels. */
  readonly image: Image;
}

/**
 * Simulates images of a recipe; the field of view is the recipe's at any size.
 *
 * @param recipe The recipe.
 * @param size Width and height in pixels.
 * @param numbers Images per class.
 * @param seed Seed of the images, with class and index.
 * @returns The images, class by class.
 */
export async function simulateLenses(
  recipe: Recipe,
  size: number,
  numbers: Readonly<Partial<Record<LensClass, number>>>,
  seed: number,
): Promise<Lens[]> {
  const sized = resizeRecipe(recipe, { width: size, height: size });
  const ids = Object.entries(numbers).flatMap(([lensClass, count]) =>
    Array.from({ length: count }, (_, index) => ({ lensClass: lensClass as LensClass, index }))
  );
  const settings = {
    recipe: sized,
    classes: Object.keys(numbers) as LensClass[],
    count: Math.max(...Object.values(numbers)),
    seed,
    format: "npy" as const,
    maps: false,
    sources: [],
    version: "benchmark",
  };
  const lenses: Lens[] = [];
  for await (const { record, bytes } of simulateAll(ids, settings)) {
    const data = new Float32Array(bytes.buffer);
    const channels = data.length === size * size ? 1 : 3;
    lenses.push({
      label: record.label,
      image: { width: size, height: size, channels, data, white: 1 },
    });
  }
  return lenses;
}

/**
 * Converts lenses to entries, as a source yields them.
 *
 * @param lenses The lenses.
 * @returns Their entries, in order.
 */
export async function* entriesOf(lenses: readonly Lens[]): AsyncGenerator<Entry> {
  for (const [index, { label, image }] of lenses.entries()) {
    yield { path: `${label}#${index}`, label, image };
  }
}
