/** A vortex of superfluid dark matter: a tube of mass. */

import { nonNegative, outOfRange, positive } from "../_range.ts";
import { logRatio, subtendedAngle } from "./_segment.ts";
import { type EndMeans, Tube } from "./_tube.ts";
import type { LineMassOptions } from "./line_mass.ts";
import type { Rays, Shear } from "./mass_profile.ts";
import { TurnedProfile } from "./placed_profile.ts";

/** Options of {@linkcode Vortex}. */
export interface VortexOptions extends LineMassOptions {
  /** Radius of the tube, above 0, arcsec; it may exceed the length. */
  readonly radius: number;
  /** Exponent of the density, from -1.9 to 10. @default {-1} */
  readonly slope?: number;
}

/** Distance from the axis or the middle of an end within which values stay constant, arcsec. */
const CENTRE_RADIUS = 1e-9;

/**
 * A straight tube of mass in the plane of the sky, of finite length, density and total mass.
 *
 * At the distance r from the axis, the density is rho_0 ((r / radius)^slope - 1) inside the radius
 * and 0 outside (Alexander, Gleyzer, McDonough, Toomey and Usai 2019, arXiv 1909.07346), the same
 * from end to end. The mass per length, pi rho_0 radius^2 (-slope) / (slope + 2), is finite for
 * slopes above -2. The total mass is an option and determines rho_0. For negative slopes rho_0 is
 * positive and mass concentrates on the axis. For positive slopes rho_0 is negative: the density is
 * |rho_0| (1 - (r / radius)^slope), flat on the axis. Slope 0 is the limit between them, a logarithm.
 * The density is positive everywhere in the tube.
 *
 * Rays see the line integral w(s) of the density through the depth of the tube, at the distance s
 * from the axis. The lens is `LineMass` spread over s with the weight w(s); its potential
 * approaches einsteinRadius^2 ln r from afar. The two ends are flat, and the convergence jumps
 * there. The integral over the tube is numerical: Gauss-Legendre in panels of 16 nodes, graded
 * towards singularities. Its relative error is below 1e-12, measured by more than doubling the
 * nodes. For slopes of -1 and less the convergence is infinite on the axis; within 1e-9 arcsec of
 * it, the value is that at 1e-9 arcsec.
 *
 * @example
 * ```ts
 * import { Vortex } from "./vortex.ts";
 *
 * const vortex = new Vortex({ einsteinRadius: 0.3, length: 1, radius: 0.1 });
 * const far = vortex.deflection(1e4, 0).x * 1e4;
 * if (Math.abs(far - 0.09) > 1e-9) throw new Error("from afar it is a point of the same mass");
 * ```
 */
export class Vortex extends TurnedProfile {
  /** Einstein radius of a point with the same mass, arcsec. */
  readonly einsteinRadius: number;
  /** Length from end to end, arcsec. */
  readonly length: number;
  /** Radius of the tube, arcsec. */
  readonly radius: number;
  /** Exponent of the density. */
  readonly slope: number;
  readonly #tube: Tube;
  readonly #ahead: EndMeans = { potential: 0, logRe: 0, logIm: 0, inverseRe: 0, inverseIm: 0 };
  readonly #behind: EndMeans = { potential: 0, logRe: 0, logIm: 0, inverseRe: 0, inverseIm: 0 };
  /** Result of {@linkcode #deflect}: along and across the axis. */
  readonly #alpha = new Float64Array(2);

  /**
   * Creates the vortex.
   *
   * @param options Mass, length, radius, slope, angle and centre.
   * @throws {RangeError} If the mass is negative, the length or radius is not above 0, the slope is
   *   not from -1.9 to 10, or a number is not finite.
   */
  constructor({ einsteinRadius, length, radius, slope = -1, ...placement }: VortexOptions) {
    const action = "place a vortex";
    super(action, placement);
    this.einsteinRadius = nonNegative(action, "einsteinRadius", einsteinRadius);
    this.length = positive(action, "length", length);
    this.radius = positive(action, "radius", radius);
    if (!(slope >= -1.9 && slope <= 10)) throw outOfRange(action, "slope", "-1.9 to 10", slope);
    this.slope = slope;
    this.#tube = new Tube(slope);
  }

  /** The potential, arcsec^2. */
  override potential(x: number, y: number): number {
    const { u, v } = this.toFrame(x, y), h = 0.5 * this.length;
    const ahead = h - u, behind = h + u, lnRadius = Math.log(this.radius);
    this.#ends(u, v);
    const toAhead = Math.sign(ahead) * this.#ahead.potential;
    const toBehind = Math.sign(behind) * this.#behind.potential;
    let sum = this.radius * (toAhead + toBehind) + this.length * lnRadius;
    const inside = Math.sign(ahead) + Math.sign(behind);
    if (inside !== 0) sum += 0.5 * Math.PI * inside * this.radius * this.#across(v).distance;
    return this.einsteinRadius ** 2 / this.length * sum;
  }

