/** Simulated lenses for the tests of fits. */

import {
  changeRecipe,
  drawParameters,
  gaussianPsf,
  gridOf,
  type LensCamera,
  type LensParameters,
  lensVectorOf,
  makeImage,
  namedRandom,
  type ObservedLens,
  type ParameterName,
  type RecipeChanges,
  RECIPES,
} from "../../src/lensing/mod.ts";

/** The images of model-b, but with few pixels. */
export const SMALL: RecipeChanges = {
  ...{ "image.width": 64, "image.height": 64, "image.pixel_scale": 0.1171875 },
};

/** A lens without substructure. */
export interface SimulatedLens {
  readonly parameters: LensParameters;
  readonly camera: LensCamera;
  /** The 19 numbers. */
  readonly vector: Float64Array;
  /** The image without noise. */
  readonly clean: Float64Array;
  /** The image with noise. */
  readonly observed: ObservedLens;
}

/** Draws a lens of a recipe. */
export function simulate(
  recipe: keyof typeof RECIPES,
  changes: RecipeChanges,
  { seed, index }: { readonly seed: number; readonly index: number },
): SimulatedLens {
  const changed = changeRecipe(RECIPES[recipe]!, changes, "the test");
  const parameters = drawParameters(changed, { seed, lensClass: "no_sub", index });
  const noise = namedRandom(`noise ${seed} ${index}`), clumps = namedRandom("clumps");
  const { clean, noisy } = makeImage(parameters, { lensClass: "no_sub", noise, clumps });
  const number = (name: ParameterName) => parameters[name] as number, grid = gridOf(parameters);
  const psf = gaussianPsf({ fwhm: number("psf.fwhm"), pixelScale: grid.pixelScale });
  const time = number("observation.exposure"), frames = number("observation.frames");
  const background = number("observation.sky") * grid.pixelArea / time +
    frames * (number("observation.read_noise") / time) ** 2 +
    (number("observation.background") * grid.pixelScale) ** 2;
  return {
    parameters,
    camera: { grid, subPixels: number("image.subpixels"), psf },
    vector: lensVectorOf(parameters),
    clean,
    observed: { flux: noisy, time, background },
  };
}

/** Names of settings, with the recipe and its changes: an elliptical halo, another camera, no light of the lens. */
export const SETTINGS: readonly (readonly [string, keyof typeof RECIPES, RecipeChanges])[] = [
  ["model-b", "model-b", {}],
  ["realistic", "realistic", { "source.profile": "sersic" }],
  ["elliptical halo", "model-b", {
    ...SMALL,
    "halo.axis_ratio": 0.4,
    "halo.angle": 0.3,
    "halo.x": 0.1,
  }],
  ["flat halo", "model-b", { ...SMALL, "halo.axis_ratio": 0.15, "halo.angle": 2 }],
  // The halo is moved, as there is a ray at the middle of the image.
  ["odd size", "model-b", {
    ...{ "image.width": 37, "image.height": 23, "image.subpixels": 3 },
    ...{ "halo.x": 0.013, "halo.y": -0.008 },
  }],
  ["one ray", "model-b", { "image.width": 30, "image.height": 29, "image.subpixels": 1 }],
  ["no light of the lens", "deeplense-1", { "image.width": 40, "image.height": 40 }],
];
