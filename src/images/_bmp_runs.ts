/** BMP run-length encoding of 8 and 4 bits. */

import { damaged, type DecoderContext, oversized } from "./_limits.ts";

const END_OF_ROW = 0;
const END = 1;
const MOVE = 2;

/** Decodes all runs to one palette index per byte; skipped pixels have index 0. */
export function unpackRuns(
  bytes: Uint8Array,
  width: number,
  height: number,
  bits: number,
  context: DecoderContext,
): Uint8Array {
  // Every row takes at least one byte.
  if (height > bytes.length) throw oversized(context);
  const out = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  let at = 0;
  const next = () => {
    const value = bytes[at++];
    if (value === undefined) throw damaged(context, "it is truncated inside its runs");
    return value;
  };
  const put = (index: number) => {
    if (x < width && y < height) out[y * width + x] = index;
    x++;
  };
  for (;;) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let i = 0; i < count; i++) {
        put(bits === 8 ? value : i & 1 ? value & 15 : value >> 4);
      }
    } else if (value === END_OF_ROW) {
      x = 0;
      y++;
    } else if (value === END) {
      return out;
    } else if (value === MOVE) {
      x += next();
      y += next();
    } else {
      for (let i = 0, pair = 0; i < value; i++) {
        if (bits === 8 || (i & 1) === 0) pair = next();
        put(bits === 8 ? pair : i & 1 ? pair & 15 : pair >> 4);
      }
      at += (bits === 8 ? value : (value + 1) >> 1) & 1; // literals are padded to two bytes
    }
  }
}
