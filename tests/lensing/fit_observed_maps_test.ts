import assert from "node:assert/strict";
import { kernelPsf, observeMaps, StabilisedImage } from "../../src/lensing/mod.ts";

/** Maps of 7 x 5 pixels of 1 arcsec whose flux is the pixel's index. */
const MAPS = {
  width: 7,
  pixelScale: 1,
  flux: Float32Array.from({ length: 35 }, (_, i) => i),
  noise: new Float32Array(35).fill(2),
};

/** Numbers of the pixels that count. */
function counted(flux: Float64Array): number[] {
  return [...flux].filter((value) => Number.isFinite(value));
}

Deno.test("noise maps: deviation, variance and inverse variance", () => {
  for (const [noiseKind, variance] of [["deviation", 4], ["variance", 2]] as const) {
    assert.equal(
      (observeMaps({ ...MAPS, noiseKind }).observed.background as Float64Array)[7],
      variance,
    );
  }
  const { observed } = observeMaps({ ...MAPS, noiseKind: "inverse-variance" });
  assert.equal((observed.background as Float64Array)[7], 0.5);
  assert.equal(observed.time, Infinity);
});

Deno.test("noise maps: zeros, negative and missing values are pixels that do not count", () => {
  const inside = { x: 0, y: 0, radius: 9 };
  for (const noiseKind of ["deviation", "variance", "inverse-variance"] as const) {
    const noise = MAPS.noise.slice();
    noise.set([0, -1, NaN, Infinity], 10);
    const { observed } = observeMaps({ ...MAPS, noise, noiseKind, inside });
    assert.equal(new StabilisedImage(observed).pixels, 31);
    assert.ok(![10, 11, 12, 13].some((i) => counted(observed.flux).includes(i)));
  }
  for (const none of [NaN, Infinity, -Infinity]) {
    const flux = MAPS.flux.with(3, none), { observed } = observeMaps({ ...MAPS, flux, inside });
    assert.equal(new StabilisedImage(observed).pixels, 34);
    assert.equal(counted(observed.flux).length, 34);
    assert.ok(Number.isNaN(observed.flux[3]!));
  }
});

Deno.test("the part that counts: a circle, less others, on a grid around it", () => {
  const whole = observeMaps(MAPS);
  assert.deepEqual([whole.grid.width, whole.grid.height, whole.corner], [5, 5, [1, 0]]);
  assert.deepEqual(counted(whole.observed.flux).slice(0, 4), [2, 3, 4, 8]);
  const inside = { x: 1, y: 1, radius: 1 };
  const part = observeMaps({ ...MAPS, inside, outside: [{ x: 2, y: 1, radius: 0.5 }] });
  assert.deepEqual([part.grid.width, part.grid.height, part.corner], [3, 3, [3, 0]]);
  assert.deepEqual(counted(part.observed.flux), [4, 10, 11, 18]);
  // At the border of the image the grid ends.
  const border = observeMaps({ ...MAPS, inside: { x: -3, y: 0, radius: 1 } });
  assert.deepEqual([border.grid.width, border.grid.height, border.corner], [2, 3, [0, 1]]);
});

Deno.test("a mask: its pixels above 0 count, on a grid around them and the centre", () => {
  const mask = new Uint8Array(35);
  mask[2 * 7 + 4] = mask[1 * 7 + 3] = 1;
  const inside = { x: 0, y: 0, radius: 9 };
  const { observed, grid, corner } = observeMaps({ ...MAPS, mask, inside });
  assert.deepEqual([grid.width, grid.height, corner], [3, 3, [2, 1]]);
  assert.deepEqual(counted(observed.flux), [10, 18]);
  assert.throws(() => observeMaps({ ...MAPS, mask: [1] }), { name: "TypeError" });
});

Deno.test("maps that do not fit together are refused", () => {
  assert.throws(() => observeMaps({ ...MAPS, width: 6 }), { name: "TypeError" });
  assert.throws(() => observeMaps({ ...MAPS, noise: [1] }), { name: "TypeError" });
  assert.throws(() => observeMaps({ ...MAPS, pixelScale: 0 }), { name: "RangeError" });
  const far = { x: 30, y: 0, radius: 1 };
  assert.throws(() => observeMaps({ ...MAPS, inside: far }), /part of the image/);
});

Deno.test("a PSF can be cut to its middle", () => {
  const data = Float64Array.from({ length: 25 }, (_, i) => i + 1);
  const { size, weights } = kernelPsf({ width: 5, height: 5, data }, { size: 3 });
  assert.equal(size, 3);
  assert.ok(Math.abs(weights[0]! - 7 / (9 * 13)) < 1e-12);
  for (const wrong of [2, 0, 7, 1.5]) {
    assert.throws(() => kernelPsf({ width: 5, height: 5, data }, { size: wrong }), /size/);
  }
});
