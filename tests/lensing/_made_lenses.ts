/** Images of lenses for tests of fits, made without a recipe. */

import { Grid, type LensCamera, SmoothLens } from "../../src/lensing/mod.ts";
import { Random } from "../../src/random.ts";

/** A lens that fills 40 x 40 pixels of 0.1 arcsec. */
export const MADE = Float64Array.of(
  ...[1, 0.2, 0.1, 0.02, -0.01, 0.03, -0.02],
  ...[Math.log(2), Math.log(0.5), Math.log(3), 0.15, 0.1],
  ...[Math.log(4), 0.05, 0.1, Math.log(0.2), 0, 0.2, -0.1],
);

/** Pixels of 0.1 arcsec, four rays each, and a PSF. */
export function madeCamera(size: number, psf?: LensCamera["psf"]): LensCamera {
  return { grid: new Grid({ width: size, height: size, pixelScale: 0.1 }), subPixels: 2, psf };
}

/** The image of a lens, or the sum of several sources of one lens. */
export function madeImage(camera: LensCamera, vectors: readonly Float64Array[]): Float64Array {
  const lens = new SmoothLens(camera, []), sum = new Float64Array(camera.grid.count);
  for (const vector of vectors) {
    lens.evaluate(vector);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + lens.image[i]!;
  }
  return sum;
}

/** Adds noise of one standard deviation everywhere. */
export function withNoise(image: Float64Array, deviation: number, seed: number): Float64Array {
  const random = new Random(seed);
  return image.map((value) => value + deviation * random.normal());
}

/** Further light of the source: knots, without light of the lens. */
export function knots(vector: Float64Array): Float64Array[] {
  return [[0.12, 0.08], [-0.12, 0.04], [0, -0.14]].map(([x, y]) => {
    const knot = vector.slice();
    knot[7] = -Infinity;
    knot[12] = Math.log(10);
    knot[13] = vector[13]! + x!;
    knot[14] = vector[14]! + y!;
    knot[15] = Math.log(0.07);
    knot[16] = Math.log(0.5);
    return knot;
  });
}
