import assert from "node:assert/strict";
import { LENS_NUMBERS, LensFitter, placesOf } from "../../src/lensing/mod.ts";
import { simulate, type SimulatedLens, SMALL } from "./_fit_lenses.ts";

const FREE = ["einstein_radius", "shear", "lens_light", "source"].flatMap(placesOf);
const LENSES = Array.from(
  { length: 20 },
  (_, index) => simulate("model-b", SMALL, { seed: 2026, index }),
);

/** The mean numbers of the population. */
function meanOf(lenses: readonly SimulatedLens[]): Float64Array {
  const mean = new Float64Array(LENS_NUMBERS.length);
  for (const { vector } of lenses) vector.forEach((value, i) => mean[i]! += value / lenses.length);
  return mean;
}

/** Lenses of other Einstein radii. */
function ringsOf(vector: Float64Array, factors: readonly number[]): Float64Array[] {
  return factors.map((factor) => vector.with(0, factor * vector[0]!));
}

Deno.test("fits from the mean of the population end where those from the truth do", () => {
  const mean = meanOf(LENSES), { camera } = LENSES[0]!;
  const fitter = new LensFitter({ camera, mean, free: FREE, starts: ringsOf(mean, [0.85, 1.15]) });
  for (const { vector, observed } of LENSES) {
    const fit = fitter.fit(observed);
    const wanted = new LensFitter({ camera, mean: vector, free: FREE }).fit(observed);
    assert.ok(Math.abs(fit.chiSquare - wanted.chiSquare) < 1, "another optimum");
    // Five standard deviations of the distribution of chi-square.
    const { degreesOfFreedom } = fit, spread = 5 * Math.sqrt(2 * degreesOfFreedom);
    assert.ok(fit.converged && Math.abs(fit.chiSquare - degreesOfFreedom) < spread);
    for (const place of FREE) {
      const off = (fit.vector[place]! - vector[place]!) / fit.errors[place]!;
      assert.ok(Math.abs(off) < 5, `${LENS_NUMBERS[place]} is ${off} standard deviations off`);
    }
  }
});

Deno.test("a fit leaves lens, slopes and residuals at the optimum", () => {
  const { camera, vector, observed } = LENSES[0]!;
  const fitter = new LensFitter({
    camera,
    mean: vector,
    free: FREE,
    starts: ringsOf(vector, [1.1, 0.9]),
  });
  const { chiSquare, residuals, vector: found } = fitter.fit(observed);
  const image = fitter.lens.image.slice(), columns = fitter.weightedColumns();
  fitter.lens.evaluate(found);
  assert.deepEqual(fitter.lens.image, image);
  assert.ok(Math.abs(residuals.reduce((sum, r) => sum + r * r, 0) - chiSquare) < 1e-9 * chiSquare);
  // The gradient vanishes: in standard deviations of each number.
  for (const column of columns) {
    const scale = Math.hypot(...column);
    assert.ok(Math.abs(column.reduce((sum, c, i) => sum + c * residuals[i]!, 0)) < 0.1 * scale);
  }
});

Deno.test("numbers that are not free stay, and the others keep their bounds", () => {
  const { camera, vector, observed } = LENSES[1]!;
  const mean = vector.with(0, 1.1).with(8, vector[8]! + 0.2);
  const few = new LensFitter({ camera, mean, free: [5, 6, 12] }).fit(observed);
  few.vector.forEach((value, i) => {
    if (![5, 6, 12].includes(i)) assert.equal(value, mean[i]);
  });
  // A dim image pulls the index and the radius out of their bounds.
  const dim = { ...observed, flux: observed.flux.map((_, i) => i === 2080 ? 50 : 0) };
  const { vector: bound } = new LensFitter({ camera, mean, free: FREE }).fit(dim);
  const within = (place: number, low: number, high: number) =>
    assert.ok(bound[place]! >= low && bound[place]! <= high, `${LENS_NUMBERS[place]}`);
  for (const place of [9, 16]) within(place, Math.log(0.3), Math.log(8));
  for (const place of [10, 11, 17, 18]) within(place, -1.5, 1.5);
  within(0, 0.05, 5);
  within(8, Math.log(0.02), Math.log(5));
});

Deno.test("pixels without a value have no part in a fit", () => {
  const { camera, vector, observed } = LENSES[2]!;
  const flux = observed.flux.slice(), masked = observed.flux.slice();
  const variance = new Float64Array(flux.length).fill(observed.background as number);
  for (let i = 0; i < flux.length; i += 17) {
    masked[i] = NaN;
    flux[i] = 1e6;
    variance[i] = Infinity;
  }
  const fitter = new LensFitter({ camera, mean: vector, free: FREE });
  const fit = fitter.fit({ ...observed, flux: masked });
  assert.equal(fit.degreesOfFreedom, flux.length - Math.ceil(flux.length / 17) - FREE.length);
  assert.ok(fit.residuals.every((value, i) => i % 17 === 0 ? value === 0 : value !== 0));
  assert.ok(Math.abs(fit.chiSquare - fit.degreesOfFreedom) < 500);
  assert.deepEqual(fitter.fit({ ...observed, flux, background: variance }), fit);
});

Deno.test("a fitter gives the same bits whatever it fitted before", () => {
  const { camera } = LENSES[0]!, mean = meanOf(LENSES);
  const used = new LensFitter({ camera, mean, free: FREE });
  used.fit(LENSES[3]!.observed);
  const fit = used.fit(LENSES[4]!.observed);
  const { observed } = LENSES[4]!;
  assert.deepEqual(new LensFitter({ camera, mean, free: FREE }).fit(observed), fit);
});
