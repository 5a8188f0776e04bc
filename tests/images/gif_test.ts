import assert from "node:assert/strict";
import { decode } from "../../src/images/mod.ts";

interface Options {
  /** Left, top, columns and rows of the frame. */
  readonly frame?: readonly [number, number, number, number];
  readonly transparent?: number;
  readonly interlaced?: boolean;
  /** Colours of its own, in the place of black, red, green and blue. */
  readonly palette?: readonly number[];
  readonly indices: readonly number[];
  readonly after?: readonly number[];
}

const COMMON = [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255];
const TRAILER = 0x3b;

/** A GIF of 3 x 2 pixels, packed with a code to start anew before every pixel. */
function gif(options: Options): Uint8Array {
  const { frame = [0, 0, 3, 2], transparent, interlaced, palette, after = [TRAILER] } = options;
  let bits = "";
  for (const code of [...options.indices.flatMap((index) => [4, index]), 5]) {
    bits = code.toString(2).padStart(3, "0") + bits;
  }
  const packed = [];
  for (; bits; bits = bits.slice(0, -8)) packed.push(parseInt(bits.slice(-8), 2));
  return Uint8Array.from([
    ...new TextEncoder().encode("GIF89a"),
    ...[3, 0, 2, 0, 0x81, 0, 0, ...COMMON],
    ...[0x21, 0xfe, 2, 104, 105, 0], // a comment
    ...(transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0]),
    ...[0x2c, ...frame.flatMap((value) => [value, 0])],
    (palette ? 0x81 : 0) | (interlaced ? 0x40 : 0),
    ...(palette ?? []),
    ...[2, packed.length, ...packed, 0, ...after],
  ]);
}

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];
const BLACK = [0, 0, 0];

Deno.test("a GIF has alpha only where something shows through", async () => {
  const indices = [1, 2, 3, 3, 2, 0];
  const whole = await decode(gif({ indices }));
  assert.deepEqual([whole.width, whole.height, whole.channels], [3, 2, 3]);
  assert.deepEqual([...whole.data], [RED, GREEN, BLUE, BLUE, GREEN, BLACK].flat());
  assert.equal((await decode(gif({ indices: [1, 1, 1, 1, 1, 1], transparent: 3 }))).channels, 3);
  const clear = await decode(gif({ indices, transparent: 3 }));
  const none = [0, 0, 0, 0];
  assert.deepEqual(
    [...clear.data],
    [[...RED, 255], [...GREEN, 255], none, none, [...GREEN, 255], [...BLACK, 255]].flat(),
  );
});

Deno.test("a GIF's frame stands at its place on the canvas, with colours of its own", async () => {
  const palette = [9, 8, 7, 1, 2, 3, 0, 0, 0, 0, 0, 0];
  const { channels, data } = await decode(gif({ frame: [1, 1, 2, 1], palette, indices: [1, 0] }));
  assert.equal(channels, 4);
  assert.deepEqual([...data], [...new Array(16).fill(0), 1, 2, 3, 255, 9, 8, 7, 255]);
  const frame = [0, 0, 1, 2] as const;
  const rows = await decode(gif({ frame, indices: [1, 2], interlaced: true }));
  assert.deepEqual([...rows.data.subarray(0, 4)], [...RED, 255]);
  assert.deepEqual([...rows.data.subarray(12, 16)], [...GREEN, 255]);
});

Deno.test("a GIF that holds too few pixels, no frame, or a frame too large, is refused", async () => {
  const indices = [1, 2, 3, 3, 2, 0];
  const cases: [Options, RegExp][] = [
    [{ indices: indices.slice(1) }, /damaged or truncated/],
    [{ indices, frame: [1, 0, 3, 2] }, /exceeds the canvas/],
    [{ indices, frame: [0, 0, 0, 2] }, /at least 1/],
    [{ indices, after: [] }, /truncated/],
    [{ indices, after: [0x55] }, /it is 85$/],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(decode(gif(options)), { code: "decode", message });
  }
  const empty = gif({ indices }).slice(0, 26);
  empty[25] = TRAILER;
  await assert.rejects(decode(empty), { code: "decode" });
});

Deno.test("a GIF's colour past its palette is refused, but may be the transparent one", async () => {
  const few = { palette: [...RED, ...BLUE], indices: [0, 1, 0, 1, 0, 3] };
  const short = (options: Options) => {
    const bytes = gif(options);
    bytes[bytes.lastIndexOf(0x81)] = 0x80; // two colours
    return bytes;
  };
  await assert.rejects(decode(short(few)), { code: "decode", message: /beyond its palette/ });
  const { channels, data } = await decode(short({ ...few, transparent: 3 }));
  assert.deepEqual([channels, ...data.subarray(16)], [4, ...RED, 255, 0, 0, 0, 0]);
});
