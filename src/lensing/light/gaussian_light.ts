/** Light with a Gaussian profile. */

import { nonNegative, positive } from "../_range.ts";
import { Ellipse, type EllipseOptions } from "./_ellipse.ts";
import { fastExp } from "./_exp.ts";
import { LightProfile } from "./light_profile.ts";

/** Options of {@linkcode GaussianLight}. */
export interface GaussianLightOptions extends EllipseOptions {
  /** Total flux, 0 or more. */
  readonly flux: number;
  /** Standard deviation, geometric mean over both axes, above 0, arcsec. */
  readonly sigma: number;
}

const ACTION = "create a Gaussian light profile";
/** Exponent beyond which there is no light; exp(-64) is 1.6e-28. */
const END = 64;

/**
 * A Gaussian on concentric ellipses.
 *
 * Frame: arcsec, x to the right, y up. Convention: lenstronomy's GAUSSIAN_ELLIPSE, with the total
 * flux and R = sqrt(q x'^2 + y'^2 / q) along the axes of the ellipse. Beyond 11.3 sigma the
 * brightness, less than 2e-28 of the peak, is set to 0.
 *
 * @example
 * ```ts
 * import { GaussianLight } from "./gaussian_light.ts";
 *
 * const knot = new GaussianLight({ flux: 2 * Math.PI, sigma: 1 });
 * if (Math.abs(knot.brightness(0, 0) - 1) > 1e-12) throw new Error("unexpected peak");
 * ```
 */
export class GaussianLight extends LightProfile {
  /** Total flux. */
  readonly flux: number;
  readonly #ellipse: Ellipse;
  readonly #scale: number;
  readonly #peak: number;

  /**
   * Creates a profile.
   *
   * @param options Flux, width, shape and placement.
   * @throws {RangeError} If a number is out of its range or not finite.
   */
  constructor(options: GaussianLightOptions) {
    super();
    const sigma = positive(ACTION, "sigma", options.sigma);
    this.flux = nonNegative(ACTION, "flux", options.flux);
    this.#ellipse = new Ellipse(ACTION, options);
    this.#scale = 0.5 / (sigma * sigma);
    this.#peak = this.flux * this.#scale / Math.PI;
  }

  /** Adds the surface brightness at many points, flux per arcsec^2. */
  override addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    const { x: centreX, y: centreY } = this.#ellipse, scale = this.#scale, peak = this.#peak;
    const a = this.#ellipse.a * scale, b2 = this.#ellipse.b2 * scale, c = this.#ellipse.c * scale;
    for (let i = 0; i < into.length; i++) {
      const dx = x[i]! - centreX, dy = y[i]! - centreY;
      const s = a * dx * dx + b2 * dx * dy + c * dy * dy;
      if (s < END) into[i] = into[i]! + peak * fastExp(-s);
    }
  }
}
