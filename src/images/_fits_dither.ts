/**
 * Quantised floats of compressed FITS images, with subtractive dithering.
 *
 * Source: FITS standard 4.0, section 10.2 and appendix I (the sequence of random numbers).
 */

const COUNT = 10_000;
/** The integer of NaN by default, and that of 0 in the method SUBTRACTIVE_DITHER_2. */
const ZERO = -2147483646;

/** The dithering of one image. */
export interface Dithering {
  /** 0 none, 1 or 2. */
  readonly method: number;
  /** ZDITHER0, from 1. */
  readonly seed: number;
}

/** Park and Miller's minimal generator, from seed 1: 10,000 numbers in (0, 1). */
export function ditherNumbers(): Float32Array {
  const numbers = new Float32Array(COUNT);
  for (let i = 0, seed = 1; i < COUNT; i++) {
    seed = (16807 * seed) % 2147483647;
    numbers[i] = seed / 2147483647;
  }
  return numbers;
}

/**
 * Floats of the integers of one tile.
 *
 * @param integers All integers of the tile.
 * @param tile Index of the tile, from 0.
 * @param blank The integer of NaN.
 * @param numbers The result of {@linkcode ditherNumbers}.
 */
export function unquantise(
  integers: ArrayLike<number>,
  tile: number,
  scale: number,
  zero: number,
  blank: number,
  { method, seed }: Dithering,
  numbers: Float32Array,
): Float64Array {
  const out = new Float64Array(integers.length);
  let start = (tile + seed - 1) % COUNT;
  const startAt = () => Math.trunc(Math.fround((numbers[start] as number) * 500));
  let next = startAt();
  for (let i = 0; i < out.length; i++) {
    const value = integers[i] as number;
    if (value === blank) out[i] = NaN;
    else if (method === 0) out[i] = value * scale + zero;
    else if (method === 2 && value === ZERO) out[i] = 0;
    else out[i] = (value - (numbers[next] as number) + 0.5) * scale + zero;
    if (++next < COUNT) continue;
    start = (start + 1) % COUNT;
    next = startAt();
  }
  return out;
}
