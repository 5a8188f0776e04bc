/** The halo of cold dark matter. */

import { notNegative, positive } from "../_range.ts";
import { type CentreOptions, CircularProfile } from "./circular_profile.ts";

/** Options of {@linkcode NFW}. */
export interface NFWOptions extends CentreOptions {
  /** Where the density falls as r^-2, arcsec, above 0. */
  readonly scaleRadius: number;
  /** The deflection at the scale radius, arcsec, 0 or more: how much mass there is. */
  readonly deflectionAtScaleRadius: number;
}

/**
 * The spherical halo of Navarro, Frenk and White: density 1 / (r/rs (1 + r/rs)^2).
 *
 * Source: Navarro, Frenk and White 1996, ApJ 462, 563; its lensing Wright and Brainerd 2000, ApJ 534,
 * 34, equations 11 to 16; as lenstronomy's `NFW` with `Rs` and `alpha_Rs`. The mass is infinite. The
 * potential is 0 at the centre, where the convergence grows as the logarithm of the radius.
 *
 * @example
 * ```ts
 * import { NFW } from "./nfw.ts";
 *
 * const halo = new NFW({ scaleRadius: 5, deflectionAtScaleRadius: 1.5 });
 * if (Math.abs(halo.deflection(0, 5).y - 1.5) > 1e-12) throw new Error("as asked");
 * ```
 */
export class NFW extends CircularProfile {
  /** The scale radius, arcsec. */
  readonly scaleRadius: number;
  /** The deflection there, arcsec. */
  readonly deflectionAtScaleRadius: number;
  /** 2 rho_s r_s in critical surface densities. */
  readonly #strength: number;

  /**
   * Makes the halo.
   *
   * @param options Its scale radius, deflection and centre.
   * @throws {RangeError} If a radius is not above 0, the deflection negative or a number not finite.
   */
  constructor(options: NFWOptions) {
    const action = "place an NFW halo";
    super(action, options);
    this.scaleRadius = positive(action, "scaleRadius", options.scaleRadius);
    this.deflectionAtScaleRadius = notNegative(
      action,
      "deflectionAtScaleRadius",
      options.deflectionAtScaleRadius,
    );
    this.#strength = options.deflectionAtScaleRadius / (2 * options.scaleRadius * (1 - Math.LN2));
  }

  /** The potential at a radius, arcsec squared. */
  override potentialAt(radius: number): number {
    const x = radius / this.scaleRadius;
    return this.#strength * this.scaleRadius ** 2 * potentialShape(x);
  }

  /** The outward deflection at a radius, arcsec. */
  override deflectionAt(radius: number): number {
    const x = radius / this.scaleRadius;
    return 2 * this.#strength * this.scaleRadius * massShape(x) / x;
  }

  /** The convergence at a radius. */
  override convergenceAt(radius: number): number {
    return this.#strength * densityShape(radius / this.scaleRadius);
  }
}

/** Where the closed forms lose digits to x = 1: the square's distance from 1. */
const NEAR_ONE = 0.03;

/** arccosh(1 / x) / sqrt(1 - x^2), and beyond x = 1 what it goes over to, with arccos. */
function arc(x: number): number {
  const d = 1 - x * x;
  if (Math.abs(d) < NEAR_ONE) return 1 + d * arcSeries(d);
  const w = Math.sqrt(Math.abs(d));
  return d < 0 ? Math.atan(w) / w : Math.log((1 + w) / x) / w;
}

/** (arc - 1) / d for d = 1 - x^2 near 0: 1/3 + d/5 + d^2/7 ... */
function arcSeries(d: number): number {
  let sum = 0;
  for (let k = 10; k >= 1; k--) sum = sum * d + 1 / (2 * k + 1);
  return sum;
}

/** ln(2 / x) - arccosh(1 / x) for x < 1, without the difference. */
function logGap(x: number): number {
  return -Math.log1p(-x * x / (2 * (1 + Math.sqrt(1 - x * x))));
}

/** Convergence over 2 rho_s r_s. */
function densityShape(x: number): number {
  const d = 1 - x * x;
  return Math.abs(d) < NEAR_ONE ? arcSeries(d) : (arc(x) - 1) / d;
}

/** The mass inside x, over 4 pi rho_s r_s^3. */
function massShape(x: number): number {
  const d = 1 - x * x;
  if (d < NEAR_ONE) return Math.log(x / 2) + arc(x);
  const w = Math.sqrt(d);
  return (Math.log(2 / x) * x * x / (1 + w) - logGap(x)) / w;
}

/** The integral of 2 massShape(x) / x from 0. */
function potentialShape(x: number): number {
  if (x < 1) {
    const gap = logGap(x);
    return gap * (2 * Math.log(2 / x) - gap);
  }
  return Math.log(x / 2) ** 2 + Math.atan(Math.sqrt(x * x - 1)) ** 2;
}
