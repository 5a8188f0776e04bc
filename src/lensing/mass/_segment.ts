/** A segment from -h to h on the x axis, seen from a point (u, v). */

import type { Shear } from "./mass_profile.ts";

/** The square of the distance from an end, arcsec squared, within which nothing changes. */
export const END = 1e-18;

/** ln(|z + h| / |z - h|), as exact near an end as from afar. */
export function logRatio(u: number, v: number, h: number): number {
  const near = Math.max(END, (Math.abs(u) - h) ** 2 + v * v);
  const half = 0.5 * Math.log1p(4 * h * Math.abs(u) / near);
  return u < 0 ? -half : half;
}

/** The angle that the segment is seen under, of the sign of v. */
export function subtended(u: number, v: number, h: number): number {
  return v === 0 ? 0 : Math.atan2(2 * h * v, u * u + v * v - h * h);
}

/** Shear in a frame turned by an angle, seen from the frame that it was turned in. */
export function turnedShear(gamma1: number, gamma2: number, cos: number, sin: number): Shear {
  const cos2 = cos * cos - sin * sin, sin2 = 2 * cos * sin;
  return { gamma1: cos2 * gamma1 - sin2 * gamma2, gamma2: sin2 * gamma1 + cos2 * gamma2 };
}
