/** The pixels of an image of the sky. */

import { positive, whole } from "./_range.ts";

/** Options of {@linkcode Grid}. */
export interface GridOptions {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** Side of a pixel, arcsec, above 0. */
  readonly pixelScale: number;
}

const ACTION = "make a grid of pixels";

/**
 * Square pixels about (0, 0).
 *
 * Frame: arcsec, x to the right and y up, while images are row-major with y down: row 0 has the
 * greatest y. (lenstronomy's arrays have the smallest y there.)
 *
 * @example
 * ```ts
 * import { Grid } from "./grid.ts";
 *
 * const grid = new Grid({ width: 4, height: 2, pixelScale: 0.5 });
 * if (grid.x(0) !== -0.75 || grid.y(0) !== 0.25) throw new Error("the first pixel is at the top left");
 * ```
 */
export class Grid {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Side of a pixel, arcsec. */
  readonly pixelScale: number;

  /**
   * Makes a grid.
   *
   * @param options Its size.
   * @throws {RangeError} If a number is out of its range.
   */
  constructor({ width, height, pixelScale }: GridOptions) {
    this.width = whole(ACTION, "width", width, 1);
    this.height = whole(ACTION, "height", height, 1);
    this.pixelScale = positive(ACTION, "pixelScale", pixelScale);
  }

  /** Number of pixels. */
  get count(): number {
    return this.width * this.height;
  }

  /** Area of a pixel, square arcsec. */
  get pixelArea(): number {
    return this.pixelScale * this.pixelScale;
  }

  /**
   * Where a column is.
   *
   * @param column 0 at the left; between whole numbers for what is between the middles of pixels.
   * @returns Arcsec, to the right.
   */
  x(column: number): number {
    return (column - (this.width - 1) / 2) * this.pixelScale;
  }

  /**
   * Where a row is.
   *
   * @param row 0 at the top; between whole numbers for what is between the middles of pixels.
   * @returns Arcsec, up.
   */
  y(row: number): number {
    return ((this.height - 1) / 2 - row) * this.pixelScale;
  }
}
