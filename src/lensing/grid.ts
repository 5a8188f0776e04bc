/** The pixel grid of an image of the sky. */

import { integer, positive } from "./_range.ts";

/** Options of {@linkcode Grid}. */
export interface GridOptions {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** Pixel side, above 0, arcsec. */
  readonly pixelScale: number;
}

const ACTION = "create a pixel grid";

/**
 * Square pixels centred on (0, 0).
 *
 * Frame: arcsec, x to the right and y up. Images are row-major with y down: row 0 has the greatest
 * y. In lenstronomy's arrays row 0 has the smallest y.
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
  /** Pixel side, arcsec. */
  readonly pixelScale: number;

  /**
   * Creates a grid.
   *
   * @param options Size of the image and of a pixel.
   * @throws {RangeError} If a number is out of its range.
   */
  constructor({ width, height, pixelScale }: GridOptions) {
    this.width = integer(ACTION, "width", width, 1);
    this.height = integer(ACTION, "height", height, 1);
    this.pixelScale = positive(ACTION, "pixelScale", pixelScale);
  }

  /** Number of pixels. */
  get count(): number {
    return this.width * this.height;
  }

  /** Pixel area, arcsec^2. */
  get pixelArea(): number {
    return this.pixelScale * this.pixelScale;
  }

  /**
   * The x coordinate of a column.
   *
   * @param column Whole numbers are pixel centres, 0 is the leftmost.
   * @returns Position, to the right, arcsec.
   */
  x(column: number): number {
    return (column - (this.width - 1) / 2) * this.pixelScale;
  }

  /**
   * The y coordinate of a row.
   *
   * @param row Whole numbers are pixel centres, 0 is the topmost.
   * @returns Position, up, arcsec.
   */
  y(row: number): number {
    return ((this.height - 1) / 2 - row) * this.pixelScale;
  }
}
