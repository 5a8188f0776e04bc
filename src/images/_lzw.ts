/**
 * LZW of TIFF: codes of up to 12 bits, high bits first, with codes to clear the table and to end.
 *
 * No library: of 100 damaged streams, one hangs utif2 4.1.0, and one takes a gigabyte in geotiff
 * 3.0.5, which also warns on the console and is 8 times slower; lzw-tiff-decoder 0.1.1 hangs on a
 * truncated stream; tiff 7.1.3 does not export its decoder.
 */

import { damaged, type DecoderContext } from "./_limits.ts";

const MAX_CODES = 4096;
const CLEAR = 256;
const END = 257;

/** Decodes exactly `size` bytes; fewer, or an impossible code, is an error. */
export function unpackLzw(bytes: Uint8Array, size: number, context: DecoderContext): Uint8Array {
  // A code has at least 9 bits and encodes fewer than 4096 values.
  if (size > Math.ceil((bytes.length * 8) / 9) * MAX_CODES) throw tooShort(0, size, context);
  const out = new Uint8Array(size);
  // Table: entry `code` is `lengths[code]` bytes of the output, from `starts[code]` on.
  const starts = new Uint32Array(MAX_CODES);
  const lengths = new Uint32Array(MAX_CODES);
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
      throw damaged(context, "its LZW data have an impossible code");
    }
    const start = to;
    if (code < CLEAR) out[to++] = code;
    else {
      // Entry `next` overlaps its own output, hence byte by byte.
      const from = starts[code] as number;
      const length = Math.min(lengths[code] as number, size - to);
      for (let i = 0; i < length; i++) out[to++] = out[from + i] as number;
    }
    // The last entry, the previous string and the first byte of this one, is now complete.
    if (previous >= 0 && next < MAX_CODES) next++;
    if (next < MAX_CODES) {
      starts[next] = start;
      lengths[next] = to - start + 1;
    }
    if (next === (1 << width) - 1 && width < 12) width++; // one code early
    previous = code;
  }
  return out;
}

function tooShort(got: number, size: number, context: DecoderContext): Error {
  return damaged(context, `it is truncated: its LZW data hold ${got} of ${size} bytes`);
}
