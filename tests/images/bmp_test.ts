import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";

interface Options {
  readonly bits: number;
  readonly compression?: number;
  readonly masks?: readonly number[];
  /** Blue, green, red and 0 for each colour. */
  readonly palette?: readonly number[];
  readonly data: readonly number[];
}

/** A BMP of 3 x 2 pixels, or of 3 x -2, with the 40 byte header. */
function bmp(height: 2 | -2, options: Options): Uint8Array {
  const { bits, compression = 0, masks = [], palette = [], data } = options;
  const start = 54 + 4 * masks.length + palette.length;
  const bytes = new Uint8Array(start + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 3, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette.length / 4, true);
  masks.forEach((mask, i) => view.setUint32(54 + 4 * i, mask, true));
  bytes.set(palette, 54 + 4 * masks.length);
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
  await assert.rejects(decode(cut), { code: "decode", message: /cut short inside its runs/ });
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

Deno.test("a BMP that holds a JPEG, or a colour past its palette, is refused", async () => {
  await assert.rejects(decode(bmp(2, { bits: 24, compression: 4, data: [] })), { code: "format" });
  const data = [0x34, 0, 0, 0, 0, 0, 0, 0];
  await assert.rejects(decode(bmp(2, { bits: 4, palette: PALETTE, data })), {
    code: "decode",
    message: /a colour past its palette/,
  });
});
