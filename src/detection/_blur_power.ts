/** The mean square of blurred images, in plain loops: what tensors take dozens of passes for. */

/** Rows that a blurred one is made of. */
const TAPS = 5;

/**
 * The mean square of images, or of differences of images, after a blur of one pixel.
 *
 * The blur is binomial, 1 4 6 4 1 in each direction, each channel by itself; outside the image is 0.
 *
 * @param images Samples, `[count, height, width, channels]`.
 * @param others What is taken away from them first, if anything; as long.
 * @param shape `[height, width, channels]`.
 * @returns One mean an image.
 */
export function blurPower(
  images: Float32Array,
  others: Float32Array | undefined,
  [height, width, channels]: readonly [number, number, number],
): Float32Array {
  const row = width * channels, size = height * row, margin = 2 * channels;
  const means = new Float32Array(images.length / size);
  const line = new Float64Array(row + 2 * margin); // its margins stay 0
  const rows = Array.from({ length: TAPS }, () => new Float64Array(row));
  for (let image = 0; image < means.length; image++) {
    for (const blurred of rows) blurred.fill(0);
    let sum = 0;
    for (let y = 0; y < height + 2; y++) {
      const newest = rows[y % TAPS]!;
      if (y < height) {
        const from = image * size + y * row;
        if (others) {
          for (let i = 0; i < row; i++) line[margin + i] = images[from + i]! - others[from + i]!;
        } else for (let i = 0; i < row; i++) line[margin + i] = images[from + i]!;
        blurLine(line, channels, newest);
      } else newest.fill(0);
      if (y >= 2) sum += columnPower(rows, y + 1);
    }
    means[image] = sum / (size * 65536); // the weights sum up to 16 in each direction
  }
  return means;
}

/** Blurs a line with margins along itself. */
function blurLine(line: Float64Array, channels: number, out: Float64Array): void {
  const [b, c, d, e] = [channels, 2 * channels, 3 * channels, 4 * channels] as const;
  for (let i = 0; i < out.length; i++) {
    out[i] = line[i]! + line[i + e]! + 4 * (line[i + b]! + line[i + d]!) + 6 * line[i + c]!;
  }
}

/** The sum of squares of a row that is blurred from five; `oldest` is the place of the first. */
function columnPower(rows: readonly Float64Array[], oldest: number): number {
  const [a, b, c, d, e] = rows.map((_, i) => rows[(oldest + i) % TAPS]!) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const value = a[i]! + e[i]! + 4 * (b[i]! + d[i]!) + 6 * c[i]!;
    sum += value * value;
  }
  return sum;
}
