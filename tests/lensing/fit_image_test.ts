import assert from "node:assert/strict";
import { SmoothLens } from "../../src/lensing/mod.ts";
import { SETTINGS, simulate, SMALL } from "./_fit_lenses.ts";

/** Error over the peak: polynomials of 1e-14 and sums in another order. */
const TOLERANCE = 1e-12;

for (const [name, recipe, changes] of SETTINGS) {
  Deno.test(`SmoothLens has the image of makeImage: ${name}`, () => {
    for (let index = 0; index < 4; index++) {
      const { camera, vector, clean } = simulate(recipe, changes, { seed: 3, index });
      const peak = clean.reduce((a, b) => Math.max(a, b), 0);
      // With derivatives by the halo and without.
      for (const free of [[], [1, 12], [0, 5, 16]]) {
        const lens = new SmoothLens(camera, free);
        lens.evaluate(vector);
        const worst = clean.reduce((a, b, i) => Math.max(a, Math.abs(b - lens.image[i]!)), 0);
        assert.ok(worst <= TOLERANCE * peak, `${index}: off by ${worst / peak} of the peak`);
      }
    }
  });
}

Deno.test("SmoothLens follows each change of the numbers", () => {
  const first = simulate("model-b", SMALL, { seed: 3, index: 0 }),
    { camera, vector, clean } = first;
  const lens = new SmoothLens(camera, [5, 6]), before = new SmoothLens(camera, [5, 6]);
  before.evaluate(vector);
  for (let place = 0; place < vector.length; place++) {
    lens.evaluate(vector.with(place, vector[place]! + 0.02));
    const change = clean.reduce((a, b, i) => Math.max(a, Math.abs(b - lens.image[i]!)), 0);
    assert.ok(change > 1e-3, `number ${place}`);
    lens.evaluate(vector);
    assert.deepEqual(lens.image, before.image, `number ${place}`);
  }
});

Deno.test("SmoothLens takes numbers far from any lens without NaN in the image", () => {
  const { camera, vector } = simulate("model-b", SMALL, { seed: 3, index: 0 });
  const lens = new SmoothLens(camera, [0]);
  const far = { 7: 30, 8: Math.log(0.02), 9: Math.log(0.3), 13: 1e6, 15: Math.log(0.01), 16: -1.2 };
  for (const [place, value] of Object.entries(far)) {
    lens.evaluate(vector.with(Number(place), value));
    assert.ok(lens.image.every(Number.isFinite), `number ${place}`);
  }
});
