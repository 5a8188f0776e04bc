import assert from "node:assert/strict";
import {
  gaussianPsf,
  LENS_NUMBERS,
  type LensCamera,
  moffatPsf,
  SmoothLens,
} from "../../src/lensing/mod.ts";
import { SETTINGS, simulate, SMALL } from "./_fit_lenses.ts";

/** Error over the greatest value of a column: the rounding and the curvature that central differences see. */
const TOLERANCE = 1e-6;
const ALL = LENS_NUMBERS.map((_, i) => i);
/** Numbers that move the cusps of the light over the rays, and so need a small step. */
const MOVING: readonly string[] = [
  ...["einstein_radius", "halo_ellipse_1", "halo_ellipse_2", "halo_x", "halo_y"],
  ...["shear_1", "shear_2", "source_x", "source_y"],
];

/** Compares all columns with central differences. */
function checkColumns(camera: LensCamera, vector: Float64Array): void {
  const lens = new SmoothLens(camera, ALL);
  lens.evaluate(vector);
  const columns = lens.columns().map((column) => column.slice());
  columns.forEach((column, at) => {
    const name = LENS_NUMBERS[at]!;
    if (!Number.isFinite(vector[at]!)) return assert.ok(column.every((value) => value === 0), name);
    const step = MOVING.includes(name) ? 1e-6 : 2e-5;
    lens.evaluate(vector.with(at, vector[at]! + step));
    const above = lens.image.slice();
    lens.evaluate(vector.with(at, vector[at]! - step));
    let worst = 0, most = 0;
    column.forEach((value, i) => {
      const difference = (above[i]! - lens.image[i]!) / (2 * step);
      worst = Math.max(worst, Math.abs(value - difference));
      most = Math.max(most, Math.abs(value), Math.abs(difference));
    });
    assert.ok(worst <= TOLERANCE * most, `${name}: off by ${worst / most} of its maximum`);
  });
}

for (const [name, recipe, changes] of SETTINGS) {
  Deno.test(`columns are the derivatives of the image: ${name}`, () => {
    for (let index = 0; index < 2; index++) {
      const { camera, vector } = simulate(recipe, changes, { seed: 3, index });
      checkColumns(camera, vector);
    }
  });
}

Deno.test("columns are the derivatives of the image: ellipses of 0 and nearly 0", () => {
  const { camera, vector } = simulate("model-b", SMALL, { seed: 3, index: 0 });
  for (const ellipse of [[0, 0], [1e-8, -1e-8], [3e-7, 2e-7], [1e-5, 2e-5], [0, -1e-3]] as const) {
    for (const place of [1, 10, 17]) {
      const near = vector.slice();
      near.set(ellipse, place);
      checkColumns(camera, near);
    }
  }
});

Deno.test("columns are the derivatives of the image: other PSFs", () => {
  const { camera, vector } = simulate("model-b", SMALL, { seed: 3, index: 1 });
  const { pixelScale } = camera.grid;
  checkColumns({ ...camera, psf: moffatPsf({ fwhm: 0.2, pixelScale }) }, vector);
  checkColumns({ ...camera, psf: gaussianPsf({ fwhm: 0.8, pixelScale }) }, vector);
  checkColumns({ grid: camera.grid, subPixels: 2 }, vector);
});

Deno.test("columns of few numbers are those of all", () => {
  const { camera, vector } = simulate("model-b", SMALL, { seed: 3, index: 2 });
  const all = new SmoothLens(camera, ALL);
  all.evaluate(vector);
  const columns = all.columns();
  for (const free of [[18, 0, 5], [3, 4], [7], [12, 1], []]) {
    const lens = new SmoothLens(camera, free);
    lens.evaluate(vector);
    lens.columns().forEach((column, i) => {
      const wanted = columns[free[i]!]!, most = Math.max(...wanted.map(Math.abs));
      column.forEach((value, j) => assert.ok(Math.abs(value - wanted[j]!) <= 1e-12 * most));
    });
  }
});

Deno.test("normal equations are the products of the weighted columns", () => {
  for (const free of [[], [5], [0, 3, 18], ALL]) {
    const { camera, vector } = simulate("model-b", { "image.width": 33, "image.height": 21 }, {
      ...{ seed: 3, index: 3 },
    });
    const lens = new SmoothLens(camera, free);
    lens.evaluate(vector);
    const slopes = lens.image.map((_, i) => 1 + Math.sin(i)), residuals = slopes.map(Math.cos);
    const { curvature, gradient } = lens.normalEquations(slopes, residuals);
    const columns = lens.columns().map((column) => column.map((value, i) => value * slopes[i]!));
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    columns.forEach((a, i) => {
      const scale = Math.sqrt(dot(a, a));
      assert.ok(Math.abs(gradient[i]! - dot(a, residuals)) <= 1e-12 * scale * residuals.length);
      columns.slice(0, i + 1).forEach((b, j) => {
        const error = Math.abs(curvature[i * free.length + j]! - dot(a, b));
        assert.ok(error <= 1e-12 * scale * Math.sqrt(dot(b, b)), `${i}, ${j}`);
      });
    });
    assert.equal(curvature.length, free.length ** 2);
    assert.equal(gradient.length, free.length);
  }
});