  /** The convergence. */
  override convergence(x: number, y: number): number {
    const { u, v } = this.toFrame(x, y), beyond = Math.abs(u) - 0.5 * this.length;
    if (beyond > 0 || Math.abs(v) >= this.radius) return 0;
    const kappa = Math.PI * this.einsteinRadius ** 2 / this.length *
      this.#across(v).density / this.radius;
    return beyond === 0 ? 0.5 * kappa : kappa;
  }

  /** The shear. */
  override shear(x: number, y: number): Shear {
    const { u, v } = this.toFrame(x, y), h = 0.5 * this.length;
    this.#ends(u, v);
    const ahead = Math.sign(h - u), behind = Math.sign(h + u);
    const m = this.einsteinRadius ** 2 / (this.length * this.radius);
    const stretch = m * (behind * this.#behind.inverseRe + ahead * this.#ahead.inverseRe);
    const along = stretch - this.convergence(x, y);
    const across = m * (this.#ahead.inverseIm - this.#behind.inverseIm);
    return this.turnShear(along, across);
  }

  /** Adds the deflections, arcsec. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    const { cos, sin, x: x0, y: y0 } = this;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      this.#deflect(cos * dx + sin * dy, cos * dy - sin * dx);
      const along = this.#alpha[0]!, across = this.#alpha[1]!;
      alphaX[i]! += cos * along - sin * across;
      alphaY[i]! += sin * along + cos * across;
    }
  }

  /** Computes the means at both ends, in units of the radius. */
  #ends(u: number, v: number): void {
    const h = 0.5 * this.length, least = Math.abs(v) < CENTRE_RADIUS ? CENTRE_RADIUS : 0;
    const ahead = Math.max(least, Math.abs(h - u)), behind = Math.max(least, Math.abs(h + u));
    this.#tube.end(ahead / this.radius, v / this.radius, this.#ahead);
    this.#tube.end(behind / this.radius, v / this.radius, this.#behind);
  }

  #across(v: number) {
    return this.#tube.across(Math.max(Math.abs(v), CENTRE_RADIUS) / this.radius);
  }

  /** Computes the deflection in the frame of the tube: that of a line plus a term for the width. */
  #deflect(u: number, v: number): void {
    const h = 0.5 * this.length, m = this.einsteinRadius ** 2 / this.length;
    const square = this.radius ** 2, least = 4 * square;
    const ahead = (u - h) ** 2 + v * v, behind = (u + h) ** 2 + v * v;
    if (ahead >= least && behind >= least) {
      this.#alpha[0] = logRatio(u, v, h);
      this.#alpha[1] = subtendedAngle(u, v, h);
      this.#addFar(u + h, v, square / behind, 1);
      this.#addFar(u - h, v, square / ahead, -1);
      if (Math.abs(u) < h && Math.abs(v) < this.radius) {
        this.#alpha[1]! += Math.PI * Math.sign(v) * (this.#across(v).sign - 1);
      }
    } else {
      this.#ends(u, v);
      this.#alpha[0] = this.#behind.logRe - this.#ahead.logRe;
      this.#alpha[1] = this.#subtendedAngle(u, v);
    }
    this.#alpha[0]! *= m;
    this.#alpha[1]! *= m;
  }

  /** Adds the width term of one end: a series in (radius / z)^2, to 1e-16. */
  #addFar(x: number, y: number, ratio: number, sign: number): void {
    const far = this.#tube.far, scale = ratio / (x * x + y * y);
    const re = scale * (x * x - y * y), im = -2 * scale * x * y;
    let sumRe = 0, sumIm = 0;
    for (let k = termsFor(ratio) - 1; k >= 0; k--) {
      const next = sumRe + far[k]!;
      sumRe = next * re - sumIm * im;
      sumIm = next * im + sumIm * re;
    }
    this.#alpha[0]! += sign * sumRe;
    this.#alpha[1]! -= sign * sumIm;
  }

  /** Angle that the tube subtends, averaged over its width; needs {@linkcode #ends} first. */
  #subtendedAngle(u: number, v: number): number {
    if (v === 0) return 0;
    const h = 0.5 * this.length, ahead = Math.sign(h - u), behind = Math.sign(h + u);
    let angle = -ahead * this.#ahead.logIm - behind * this.#behind.logIm;
    if (ahead + behind !== 0) {
      angle += 0.5 * Math.PI * (ahead + behind) * Math.sign(v) * this.#across(v).sign;
    }
    return angle;
  }
}

/** Number of terms for an error below 1e-16 at a ratio of at most 1/4. */
function termsFor(ratio: number): number {
  return ratio > 0.1 ? 20 : ratio > 0.01 ? 13 : ratio > 0.001 ? 7 : ratio > 1e-5 ? 4 : 2;
}
