import assert from "node:assert/strict";
import { matrixProducts } from "../../src/compute/matrix_products.ts";
import {
  excessPower,
  fitWithGridSource,
  gaussianPsf,
  kernelPsf,
  LENS_NUMBERS,
  LensFitter,
  POINT_GRID,
  project,
  SmoothLens,
} from "../../src/lensing/mod.ts";
import { splineColumns } from "../../src/lensing/fit/_spline_columns.ts";
import { SplineSource } from "../../src/lensing/fit/_spline_source.ts";
import { Random } from "../../src/random.ts";
import { knots, MADE, madeCamera, madeImage, withNoise } from "./_made_lenses.ts";

const ALL = LENS_NUMBERS.map((_, i) => i);
const NOISE = 0.01;
const PSF = gaussianPsf({ fwhm: 0.2, pixelScale: 0.1 });
const products = await matrixProducts();

function randomValues(source: SplineSource, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: source.count }, () => random.normal());
}

Deno.test("splines: derivatives of the image agree with differences", () => {
  const source = new SplineSource(madeCamera(30), MADE, { nodes: 9, spacing: 0.1 });
  const coefficients = randomValues(source, 1), step = 1e-6;
  for (const place of [0, 1, 2, 3, 4, 5, 6]) {
    const at = (sign: number) => {
      source.evaluate(MADE.with(place, MADE[place]! + sign * step), coefficients);
      return source.image.slice();
    };
    const above = at(1), below = at(-1);
    source.evaluate(MADE, coefficients);
    const column = source.column(place)!;
    const greatest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(greatest > 0);
    column.forEach((value, i) => {
      const difference = (above[i]! - below[i]!) / (2 * step);
      assert.ok(Math.abs(value - difference) < 1e-6 * greatest, `${LENS_NUMBERS[place]}, ${i}`);
    });
  }
  assert.equal(source.column(13), undefined);
});

Deno.test("splines: columns are the blurred image, up to the border and for any PSF", () => {
  const crooked = Float64Array.from({ length: 25 }, (_, i) => (i * i * 7) % 53 + 1);
  for (const psf of [undefined, PSF, kernelPsf({ width: 5, height: 5, data: crooked })]) {
    const camera = madeCamera(18, psf), lens = new SmoothLens(camera, []);
    const source = new SplineSource(camera, MADE, { nodes: 12, spacing: 0.12 });
    source.used = source.used.filter((k) => k % 5 !== 0);
    const values = randomValues(source, 2), slopes = new Float64Array(18 * 18).fill(3);
    slopes[100] = 0;
    source.evaluate(MADE, source.coefficients(values));
    const wanted = source.image.slice(), sum = new Float64Array(wanted.length);
    lens.blur(wanted);
    const { pixels, starts, places, values: columns } = splineColumns(
      source.shares(MADE),
      source.count,
      slopes,
      camera.grid,
      psf,
    );
    assert.ok(!pixels.includes(100), "a pixel that does not count");
    values.forEach((value, k) => {
      for (let at = starts[k]!; at < starts[k + 1]!; at++) {
        sum[pixels[places[at]!]!]! += value * columns[at]!;
      }
    });
    const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    sum.forEach((value, i) => {
      const blurred = 3 * wanted[i]!;
      // Columns pass through float32.
      if (i !== 100) assert.ok(Math.abs(value - blurred) < 1e-5 * greatest, `pixel ${i}`);
    });
  }
});

