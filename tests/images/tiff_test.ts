import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decode } from "../../src/images/mod.ts";

type TagValue = number | readonly [number, number];

/** A TIFF of one strip, little-endian; tags are one LONG or two SHORTs. */
function tiff(
  tags: Readonly<Record<number, TagValue>>,
  data: ArrayLike<number>,
  next = 0,
): Uint8Array {
  const count = Object.keys(tags).length + 2;
  const start = 14 + 12 * count;
  const all: Record<number, TagValue> = { ...tags, 273: start, 279: data.length };
  const bytes = new Uint8Array(start + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, count, true);
  for (const [i, [id, value]] of Object.entries(all).entries()) {
    const at = 10 + 12 * i;
    const [low, high] = typeof value === "number" ? [value & 0xffff, value >> 16] : value;
    view.setUint16(at, Number(id), true);
    view.setUint16(at + 2, typeof value === "number" ? 4 : 3, true);
    view.setUint32(at + 4, typeof value === "number" ? 1 : 2, true);
    view.setUint16(at + 8, low, true);
    view.setUint16(at + 10, high, true);
  }
  view.setUint32(start - 4, next, true);
  bytes.set(Array.from(data), start);
  return bytes;
}

const grey = (width: number, height: number, bits: number) => ({
  256: width,
  257: height,
  258: bits,
  262: 1,
});

Deno.test("a 16-bit TIFF keeps 65,536 levels", async () => {
  const samples = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const image = await decode(tiff(grey(256, 256, 16), new Uint8Array(samples.buffer)));
  assert.equal(new Set(image.data).size, 65536);
});

Deno.test("TIFF samples of 1, 2, 4, 12 and 16 bits are spread over their range", async () => {
  const two = await decode(tiff(grey(3, 1, 2), [0b00_01_11_00]));
  assert.deepEqual(two.data, Uint8Array.of(0, 85, 255));
  const four = await decode(tiff(grey(3, 1, 4), [0x0f, 0x70]));
  assert.deepEqual(four.data, Uint8Array.of(0, 255, 119));
  const twelve = await decode(tiff(grey(3, 1, 12), [0xff, 0xf0, 0x00, 0x80, 0x00]));
  assert.deepEqual([...twelve.data], [65535, 0, Math.floor((2048 * 65535) / 4095)]);
});

Deno.test("TIFF alpha: straight as it is, premultiplied divided, unspecified left out", async () => {
  const tags = { ...grey(2, 1, 8), 258: [8, 8] as const, 277: 2 };
  const data = [50, 100, 9, 0];
  const straight = await decode(tiff({ ...tags, 338: 2 }, data));
  assert.deepEqual([straight.channels, ...straight.data], [2, 50, 100, 9, 0]);
  const multiplied = await decode(tiff({ ...tags, 338: 1 }, data));
  assert.deepEqual([...multiplied.data], [128, 100, 9, 0]);
  const unspecified = await decode(tiff({ ...tags, 338: 0 }, data));
  assert.deepEqual([unspecified.channels, ...unspecified.data], [1, 50, 9]);
  assert.deepEqual(unspecified.notes, ["1 further samples per pixel are left out"]);
});

Deno.test("TIFF floats that are not finite are replaced, further pages left out, and told", async () => {
  const floats = new Uint8Array(Float32Array.of(1, NaN, -3, Infinity).buffer);
  const image = await decode(tiff({ ...grey(2, 2, 32), 339: 3 }, floats, 8));
  assert.deepEqual(image.data, Float32Array.of(1, -3, -3, 1));
  assert.equal(image.notes?.length, 3);
});

Deno.test("a TIFF whose bits are stored in the opposite order, packed or not", async () => {
  const raw = Uint8Array.from({ length: 12 }, (_, i) => i * 21);
  const reverse = (byte: number) =>
    parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2);
  for (const bits of [1, 8, 16]) {
    for (const compression of [1, 8, 32773]) {
      const packed = compression === 8
        ? new Uint8Array(deflateSync(raw))
        : Uint8Array.of(...(compression === 1 ? [] : [11]), ...raw);
      const tags = { ...grey(48 / bits, 2, bits), 259: compression };
      const file = tiff({ ...tags, 266: 2 }, packed.map(reverse));
      assert.deepEqual((await decode(file)).data, (await decode(tiff(tags, packed))).data);
    }
  }
});

