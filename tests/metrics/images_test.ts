import assert from "node:assert/strict";
import { psnr, roundedAccuracy, ssim } from "../../src/metrics/mod.ts";

/** An image of numbers from 0 to 1. */
function image(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => ((i * 37) % 101) / 101);
}

/** One half like it. */
function other(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => 0.5 * ((i * 37) % 101) / 101 + 0.5 * ((i * i * 13 + i * 7) % 89) / 89,
  );
}

/**
 * Width, height, channels; SSIM and PSNR by scikit-image 0.19.3 (`structural_similarity` with
 * `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`, `peak_signal_noise_ratio`).
 */
const GOLDEN = [
  [16, 13, 1, 0.6787096868037583, 13.726533720459422],
  [11, 11, 1, 0.6363616071042377, 13.815782093449593],
  [28, 28, 1, 0.6761662647359176, 13.601728642450306],
  [14, 12, 3, 0.6591545401587888, 13.717751806939077],
] as const;
/** Effect of the order of summation on a double. */
const ROUNDING = 1e-12;

function near(actual: number, wanted: number, tolerance = ROUNDING): void {
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);
}

Deno.test("SSIM and PSNR are those of scikit-image, in any range", () => {
  for (const [width, height, channels, similarity, decibels] of GOLDEN) {
    const length = width * height * channels;
    const a = image(length), b = other(length);
    near(ssim(a, b, { width, channels }), similarity);
    near(psnr(a, b), decibels);
    const wide = (data: Float64Array) => data.map((value) => 255 * value);
    near(ssim(wide(a), wide(b), { width, channels, range: 255 }), similarity);
    near(psnr(wide(a), wide(b), { range: 255 }), decibels);
    // Float32 loses what it cannot hold, no more.
    near(ssim(Float32Array.from(a), Float32Array.from(b), { width, channels }), similarity, 1e-6);
  }
});

Deno.test("SSIM: equal images are 1, it is symmetric, and a shift of brightness costs little", () => {
  const a = image(400), b = other(400), width = 20;
  assert.equal(ssim(a, a, { width }), 1);
  assert.equal(ssim(a, b, { width }), ssim(b, a, { width }));
  const brighter = a.map((value) => value + 0.05);
  assert.ok(ssim(a, brighter, { width }) > 0.95);
  const black = new Float64Array(400);
  assert.equal(ssim(black, black, { width }), 1);
  assert.ok(ssim(a, black, { width }) < 0.01);
});

Deno.test("SSIM reads rows and columns apart", () => {
  // Stripes along x and along y: the same samples in another order of axes.
  const stripes = Float64Array.from({ length: 12 * 16 }, (_, i) => (i % 16) % 2);
  const turned = Float64Array.from({ length: 12 * 16 }, (_, i) => Math.floor(i / 16) % 2);
  assert.ok(Math.abs(ssim(stripes, turned, { width: 16 })) < 0.1);
});

Deno.test("PSNR of equal images is infinite", () => {
  assert.equal(psnr(image(5), image(5)), Infinity);
});

Deno.test("rounded accuracy rounds halves to the even number", () => {
  const value = Float64Array.of(0.5, 0.5, 0.49, 0.51, 1.5, 2.5, -0.5);
  assert.equal(roundedAccuracy(value, Float64Array.of(0, 1, 0, 1, 2, 2, 0)), 6 / 7);
  assert.equal(roundedAccuracy(value, value), 1);
});

Deno.test("what cannot be compared is refused", () => {
  const a = image(144);
  for (const compare of [psnr, roundedAccuracy]) {
    assert.throws(() => compare(a, a.subarray(1)), { name: "TypeError", message: /144 and 143$/ });
    assert.throws(() => compare(a.subarray(0, 0), a.subarray(0, 0)), { name: "TypeError" });
  }
  assert.throws(() => ssim(a, a.subarray(1), { width: 12 }), { name: "TypeError" });
  assert.throws(() => ssim(a, a, { width: 11 }), { name: "TypeError" });
  assert.throws(() => ssim(a, a, { width: 16 }), { name: "RangeError", message: /16 x 9$/ });
  assert.throws(() => ssim(a, a, { width: 12, channels: 2 }), { name: "RangeError" });
  for (const range of [0, -1, NaN, Infinity]) {
    assert.throws(() => ssim(a, a, { width: 12, range }), { name: "RangeError" });
    assert.throws(() => psnr(a, a, { range }), { name: "RangeError" });
  }
});
