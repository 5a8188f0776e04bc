/** Fourier transforms of lengths that are powers of two. */

/** A transform in place of complex numbers, their real and imaginary parts. */
export type Transform = (re: Float64Array, im: Float64Array) => void;

/**
 * The forward transform, sum of z_j exp(-2 pi i j k / n).
 *
 * Source: Cooley and Tukey 1965 (Mathematics of Computation 19, 297), radix 2, in place.
 */
export function transform(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) { // the order of reversed bits
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const a = re[i]!, b = im[i]!;
    re[i] = re[j]!;
    im[i] = im[j]!;
    re[j] = a;
    im[j] = b;
  }
  for (let half = 1; half < n; half *= 2) {
    for (let k = 0; k < half; k++) {
      const angle = -Math.PI * k / half, cos = Math.cos(angle), sin = Math.sin(angle);
      for (let i = k; i < n; i += 2 * half) {
        const j = i + half;
        const a = re[j]! * cos - im[j]! * sin, b = re[j]! * sin + im[j]! * cos;
        re[j] = re[i]! - a;
        im[j] = im[i]! - b;
        re[i] = re[i]! + a;
        im[i] = im[i]! + b;
      }
    }
  }
}

/** Rows, then columns. */
export function transform2d(
  re: Float64Array,
  im: Float64Array,
  columns: number,
  along: Transform,
): void {
  const rows = re.length / columns;
  for (let at = 0; at < re.length; at += columns) {
    along(re.subarray(at, at + columns), im.subarray(at, at + columns));
  }
  const a = new Float64Array(rows), b = new Float64Array(rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      a[row] = re[row * columns + column]!;
      b[row] = im[row * columns + column]!;
    }
    along(a, b);
    for (let row = 0; row < rows; row++) {
      re[row * columns + column] = a[row]!;
      im[row * columns + column] = b[row]!;
    }
  }
}
