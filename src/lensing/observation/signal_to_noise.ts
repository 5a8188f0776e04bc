/** Signal-to-noise ratio of a source. */

import { outOfRange } from "../_range.ts";

/**
 * The signal-to-noise ratio of a source, over the set of pixels that maximises it.
 *
 * Source: Collett 2015 (ApJ 811, 20; arXiv 1507.02657). The LensPop program sorts pixels by their
 * own ratio and maximises the sum of signals over the root of the sum of variances. No mask is
 * needed.
 *
 * @param signal Noise-free flux of the source alone, after the PSF.
 * @param sigma Standard deviation of the noise, same length and unit, above 0 where there is
 *   signal.
 * @returns The ratio, 0 or more; infinite without noise.
 * @throws {TypeError} If the lengths differ.
 * @throws {RangeError} If a standard deviation is negative or NaN.
 *
 * @example
 * ```ts
 * import { signalToNoise } from "./signal_to_noise.ts";
 *
 * const ratio = signalToNoise(Float64Array.of(4, 0, 4), Float64Array.of(1, 1, 1));
 * if (Math.abs(ratio - 8 / Math.SQRT2) > 1e-12) throw new Error("the dark pixel does not count");
 * ```
 */
export function signalToNoise(signal: Float64Array, sigma: Float64Array): number {
  const action = "compute a signal-to-noise ratio";
  if (signal.length !== sigma.length) {
    throw new TypeError(
      `Cannot ${action} as sigma must have the length of signal, ${signal.length}: ` +
        `current value is ${sigma.length}`,
    );
  }
  const wrong = sigma.find((value) => !(value >= 0));
  if (wrong !== undefined) throw outOfRange(action, "sigma", "0 or more", wrong);
  const keys = new Float64Array(signal.length), words = new Uint32Array(keys.buffer);
  let lit = 0;
  for (let i = 0; i < signal.length; i++) {
    if (!(signal[i]! > 0)) continue;
    if (sigma[i] === 0) return Infinity;
    // The index replaces the low half of the bits: sorting numbers needs no comparison function.
    keys[lit] = signal[i]! / sigma[i]!;
    words[2 * lit++] = i;
  }
  keys.subarray(0, lit).sort();
  let sum = 0, variance = 0, best = 0;
  for (let k = lit - 1; k >= 0; k--) {
    const i = words[2 * k]!;
    sum += signal[i]!;
    variance += sigma[i]! * sigma[i]!;
    best = Math.max(best, sum / Math.sqrt(variance));
  }
  return best;
}
