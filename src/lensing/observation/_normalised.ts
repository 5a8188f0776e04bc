/** Weights that add up to 1. */

/** Divides weights by their sum, in place. */
export function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum;
  return weights;
}

/** A round PSF of a profile, its mean over n x n points of each pixel. */
export function roundWeights(
  size: number,
  n: number,
  brightness: (pixels: number) => number,
): Float64Array {
  const weights = new Float64Array(size * size), radius = (size - 1) / 2;
  // Of eight equal parts one is computed.
  for (let row = 0; row <= radius; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (let v = 0; v < n; v++) {
        for (let u = 0; u < n; u++) {
          const x = column + (u + 0.5) / n - 0.5, y = row + (v + 0.5) / n - 0.5;
          sum += brightness(Math.hypot(x, y));
        }
      }
      for (const [i, j] of [[row, column], [column, row]] as const) {
        for (const down of [radius - i, radius + i]) {
          weights[down * size + radius - j] = sum;
          weights[down * size + radius + j] = sum;
        }
      }
    }
  }
  return normalised(weights);
}
