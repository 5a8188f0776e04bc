import assert from "node:assert/strict";
import { decode, encodePng } from "../../src/images/mod.ts";
import { png } from "./_png.ts";

const CHANNELS = { 0: 1, 2: 3, 4: 2, 6: 4 } as const;

Deno.test("PNG of every colour and depth, plain and interlaced", async () => {
  const kinds = [
    ...[1, 2, 4, 8, 16].map((depth) => [0, depth] as const),
    ...[2, 4, 6].flatMap((colour) => [[colour, 8], [colour, 16]] as [2 | 4 | 6, number][]),
  ];
  for (const [colour, depth] of kinds) {
    for (const interlaced of [false, true]) {
      for (const [width, height] of [[13, 11], [1, 1], [2, 5], [9, 1]] as const) {
        const channels = CHANNELS[colour];
        const most = 2 ** depth - 1;
        const samples = Array.from(
          { length: width * height * channels },
          (_, i) => (i * 40503) % (most + 1),
        );
        const image = await decode(png({ width, height, depth, colour, interlaced, samples }));
        const white = depth === 16 ? 65535 : 255;
        assert.deepEqual(
          [image.width, image.height, image.channels, image.white],
          [width, height, channels, white],
        );
        assert.deepEqual([...image.data], samples.map((v) => (v * white) / most));
      }
    }
  }
});

Deno.test("PNG with a palette, with and without alpha; a colour past it is refused", async () => {
  const palette = [10, 20, 30, 40, 50, 60, 70, 80, 90];
  for (const depth of [2, 4, 8]) {
    const kind = { width: 3, height: 1, depth, colour: 3, palette, interlaced: depth === 4 };
    const opaque = await decode(png({ ...kind, samples: [2, 0, 1] }));
    assert.deepEqual([...opaque.data], [70, 80, 90, 10, 20, 30, 40, 50, 60]);
    const clear = await decode(png({ ...kind, transparency: [5], samples: [2, 0, 1] }));
    assert.deepEqual([...clear.data], [70, 80, 90, 255, 10, 20, 30, 5, 40, 50, 60, 255]);
    await assert.rejects(decode(png({ ...kind, samples: [3, 0, 1] })), { code: "decode" });
  }
});

Deno.test("the transparent colour of a PNG has alpha 0, at every depth", async () => {
  const grey = { width: 3, height: 1, colour: 0 };
  const two = await decode(png({ ...grey, depth: 2, transparency: [0, 1], samples: [0, 1, 2] }));
  assert.deepEqual([...two.data], [0, 255, 85, 0, 170, 255]);
  const deep = { ...grey, depth: 16, transparency: [1, 0], samples: [255, 256, 257] };
  assert.deepEqual([...(await decode(png(deep))).data], [255, 65535, 256, 0, 257, 65535]);
  const rgb = { width: 2, height: 1, colour: 2, depth: 8, transparency: [0, 1, 0, 2, 0, 3] };
  const image = await decode(png({ ...rgb, samples: [1, 2, 3, 1, 2, 4] }));
  assert.deepEqual([...image.data], [1, 2, 3, 0, 1, 2, 4, 255]);
});

Deno.test("an 8 and a 16-bit PNG come back sample for sample, with any channels", async () => {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const data of [new Uint8Array(35 * channels), new Uint16Array(35 * channels)]) {
      const white = data instanceof Uint8Array ? 255 : 65535;
      for (let i = 0; i < data.length; i++) data[i] = (i * 1877) % (white + 1);
      const image = { width: 7, height: 5, channels, data, white };
      assert.deepEqual(await decode(await encodePng(image)), image);
    }
  }
});

Deno.test("a 16-bit PNG keeps 65,536 levels", async () => {
  const data = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const image = { width: 256, height: 256, channels: 1 as const, data, white: 65535 };
  const back = await decode(await encodePng(image));
  assert.equal(new Set(back.data).size, 65536);
});

Deno.test("a PNG with any bit changed is refused: checksums cover all that matters", async () => {
  const data = Uint8Array.from({ length: 35 }, (_, i) => i * 7);
  const bytes = await encodePng({ width: 7, height: 5, channels: 1, data, white: 255 });
  for (let i = 8; i < bytes.length - 4; i++) {
    const changed = bytes.slice();
    changed[i] = (changed[i] as number) ^ 1;
    await assert.rejects(decode(changed), { name: "StrayError" }, `byte ${i}`);
  }
});

Deno.test("floats and wrong lengths cannot be encoded as PNG", async () => {
  const shape = { width: 2, height: 1, channels: 1 as const };
  await assert.rejects(encodePng({ ...shape, data: Float32Array.of(0, 1), white: 1 }), {
    code: "value",
  });
  await assert.rejects(encodePng({ ...shape, data: Uint8Array.of(1), white: 255 }), {
    code: "shape",
    message: /current number is 1$/,
  });
});
