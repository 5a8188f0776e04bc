/** BMP run lengths, of 8 and of 4 bits: rows of one palette index a byte. */

import { damaged, type DecoderContext } from "./_limits.ts";

const END_OF_ROW = 0;
const END = 1;
const MOVE = 2;

/** Unpacks all runs; pixels that are jumped over have index 0. */
export function unpackRuns(
  bytes: Uint8Array,
  width: number,
  height: number,
  bits: number,
  context: DecoderContext,
): Uint8Array {
  // A run of two bytes fills at most 255 pixels, an end of row at most one row.
  if (height > bytes.length) {
    throw damaged(context, "it is cut short: its data cannot hold as many pixels as it claims");
  }
  const out = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  let at = 0;
  const next = () => {
    const value = bytes[at++];
    if (value === undefined) throw damaged(context, "it is cut short inside its runs");
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
