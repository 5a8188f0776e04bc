/** Weights of a Gaussian blur. */

/**
 * The weights of a blur along a line, of sum 1.
 *
 * @param sigma Standard deviation in pixels, above 0.
 * @param radius Pixels on each side.
 * @returns 2 radius + 1 weights.
 */
export function gaussianTaps(sigma: number, radius: number): number[] {
  const taps = Array.from(
    { length: 2 * radius + 1 },
    (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2),
  );
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}
