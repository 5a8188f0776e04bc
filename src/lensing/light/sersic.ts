/** The Sersic profile, the standard model of the light of galaxies. */

import { finite, nonNegative, positive } from "../_range.ts";
import { Ellipse, type EllipseOptions } from "./_ellipse.ts";
import { fastExp, fastLog } from "./_exp.ts";
import { gamma } from "./_gamma.ts";
import { LightProfile } from "./light_profile.ts";

/** Options of {@linkcode Sersic}. */
export interface SersicOptions extends EllipseOptions {
  /** Surface brightness at the effective radius, 0 or more, flux per arcsec^2. */
  readonly amplitude: number;
  /** Effective (half-light) radius, geometric mean over both axes, above 0, arcsec. */
  readonly radius: number;
  /** Sersic index n, above 0: 0.5 for a Gaussian, 1 for a disk, 4 for an elliptical galaxy. */
  readonly index: number;
}

/** {@linkcode SersicOptions} with the total flux instead of the amplitude. */
export interface SersicFluxOptions extends Omit<SersicOptions, "amplitude"> {
  /** Total flux, 0 or more. */
  readonly flux: number;
}

const ACTION = "create a Sersic profile";
/** Squared radius inside which the cusp of a large index is flat, arcsec^2. */
const CORE_SQUARED = 1e-10;
const MIN_B = 1e-5;

/** Derivative of b by the index. */
const B_SLOPE = 1.9992;

/** The parameter b of a Sersic index. */
function bOf(index: number): number {
  return Math.max(B_SLOPE * index - 0.3271, MIN_B);
}

/** The parameter b of a Sersic index, and its derivative by the index. */
export function sersicB(index: number): [b: number, slope: number] {
  const b = bOf(index);
  return [b, b > MIN_B ? B_SLOPE : 0];
}

/** Total flux at amplitude 1 and radius 1. */
function unitFlux(index: number): number {
  const b = bOf(index);
  return 2 * Math.PI * index * Math.exp(b) * b ** (-2 * index) * gamma(2 * index);
}

/**
 * The profile exp(-b ((R / R_e)^(1/n) - 1)) on concentric ellipses.
 *
 * Frame: arcsec, x to the right, y up. Source: Sersic 1963 (Boletin de la Asociacion Argentina de
 * Astronomia 6, 41); b = 1.9992 n - 0.3271 (Capaccioli 1989; Graham and Driver 2005, section 2.1),
 * which keeps R_e within 1 % of the half-light radius for n from 0.5 to 10. Convention:
 * lenstronomy's SERSIC_ELLIPSE, R = sqrt(q x'^2 + y'^2 / q) along the axes of the ellipse, so the
 * flux does not depend on q; R is at least 1e-5 arcsec. Indices of 0.5, 1, 2 and 4 need only square
 * roots and take half the time of others.
 *
 * @example
 * ```ts
 * import { Sersic } from "./sersic.ts";
 *
 * const disk = new Sersic({ amplitude: 2, radius: 0.25, index: 1 });
 * if (Math.abs(disk.brightness(0.25, 0) - 2) > 1e-12) throw new Error("the brightness at R_e is the amplitude");
 * ```
 */
export class Sersic extends LightProfile {
  /** Total flux: 2 pi n e^b b^(-2 n) Gamma(2 n) R_e^2 times the amplitude. */
  readonly flux: number;
  /** Surface brightness at the effective radius, flux per arcsec^2. */
  readonly amplitude: number;
  readonly #ellipse: Ellipse;
  readonly #centre: number;
  readonly #scale: number;
  readonly #least: number;
  readonly #b: number;
  readonly #logB: number;
  readonly #half: number;
  readonly #roots: number;

  /**
   * Creates a profile.
   *
   * @param options Brightness, radius, index, shape and placement.
   * @throws {RangeError} If a number is out of its range or not finite.
   */
  constructor(options: SersicOptions) {
    super();
    const radius = positive(ACTION, "radius", options.radius);
    const index = positive(ACTION, "index", options.index);
    const amplitude = this.amplitude = nonNegative(ACTION, "amplitude", options.amplitude);
    this.#ellipse = new Ellipse(ACTION, options);
    this.#b = bOf(index);
    this.#logB = Math.log(this.#b);
    this.#centre = finite(ACTION, "the central brightness", amplitude * Math.exp(this.#b));
    this.#scale = 1 / (radius * radius);
    this.#least = CORE_SQUARED * this.#scale;
    this.#half = 0.5 / index;
    this.#roots = [0.5, 1, 2, 4].indexOf(index); // number of square roots for n
    this.flux = amplitude * unitFlux(index) * radius * radius;
  }

  /**
   * Creates a profile of a given total flux.
   *
   * @param options As for the constructor, with the flux instead of the amplitude.
   * @returns The profile.
   * @throws {RangeError} If a number is out of its range or not finite.
   */
  static ofFlux({ flux, ...options }: SersicFluxOptions): Sersic {
    nonNegative(ACTION, "flux", flux);
    const index = positive(ACTION, "index", options.index);
    const radius = positive(ACTION, "radius", options.radius);
    return new Sersic({ ...options, amplitude: flux / (unitFlux(index) * radius * radius) });
  }

  /** Adds the surface brightness at many points, flux per arcsec^2. */
  override addBrightness(x: Float64Array, y: Float64Array, into: Float64Array): void {
    const { x: centreX, y: centreY } = this.#ellipse, scale = this.#scale;
    const a = this.#ellipse.a * scale, b2 = this.#ellipse.b2 * scale, c = this.#ellipse.c * scale;
    const least = this.#least, centre = this.#centre, count = into.length;
    const b = this.#b, logB = this.#logB, half = this.#half, roots = this.#roots;
    if (roots < 0) {
      for (let i = 0; i < count; i++) {
        const dx = x[i]! - centreX, dy = y[i]! - centreY;
        const s = Math.max(dx * (a * dx + b2 * dy) + c * dy * dy, least); // (R / R_e)^2
        into[i] = into[i]! + centre * fastExp(-fastExp(half * fastLog(s) + logB));
      }
      return;
    }
    for (let i = 0; i < count; i++) {
      const dx = x[i]! - centreX, dy = y[i]! - centreY;
      let power = Math.max(dx * (a * dx + b2 * dy) + c * dy * dy, least);
      for (let k = 0; k < roots; k++) power = Math.sqrt(power); // yields (R / R_e)^(1 / n)
      into[i] = into[i]! + centre * fastExp(-b * power);
    }
  }
}
