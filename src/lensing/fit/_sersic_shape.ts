/** A Sersic profile by the numbers of the vector, ready for many points. */

import { sersicB } from "../light/sersic.ts";

/** Squared radius inside which the profile is flat, as that of `Sersic`, arcsec^2. */
const CORE_SQUARED = 1e-10;
/** Ellipticity below which functions of it are series. */
const ROUND = 1e-4;

/**
 * With t^2 = h1^2 + h2^2, d = dx^2 - dy^2 and e = 2 dx dy, the squared elliptical radius is cosh(t) (dx^2 + dy^2) -
 * sinh(t) / t (h1 d + h2 e), which is smooth at the circle.
 */
export class SersicShape {
  /** Numbers of the ellipse. */
  readonly h1: number;
  readonly h2: number;
  /** sinh(t) / t, divided by the squared radius; also the derivative of cosh(t) by t^2 / 2. */
  readonly slope: number;
  /** Derivative of sinh(t) / t by t^2 / 2, divided by the squared radius. */
  readonly slopeSlope: number;
  /** (R / R_e)^2 is dx (a dx + b2 dy) + c dy^2, at least `least`. */
  readonly a: number;
  readonly b2: number;
  readonly c: number;
  readonly least: number;
  /** The constant b of the profile, and its derivative by the log of the index. */
  readonly b: number;
  readonly bByIndex: number;
  /** Half of 1 / index. */
  readonly half: number;
  /** Log of the brightness at the centre. */
  readonly start: number;

  /**
   * @param vector The numbers of a lens.
   * @param amplitude Place of the log amplitude.
   * @param radius Place of the log radius.
   * @param index Place of the log index.
   * @param ellipse Place of the first number of the ellipse.
   */
  constructor(
    vector: Float64Array,
    amplitude: number,
    radius: number,
    index: number,
    ellipse: number,
  ) {
    const h1 = this.h1 = vector[ellipse]!, h2 = this.h2 = vector[ellipse + 1]!;
    const t = Math.hypot(h1, h2), cosh = Math.cosh(t), scale = Math.exp(-2 * vector[radius]!);
    const slope = t < ROUND ? 1 + t * t / 6 : Math.sinh(t) / t;
    const slopeSlope = t < ROUND ? 1 / 3 : (cosh - slope) / (t * t);
    this.slope = scale * slope;
    this.slopeSlope = scale * slopeSlope;
    this.a = scale * (cosh - slope * h1);
    this.b2 = -2 * scale * slope * h2;
    this.c = scale * (cosh + slope * h1);
    this.least = scale * CORE_SQUARED;
    const n = Math.exp(vector[index]!);
    [this.b, this.bByIndex] = sersicB(n);
    this.bByIndex *= n;
    this.half = 0.5 / n;
    this.start = vector[amplitude]! + this.b;
  }
}
