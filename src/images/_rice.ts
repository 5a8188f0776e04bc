/**
 * Rice decompression of integers: differences of neighbours in blocks, each with its own number of
 * low bits.
 *
 * Source: FITS standard 4.0, section 10.4.1; R. White 1998, the code of cfitsio (`ricecomp.c`).
 */

/** Bits that encode the number of low bits, and the number that marks plain values, by bytes. */
const BLOCKS: Readonly<Record<number, readonly [bits: number, plain: number]>> = {
  1: [3, 6],
  2: [4, 14],
  4: [5, 25],
};

/**
 * Decompresses `count` integers of `size` bytes.
 *
 * @param packed The stream.
 * @param blockSize Integers per block.
 * @returns The integers, unsigned for 1 byte, else signed; undefined if the stream ends early.
 */
export function unpackRice(
  packed: Uint8Array,
  count: number,
  size: 1 | 2 | 4,
  blockSize: number,
): Int32Array | undefined {
  const [headBits, plain] = BLOCKS[size] as readonly [number, number];
  const width = 8 * size;
  const out = new Int32Array(count);
  let at = 0;
  let last = 0;
  for (; at < size; at++) last = (last << 8) | (packed[at] ?? 0);
  let bits = 0; // the lowest `left` bits are not yet used
  let left = 0;
  const take = (wanted: number): number => {
    while (left < wanted) {
      bits = (bits << 8) | (packed[at++] ?? 0);
      left += 8;
    }
    left -= wanted;
    const value = bits >>> left;
    bits &= (1 << left) - 1;
    return value;
  };
  for (let i = 0; i < count;) {
    const low = take(headBits) - 1;
    const end = Math.min(i + blockSize, count);
    if (at > packed.length) return undefined;
    if (low < 0) {
      out.fill(wrap(last, size), i, end);
      i = end;
      continue;
    }
    for (; i < end; i++) {
      let coded: number;
      if (low === plain) {
        coded = width <= 16 ? take(width) : ((take(16) << 16) | take(16)) >>> 0;
      } else {
        let zeros = 0;
        while (bits === 0) {
          zeros += left;
          if (at >= packed.length) return undefined;
          bits = packed[at++] as number;
          left = 8;
        }
        const lead = left - (32 - Math.clz32(bits));
        zeros += lead;
        left -= lead + 1;
        bits &= (1 << left) - 1;
        coded = ((zeros << low) | (low <= 16 ? take(low) : (take(low - 16) << 16) | take(16))) >>>
          0;
      }
      last = (last + ((coded & 1) === 1 ? ~(coded >>> 1) : coded >>> 1)) | 0;
      out[i] = wrap(last, size);
    }
    if (at > packed.length) return undefined;
  }
  return out;
}

function wrap(value: number, size: 1 | 2 | 4): number {
  return size === 4 ? value : size === 2 ? (value << 16) >> 16 : value & 0xff;
}
