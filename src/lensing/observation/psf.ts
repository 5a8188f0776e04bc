/** The point spread function. */

/** A point spread function on the pixels of an image; its weights add up to 1. */
export interface Psf {
  /** Columns and rows, odd. */
  readonly size: number;
  /** size x size weights, row-major, y down. */
  readonly weights: Float64Array;
  /** Factor of a separable PSF: `size` values, the same along x and y. */
  readonly profile?: Float64Array;
}
