import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decode, encodePng } from "../../src/images/mod.ts";
import { join } from "./_fixtures.ts";
import { chunk, png } from "./_png.ts";

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

Deno.test("a palette behind the pixels of a PNG is passed over, as Pillow does", async () => {
  const kind = { width: 2, height: 1, depth: 8, colour: 3, samples: [0, 1] };
  const first = png({ ...kind, palette: [1, 2, 3, 4, 5, 6] });
  const second = png({ ...kind, palette: [9, 9, 9, 9, 9, 9] });
  // Signature and header take 33 bytes, the palette 18, the end 12.
  const late = join(first.slice(0, -12), second.slice(33, 51), first.slice(-12));
  assert.deepEqual([...(await decode(late)).data], [1, 2, 3, 4, 5, 6]);
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

/** A grey PNG of 2 x 1 pixels, 1 and 2, with `chunks` in the place of its data. */
async function withChunks(...chunks: [string, Uint8Array][]): Promise<Uint8Array> {
  const data = Uint8Array.of(1, 2);
  const whole = await encodePng({ width: 2, height: 1, channels: 1, data, white: 255 });
  const parts = chunks.map(([type, body]) => chunk(type, body));
  return join(whole.subarray(0, 33), ...parts, whole.subarray(-12));
}

const ROW = deflateSync(Uint8Array.of(0, 1, 2));

Deno.test("a PNG whose data inflates to more or less than its pixels is refused", async () => {
  const bomb = await withChunks(["IDAT", deflateSync(new Uint8Array(1 << 28))]);
  const before = Deno.memoryUsage().rss;
  await assert.rejects(decode(bomb), { code: "decode" });
  assert.ok(Deno.memoryUsage().rss - before < 1 << 27, "memory was taken for it");
  const short = await withChunks(["IDAT", deflateSync(Uint8Array.of(0, 1))]);
  await assert.rejects(decode(short), { code: "decode", message: /truncated: it holds 2 of 3/ });
  const filter = await withChunks(["IDAT", deflateSync(Uint8Array.of(5, 1, 2))]);
  await assert.rejects(decode(filter), { code: "decode" });
});

Deno.test("chunks of a PNG that hold no pixels may be damaged; the first image is read", async () => {
  const nothing = new Uint8Array(0);
  const text = await withChunks(["tEXt", nothing], ["iCCP", Uint8Array.of(0)], ["IDAT", ROW]);
  assert.deepEqual([...(await decode(text)).data], [1, 2]);
  const animated = await withChunks(
    ["acTL", new Uint8Array(8)],
    ["fcTL", new Uint8Array(26)],
    ["IDAT", nothing],
    ["IDAT", ROW],
    ["fdAT", new Uint8Array(9)],
  );
  assert.deepEqual([...(await decode(animated)).data], [1, 2]);
  await assert.rejects(decode(await withChunks(["tEXt", nothing])), { code: "decode" });
  await assert.rejects(decode(await withChunks(["IDAT", ROW], ["ABCD", nothing])), {
    code: "format",
  });
  const followed = Uint8Array.from([...animated, ...text]); // another file behind it
  assert.deepEqual([...(await decode(followed)).data], [1, 2]);
  await assert.rejects(decode(animated.subarray(0, -12)), { message: /truncated/ }); // no IEND
});

Deno.test("a PNG's palette, and alpha for it, may be odd", async () => {
  const dot = { width: 1, height: 1, depth: 8 };
  const key = { ...dot, colour: 2, transparency: [0, 1, 0, 2, 0, 3], samples: [1, 2, 3] };
  assert.deepEqual([...(await decode(png(key))).data], [1, 2, 3, 0]);
  const suggested = { ...dot, colour: 2, palette: [9, 9, 9], samples: [1, 2, 3] };
  assert.deepEqual([...(await decode(png(suggested))).data], [1, 2, 3]);
  const short = { ...dot, colour: 0, transparency: [0], samples: [1] };
  await assert.rejects(decode(png(short)), { code: "decode" });
});

Deno.test("the same samples give the same bytes of PNG", async () => {
  const data = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 40503) % 65536);
  const image = { width: 64, height: 64, channels: 1 as const, data, white: 65535 };
  assert.deepEqual(await encodePng(image), await encodePng({ ...image, data: data.slice() }));
});
