/** An image as light: a real galaxy as the source. */

import { finite, notNegative, outOfRange, positive, whole } from "../_range.ts";
import type { LightProfile } from "./light_profile.ts";

/** Samples of one channel. */
export interface LightImage {
  /** Columns, at least 1. */
  readonly width: number;
  /** Rows, at least 1. */
  readonly height: number;
  /** Samples, row-major, y down, width x height of them; those below 0 (noise of the sky) count as 0. */
  readonly data: ArrayLike<number>;
}

/** Options of {@linkcode ImageLight}. */
export interface ImageLightOptions {
  /** Side of a pixel of the image, arcsec, above 0. */
  readonly scale: number;
  /** Where the image's middle is, arcsec, to the right. @default {0} */
  readonly x?: number;
  /** Where the image's middle is, arcsec, up. @default {0} */
  readonly y?: number;
  /** How far the image is turned, counter-clockwise, radians. @default {0} */
  readonly angle?: number;
  /** Flux per square arcsec of a sample of 1, 0 or more. @default {1} */
  readonly amplitude?: number;
}

const ACTION = "take an image as light";

/**
 * Light that an image gives: bilinear between pixel centres, 0 outside.
 *
 * Frame: arcsec, x to the right, y up; row 0 of the image is its top. Towards the border the light
 * falls to 0 over one pixel, from half a pixel inside to half a pixel outside, so that the flux is that
 * of the samples: their sum x scale^2 x amplitude.
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
export class ImageLight implements LightProfile {
  /** Flux of the whole plane. */
  readonly flux: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #padded: Float64Array;
  readonly #cos: number;
  readonly #sin: number;
  readonly #x: number;
  readonly #y: number;

  /**
   * Makes a profile; copies the samples.
   *
   * @param image One channel.
   * @param options Its size on the sky and where it is.
   * @throws {RangeError} If a number is out of its range, or a sample not finite.
   * @throws {TypeError} If there are not width x height samples.
   */
  constructor(image: LightImage, options: ImageLightOptions) {
    const scale = positive(ACTION, "scale", options.scale);
    const amplitude = notNegative(ACTION, "amplitude", options.amplitude ?? 1);
    const width = whole(ACTION, "its width", image.width, 1);
    const height = whole(ACTION, "its height", image.height, 1);
    if (image.data.length !== width * height) {
      throw new TypeError(
        `Cannot ${ACTION} as it must have ${width} x ${height} samples: ` +
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
    this.#padded = new Float64Array(this.#columns * this.#rows); // with a border of 0
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

  /**
   * The surface brightness.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Flux per square arcsec.
   */
  brightness(x: number, y: number): number {
    const into = new Float64Array(1);
    this.addBrightness(Float64Array.of(x), Float64Array.of(y), into);
    return into[0]!;
  }

  /**
   * Adds the brightness at many points.
   *
   * @param x Arcsec, of n points.
   * @param y Arcsec, of n points.
   * @param into Flux per square arcsec, of n points, added to.
   */
  addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
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
