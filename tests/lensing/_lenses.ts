/** Simulated lenses as pixel values. */

import {
  drawParameters,
  type LensClass,
  makeImage,
  namedRandom,
  type Recipe,
  RECIPES,
  resizeRecipe,
  type Stretch,
  stretchImage,
} from "../../src/lensing/mod.ts";

/** Lenses of 48 x 48 pixels whose shear, light and source vary. */
export const RECIPE: Recipe = resizeRecipe(RECIPES["model-b"], { width: 48, height: 48 });

/** Pixel values of a lens. */
export function valuesOf(recipe: Recipe, lensClass: LensClass, index: number): Float32Array {
  const parameters = drawParameters(recipe, { seed: 5, lensClass, index });
  const { noisy, range } = makeImage(parameters, {
    lensClass,
    noise: namedRandom("noise", lensClass, index),
    clumps: namedRandom("clumps", index),
  });
  return stretchImage(noisy, range, parameters["image.stretch"] as Stretch);
}
