/** A Sersic profile by the numbers of the vector, ready for many points. */

import { sersicB } from "../light/sersic.ts";

/** Squared radius inside which the profile is flat, as that of `Sersic`, arcsec^2. */
const CORE_SQUARED = 1e-10;
/** Ellipticity below which functions of it are series. */
const ROUND = 1e-4;

/** Places in the vector. */
export interface SersicPlaces {
  /** The log amplitude. */
  readonly amplitude: number;
  /** The log radius. */
  readonly radius: number;
  /** The log index. */
  readonly index: number;
  /** The first number of the ellipse. */
  readonly ellipse: number;
}

/** Places of the source. */
export const SOURCE_PLACES: SersicPlaces = { amplitude: 12, radius: 15, index: 16, ellipse: 17 };

/** How many numbers the kernels take. */
export const SERSIC_NUMBERS = 16;

/**
 * Writes the numbers of a profile for the kernels.
 *
 * With t^2 = h1^2 + h2^2, d = dx^2 - dy^2 and e = 2 dx dy, the squared elliptical radius is cosh(t) (dx^2 + dy^2) -
 * sinh(t) / t (h1 d + h2 e), which is smooth at the circle. Its derivatives by h1 and h2 have the factors sinh(t) / t,
 * also the derivative of cosh(t) by t^2 / 2, and the derivative of sinh(t) / t by t^2 / 2.
 *
 * @param into Receives 16 numbers in the order of `kernels/assembly/sersic.ts`.
 * @param vector The numbers of a lens.
 * @param places Places of those of the profile.
 */
export function writeSersic(into: Float64Array, vector: Float64Array, places: SersicPlaces): void {
  const h1 = vector[places.ellipse]!, h2 = vector[places.ellipse + 1]!, t = Math.hypot(h1, h2);
  const cosh = Math.cosh(t), scale = Math.exp(-2 * vector[places.radius]!);
  const slope = t < ROUND ? 1 + t * t / 6 : Math.sinh(t) / t;
  const slopeSlope = t < ROUND ? 1 / 3 : (cosh - slope) / (t * t);
  const a = scale * (cosh - slope * h1), c = scale * (cosh + slope * h1);
  const index = Math.exp(vector[places.index]!), half = 0.5 / index;
  const [b, bSlope] = sersicB(index);
  const start = vector[places.amplitude]! + b;
  into.set([a, -2 * scale * slope * h2, c, scale * CORE_SQUARED]);
  into.set([half, start * Math.LOG2E, b * Math.LOG2E, b * half, bSlope * index, Math.LN2], 4);
  into.set([2 * a, 2 * c, scale * slope, scale * slopeSlope, h1, h2], 10);
}
