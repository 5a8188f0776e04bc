/** The singular isothermal ellipsoid. */

import { finite, notNegative, ratio } from "../_range.ts";
import type { CentreOptions } from "./circular_profile.ts";
import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/** Options of {@linkcode SingularIsothermalEllipsoid}. */
export interface SingularIsothermalEllipsoidOptions extends CentreOptions {
  /** The Einstein radius, arcsec, 0 or more: the mean of the axes of the critical curve, as a product. */
  readonly einsteinRadius: number;
  /** Minor over major axis of the mass, in (0, 1]. @default {1} */
  readonly axisRatio?: number;
  /** From the x axis to the major axis, counter-clockwise, radians. @default {0} */
  readonly angle?: number;
}

/** Within this distance of the centre, arcsec, values are those at this distance. */
const CENTRE_RADIUS = 1e-9;

/**
 * The singular isothermal ellipsoid.
 *
 * With x along the major axis and q the axis ratio the convergence is
 * einsteinRadius / (2 sqrt(q x^2 + y^2 / q)), so that the mass inside an ellipse does not depend on q:
 * the convention of lenstronomy's `SIE`. Source: Kormann, Schneider and Bartelmann 1994, A&A 284, 285;
 * Keeton 2001, astro-ph/0102341, equations 34 and 35, whose b is einsteinRadius sqrt(q). The potential
 * is x alpha_x + y alpha_y. At q = 1 it is the sphere, and it goes there smoothly. Within 1e-9 arcsec
 * of the centre values are those at 1e-9 arcsec; deflection and shear are 0 at the very centre.
 *
 * @example
 * ```ts
 * import { SingularIsothermalEllipsoid } from "./singular_isothermal_ellipsoid.ts";
 *
 * const lens = new SingularIsothermalEllipsoid({ einsteinRadius: 1, axisRatio: 0.25 });
 * if (lens.convergence(1, 0) !== 1 || lens.convergence(0, 1) !== 0.25) {
 *   throw new Error("1 / (2 sqrt(q)) on the major axis, sqrt(q) / 2 on the minor");
 * }
 * ```
 */
export class SingularIsothermalEllipsoid implements MassProfile {
  /** The Einstein radius, arcsec. */
  readonly einsteinRadius: number;
  /** Minor over major axis. */
  readonly axisRatio: number;
  /** From the x axis to the major axis, counter-clockwise, radians. */
  readonly angle: number;
  /** The centre, arcsec, to the right. */
  readonly x: number;
  /** The centre, arcsec, up. */
  readonly y: number;
  readonly #cos: number;
  readonly #sin: number;

  /**
   * Makes the ellipsoid.
   *
   * @param options Its Einstein radius, shape and centre.
   * @throws {RangeError} If the radius is negative, the axis ratio not in (0, 1] or a number not
   * finite.
   */
  constructor(
    { einsteinRadius, axisRatio = 1, angle = 0, x = 0, y = 0 }: SingularIsothermalEllipsoidOptions,
  ) {
    const action = "place a singular isothermal ellipsoid";
    this.einsteinRadius = notNegative(action, "einsteinRadius", einsteinRadius);
    this.axisRatio = ratio(action, "axisRatio", axisRatio);
    this.angle = finite(action, "angle", angle);
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
    this.#cos = Math.cos(angle);
    this.#sin = Math.sin(angle);
  }

  /** The potential, 0 at the centre, arcsec squared. */
  potential(x: number, y: number): number {
    const alpha = this.deflection(x, y);
    return (x - this.x) * alpha.x + (y - this.y) * alpha.y;
  }

  /** The deflection, arcsec. */
  deflection(x: number, y: number): Vector {
    const dx = x - this.x, dy = y - this.y, q = this.axisRatio;
    const u = this.#cos * dx + this.#sin * dy, v = this.#cos * dy - this.#sin * dx;
    const r = Math.max(CENTRE_RADIUS, Math.sqrt(u * u + v * v));
    const psi = Math.max(q * CENTRE_RADIUS, Math.sqrt(q * q * u * u + v * v));
    const f = Math.sqrt(1 - q * q), b = this.einsteinRadius * Math.sqrt(q);
    const s = u / (psi + r), t = v / (psi + q * r);
    const along = 2 * b * s * arctanOver(f * s), across = 2 * b * t * arctanhOver(f * t);
    return {
      x: this.#cos * along - this.#sin * across,
      y: this.#sin * along + this.#cos * across,
    };
  }

  /** The convergence. */
  convergence(x: number, y: number): number {
    const dx = x - this.x, dy = y - this.y, q = this.axisRatio;
    const u = this.#cos * dx + this.#sin * dy, v = this.#cos * dy - this.#sin * dx;
    return this.einsteinRadius /
      (2 * Math.sqrt(Math.max(q * CENTRE_RADIUS ** 2, q * u * u + v * v / q)));
  }

  /** The shear: of the size of the convergence, and tangential. */
  shear(x: number, y: number): Shear {
    const dx = x - this.x, dy = y - this.y;
    const ratio = -this.convergence(x, y) / Math.max(CENTRE_RADIUS ** 2, dx * dx + dy * dy);
    return { gamma1: ratio * (dx * dx - dy * dy), gamma2: ratio * 2 * dx * dy };
  }

  /** Adds the deflection at many points, arcsec. */
  addDeflection(
    x: Float64Array,
    y: Float64Array,
    alphaX: Float64Array,
    alphaY: Float64Array,
  ): void {
    for (let i = 0; i < x.length; i++) {
      const alpha = this.deflection(x[i]!, y[i]!);
      alphaX[i]! += alpha.x;
      alphaY[i]! += alpha.y;
    }
  }
}

/** arctan(x) / x. */
function arctanOver(x: number): number {
  return Math.abs(x) < 1e-5 ? 1 - x * x / 3 : Math.atan(x) / x;
}

/** arctanh(x) / x. */
function arctanhOver(x: number): number {
  return Math.abs(x) < 1e-5 ? 1 + x * x / 3 : Math.atanh(x) / x;
}
