/** Fourier transforms of lengths that are powers of two. */

/**
 * The forward transform of n complex numbers, sum of z_j exp(-2 pi i j k / n), in place.
 *
 * Source: Cooley and Tukey 1965 (Mathematics of Computation 19, 297), radix 2.
 */
export class Fourier {
  readonly #order: Uint32Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** @param n A power of two. */
  constructor(readonly n: number) {
    this.#order = new Uint32Array(n); // reversed bits
    for (let i = 1; i < n; i++) this.#order[i] = this.#order[i >> 1]! >> 1 | (i & 1 ? n >> 1 : 0);
    this.#cos = Float64Array.from({ length: n / 2 }, (_, k) => Math.cos(2 * Math.PI * k / n));
    this.#sin = Float64Array.from({ length: n / 2 }, (_, k) => -Math.sin(2 * Math.PI * k / n));
  }

  /** Transforms in place; real and imaginary parts. */
  transform(re: Float64Array, im: Float64Array): void {
    const n = this.n, order = this.#order, cosines = this.#cos, sines = this.#sin;
    for (let i = 0; i < n; i++) {
      const j = order[i]!;
      if (i >= j) continue;
      const a = re[i]!, b = im[i]!;
      re[i] = re[j]!;
      im[i] = im[j]!;
      re[j] = a;
      im[j] = b;
    }
    for (let half = 1, stride = n / 2; half < n; half *= 2, stride /= 2) {
      for (let start = 0; start < n; start += 2 * half) {
        for (let i = start, t = 0; i < start + half; i++, t += stride) {
          const j = i + half, cos = cosines[t]!, sin = sines[t]!;
          const a = re[j]! * cos - im[j]! * sin, b = re[j]! * sin + im[j]! * cos;
          re[j] = re[i]! - a;
          im[j] = im[i]! - b;
          re[i] = re[i]! + a;
          im[i] = im[i]! + b;
        }
      }
    }
  }
}

/** Transforms rows, then columns, in place. */
export function transform2d(re: Float64Array, im: Float64Array, columns: number): void {
  const rows = re.length / columns, alongRow = new Fourier(columns);
  for (let at = 0; at < re.length; at += columns) {
    alongRow.transform(re.subarray(at, at + columns), im.subarray(at, at + columns));
  }
  const alongColumn = rows === columns ? alongRow : new Fourier(rows);
  const a = new Float64Array(rows), b = new Float64Array(rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0, i = column; row < rows; row++, i += columns) {
      a[row] = re[i]!;
      b[row] = im[i]!;
    }
    alongColumn.transform(a, b);
    for (let row = 0, i = column; row < rows; row++, i += columns) {
      re[i] = a[row]!;
      im[i] = b[row]!;
    }
  }
}
