import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";

interface Options {
  readonly bits: number;
  readonly compression?: number;
  readonly masks?: readonly number[];
  /** Blue, green, red and 0 for each colour. */
  readonly palette?: readonly number[];
  readonly data: readonly number[];
  /** Bytes of the second header. */
  readonly size?: 40 | 52 | 56 | 108 | 124;
}

/** A BMP of 3 x 2 pixels, or of 3 x -2; masks are in or behind the header. */
function bmp(height: 2 | -2, options: Options): Uint8Array {
  const { bits, compression = 0, masks = [], palette = [], data } = options;
  const { size = 40 } = options;
  const paletteAt = 14 + Math.max(size, 40 + 4 * masks.length);
  const start = paletteAt + palette.length;
  const bytes = new Uint8Array(start + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, size, true);
  view.setInt32(18, 3, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette.length / 4, true);
  masks.forEach((mask, i) => view.setUint32(54 + 4 * i, mask, true));
  bytes.set(palette, paletteAt);
  bytes.set(data, start);
  return bytes;
}

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const BLACK = [0, 0, 0];
const PALETTE = [0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0]; // black, red, green, blue
const TOP = [...RED, ...GREEN, ...BLUE];
const BOTTOM = [...BLUE, ...BLUE, ...BLACK];

Deno.test("BMP of 4 bits with a palette, bottom-up and top-down", async () => {
  const data = [0x33, 0x00, 0, 0, 0x12, 0x30, 0, 0];
  const up = await decode(bmp(2, { bits: 4, palette: PALETTE, data }));
  assert.deepEqual([up.width, up.height, up.channels], [3, 2, 3]);
  assert.deepEqual([...up.data], [...TOP, ...BOTTOM]);
  const down = await decode(bmp(-2, { bits: 4, palette: PALETTE, data }));
  assert.deepEqual([...down.data], [...BOTTOM, ...TOP]);
});

Deno.test("BMP run lengths of 8 and 4 bits", async () => {
  // Two blue, black by the jump to the end of the row; three literals with a padding byte; end.
  const eight = [2, 3, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1];
  const image = await decode(bmp(2, { bits: 8, compression: 1, palette: PALETTE, data: eight }));
  assert.deepEqual([...image.data], [...TOP, ...BOTTOM]);
  const four = [2, 0x33, 0, 0, 0, 3, 0x12, 0x30, 0, 1];
  const small = await decode(bmp(2, { bits: 4, compression: 2, palette: PALETTE, data: four }));
  assert.deepEqual([...small.data], [...TOP, ...BOTTOM]);
  const cut = bmp(2, { bits: 8, compression: 1, palette: PALETTE, data: eight.slice(0, -1) });
  await assert.rejects(decode(cut), { code: "decode", message: /truncated inside its runs/ });
});

Deno.test("BMP runs may end each row, skip rows and fill no more than they name", async () => {
  const kind = { bits: 8, compression: 1, palette: PALETTE };
  const ended = await decode(bmp(2, { ...kind, data: [3, 3, 0, 0, 3, 1, 0, 0, 0, 1] }));
  assert.deepEqual([...ended.data], [...RED, ...RED, ...RED, ...BLUE, ...BLUE, ...BLUE]);
  const skipped = await decode(bmp(2, { ...kind, data: [0, 0, 1, 2, 0, 1] }));
  assert.deepEqual([...skipped.data], [...GREEN, ...BLACK, ...BLACK, ...BLACK, ...BLACK, ...BLACK]);
  const past = bmp(2, { ...kind, data: [3, 4, 0, 0, 3, 1, 0, 1] });
  await assert.rejects(decode(past), { code: "decode" });
  const endless = bmp(2, { ...kind, data: [3, 3, 0, 0, 3, 1] });
  await assert.rejects(decode(endless), { code: "decode", message: /truncated inside its runs/ });
  const jump = await decode(bmp(2, { ...kind, data: [1, 3, 0, 2, 1, 1, 1, 1, 0, 1] }));
  assert.deepEqual([...jump.data], [...BLACK, ...BLACK, ...RED, ...BLUE, ...BLACK, ...BLACK]);
});

