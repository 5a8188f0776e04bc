/** The Sersic profile, the common model of a galaxy's light. */

import { finite, notNegative, positive } from "../_range.ts";
import { Ellipse, type EllipseOptions } from "./_ellipse.ts";
import { fastExp, fastLog } from "./_exp.ts";
import { gamma } from "./_gamma.ts";
import type { LightProfile } from "./light_profile.ts";

/** Options of {@linkcode Sersic}. */
export interface SersicOptions extends EllipseOptions {
  /** Surface brightness at the effective radius, flux per square arcsec, 0 or more. */
  readonly amplitude: number;
  /** Effective (half-light) radius, arcsec, above 0: sqrt(major x minor axis). */
  readonly radius: number;
  /** Sersic index n, above 0: 0.5 is a Gaussian, 1 a disk, 4 an elliptical galaxy. */
  readonly index: number;
}

/** {@linkcode SersicOptions} with the total flux in the place of the amplitude. */
export interface SersicFluxOptions extends Omit<SersicOptions, "amplitude"> {
  /** Flux of the whole plane, 0 or more. */
  readonly flux: number;
}

const ACTION = "make a Sersic profile";
/** The smallest elliptical radius, arcsec: the cusp of a large index is flat inside. */
const CORE_SQUARED = 1e-10;
const LEAST_B = 1e-5;

/** The b of an index. */
function bOf(index: number): number {
  return Math.max(1.9992 * index - 0.3271, LEAST_B);
}

/** The total flux of amplitude 1 and radius 1. */
function unitFlux(index: number): number {
  const b = bOf(index);
  return 2 * Math.PI * index * Math.exp(b) * b ** (-2 * index) * gamma(2 * index);
}

/**
 * Light that falls as exp(-b ((R / R_e)^(1/n) - 1)) on concentric ellipses.
 *
 * Frame: arcsec, x to the right, y up. Source: Sersic 1963 (Boletin de la Asociacion Argentina de
 * Astronomia 6, 41); b = 1.9992 n - 0.3271 (Capaccioli 1989; Graham and Driver 2005, section 2.1),
 * which holds R_e to the half-light radius within 1 % for n from 0.5 to 10. Convention: that of
 * lenstronomy's SERSIC_ELLIPSE, R = sqrt(q x'^2 + y'^2 / q) along the axes of the ellipse, so that the
 * flux does not depend on q; and R is at least 1e-5 arcsec. An index of 0.5, 1, 2 or 4 needs square
 * roots only and takes half as long as another.
 *
 * @example
 * ```ts
 * import { Sersic } from "./sersic.ts";
 *
 * const disk = new Sersic({ amplitude: 2, radius: 0.25, index: 1 });
 * if (Math.abs(disk.brightness(0.25, 0) - 2) > 1e-12) throw new Error("the amplitude is at R_e");
 * ```
 */
export class Sersic implements LightProfile {
  /** Flux of the whole plane: 2 pi n e^b b^(-2 n) Gamma(2 n) R_e^2 times the amplitude. */
  readonly flux: number;
  readonly #ellipse: Ellipse;
  readonly #centre: number;
  readonly #scale: number;
  readonly #least: number;
  readonly #b: number;
  readonly #logB: number;
  readonly #half: number;
  readonly #roots: number;

  /**
   * Makes a profile.
   *
   * @param options Its numbers.
   * @throws {RangeError} If one of them is out of its range or not finite.
   */
  constructor(options: SersicOptions) {
    const radius = positive(ACTION, "radius", options.radius);
    const index = positive(ACTION, "index", options.index);
    const amplitude = notNegative(ACTION, "amplitude", options.amplitude);
    this.#ellipse = new Ellipse(ACTION, options);
    this.#b = bOf(index);
    this.#logB = Math.log(this.#b);
    this.#centre = finite(ACTION, "the central brightness", amplitude * Math.exp(this.#b));
    this.#scale = 1 / (radius * radius);
    this.#least = CORE_SQUARED * this.#scale;
    this.#half = 0.5 / index;
    this.#roots = [0.5, 1, 2, 4].indexOf(index); // n of 0.5, 1, 2, 4: as many square roots;
    this.flux = amplitude * unitFlux(index) * radius * radius;
  }

  /**
   * A profile of a total flux.
   *
   * @param options As for the constructor, with the flux in the place of the amplitude.
   * @returns The profile.
   * @throws {RangeError} If one of them is out of its range or not finite.
   */
  static ofFlux({ flux, ...options }: SersicFluxOptions): Sersic {
    notNegative(ACTION, "flux", flux);
    const index = positive(ACTION, "index", options.index);
    const radius = positive(ACTION, "radius", options.radius);
    return new Sersic({ ...options, amplitude: flux / (unitFlux(index) * radius * radius) });
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
      for (let k = 0; k < roots; k++) power = Math.sqrt(power); // to (R / R_e)^(1 / n)
      into[i] = into[i]! + centre * fastExp(-b * power);
    }
  }
}