Deno.test("TIFF with an orientation is turned upright", async () => {
  const image = await decode(tiff({ ...grey(3, 1, 8), 274: 6 }, [1, 2, 3]));
  assert.deepEqual([image.width, image.height, ...image.data], [1, 3, 1, 2, 3]);
});

Deno.test("TIFF compressions of which libvips makes black images are refused by name", async () => {
  const tiles = { 322: 16, 323: 16, 324: 8, 325: 256 };
  const cases = [
    [{ 259: 6, ...tiles }, /current compression is old JPEG$/],
    [{ 259: 50001, ...tiles }, /current compression is WebP$/],
    [{ 259: 50001 }, /current compression is WebP$/],
    [{ 259: 34676 }, /current compression is 34676$/],
  ] as const;
  for (const [tags, message] of cases) {
    const file = tiff({ ...grey(16, 16, 8), ...tags }, new Uint8Array(256).fill(7));
    await assert.rejects(decode(file), { code: "format", message });
  }
});

Deno.test("TIFF kinds that are not read are refused by name", async () => {
  const cases = [
    [{ 259: 34712 }, /current compression is JPEG 2000$/],
    [{ 259: 50000 }, /current compression is Zstandard$/],
    [{ 262: 5 }, /current colour type is CMYK of 1 samples$/],
    [{ 262: 5, 277: 4, 339: 2 }, /current colour type is CMYK of 4 samples, signed$/],
    [{ 258: 32, 262: 5, 277: 4 }, /current colour type is CMYK of 4 samples$/],
    [{ 262: 8, 277: 3 }, /current colour type is CIE L\*a\*b\* of 3 samples$/],
    [{ 262: 8, 277: 4 }, /current colour type is CIE L\*a\*b\* of 4 samples$/],
    [{ 339: 6 }, /current type is complex of 8 bits$/],
    [{ 277: 1000 }, /must have 1 to 16 samples: it has 1000$/],
    [{ 317: 3 }, /predictor 3 does not fit/],
  ] as const;
  for (const [tags, message] of cases) {
    const file = tiff({ ...grey(1, 1, 8), ...tags }, [0]);
    await assert.rejects(decode(file), { code: "format", message });
  }
});

Deno.test("a TIFF whose strip holds too little is refused, however it is packed", async () => {
  for (const compression of [1, 5, 8, 32773]) {
    const file = tiff({ ...grey(4, 4, 8), 259: compression }, [0, 7, 8]);
    await assert.rejects(decode(file), { code: "decode" }, `compression ${compression}`);
  }
});

Deno.test("a TIFF whose strip takes no bytes is refused, however it is packed", async () => {
  for (const compression of [1, 5, 8, 32773]) {
    const file = tiff({ ...grey(4, 4, 8), 259: compression }, []);
    await assert.rejects(decode(file), { code: "decode", message: /truncated/ });
  }
});

Deno.test("a TIFF tag that is negative or longer than the file is refused", async () => {
  const file = tiff({ ...grey(2, 2, 8), 278: 1 }, [1, 2, 3, 4]);
  const view = new DataView(file.buffer);
  const at = 10 + 12 * 5; // after 256, 257, 258, 262 and 273
  assert.equal(view.getUint16(at, true), 278);
  view.setUint16(at + 2, 9, true); // SLONG
  view.setInt32(at + 8, -1, true);
  const message = "Cannot decode the image as TIFF tag 278 must hold whole numbers";
  await assert.rejects(decode(file), { code: "decode", message });
  view.setUint32(at + 4, 0x7fffffff, true);
  await assert.rejects(decode(file), { code: "decode" });
});
