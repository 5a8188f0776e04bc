/** Light that falls as a Gaussian. */

import { notNegative, positive } from "../_range.ts";
import { Ellipse, type EllipseOptions } from "./_ellipse.ts";
import { fastExp } from "./_exp.ts";
import type { LightProfile } from "./light_profile.ts";

/** Options of {@linkcode GaussianLight}. */
export interface GaussianLightOptions extends EllipseOptions {
  /** Flux of the whole plane, 0 or more. */
  readonly flux: number;
  /** Standard deviation, arcsec, above 0: sqrt(major x minor axis). */
  readonly sigma: number;
}

const ACTION = "make a Gaussian of light";
/** Half the squared radius in sigmas beyond which there is no light: exp(-64) is 1.6e-28. */
const END = 64;

/**
 * A Gaussian on concentric ellipses.
 *
 * Frame: arcsec, x to the right, y up. Convention: that of lenstronomy's GAUSSIAN_ELLIPSE, the flux
 * of the whole plane and R = sqrt(q x'^2 + y'^2 / q) along the axes of the ellipse. Beyond 11.3 sigma
 * the brightness, then below 2e-28 of that of the centre, is 0.
 *
 * @example
 * ```ts
 * import { GaussianLight } from "./gaussian_light.ts";
 *
 * const knot = new GaussianLight({ flux: 2 * Math.PI, sigma: 1 });
 * if (Math.abs(knot.brightness(0, 0) - 1) > 1e-12) throw new Error("unexpected peak");
 * ```
 */
export class GaussianLight implements LightProfile {
  /** Flux of the whole plane. */
  readonly flux: number;
  readonly #ellipse: Ellipse;
  readonly #scale: number;
  readonly #peak: number;

  /**
   * Makes a profile.
   *
   * @param options Its numbers.
   * @throws {RangeError} If one of them is out of its range or not finite.
   */
  constructor(options: GaussianLightOptions) {
    const sigma = positive(ACTION, "sigma", options.sigma);
    this.flux = notNegative(ACTION, "flux", options.flux);
    this.#ellipse = new Ellipse(ACTION, options);
    this.#scale = 0.5 / (sigma * sigma);
    this.#peak = this.flux * this.#scale / Math.PI;
  }

  /**
   * The surface brightness.
   *
   * @param x Arcsec.
   * @param y Arcsec.
   * @returns Flux per square arcsec.
   */
  brightness(x: number, y: number): number {
    const { a, b2, c } = this.#ellipse;
    const dx = x - this.#ellipse.x, dy = y - this.#ellipse.y;
    const s = (a * this.#scale) * dx * dx + (b2 * this.#scale) * dx * dy +
      (c * this.#scale) * dy * dy;
    return s < END ? this.#peak * fastExp(-s) : 0;
  }

  /**
   * Adds the brightness at many points.
   *
   * @param x Arcsec, of n points.
   * @param y Arcsec, of n points.
   * @param into Flux per square arcsec, of n points, added to.
   */
  addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    const { x: centreX, y: centreY } = this.#ellipse, scale = this.#scale, peak = this.#peak;
    const a = this.#ellipse.a * scale, b2 = this.#ellipse.b2 * scale, c = this.#ellipse.c * scale;
    for (let i = 0; i < into.length; i++) {
      const dx = x[i]! - centreX, dy = y[i]! - centreY;
      const s = a * dx * dx + b2 * dx * dy + c * dy * dy;
      if (s < END) into[i] = into[i]! + peak * fastExp(-s);
    }
  }
}
