/** A vortex of superfluid dark matter: a tube of mass. */

import { finite, notNegative, outOfRange, positive } from "../_range.ts";
import { logRatio, subtended, turnedShear } from "./_segment.ts";
import { type EndMeans, Tube } from "./_tube.ts";
import type { LineMassOptions } from "./line_mass.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Options of {@linkcode Vortex}. */
export interface VortexOptions extends LineMassOptions {
  /** The radius of the tube, arcsec, above 0; it may be larger than the length. */
  readonly radius: number;
  /** The exponent of the density, from -1.9 to 10. @default {-1} */
  readonly slope?: number;
}

/** Within this distance of an end's middle or of the axis, arcsec, values are those there. */
const CENTRE_RADIUS = 1e-9;

/**
 * A straight tube of mass in the plane of the sky, of finite length, density and total mass.
 *
 * Across the tube, at r from the axis, the density is rho_0 ((r / radius)^slope - 1) inside the radius
 * and 0 outside (Alexander, Gleyzer, McDonough, Toomey and Usai 2019, arXiv 1909.07346), the same from
 * end to end. The mass of a length, pi rho_0 radius^2 (-slope) / (slope + 2), is finite for slopes above
 * -2, and it is the mass that is asked for: rho_0 follows, positive for negative slopes, where mass
 * crowds on the axis, and negative for positive ones, where the density is |rho_0| (1 - (r /
 * radius)^slope) and flat on the axis; slope 0 is the limit between, a logarithm. It is positive
 * everywhere in the tube.
 *
 * Light sees the line integral of the density through the depth of the tube, w(s) at s from the axis.
 * The lens is `LineMass` spread over s with that weight, so from afar it is that line, and its
 * potential goes over to einsteinRadius^2 ln r. The two ends are flat: there the convergence jumps.
 * The integral over the tube is numerical, Gauss-Legendre in panels of 16 nodes graded towards what is
 * singular; its relative error is below 1e-12, found by more than doubling the nodes. Within 1e-9
 * arcsec of the axis the convergence, which for slopes of -1 and less is infinite on it, is that at
 * 1e-9 arcsec.
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
export class Vortex implements MassProfile {
  /** The Einstein radius that all the mass would have in a point, arcsec. */
  readonly einsteinRadius: number;
  /** From end to end, arcsec. */
  readonly length: number;
  /** The radius of the tube, arcsec. */
  readonly radius: number;
  /** The exponent of the density. */
  readonly slope: number;
  /** From the x axis to the axis of the tube, counter-clockwise, radians. */
  readonly angle: number;
  /** The centre, arcsec, to the right. */
  readonly x: number;
  /** The centre, arcsec, up. */
  readonly y: number;
  readonly #cos: number;
  readonly #sin: number;
  readonly #tube: Tube;
  readonly #ahead: EndMeans = { potential: 0, logRe: 0, logIm: 0, inverseRe: 0, inverseIm: 0 };
  /** Along and across the axis; what {@linkcode #deflect} found. */
  readonly #alpha = new Float64Array(2);
  readonly #behind: EndMeans = { potential: 0, logRe: 0, logIm: 0, inverseRe: 0, inverseIm: 0 };

  /**
   * Makes the vortex.
   *
   * @param options Its mass, length, radius, slope, angle and centre.
   * @throws {RangeError} If the mass is negative, the length or radius not above 0, the slope not from
   * -1.9 to 10 or a number not finite.
   */
  constructor(
    { einsteinRadius, length, radius, slope = -1, angle = 0, x = 0, y = 0 }: VortexOptions,
  ) {
    const action = "place a vortex";
    this.einsteinRadius = notNegative(action, "einsteinRadius", einsteinRadius);
    this.length = positive(action, "length", length);
    this.radius = positive(action, "radius", radius);
    if (!(slope >= -1.9 && slope <= 10)) throw outOfRange(action, "slope", "-1.9 to 10", slope);
    this.slope = slope;
    this.angle = finite(action, "angle", angle);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
    this.#cos = Math.cos(angle);
    this.#sin = Math.sin(angle);
    this.#tube = new Tube(slope);
  }

  /** The potential, arcsec squared. */
  potential(x: number, y: number): number {
    const { u, v } = this.#along(x, y), h = 0.5 * this.length;
    const ahead = h - u, behind = h + u, lnRadius = Math.log(this.radius);
    this.#ends(u, v);
    const toAhead = Math.sign(ahead) * this.#ahead.potential;
    const toBehind = Math.sign(behind) * this.#behind.potential;
    let sum = this.radius * (toAhead + toBehind) + this.length * lnRadius;
    const inside = Math.sign(ahead) + Math.sign(behind);
    if (inside !== 0) {
      sum += 0.5 * Math.PI * inside * this.radius * this.#across(v).distance;
    }
    return this.einsteinRadius ** 2 / this.length * sum;
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    const { u, v } = this.#along(x, y);
    this.#deflect(u, v);
    const along = this.#alpha[0]!, across = this.#alpha[1]!;
    return {
      x: this.#cos * along - this.#sin * across,
      y: this.#sin * along + this.#cos * across,
    };
  }

  /** The convergence. */
  convergence(x: number, y: number): number {
    const { u, v } = this.#along(x, y), beyond = Math.abs(u) - 0.5 * this.length;
    if (beyond > 0 || Math.abs(v) >= this.radius) return 0;
    const kappa = Math.PI * this.einsteinRadius ** 2 / this.length *
      this.#across(v).density / this.radius;
    return beyond === 0 ? 0.5 * kappa : kappa;
  }

  /** The shear. */
  shear(x: number, y: number): Shear {
    const { u, v } = this.#along(x, y), h = 0.5 * this.length;
    this.#ends(u, v);
    const ahead = Math.sign(h - u), behind = Math.sign(h + u);
    const m = this.einsteinRadius ** 2 / (this.length * this.radius);
    const stretch = m * (behind * this.#behind.inverseRe + ahead * this.#ahead.inverseRe);
    const along = stretch - this.convergence(x, y);
    const across = m * (this.#ahead.inverseIm - this.#behind.inverseIm);
    return turnedShear(along, across, this.#cos, this.#sin);
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    const cos = this.#cos, sin = this.#sin, x0 = this.x, y0 = this.y;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      this.#deflect(cos * dx + sin * dy, cos * dy - sin * dx);
      const along = this.#alpha[0]!, across = this.#alpha[1]!;
      alphaX[i]! += cos * along - sin * across;
      alphaY[i]! += sin * along + cos * across;
    }
  }

  #along(x: number, y: number) {
    const dx = x - this.x, dy = y - this.y;
    return { u: this.#cos * dx + this.#sin * dy, v: this.#cos * dy - this.#sin * dx };
  }

  /** The means at both ends, in units of the radius. */
  #ends(u: number, v: number): void {
    const h = 0.5 * this.length, least = Math.abs(v) < CENTRE_RADIUS ? CENTRE_RADIUS : 0;
    const ahead = Math.max(least, Math.abs(h - u)), behind = Math.max(least, Math.abs(h + u));
    this.#tube.end(ahead / this.radius, v / this.radius, this.#ahead);
    this.#tube.end(behind / this.radius, v / this.radius, this.#behind);
  }

  #across(v: number) {
    return this.#tube.across(Math.max(Math.abs(v), CENTRE_RADIUS) / this.radius);
  }

  /** The deflection in the frame of the tube: that of a line, and what its width adds. */
  #deflect(u: number, v: number): void {
    const h = 0.5 * this.length, m = this.einsteinRadius ** 2 / this.length;
    const square = this.radius ** 2, least = 4 * square;
    const ahead = (u - h) ** 2 + v * v, behind = (u + h) ** 2 + v * v;
    if (ahead >= least && behind >= least) {
      this.#alpha[0] = logRatio(u, v, h);
      this.#alpha[1] = subtended(u, v, h);
      this.#addFar(u + h, v, square / behind, 1);
      this.#addFar(u - h, v, square / ahead, -1);
      if (Math.abs(u) < h && Math.abs(v) < this.radius) {
        this.#alpha[1]! += Math.PI * Math.sign(v) * (this.#across(v).sign - 1);
      }
    } else {
      this.#ends(u, v);
      this.#alpha[0] = this.#behind.logRe - this.#ahead.logRe;
      this.#alpha[1] = this.#angleSeen(u, v);
    }
    this.#alpha[0]! *= m;
    this.#alpha[1]! *= m;
  }

  /** Adds what the width does to an end's logarithm, a series in (radius / z)^2 to 1e-16. */
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

  /** The angle that the tube is seen under, a mean over its width, after {@linkcode #ends}. */
  #angleSeen(u: number, v: number): number {
    if (v === 0) return 0;
    const h = 0.5 * this.length, ahead = Math.sign(h - u), behind = Math.sign(h + u);
    let angle = -ahead * this.#ahead.logIm - behind * this.#behind.logIm;
    if (ahead + behind !== 0) {
      angle += 0.5 * Math.PI * (ahead + behind) * Math.sign(v) * this.#across(v).sign;
    }
    return angle;
  }
}

/** Terms of the series for an error below 1e-16, with a ratio of at most 1/4. */
function termsFor(ratio: number): number {
  return ratio > 0.1 ? 20 : ratio > 0.01 ? 13 : ratio > 0.001 ? 7 : ratio > 1e-5 ? 4 : 2;
}