Deno.test("BMP of 16 bits: 5 a colour, or 5, 6 and 5 by masks", async () => {
  const pair = (value: number) => [value & 255, value >> 8];
  const row = (red: number, green: number, blue: number) => [
    ...[red, green, blue].flatMap(pair),
    ...[0, 0],
  ];
  const plain = [...row(0x1f, 0x1f, 0), ...row(0x7c00, 0x3e0, 0x1f)];
  assert.deepEqual([...(await decode(bmp(2, { bits: 16, data: plain }))).data], [
    ...TOP,
    ...BOTTOM,
  ]);
  const masked = [...row(0x1f, 0x1f, 0), ...row(0xf800, 0x7e0, 0x1f)];
  const masks = [0xf800, 0x7e0, 0x1f];
  const image = await decode(bmp(2, { bits: 16, compression: 3, masks, data: masked }));
  assert.deepEqual([...image.data], [...TOP, ...BOTTOM]);
});

Deno.test("BMP of 32 bits has alpha only if a mask says so", async () => {
  const data = [9, 8, 7, 6, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 5, 5, 5, 255, 255, 255, 255];
  const plain = await decode(bmp(-2, { bits: 32, data }));
  assert.equal(plain.channels, 3);
  assert.deepEqual([...plain.data.subarray(0, 3)], [7, 8, 9]);
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
  const alpha = await decode(bmp(-2, { bits: 32, compression: 6, masks, data }));
  assert.equal(alpha.channels, 4);
  assert.deepEqual([...alpha.data.subarray(0, 4)], [7, 8, 9, 6]);
});

Deno.test("BMP masks of all versions of the header, with alpha of one bit and more", async () => {
  const colours = [0xff0000, 0xff00, 0xff];
  const pixels = [9, 8, 7, 6, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 5, 5, 5, 255, 255, 255, 255];
  for (const size of [40, 52, 56, 108, 124] as const) {
    const masks = size < 56 ? colours : [...colours, 0xff000000];
    const image = await decode(bmp(-2, { bits: 32, compression: 3, size, masks, data: pixels }));
    assert.equal(image.channels, masks.length);
    assert.deepEqual([...image.data.subarray(0, 3)], [7, 8, 9]);
    if (masks.length === 4) assert.equal(image.data[3], 6);
  }
  const row = [0x1f, 0x80, 0, 0x7c, 0xff, 0xff, 0, 0];
  const masks = [0x7c00, 0x3e0, 0x1f, 0x8000];
  const half = { bits: 16, compression: 3, size: 124, masks, data: [...row, ...row] } as const;
  const image = await decode(bmp(2, half));
  assert.deepEqual([...image.data.subarray(0, 12)], [...BLUE, 255, ...RED, 0, 255, 255, 255, 255]);
});

Deno.test("a BMP of OS/2 has three bytes a colour", async () => {
  const palette = Array.from({ length: 256 }, (_, i) => [i, i, i]).flat();
  const bytes = new Uint8Array(26 + 768 + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 26 + 768, true);
  view.setUint32(14, 12, true);
  [3, 1, 1, 8].forEach((value, i) => view.setUint16(18 + 2 * i, value, true));
  bytes.set([...palette, 7, 8, 9], 26);
  const { channels, data } = await decode(bytes);
  assert.deepEqual([channels, ...data], [1, 7, 8, 9]);
});

Deno.test("a BMP that holds a JPEG, or a colour past its palette, is refused", async () => {
  await assert.rejects(decode(bmp(2, { bits: 24, compression: 4, data: [] })), { code: "format" });
  const data = [0x34, 0, 0, 0, 0, 0, 0, 0];
  await assert.rejects(decode(bmp(2, { bits: 4, palette: PALETTE, data })), {
    code: "decode",
    message: /a colour beyond its palette/,
  });
});
