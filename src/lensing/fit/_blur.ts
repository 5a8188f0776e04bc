/** Convolution with a PSF in place, for many images of one size. */

import { convolve } from "../observation/convolve.ts";
import type { Psf } from "../observation/psf.ts";

/** Blurs images of one size as `convolve` does, without new arrays where the PSF is separable. */
export class Blur {
  readonly #width: number;
  readonly #height: number;
  readonly #psf: Psf | undefined;
  /** One side of a separable PSF, from the middle outward; it is symmetric. */
  readonly #half: Float64Array | undefined;
  /** Rows after the first pass, with a border above and below. */
  readonly #rows: Float64Array;
  readonly #line: Float64Array;

  /**
   * @param width Columns.
   * @param height Rows.
   * @param psf The PSF; none leaves images as they are.
   */
  constructor(width: number, height: number, psf: Psf | undefined) {
    this.#width = width;
    this.#height = height;
    this.#psf = psf;
    this.#half = psf?.profile?.slice((psf.size - 1) / 2);
    const radius = this.#half ? this.#half.length - 1 : 0;
    this.#rows = new Float64Array(width * (height + 2 * radius));
    this.#line = new Float64Array(width + 2 * radius);
  }

  /**
   * Blurs an image in place; beyond the border lies the nearest pixel.
   *
   * @param image Row-major.
   */
  apply(image: Float64Array): void {
    if (!this.#psf) return;
    if (this.#half) this.#separately(image, this.#half);
    else image.set(convolve(image, { width: this.#width, psf: this.#psf }));
  }

  #separately(image: Float64Array, half: Float64Array): void {
    const width = this.#width, height = this.#height, radius = half.length - 1;
    const rows = this.#rows, line = this.#line;
    for (let row = 0; row < height; row++) {
      const at = row * width, to = (row + radius) * width;
      for (let i = 0; i < width; i++) line[radius + i] = image[at + i]!;
      line.fill(image[at]!, 0, radius).fill(image[at + width - 1]!, radius + width);
      for (let i = 0; i < width; i++) {
        let sum = half[0]! * line[radius + i]!;
        for (let k = 1; k <= radius; k++) {
          sum += half[k]! * (line[radius + i - k]! + line[radius + i + k]!);
        }
        rows[to + i] = sum;
      }
    }
    for (let row = 0; row < radius; row++) {
      rows.copyWithin(row * width, radius * width, (radius + 1) * width);
      const last = (radius + height - 1) * width;
      rows.copyWithin(last + (row + 1) * width, last, last + width);
    }
    for (let row = 0; row < height; row++) {
      const at = row * width, middle = (row + radius) * width;
      for (let i = 0; i < width; i++) image[at + i] = half[0]! * rows[middle + i]!;
      for (let k = 1; k <= radius; k++) {
        const above = middle - k * width, below = middle + k * width, weight = half[k]!;
        for (let i = 0; i < width; i++) {
          image[at + i] = image[at + i]! + weight * (rows[above + i]! + rows[below + i]!);
        }
      }
    }
  }
}
