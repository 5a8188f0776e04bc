import assert from "node:assert/strict";
import { type Image, resize, toChannels, writeModelInput } from "../../src/images/mod.ts";

const grey = (width: number, data: readonly number[]): Image => ({
  width,
  height: data.length / width,
  channels: 1,
  data: Float32Array.from(data),
  white: 1,
});
const close = (got: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-6) => {
  assert.equal(got.length, wanted.length);
  wanted.forEach((v, i) =>
    assert.ok(Math.abs((got[i] as number) - v) <= tolerance, `${i}: ${got[i]}`)
  );
};

Deno.test("shrinking averages by area, also where edges do not meet", () => {
  // 5 to 2: each result covers 2.5 samples.
  close(resize(grey(5, [1, 2, 3, 4, 5]), { width: 2, height: 1 }).data, [
    (1 + 2 + 1.5) / 2.5,
    (1.5 + 4 + 5) / 2.5,
  ]);
  const square = grey(4, [1, 3, 0, 0, 5, 7, 0, 8, 1, 1, 2, 2, 1, 1, 2, 2]);
  close(resize(square, { width: 2, height: 2 }).data, [4, 2, 1, 2]);
});

Deno.test("growing is linear between sample centres, the edge repeated", () => {
  close(resize(grey(2, [0, 4]), { width: 4, height: 1 }).data, [0, 1, 3, 4]);
  close(resize(grey(1, [7]), { width: 3, height: 2 }).data, [7, 7, 7, 7, 7, 7]);
  // One axis grows and the other shrinks.
  close(resize(grey(2, [0, 4, 2, 6]), { width: 4, height: 1 }).data, [1, 2, 4, 5]);
});

Deno.test("shrinking keeps the mean and the bounds, mirrors and constants, over many sizes", () => {
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 60; round++) {
    const [w, h] = [1 + Math.floor(next() * 30), 1 + Math.floor(next() * 30)];
    const size = { width: 1 + Math.floor(next() * w), height: 1 + Math.floor(next() * h) };
    const image = grey(w, Array.from({ length: w * h }, next));
    const mean = (data: ArrayLike<number>) =>
      Array.from(data).reduce((a, b) => a + b) / data.length;
    const small = resize(image, size);
    assert.ok(Math.abs(mean(small.data) - mean(image.data)) < 1e-6);
    const mirrored = { ...image, data: image.data.slice().reverse() };
    close(resize(mirrored, size).data.slice().reverse(), [...small.data]);
    const flat = { ...image, data: new Float32Array(w * h).fill(0.3) };
    close(
      resize(flat, { width: size.width * 3, height: size.height }).data,
      Array(
        size.width * 3 * size.height,
      ).fill(0.3),
    );
  }
});

Deno.test("integers are rounded to the nearest and channels stay apart", () => {
  const data = Uint8Array.of(0, 255, 1, 255, 0, 255, 2, 255);
  const image: Image = { width: 4, height: 1, channels: 2, data, white: 255 };
  assert.deepEqual([...resize(image, { width: 2, height: 1 }).data], [1, 255, 1, 255]);
  assert.equal(resize(image, { width: 4, height: 1 }), image);
  assert.throws(() => resize(image, { width: 0, height: 1 }), { code: "value" });
  assert.throws(() => resize(image, { width: 1.5, height: 1 }), { code: "value" });
});

Deno.test("grey is Rec. 601 luma, colour repeats grey, alpha is on black", () => {
  const rgba: Image = {
    width: 2,
    height: 1,
    channels: 4,
    data: Uint8Array.of(255, 255, 255, 255, 100, 200, 50, 51),
    white: 255,
  };
  const luma = (0.299 * 100 + 0.587 * 200 + 0.114 * 50) * 0.2;
  assert.deepEqual([...toChannels(rgba, 1).data], [255, Math.round(luma)]);
  assert.deepEqual([...toChannels(rgba, 3).data], [255, 255, 255, 20, 40, 10]);
  assert.deepEqual([...toChannels(grey(2, [0.25, 1]), 3).data], [0.25, 0.25, 0.25, 1, 1, 1]);
});

Deno.test("colour is refused for a grey model if any pixel has it; alpha does not count", () => {
  const isGrey = (channels: 1 | 2 | 3 | 4, ...samples: number[]): boolean => {
    const size = { width: samples.length / channels, height: 1 };
    const data = Uint8Array.from(samples);
    const scale = { kind: "depth" } as const;
    const input = { ...size, channels: 1, fit: "stretch", scale, resizes: false } as const;
    const write = () =>
      writeModelInput(
        { ...size, channels, data, white: 255 },
        { ...input, converts: false },
        new Float32Array(size.width),
        0,
      );
    try {
      write();
      return true;
    } catch {
      assert.throws(write, { code: "shape", message: /must be grey: current channels are RGB/ });
      return false;
    }
  };
  assert.ok(isGrey(1, 4, 5) && isGrey(2, 4, 5));
  assert.ok(isGrey(3, 7, 7, 7, 9, 9, 9) && isGrey(4, 7, 7, 7, 0));
  assert.ok(!isGrey(3, 7, 7, 7, 9, 9, 8) && !isGrey(4, 7, 6, 7, 7));
});
