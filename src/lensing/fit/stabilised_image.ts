/** An observed image, brought to noise of variance 1. */

/** An image as a camera recorded it. */
export interface ObservedLens {
  /** Brightness, counts/s per pixel, sky subtracted; row-major, y down. Pixels that are not finite do not count. */
  readonly flux: Float64Array;
  /**
   * Exposure time times gain, electrons per count/s, above 0. Infinity: the background is all the noise there is, as
   * given by a noise map.
   */
  readonly time: number;
  /** Variance of the noise without sources, above 0, (counts/s)^2, of all pixels or of each. */
  readonly background: number | Float64Array;
  /** Difference of the two values that a pixel lies between where values were rounded, counts/s. @default {0} */
  readonly rounding?: Float64Array | undefined;
}

/** Least number of electrons, background included. */
const LEAST = 1e-3;

/**
 * The image 2 sqrt(T e + T^2 c + 3/8), for brightness e, time T and background variance c, whose noise has variance
 * 1 everywhere; a model of brightness m is compared with it as 2 sqrt(T m + T^2 c + 1/8). Without photon noise both
 * are divided by the standard deviation instead.
 *
 * Source: Anscombe 1948, Biometrika 35, 246; with Gaussian noise: Murtagh, Starck and Bijaoui 1995, A&AS 112, 179;
 * the constant of the mean: Bar-Lev and Enis 1988, Biometrika 75, 803.
 */
export class StabilisedImage {
  /** Number of pixels that count. */
  readonly pixels: number;
  readonly #values: Float64Array;
  /** 1 / noise of each pixel: 0 for one that does not count, below 1 where rounding adds noise. */
  readonly #weights: Float64Array;
  readonly #time: number;
  /** Electrons of the background, or its standard deviation in counts/s where there is no photon noise. */
  readonly #background: Float64Array;

  /**
   * Stabilises an image.
   *
   * @param observed The image.
   */
  constructor({ flux, time, background, rounding }: ObservedLens) {
    const { length } = flux;
    this.#time = time;
    this.#background = new Float64Array(length);
    this.#values = new Float64Array(length);
    this.#weights = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const variance = typeof background === "number" ? background : background[i]!;
      const isPoisson = time < Infinity;
      this.#background[i] = isPoisson ? time * time * variance : Math.sqrt(variance);
      const light = flux[i]!;
      if (!Number.isFinite(light) || !(variance > 0 && variance < Infinity)) continue;
      this.#values[i] = this.#stabilise(light, i, 3 / 8);
      const step = (rounding?.[i] ?? 0) / 2;
      const width = step === 0
        ? 0
        : this.#stabilise(light + step, i, 3 / 8) - this.#stabilise(light - step, i, 3 / 8);
      // A uniform distribution of this width.
      const share = width * width / 12;
      this.#weights[i] = 1 / Math.sqrt(1 + share);
    }
    this.pixels = this.#weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  }

  #stabilise(light: number, i: number, constant: number): number {
    if (this.#time === Infinity) return light / this.#background[i]!;
    return 2 * Math.sqrt(Math.max(this.#time * light + this.#background[i]! + constant, LEAST));
  }

  /**
   * The residuals of a model, in standard deviations.
   *
   * @param model Brightness, counts/s per pixel.
   * @param residuals Receives (image - model) / noise, 0 for pixels that do not count.
   * @returns The sum of squares.
   */
  compare(model: Float64Array, residuals: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < model.length; i++) {
      const weight = this.#weights[i]!;
      const rest = weight === 0
        ? 0
        : weight * (this.#values[i]! - this.#stabilise(model[i]!, i, 1 / 8));
      residuals[i] = rest;
      sum += rest * rest;
    }
    return sum;
  }

  /**
   * How many standard deviations a model changes with its brightness.
   *
   * @param model Brightness, counts/s per pixel.
   * @param slopes Receives the change per count/s; 0 for pixels that do not count.
   */
  slopes(model: Float64Array, slopes: Float64Array): void {
    const time = this.#time;
    for (let i = 0; i < model.length; i++) {
      const weight = this.#weights[i]!, background = this.#background[i]!;
      if (weight === 0) slopes[i] = 0;
      else if (time === Infinity) slopes[i] = weight / background;
      else {
        slopes[i] = weight * time /
          Math.sqrt(Math.max(time * model[i]! + background + 1 / 8, LEAST));
      }
    }
  }
}
