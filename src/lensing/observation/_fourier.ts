/** Fourier transforms of images with power-of-two sides. */

import FFT from "fft.js";

/**
 * Transforms rows, then columns, in place: sums of z_j exp(-2 pi i j k / n) along each.
 *
 * @param re Real parts, row-major.
 * @param im Imaginary parts.
 * @param columns Row length.
 */
export function transform2d(re: Float64Array, im: Float64Array, columns: number): void {
  const rows = re.length / columns;
  transformLines(re, im, { lines: rows, length: columns, apart: columns, step: 1 });
  transformLines(re, im, { lines: columns, length: rows, apart: 1, step: columns });
}

/** Layout of lines of numbers: count, length, and strides between lines and between numbers. */
interface Lines {
  readonly lines: number;
  readonly length: number;
  readonly apart: number;
  readonly step: number;
}

function transformLines(
  re: Float64Array,
  im: Float64Array,
  { lines, length, apart, step }: Lines,
): void {
  const fft = new FFT(length);
  const before = fft.createComplexArray(), after = fft.createComplexArray();
  for (let line = 0; line < lines; line++) {
    for (let k = 0, i = line * apart; k < length; k++, i += step) {
      before[2 * k] = re[i]!;
      before[2 * k + 1] = im[i]!;
    }
    fft.transform(after, before);
    for (let k = 0, i = line * apart; k < length; k++, i += step) {
      re[i] = after[2 * k]!;
      im[i] = after[2 * k + 1]!;
    }
  }
}
