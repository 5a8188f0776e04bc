/** A segment from -h to h on the x axis, as a point (u, v) sees it. */

/** Squared distance from an end within which values stay constant, arcsec^2. */
export const END = 1e-18;

/** ln(|z + h| / |z - h|), accurate both near an end and from afar. */
export function logRatio(u: number, v: number, h: number): number {
  const near = Math.max(END, (Math.abs(u) - h) ** 2 + v * v);
  const half = 0.5 * Math.log1p(4 * h * Math.abs(u) / near);
  return u < 0 ? -half : half;
}

/** Angle that the segment subtends, with the sign of v, radians. */
export function subtendedAngle(u: number, v: number, h: number): number {
  return v === 0 ? 0 : Math.atan2(2 * h * v, u * u + v * v - h * h);
}
