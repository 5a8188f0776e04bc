/** Simulated lenses in memory, for the lensing benchmark. */

import {
  completeRecipe,
  type Distribution,
  extendRecipe,
  type LensClass,
  RECIPES,
} from "../../src/lensing/mod.ts";
import { simulateAll } from "../../src/simulation/mod.ts";
import type { Entry, Image } from "../../mod.ts";

/** Images of one class and how they came about. */
export interface Lenses {
  /** Of each image, its class and pixels in [0, 1]. */
  readonly images: readonly { readonly label: LensClass; readonly image: Image }[];
  /** Of each image, the signal-to-noise ratio of its difference from the twin without substructure. */
  readonly residuals: readonly number[];
}

/**
 * Simulates images of a recipe; the field of view is the recipe's, whatever the size.
 *
 * @param recipe A built-in recipe.
 * @param size Pixels across and down.
 * @param numbers Images of each class.
 * @param seed What names them, with class and index.
 * @returns The images, class by class.
 */
export async function simulateLenses(
  recipe: keyof typeof RECIPES,
  size: number,
  numbers: Readonly<Partial<Record<LensClass, number>>>,
  seed: number,
): Promise<Lenses> {
  const { about, parameters } = RECIPES[recipe];
  const field = constant(parameters["image.width"]) * constant(parameters["image.pixel_scale"]);
  const pixels = { "image.width": size, "image.height": size, "image.pixel_scale": field / size };
  const sized = completeRecipe(recipe, about, extendRecipe(parameters, pixels, recipe));
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
  const images: { label: LensClass; image: Image }[] = [], residuals: number[] = [];
  for await (const { record, bytes } of simulateAll(ids, settings)) {
    const data = new Float32Array(bytes.buffer);
    images.push({
      label: record.label,
      image: { width: size, height: size, channels: 1, data, white: 1 },
    });
    residuals.push(record.residual.signal_to_noise);
  }
  return { images, residuals };
}

function constant(distribution: Distribution | undefined): number {
  if (distribution?.kind === "constant") return Number(distribution.value);
  throw new TypeError("Cannot size a recipe as its pixels must be constant");
}

/**
 * Images as a source yields them.
 *
 * @param lenses The images.
 * @returns Their entries, in order.
 */
export async function* entriesOf({ images }: Lenses): AsyncGenerator<Entry> {
  for (const [index, { label, image }] of images.entries()) {
    yield { path: `${label}#${index}`, label, image };
  }
}
