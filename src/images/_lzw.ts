/** LZW as GIF and TIFF have it: codes of up to 12 bits, with codes to start anew and to end. */

import { damaged, type DecoderContext } from "./_limits.ts";

/** How the two differ: bits from the low or the high end; TIFF widens its codes one early. */
export type LzwKind = "gif" | "tiff";

const MOST = 4096;

/**
 * Unpacks exactly `size` bytes; fewer, or a code that cannot be, is an error.
 *
 * @param codeSize Bits of the values, 2 to 8; codes are at least one bit wider.
 */
export function unpackLzw(
  bytes: Uint8Array,
  codeSize: number,
  size: number,
  kind: LzwKind,
  context: DecoderContext,
): Uint8Array {
  // A code has at least 3 bits, and stands for less than 4096 values.
  if (size > Math.ceil((bytes.length * 8) / 3) * MOST) throw tooShort(0, size, context);
  const out = new Uint8Array(size);
  const low = kind === "gif";
  const early = low ? 0 : 1;
  const clear = 1 << codeSize;
  const end = clear + 1;
  // Entry `code` is the `lengths[code]` values that were written from `starts[code]` on.
  const starts = new Uint32Array(MOST);
  const lengths = new Uint32Array(MOST);
  let width = codeSize + 1;
  let next = end + 1;
  let previous = -1;
  let bits = 0;
  let count = 0;
  let to = 0;
  for (let at = 0; to < size;) {
    while (count < width) {
      if (at === bytes.length) throw tooShort(to, size, context);
      const byte = bytes[at++] as number;
      bits = low ? bits | (byte << count) : ((bits << 8) | byte) & 0xffffff;
      count += 8;
    }
    count -= width;
    const code = (low ? bits : bits >>> count) & ((1 << width) - 1);
    if (low) bits >>>= width;
    if (code === clear) {
      width = codeSize + 1;
      next = end + 1;
      previous = -1;
      continue;
    }
    if (code === end) throw tooShort(to, size, context);
    if (code > next || (previous < 0 && code > end)) {
      throw damaged(context, "its LZW data has a code that cannot be");
    }
    const start = to;
    if (code < clear) out[to++] = code;
    else {
      // Entry `next` overlaps what it writes: byte by byte, that is just what it means.
      const from = starts[code] as number;
      const length = Math.min(lengths[code] as number, size - to);
      for (let i = 0; i < length; i++) out[to++] = out[from + i] as number;
    }
    // Entry `next` was the previous string and the first value of this one: now it is complete.
    if (previous >= 0 && next < MOST) next++;
    if (next < MOST) {
      starts[next] = start;
      lengths[next] = to - start + 1;
    }
    if (next === (1 << width) - early && width < 12) width++;
    previous = code;
  }
  return out;
}

function tooShort(got: number, size: number, context: DecoderContext): Error {
  return damaged(context, `it is cut short: its LZW data holds ${got} of ${size} bytes`);
}
