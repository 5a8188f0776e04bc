/**
 * LZW as TIFF has it: codes of up to 12 bits from the high end, with codes to start anew and to end.
 *
 * Not by a library: of 100 damaged streams one keeps utif2 4.1.0 busy for ever, and one fills a
 * gigabyte in geotiff 3.0.5, which also warns on the console and takes 8 times as long;
 * lzw-tiff-decoder 0.1.1 never returns from a stream that is cut short; that of tiff 7.1.3 cannot be
 * called alone.
 */

import { damaged, type DecoderContext } from "./_limits.ts";

const MOST = 4096;
/** The codes to start anew, and to end. */
const CLEAR = 256;
const END = 257;

/** Unpacks exactly `size` bytes; fewer, or a code that cannot be, is an error. */
export function unpackLzw(bytes: Uint8Array, size: number, context: DecoderContext): Uint8Array {
  // A code has at least 9 bits, and stands for less than 4096 values.
  if (size > Math.ceil((bytes.length * 8) / 9) * MOST) throw tooShort(0, size, context);
  const out = new Uint8Array(size);
  // Entry `code` is the `lengths[code]` values that were written from `starts[code]` on.
  const starts = new Uint32Array(MOST);
  const lengths = new Uint32Array(MOST);
  let width = 9;
  let next = END + 1;
  let previous = -1;
  let bits = 0;
  let count = 0;
  let to = 0;
  for (let at = 0; to < size;) {
    while (count < width) {
      if (at === bytes.length) throw tooShort(to, size, context);
      const byte = bytes[at++] as number;
      bits = ((bits << 8) | byte) & 0xffffff;
      count += 8;
    }
    count -= width;
    const code = (bits >>> count) & ((1 << width) - 1);
    if (code === CLEAR) {
      width = 9;
      next = END + 1;
      previous = -1;
      continue;
    }
    if (code === END) throw tooShort(to, size, context);
    if (code > next || (previous < 0 && code > END)) {
      throw damaged(context, "its LZW data has a code that cannot be");
    }
    const start = to;
    if (code < CLEAR) out[to++] = code;
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
    if (next === (1 << width) - 1 && width < 12) width++; // one early
    previous = code;
  }
  return out;
}

function tooShort(got: number, size: number, context: DecoderContext): Error {
  return damaged(context, `it is cut short: its LZW data holds ${got} of ${size} bytes`);
}
