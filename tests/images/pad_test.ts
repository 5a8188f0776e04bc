/** Images of several sizes on one canvas. */

import assert from "node:assert/strict";
import { type Image, mapToSource, type ModelInput, writeModelInput } from "../../src/images/mod.ts";

/** Brightness rises with the column, and more slowly with the row. */
function ramp(width: number, height: number): Image {
  const data = new Float32Array(width * height);
  data.forEach((_, i) => data[i] = (i % width) / 100 + Math.floor(i / width) / 1000);
  return { width, height, channels: 1, data, white: 1 };
}

const INPUT: ModelInput = {
  ...{ width: 8, height: 6, channels: 1, fit: "pad", zoom: 0.5 },
  ...{ scale: { kind: "depth" }, resizes: true, converts: true },
};

function prepared(image: Image, input: ModelInput = INPUT): Float32Array {
  const size = input.width * input.height * input.channels;
  // Old values must not show through.
  const out = new Float32Array(size + 2).fill(7);
  writeModelInput(image, input, out, 1);
  assert.deepEqual([out[0], out.at(-1)], [7, 7]);
  return out.subarray(1, size + 1);
}

/** Number of columns and rows that have an image. */
function filled(values: Float32Array): [number, number] {
  const isFilled = (i: number) => !Number.isNaN(values[i]!);
  const columns = Array.from({ length: 8 }, (_, x) => x).filter(isFilled).length;
  const rows = Array.from({ length: 6 }, (_, y) => y * 8).filter(isFilled).length;
  values.forEach((_, i) => assert.equal(isFilled(i), i % 8 < columns && i < rows * 8));
  return [columns, rows];
}

Deno.test("an image is resized by the zoom and put into the upper left corner", () => {
  for (
    const [width, height, wanted] of [
      [16, 12, [8, 6]],
      [10, 8, [5, 4]],
      [4, 12, [2, 6]],
      [16, 2, [8, 1]],
      [1, 1, [1, 1]],
    ] as const
  ) {
    const values = prepared(ramp(width, height));
    assert.deepEqual(filled(values), wanted);
    const pixel = Math.min(2, width) > 1 && height > 1 ? (0 + 0.01 + 0.001 + 0.011) / 4 : undefined;
    if (pixel !== undefined) assert.ok(Math.abs(values[0]! - pixel) < 1e-6, `${values[0]}`);
  }
});

Deno.test("an image that is too large is shrunk until it has room, its aspect kept", () => {
  assert.deepEqual(filled(prepared(ramp(32, 24))), [8, 6]);
  assert.deepEqual(filled(prepared(ramp(80, 20))), [8, 2]);
  assert.deepEqual(filled(prepared(ramp(5, 60))), [1, 6]);
  assert.deepEqual(filled(prepared(ramp(3, 2), { ...INPUT, zoom: 100 })), [8, 5]);
});

Deno.test("percentiles are those of the image, not of the canvas", () => {
  const scale = { kind: "percentile", low: 0, high: 100 } as const;
  const values = prepared(ramp(10, 8), { ...INPUT, scale });
  const inside = values.filter((value) => !Number.isNaN(value));
  assert.deepEqual([Math.min(...inside), Math.max(...inside)], [0, 1]);
});

Deno.test("a map of the input goes back to the pixels of the image", () => {
  const map = new Float32Array(48).fill(NaN);
  for (let y = 0; y < 4; y++) for (let x = 0; x < 5; x++) map[y * 8 + x] = x;
  const back = mapToSource(map, INPUT, { width: 10, height: 8 });
  assert.equal(back.length, 80);
  for (const [i, value] of back.entries()) {
    const wanted = Math.min(4, Math.max(0, (i % 10 + 0.5) / 2 - 0.5));
    assert.ok(Math.abs(value - wanted) < 1e-6, `${value} at ${i}`);
  }
});

Deno.test("pixels outside a mask are 0, and the mask is shrunk like the image", () => {
  // The left half of 16 x 12 counts.
  const runs = [0, ...Array.from({ length: 24 }, () => 8)].slice(0, 24);
  const region = {
    ...{ x: 0, y: 0, width: 16, height: 12 },
    mask: { of: { width: 16, height: 12 }, runs },
  };
  const values = prepared(ramp(16, 12), { ...INPUT, region });
  for (const [i, value] of values.entries()) assert.equal(value === 0, i % 8 >= 4, `${i}`);
});
