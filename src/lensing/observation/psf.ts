/** What a point of light looks like. */

/** A point spread function on the pixels of an image; its weights add up to 1. */
export interface Psf {
  /** Columns, and rows: odd. */
  readonly size: number;
  /** size x size weights, row-major, y down. */
  readonly weights: Float64Array;
  /** Where the PSF is a product of a function of x and the same of y: its `size` values. */
  readonly profile?: Float64Array;
}
