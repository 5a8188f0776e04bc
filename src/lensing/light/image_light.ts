/** An image as a light profile: a real galaxy as the source. */

import { finite, integer, nonNegative, outOfRange, positive } from "../_range.ts";
import type { PlacementOptions } from "../placement.ts";
import { LightProfile } from "./light_profile.ts";

/** A single-channel image. */
export interface LightImage {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** width x height samples, row-major, y down; negative samples (sky noise) count as 0. */
  readonly data: ArrayLike<number>;
}

/** Options of {@linkcode ImageLight}; the angle rotates the image counter-clockwise. */
export interface ImageLightOptions extends PlacementOptions {
  /** Pixel side of the image, above 0, arcsec. */
  readonly scale: number;
  /** Surface brightness of a sample of 1, 0 or more, flux per arcsec^2. @default {1} */
  readonly amplitude?: number;
}

const ACTION = "use an image as light";

/**
 * The light of an image: bilinear between pixel centres, 0 outside.
 *
 * Frame: arcsec, x to the right, y up; row 0 of the image is its top. At the border the light falls
 * to 0 over one pixel, from half a pixel inside to half a pixel outside. The total flux is
 * therefore the sum of the samples x scale^2 x amplitude.
 *
 * @example
 * ```ts
 * import { ImageLight } from "./image_light.ts";
 *
 * const image = { width: 2, height: 2, data: [1, 2, 3, 4] };
 * const light = new ImageLight(image, { scale: 0.1 });
 * if (Math.abs(light.brightness(-0.05, 0.05) - 1) > 1e-12) throw new Error("the top left is 1");
 * if (Math.abs(light.brightness(0, 0) - 2.5) > 1e-12) throw new Error("the middle is the mean");
 * ```
 */
export class ImageLight extends LightProfile {
  /** Total flux. */
  readonly flux: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #padded: Float64Array;
  readonly #cos: number;
  readonly #sin: number;
  readonly #x: number;
  readonly #y: number;

  /**
   * Creates a profile; copies the samples.
   *
   * @param image Samples.
   * @param options Scale, brightness and placement on the sky.
   * @throws {RangeError} If a number is out of its range or a sample is not finite.
   * @throws {TypeError} If the number of samples is not width x height.
   */
  constructor(image: LightImage, options: ImageLightOptions) {
    super();
    const scale = positive(ACTION, "scale", options.scale);
    const amplitude = nonNegative(ACTION, "amplitude", options.amplitude ?? 1);
    const width = integer(ACTION, "width", image.width, 1);
    const height = integer(ACTION, "height", image.height, 1);
    if (image.data.length !== width * height) {
      throw new TypeError(
        `Cannot ${ACTION} as data must have ${width} x ${height} samples: ` +
          `current value is ${image.data.length}`,
      );
    }
    const angle = finite(ACTION, "angle", options.angle ?? 0);
    this.#cos = Math.cos(angle) / scale;
    this.#sin = Math.sin(angle) / scale;
    this.#x = finite(ACTION, "x", options.x ?? 0);
    this.#y = finite(ACTION, "y", options.y ?? 0);
    this.#columns = width + 2;
    this.#rows = height + 2;
    this.#padded = new Float64Array(this.#columns * this.#rows); // with a border of zeros
    let sum = 0;
    for (let i = 0; i < width * height; i++) {
      const sample = image.data[i]!;
      if (!Number.isFinite(sample)) throw outOfRange(ACTION, `sample ${i}`, "finite", sample);
      const value = amplitude * Math.max(sample, 0);
      this.#padded[(Math.floor(i / width) + 1) * this.#columns + i % width + 1] = value;
      sum += value;
    }
    this.flux = sum * scale * scale;
  }

  /** Adds the surface brightness at many points, flux per arcsec^2. */
  override addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    const columns = this.#columns, data = this.#padded;
    const lastColumn = columns - 1, lastRow = this.#rows - 1;
    const middleColumn = lastColumn / 2, middleRow = lastRow / 2;
    const centreX = this.#x, centreY = this.#y, cos = this.#cos, sin = this.#sin;
    for (let i = 0; i < into.length; i++) {
      const dx = x[i]! - centreX, dy = y[i]! - centreY;
      const column = middleColumn + cos * dx + sin * dy;
      const row = middleRow + sin * dx - cos * dy; // y down
      if (!(column >= 0 && column < lastColumn && row >= 0 && row < lastRow)) continue;
      const left = Math.floor(column), top = Math.floor(row);
      const right = column - left, down = row - top, at = top * columns + left;
      const above = data[at]! + right * (data[at + 1]! - data[at]!);
      const below = data[at + columns]! +
        right * (data[at + columns + 1]! - data[at + columns]!);
      into[i] = into[i]! + above + down * (below - above);
    }
  }
}
