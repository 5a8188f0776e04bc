import assert from "node:assert/strict";
import { matrixProducts } from "../../src/compute/matrix_products.ts";
import {
  estimateLens,
  gaussianPsf,
  LENS_NUMBERS,
  LensFitter,
  searchLens,
} from "../../src/lensing/mod.ts";
import { knots, MADE, madeCamera, madeImage, withNoise } from "./_made_lenses.ts";

const NOISE = 0.01;
const CAMERA = madeCamera(40, gaussianPsf({ fwhm: 0.2, pixelScale: 0.1 }));

function observedOf(vectors: readonly Float64Array[], seed: number) {
  const flux = withNoise(madeImage(CAMERA, vectors), NOISE, seed);
  return { flux, time: Infinity, background: NOISE * NOISE };
}

/** The lens with another Einstein radius and place of the source. */
function changed(ring: number, x: number, y: number): Float64Array {
  return MADE.with(0, ring).with(13, x).with(14, y);
}

Deno.test("the start of a fit follows from the image alone", () => {
  for (const [ring, x, y] of [[0.7, 0.05, 0.02], [1, 0.1, 0.05], [1.4, -0.2, 0.1]] as const) {
    const truth = changed(ring, x, y), observed = observedOf([truth], 1);
    const start = estimateLens(observed, CAMERA);
    assert.ok(Math.abs(start[0]! / ring - 1) < 0.1, `Einstein radius ${start[0]}, not ${ring}`);
    assert.ok(Math.hypot(start[13]! - x, start[14]! - y) < 0.15, "place of the source");
    const free = LENS_NUMBERS.map((_, i) => i);
    const fit = new LensFitter({ camera: CAMERA, mean: start, free }).fit(observed);
    assert.ok(fit.chiSquare / fit.degreesOfFreedom < 1.2, `chi-square ${fit.chiSquare}`);
    assert.ok(Math.abs(fit.vector[0]! - ring) < 5 * fit.errors[0]!);
  }
});

Deno.test("estimates of images without light, or without a source, are finite", () => {
  const galaxy = MADE.with(12, -Infinity);
  for (const vectors of [[], [galaxy]]) {
    const start = estimateLens(observedOf(vectors, 2), CAMERA);
    assert.ok(start.every(Number.isFinite), `${start}`);
  }
  const nothing = { flux: new Float64Array(1600).fill(NaN), time: Infinity, background: 1 };
  assert.ok(estimateLens(nothing, CAMERA).every(Number.isFinite));
});

Deno.test("a search finds the lens of a source with knots from a start that is wrong", async () => {
  const products = await matrixProducts(), observed = observedOf([MADE, ...knots(MADE)], 3);
  const { fit } = await searchLens(observed, CAMERA, {
    ...{
      products,
      nodes: 12,
      start: MADE.with(0, 1.2).with(1, 0).with(2, 0).with(5, 0).with(6, 0),
    },
    ...{ factors: [0.7, 0.83, 1], sourceRadii: [0.25] },
  });
  assert.ok(fit.chiSquare / fit.degreesOfFreedom < 1.2, `chi-square ${fit.chiSquare}`);
  assert.ok(Math.abs(fit.vector[0]! - MADE[0]!) < 0.03, `Einstein radius ${fit.vector[0]}`);
});
