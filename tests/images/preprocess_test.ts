import assert from "node:assert/strict";
import { preprocess } from "../../src/images/_preprocess.ts";
import type { Image, Preprocessing, Scale } from "../../src/images/mod.ts";

function run(image: Image, options: Partial<Preprocessing> & { readonly scale: Scale }) {
  const p = {
    width: image.width,
    height: image.height,
    channels: 1,
    fit: "stretch",
    ...options,
  } as const;
  const out = new Float32Array(p.width * p.height * p.channels + 2).fill(-9);
  preprocess(image, p, out, 1);
  assert.deepEqual([out[0], out.at(-1)], [-9, -9]); // nothing written outside
  return [...out.subarray(1, -1)];
}

const bytes = (...data: number[]): Image => ({
  width: data.length,
  height: 1,
  channels: 1,
  data: Uint8Array.from(data),
  white: 255,
});
const floats = (...data: number[]): Image => ({
  ...bytes(...data),
  data: Float32Array.from(data),
  white: 1,
});

Deno.test("numbers stay as they are without a scale, but must be numbers", () => {
  const scale = { kind: "none" } as const;
  assert.deepEqual(run(floats(-3.5, 0, 1e30), { scale }), [-3.5, 0, Math.fround(1e30)]);
  assert.deepEqual(run(bytes(0, 51, 255), { scale }), [0, 51, 255]);
  for (const bad of [NaN, Infinity, -1e39]) {
    assert.throws(() => run(floats(0, bad), { scale }), {
      code: "value",
      message: /must be numbers/,
    });
  }
});

Deno.test("the four scales, by hand", () => {
  assert.deepEqual(run(bytes(0, 51, 255), { scale: { kind: "depth" } }), [0, Math.fround(0.2), 1]);
  assert.deepEqual(run(floats(-1, 0.5, 2), { scale: { kind: "unit" } }), [0, 0.5, 1]);
  assert.deepEqual(run(bytes(0, 51, 255), { scale: { kind: "unit" } }), [0, Math.fround(0.2), 1]);
  const range = { kind: "range", low: 10, high: 30 } as const;
  assert.deepEqual(run(bytes(0, 15, 99), { scale: range }), [0, 0.25, 1]);
  const percentile = { kind: "percentile", low: 25, high: 75 } as const;
  assert.deepEqual(run(floats(8, 0, 2, 4, 6), { scale: percentile }), [1, 0, 0, 0.5, 1]);
  assert.deepEqual(run(floats(3, 3), { scale: percentile }), [0, 0]);
});

Deno.test("16 bits are kept: neighbouring levels stay apart", () => {
  const data = Uint16Array.of(30000, 30001);
  const [a = 0, b = 0] = run({ ...bytes(0, 0), data, white: 65535 }, { scale: { kind: "depth" } });
  assert.ok(b > a);
});

Deno.test("a scale that cannot be, or does not fit the samples, is refused", () => {
  assert.throws(() => run(floats(0, 1.5), { scale: { kind: "depth" } }), { code: "value" });
  assert.throws(() => run(floats(0, NaN), { scale: { kind: "unit" } }), { code: "value" });
  for (const kind of ["range", "percentile"] as const) {
    assert.throws(() => run(bytes(1), { scale: { kind, low: 2, high: 2 } }), { code: "value" });
    assert.throws(() => run(bytes(1), { scale: { kind, low: NaN, high: 2 } }), { code: "value" });
  }
  const past = { kind: "percentile", low: 1, high: 101 } as const;
  assert.throws(() => run(bytes(1), { scale: past }), { code: "value" });
});

Deno.test("crop takes the middle with the wanted aspect, stretch takes all", () => {
  const image = { ...bytes(0, 51, 102, 255, 0, 51, 102, 255), width: 4, height: 2 };
  const scale = { kind: "depth" } as const;
  const [cropped] = run(image, { width: 1, height: 1, fit: "crop", scale });
  assert.ok(Math.abs((cropped as number) - 0.3) < 1e-6);
  const [stretched] = run(image, { width: 1, height: 1, scale });
  assert.ok(Math.abs((stretched as number) - 0.4) < 1e-6);
});

Deno.test("alpha is on black before the resize, so hidden colour never shows", () => {
  const data = Uint8Array.of(255, 0, 0, 0, 0, 0, 255, 255);
  const image: Image = { width: 2, height: 1, channels: 4, data, white: 255 };
  const scale = { kind: "depth" } as const;
  assert.deepEqual(run(image, { width: 1, channels: 3, scale }), [0, 0, 0.5]);
});

Deno.test("an output that is too short is refused", () => {
  const p = { width: 1, height: 1, channels: 3, fit: "crop", scale: { kind: "depth" } } as const;
  assert.throws(() => preprocess(bytes(1), p, new Float32Array(3), 1), {
    code: "shape",
    message: /must have 3 values from 1 on: current length is 3$/,
  });
});
