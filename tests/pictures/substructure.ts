/**
 * Draws `data/substructure.png`: `deno run --allow-write=data tests/pictures/substructure.ts`.
 *
 * @module
 */

import { encodePng } from "../../src/images/mod.ts";
import {
  changeRecipe,
  drawParameters,
  type LensClass,
  type LensParameters,
  makeImage,
  namedRandom,
  RECIPES,
  resizeRecipe,
  stretchImage,
} from "../../src/lensing/mod.ts";
import { contactSheet } from "../../src/report/mod.ts";

/** Pixels across; the field of view is that of the recipe. */
const SIZE = 64;
const COLUMNS = 8;
/** A difference of this share of the brightest pixel is black or white. */
const STRONG = 0.1;

/** Two images per lens: as a camera records it, and minus its twin without substructure and noise. */
function drawPair(lensClass: LensClass, index: number): readonly [Float32Array, Float32Array] {
  const small = resizeRecipe(RECIPES["model-b"], { width: SIZE, height: SIZE });
  const recipe = changeRecipe(small, { "lens_light.intensity": 0 }, "the picture");
  const parameters: LensParameters = drawParameters(recipe, { seed: 3, lensClass, index });
  const noise = () => namedRandom(3, lensClass, index, "noise");
  const image = makeImage(parameters, { lensClass, noise: noise(), clumps: noise() });
  const none = { lensClass: "no_sub", noise: noise(), clumps: noise() } as const;
  const twin = makeImage(parameters, none).clean;
  const peak = twin.reduce((a, b) => Math.max(a, b));
  const residual = Float32Array.from(
    image.noisy,
    (value, i) => 0.5 + (value - twin[i]!) / (2 * STRONG * peak),
  );
  return [stretchImage(image.noisy, [0, peak], "sqrt"), residual];
}

/**
 * Lenses with subhalos over their residuals, then lenses with a vortex over theirs.
 *
 * @returns A PNG file.
 */
export async function drawSubstructure(): Promise<Uint8Array<ArrayBuffer>> {
  const tiles = (["cdm", "vortex"] as const).flatMap((lensClass) => {
    const pairs = Array.from({ length: COLUMNS }, (_, index) => drawPair(lensClass, index));
    return [...pairs.map(([image]) => image), ...pairs.map(([, residual]) => residual)];
  });
  const shape = { width: SIZE, height: SIZE, channels: 1, columns: COLUMNS, zoom: 1 } as const;
  return await encodePng(contactSheet(tiles, shape));
}

if (import.meta.main) {
  const file = new URL("../../data/substructure.png", import.meta.url);
  await Deno.writeFile(file, await drawSubstructure());
}
