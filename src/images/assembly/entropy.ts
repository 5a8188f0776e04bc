// @ts-nocheck AssemblyScript, compiled by build_codecs.ts
// deno-lint-ignore-file
/**
 * Huffman codes and the blocks of coefficients that they stand for (ITU-T T.81, annex F).
 */

import { BLOCK, HUFF_SIZE, ZIGZAG } from "./memory.ts";

// A table: 512 u16 (length << 8 | symbol) for codes of up to 9 bits, then for the longer ones
// the first code that is too large for a length, the difference from code to index, the symbols.
const LOOK_BITS: i32 = 9;
const MAX_CODE: usize = 1024;
const DELTA: usize = 1100;
const VALUES: usize = 1180;

let pos: usize = 0;
let end: usize = 0;
let buf: u64 = 0;
/** Bits in buf. */
let left: i32 = 0;
/** How many of them, at its end, are not in the file. */
let padded: i32 = 0;
let dcValue: i32 = 0;

/** Starts reading at `from`. */
export function startBits(from: usize, stop: usize): void {
  pos = from;
  end = stop;
  buf = 0;
  left = 0;
  padded = 0;
}

/** Whether more bits were used than there are. */
export function isOverrun(): bool {
  return left < padded;
}

/** Steps over a marker that must come now; false if there is another thing. */
export function takeMarker(marker: i32): bool {
  const whole = left & ~7; // the rest of a byte is padding
  if (whole !== padded || pos + 2 > end) return false;
  if (load<u8>(pos) !== 0xff || i32(load<u8>(pos + 1)) !== marker) return false;
  startBits(pos + 2, end);
  return true;
}

/** The DC value of the last block, before it was dequantised. */
export function lastDc(): i32 {
  return dcValue;
}

/** Builds a table; false if there are more codes than fit. */
export function buildHuffman(table: usize, counts: usize, values: usize, total: i32): bool {
  memory.fill(table, 0, HUFF_SIZE);
  memory.copy(table + VALUES, values, total);
  let code: i32 = 0;
  let k: i32 = 0;
  for (let length: i32 = 1; length <= 16; length++) {
    const n = i32(load<u8>(counts + length - 1));
    store<i32>(table + DELTA + (length << 2), k - code);
    if (code + n > 1 << length) return false;
    if (length <= LOOK_BITS) {
      for (let i = 0; i < n; i++) {
        const symbol = i32(load<u8>(values + k + i));
        const first = (code + i) << (LOOK_BITS - length);
        const count = 1 << (LOOK_BITS - length);
        for (let j = 0; j < count; j++) {
          store<u16>(table + ((first + j) << 1), u16((length << 8) | symbol));
        }
      }
    }
    k += n;
    code += n;
    store<i32>(table + MAX_CODE + (length << 2), code << (16 - length));
    code <<= 1;
  }
  return true;
}

/** Fills buf to more than 32 bits; after a marker, with zeros. */
function fill(): void {
  while (left <= 32) {
    if (pos + 4 <= end) {
      const v = bswap<u32>(load<u32>(pos));
      if ((((~v - 0x01010101) & v) & 0x80808080) === 0) {
        buf = (buf << 32) | u64(v);
        left += 32;
        pos += 4;
        continue;
      }
    }
    let byte: u32 = 0;
    if (pos < end) {
      byte = load<u8>(pos);
      if (byte === 0xff) {
        if (pos + 1 < end && load<u8>(pos + 1) === 0) pos += 2;
        else {
          byte = 0;
          padded += 8;
        }
      } else pos++;
    } else padded += 8;
    buf = (buf << 8) | u64(byte);
    left += 8;
  }
}

/** A code longer than LOOK_BITS: its length << 8 | symbol; -1 if there is no such code. */
function longCode(table: usize, peek: i32): i32 {
  for (let length: i32 = LOOK_BITS + 1; length <= 16; length++) {
    if (peek < load<i32>(table + MAX_CODE + (length << 2))) {
      const index = (peek >> (16 - length)) + load<i32>(table + DELTA + (length << 2));
      if (index < 0 || index > 255) return -1;
      return (length << 8) | i32(load<u8>(table + VALUES + index));
    }
  }
  return -1;
}

/** Reads one block into BLOCK, dequantised; gives the index of its last coefficient, or -1. */
export function readBlock(dc: usize, ac: usize, quant: usize, predictor: i32): i32 {
  if (left < 32) fill();
  let bits = buf;
  let count = left;
  let peek = i32((bits >> (count - 16)) & 0xffff);
  let entry = i32(load<u16>(dc + (usize(peek >> (16 - LOOK_BITS)) << 1)));
  if (entry === 0) entry = longCode(dc, peek);
  let size = entry & 255;
  if (entry < 0 || size > 11) return -1;
  count -= entry >> 8;
  let value = predictor;
  if (size > 0) {
    count -= size;
    const raw = i32(bits >> count) & ((1 << size) - 1);
    value += raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
  }
  dcValue = value;
  store<i32>(BLOCK, i32(i16(value)) * load<i32>(quant));
  let last: i32 = 0;
  let k: i32 = 1;
  while (k < 64) {
    if (count < 32) {
      left = count;
      fill();
      bits = buf;
      count = left;
    }
    peek = i32((bits >> (count - 16)) & 0xffff);
    entry = i32(load<u16>(ac + (usize(peek >> (16 - LOOK_BITS)) << 1)));
    if (entry === 0) {
      entry = longCode(ac, peek);
      if (entry < 0) return -1;
    }
    count -= entry >> 8;
    size = entry & 15;
    const run = (entry >> 4) & 15;
    if (size === 0) {
      if (run !== 15) {
        if (run !== 0) return -1;
        break;
      }
      k += 16;
      continue;
    }
    if (size > 10) return -1;
    k += run;
    if (k > 63) return -1;
    count -= size;
    const raw = i32(bits >> count) & ((1 << size) - 1);
    const at = usize(load<u8>(ZIGZAG + k)) << 2;
    store<i32>(
      BLOCK + at,
      (raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw) * load<i32>(quant + at),
    );
    last = k;
    k++;
  }
  left = count;
  return k > 64 ? -1 : last;
}
