/** The singular isothermal ellipsoid. */

import { fraction, nonNegative } from "../_range.ts";
import type { PlacementOptions } from "../placement.ts";
import { arctanFit, arctanhOver, arctanOver, MIN_AXIS_RATIO, type Twelve } from "./_arctan_fit.ts";
import type { Rays, Shear, Vector } from "./mass_profile.ts";
import { TurnedProfile } from "./placed_profile.ts";
import { tangentialShear } from "./_tangential.ts";

/** Options of {@linkcode SingularIsothermalEllipsoid}. */
export interface SingularIsothermalEllipsoidOptions extends PlacementOptions {
  /** Einstein radius: geometric mean of the semi-axes of the critical curve, 0 or more, arcsec. */
  readonly einsteinRadius: number;
  /** Minor over major axis of the mass, in (0, 1]. @default {1} */
  readonly axisRatio?: number;
}

/** Squared core radius, which keeps values finite at the centre, arcsec^2. */
const SOFTENING = 1e-18;

/**
 * The singular isothermal ellipsoid.
 *
 * With x along the major axis and q the axis ratio, the convergence is einsteinRadius / (2 sqrt(q
 * x^2 + y^2 / q)), so the mass inside an ellipse does not depend on q. Convention: lenstronomy's
 * `SIE`. Source: Kormann, Schneider and Bartelmann 1994, A&A 284, 285; Keeton 2001,
 * astro-ph/0102341, equations 34 and 35, whose b is einsteinRadius sqrt(q). The potential is x
 * alpha_x + y alpha_y. The limit q = 1 is the sphere, reached smoothly. A core of 1e-9 arcsec keeps
 * values finite, and the deflection is 0 at the centre.
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
export class SingularIsothermalEllipsoid extends TurnedProfile {
  /** Einstein radius, arcsec. */
  readonly einsteinRadius: number;
  /** Minor over major axis. */
  readonly axisRatio: number;
  #fits: readonly [Twelve, Twelve] | undefined;

  /**
   * Creates the ellipsoid.
   *
   * @param options Einstein radius, axis ratio, angle and centre.
   * @throws {RangeError} If the radius is negative, the axis ratio is not in (0, 1], or a number is
   *   not finite.
   */
  constructor(
    { einsteinRadius, axisRatio = 1, ...placement }: SingularIsothermalEllipsoidOptions,
  ) {
    const action = "place a singular isothermal ellipsoid";
    super(action, placement);
    this.einsteinRadius = nonNegative(action, "einsteinRadius", einsteinRadius);
    this.axisRatio = fraction(action, "axisRatio", axisRatio);
  }

  /** The potential, 0 at the centre, arcsec^2. */
  override potential(x: number, y: number): number {
    const alpha = this.deflection(x, y);
    return (x - this.x) * alpha.x + (y - this.y) * alpha.y;
  }

  /** The deflection, arcsec; exact at any axis ratio. */
  override deflection(x: number, y: number): Vector {
    const { u, v } = this.toFrame(x, y), q = this.axisRatio;
    const r = Math.sqrt(u * u + v * v + SOFTENING);
    const psi = Math.sqrt(q * q * u * u + v * v + SOFTENING);
    const f = Math.sqrt(1 - q * q), b = this.einsteinRadius * Math.sqrt(q);
    const s = u / (psi + r), t = v / (psi + q * r);
    const along = 2 * b * s * arctanOver(f * s), across = 2 * b * t * arctanhOver(f * t);
    return { x: this.cos * along - this.sin * across, y: this.sin * along + this.cos * across };
  }

  /** The convergence. */
  override convergence(x: number, y: number): number {
    const { u, v } = this.toFrame(x, y), q = this.axisRatio;
    return 0.5 * this.einsteinRadius / Math.sqrt(q * u * u + v * v / q + SOFTENING);
  }

  /** The shear, tangential and as large as the convergence. */
  override shear(x: number, y: number): Shear {
    return tangentialShear(this.convergence(x, y), x - this.x, y - this.y);
  }

  /**
   * Adds the deflections, arcsec.
   *
   * For axis ratios of at least 0.45, polynomials replace the arctangents: they agree within 1e-12
   * and take half the time.
   */
  override addDeflection(rays: Rays): void {
    if (this.axisRatio >= MIN_AXIS_RATIO) return this.#addFast(rays);
    const { x, y, alphaX, alphaY } = rays;
    for (let i = 0; i < x.length; i++) {
      const alpha = this.deflection(x[i]!, y[i]!);
      alphaX[i]! += alpha.x;
      alphaY[i]! += alpha.y;
    }
  }

  #addFast({ x, y, alphaX, alphaY }: Rays): void {
    const { axisRatio: q, x: x0, y: y0, cos, sin } = this, q2 = q * q;
    const scale = (1 + q) ** 2;
    this.#fits ??= [this.#fit(false), this.#fit(true)];
    const [a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11] = this.#fits[0];
    const [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11] = this.#fits[1];
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      const u = cos * dx + sin * dy, v = cos * dy - sin * dx, uu = u * u, vv = v * v;
      const r = Math.sqrt(uu + vv + SOFTENING), psi = Math.sqrt(q2 * uu + vv + SOFTENING);
      const m = psi + r, n = psi + q * r, inverse = 1 / (m * n);
      const s = u * n * inverse, t = v * m * inverse;
      const c = scale * s * s, d = scale * t * t, cc = c * c, dd = d * d;
      const along = s *
        ((((((a11 * cc + a9) * cc + a7) * cc + a5) * cc + a3) * cc + a1) * c +
          (((((a10 * cc + a8) * cc + a6) * cc + a4) * cc + a2) * cc + a0));
      const across = t *
        ((((((b11 * dd + b9) * dd + b7) * dd + b5) * dd + b3) * dd + b1) * d +
          (((((b10 * dd + b8) * dd + b6) * dd + b4) * dd + b2) * dd + b0));
      alphaX[i]! += cos * along - sin * across;
      alphaY[i]! += sin * along + cos * across;
    }
  }

  #fit(hyperbolic: boolean): Twelve {
    const q = this.axisRatio, size = 2 * this.einsteinRadius * Math.sqrt(q);
    return arctanFit((1 - q) / (1 + q), hyperbolic).map((value) => value * size) as Twelve;
  }
}
