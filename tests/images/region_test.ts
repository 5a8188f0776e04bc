import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import {
  type Image,
  mapToSource,
  type ModelInput,
  regionOfMask,
  writeModelInput,
} from "../../src/images/mod.ts";
import { Random } from "../../src/random.ts";

const WIDTH = 20, HEIGHT = 14;

/** An ellipse, as a mask or as the place that an image of noise shares with others. */
const inside = (i: number) =>
  Math.hypot((i % WIDTH - 9) / 6, (Math.floor(i / WIDTH) - 6) / 5) < 1 ? 1 : 0;

const MASK = regionOfMask({
  width: WIDTH,
  height: HEIGHT,
  channels: 1,
  data: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => inside(i) * 200),
  white: 255,
}, "mask.png");

const RECT = { x: 3, y: 2, width: 10, height: 8 };

/** The same image inside a region, and noise that depends on the seed outside. */
function image(
  counts: (i: number) => boolean,
  seed: number,
  channels: 1 | 3,
  float: boolean,
): Image {
  const within = new Random(1), without = new Random(seed);
  const values = Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => {
    const [a, b] = [within.uniform(), without.uniform()];
    return counts(Math.floor(i / channels)) ? a : float ? 1e4 * b : b;
  });
  const data = float
    ? Float32Array.from(values)
    : Uint8Array.from(values, (value) => Math.floor(256 * value));
  return { width: WIDTH, height: HEIGHT, channels, data, white: float ? 1 : 255 };
}

const inRect = (i: number) => {
  const x = i % WIDTH - RECT.x, y = Math.floor(i / WIDTH) - RECT.y;
  return x >= 0 && x < RECT.width && y >= 0 && y < RECT.height;
};

function inputOf(image: Image, input: ModelInput): Float32Array {
  const out = new Float32Array(input.width * input.height * input.channels);
  writeModelInput(image, input, out, 0);
  return out;
}

Deno.test("pixels outside the region never count, whatever the preparation", () => {
  const scales = [
    { kind: "depth" },
    { kind: "percentile", low: 1, high: 99 },
    { kind: "range", low: 0, high: 200 },
    { kind: "none" },
  ] as const;
  for (const [region, counts] of [[RECT, inRect], [MASK, (i: number) => inside(i) > 0]] as const) {
    for (const scale of scales) {
      for (const [width, height] of [[region.width, region.height], [7, 5], [24, 24]] as const) {
        for (const fit of ["stretch", "crop"] as const) {
          for (const channels of [1, 3] as const) {
            const float = scale.kind !== "depth";
            const input = {
              ...{ width, height, fit, scale, region, channels: 1 as const },
              ...{ resizes: true, converts: true },
            };
            const [first, second] = [2, 3].map((seed) =>
              inputOf(image(counts, seed, channels, float), input)
            );
            assert.deepEqual(first, second);
            assert.ok(new Set(first).size > 10);
          }
        }
      }
    }
  }
});

Deno.test("a mask keeps its shape, and what lies outside is 0, in maps too", () => {
  assert.deepEqual([MASK.x, MASK.y, MASK.width, MASK.height], [4, 2, 11, 9]);
  const input: ModelInput = {
    ...{ width: MASK.width, height: MASK.height, channels: 1, fit: "stretch", region: MASK },
    ...{ scale: { kind: "depth" }, resizes: false, converts: false },
  };
  const seen = inputOf(
    { ...image(() => true, 2, 1, false), data: new Uint8Array(280).fill(255) },
    input,
  );
  const at = (i: number) => (Math.floor(i / MASK.width) + MASK.y) * WIDTH + MASK.x + i % MASK.width;
  assert.deepEqual(seen, seen.map((_, i) => inside(at(i))));
  const map = mapToSource(new Float32Array(seen.length).fill(2), input, {
    width: WIDTH,
    height: HEIGHT,
  });
  assert.deepEqual(map, map.map((_, i) => 2 * inside(i)));
  const rect = { ...input, width: 5, height: 4, region: RECT };
  const whole = mapToSource(new Float32Array(20).fill(1), rect, { width: WIDTH, height: HEIGHT });
  assert.deepEqual(whole, whole.map((_, i) => inRect(i) ? 1 : 0));
});

Deno.test("images that a region does not fit, and black masks, are refused", () => {
  const input: ModelInput = {
    ...{ width: 4, height: 4, channels: 1, fit: "stretch", scale: { kind: "depth" } },
    ...{ resizes: true, converts: true },
  };
  const small: Image = { width: 12, height: 9, channels: 1, data: new Uint8Array(108), white: 255 };
  for (
    const [region, message] of [
      [RECT, /must contain the region of 10 x 8 pixels at 3,2: current size is 12 x 9/],
      [MASK, /must be that of the mask, 20 x 14: current size is 12 x 9/],
    ] as const
  ) {
    assert.throws(
      () => inputOf(small, { ...input, region }),
      (error) =>
        error instanceof StrayError && error.code === "shape" && message.test(error.message),
    );
  }
  assert.throws(
    () => regionOfMask(small, "black.png"),
    (error) =>
      error instanceof StrayError && /"black\.png" as some pixels must be/.test(error.message),
  );
});