Deno.test("a source with knots: the grid explains it, and the lens is found better", () => {
  const camera = madeCamera(40, PSF), clean = madeImage(camera, [MADE, ...knots(MADE)]);
  const fitter = new LensFitter({ camera, mean: MADE, free: ALL });
  let strange = 0, grown = 0;
  for (const seed of [1, 2]) {
    const observed = {
      flux: withNoise(clean, NOISE, seed),
      time: Infinity,
      background: NOISE * NOISE,
    };
    const fit = fitter.fit(observed), masses = POINT_GRID.masses;
    const before = excessPower(project(fitter, fit, masses, products), 1e-8);
    const grid = fitWithGridSource(fitter, fit, observed, { products, nodes: 20 });
    const after = excessPower(project(fitter, grid, masses, products), 1e-8);
    assert.ok(fit.chiSquare / fit.degreesOfFreedom > 1.5, "a Sersic source does not do");
    const reduced = grid.chiSquare / grid.degreesOfFreedom;
    assert.ok(reduced > 0.9 && reduced < 1.15, `chi-square ${reduced}`);
    assert.ok(grid.effectiveNumbers > 30 && grid.effectiveNumbers < 250, "effective numbers");
    assert.ok(Math.abs(grid.vector[0]! - MADE[0]!) < 5 * grid.errors[0]!, "Einstein radius");
    assert.equal(grid.coefficients.length, 400);
    assert.ok(after < before / 5, `z falls from ${before} to ${after}`);
    strange += Math.abs(fit.vector[0]! - MADE[0]!);
    grown += Math.abs(grid.vector[0]! - MADE[0]!);
    // The fitter holds the whole image.
    const rest = observed.flux.map((value, i) => (value - fitter.lens.image[i]!) / NOISE);
    rest.forEach((value, i) => assert.ok(Math.abs(value - grid.residuals[i]!) < 1e-6));
  }
  assert.ok(grown < strange);
});

Deno.test("a Sersic source: the grid adds next to nothing", () => {
  const camera = madeCamera(40, PSF), fitter = new LensFitter({ camera, mean: MADE, free: ALL });
  const flux = withNoise(madeImage(camera, [MADE]), NOISE, 3);
  const observed = { flux, time: Infinity, background: NOISE * NOISE }, fit = fitter.fit(observed);
  const grid = fitWithGridSource(fitter, fit, observed, { products, nodes: 12 });
  assert.ok(grid.effectiveNumbers < ALL.length + 40, `${grid.effectiveNumbers} numbers`);
  assert.ok(Math.abs(grid.vector[0]! - fit.vector[0]!) < 3 * fit.errors[0]!);
  assert.ok(grid.errors[0]! >= fit.errors[0]!, "errors grow with the freedom of the source");
});

Deno.test("the freedom of a fit takes up its numbers whole, splines in part, and nothing else", () => {
  const camera = madeCamera(40, PSF), fitter = new LensFitter({ camera, mean: MADE, free: ALL });
  const flux = withNoise(madeImage(camera, [MADE, ...knots(MADE)]), NOISE, 4);
  const observed = { flux, time: Infinity, background: NOISE * NOISE };
  const fit = fitter.fit(observed);
  const { freedom, vector } = fitWithGridSource(fitter, fit, observed, { products, nodes: 12 });
  const looser = fitWithGridSource(fitter, fit, observed, { products, nodes: 12, looseness: 9 });
  const taken = (change: Float64Array, { rows } = freedom) => {
    const part = new Float64Array(change.length);
    for (const row of rows) {
      let share = 0;
      for (let i = 0; i < part.length; i++) share += row[i]! * change[i]!;
      for (let i = 0; i < part.length; i++) part[i]! += share * row[i]!;
    }
    return norm(part) / norm(change);
  };
  const lens = new SmoothLens(camera, [7]);
  lens.evaluate(vector);
  const light = taken(lens.columns()[0]!.slice());
  assert.ok(Math.abs(light - 1) < 1e-4, `the light of the lens: ${light}`);
  const random = new Random(5), noise = flux.map(() => random.normal());
  assert.ok(taken(noise) < 0.4, "noise");
  assert.ok(taken(noise, looser.freedom) > taken(noise), "a weaker prior takes up more");
  const corner = new Float64Array(flux.length);
  corner[0] = 1;
  assert.ok(taken(corner) < 0.1, "a pixel without light");
});

Deno.test("an image without a pixel that counts has no splines", () => {
  const camera = madeCamera(12, PSF),
    fitter = new LensFitter({ camera, mean: MADE, free: [0, 12] });
  const observed = { flux: new Float64Array(144).fill(NaN), time: Infinity, background: 1 };
  const grid = fitWithGridSource(fitter, fitter.fit(observed), observed, { products, nodes: 8 });
  assert.equal(grid.chiSquare, 0);
  assert.ok(grid.coefficients.every((value) => value === 0));
});

function norm(values: Float64Array): number {
  return Math.hypot(...values);
}
