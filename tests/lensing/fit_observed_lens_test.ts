import assert from "node:assert/strict";
import { matrixProducts } from "../../src/compute/matrix_products.ts";
import {
  fitObservedLens,
  fittedSource,
  fitWithGridSource,
  gaussianPsf,
  LensFitter,
  placesToFree,
} from "../../src/lensing/mod.ts";
import { knots, MADE, madeCamera, madeImage, withNoise } from "./_made_lenses.ts";

const NOISE = 0.01, CAMERA = madeCamera(40, gaussianPsf({ fwhm: 0.2, pixelScale: 0.1 }));
const products = await matrixProducts();

function observedOf(vectors: readonly Float64Array[], seed: number) {
  const flux = withNoise(madeImage(CAMERA, vectors), NOISE, seed);
  return { flux, time: Infinity, background: NOISE * NOISE };
}

/** Light of a picture, counts/s. */
function lightOf(brightness: Float32Array, pixelArea: number): number {
  return brightness.reduce((sum, value) => sum + value, 0) * pixelArea;
}

Deno.test("a Sersic source is drawn with its flux, at its place", async () => {
  const observed = observedOf([MADE], 1);
  const { fit, image, lensLight } = await fitObservedLens(observed, CAMERA, {
    ...{ products, source: "sersic" },
  });
  assert.ok(fit.chiSquare / fit.degreesOfFreedom < 1.15);
  const { grid, centre, brightness } = fittedSource(fit);
  assert.deepEqual(centre, [fit.vector[13], fit.vector[14]]);
  // An exponential of scale h has 2 pi h^2 times its central brightness, 0.96 of it within 4 effective radii.
  const index = Math.exp(fit.vector[16]!), radius = Math.exp(fit.vector[15]!);
  assert.ok(Math.abs(index - 1) < 0.1);
  const total = 2 * Math.PI * Math.exp(1.678 + fit.vector[12]!) * (radius / 1.678) ** 2;
  const light = lightOf(brightness, grid.pixelArea);
  assert.ok(light > 0.9 * total && light < 1.05 * total, `${light} of ${total}`);
  // Less light of the lens there are arcs left, nowhere negative.
  assert.ok(image.every((value, i) => value >= lensLight[i]! - 1e-9));
  assert.ok(image.some((value, i) => value > lensLight[i]! + 10 * NOISE));
});

Deno.test("splines are drawn beside the profile, with their own light", () => {
  const observed = observedOf([MADE, ...knots(MADE)], 2);
  const fitter = new LensFitter({ camera: CAMERA, mean: MADE, free: [0, 12, 13, 14] });
  const fit = fitWithGridSource(fitter, fitter.fit(observed), observed, { products, nodes: 16 });
  const { grid, brightness } = fittedSource(fit);
  assert.equal(grid.width, 32);
  const profile = fittedSource({ ...fit, coefficients: new Float64Array(16 * 16) });
  const added = lightOf(brightness, grid.pixelArea) - lightOf(profile.brightness, grid.pixelArea);
  // A spline has its coefficient times the square of the spacing; those at the border are cut.
  const wanted = fit.coefficients.reduce((sum, value) => sum + value, 0) * fit.spacing ** 2;
  assert.ok(wanted > 0 && Math.abs(added / wanted - 1) < 0.02, `${added}, not ${wanted}`);
});

Deno.test("numbers that are not free keep their value; the search stays near a given Einstein radius", async () => {
  const observed = observedOf([MADE], 3), fits: number[] = [];
  const free = placesToFree(["lens_light", "source"]);
  const { fit } = await fitObservedLens(observed, CAMERA, {
    ...{ products, free, nodes: 8, start: { einstein_radius: 1.02, shear_1: 0.03 } },
    onFit: (done, all) => void fits.push(done, all),
  });
  assert.deepEqual([...fit.vector.slice(0, 3), fit.vector[5], fit.vector[6]], [
    1.02,
    0,
    0,
    0.03,
    0,
  ]);
  assert.equal(fit.errors[0], 0);
  assert.deepEqual(
    fits.slice(-2),
    [fits.at(-1), fits.at(-1)],
    "the last fit was announced as such",
  );
});

Deno.test("a signal ends a search between two fits", async () => {
  const controller = new AbortController();
  let fits = 0;
  await assert.rejects(
    fitObservedLens(observedOf([MADE], 4), CAMERA, {
      ...{ products, nodes: 6, signal: controller.signal },
      onFit: () => void (++fits === 2 && controller.abort(new Error("enough"))),
    }),
    /enough/,
  );
  assert.equal(fits, 2);
});
