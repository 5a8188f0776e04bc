/** The halo by the numbers of the vector, ready for many points. */

import { arctanFit } from "../mass/_arctan_fit.ts";

/** Squared core radius, as that of the profile, arcsec^2. */
const SOFTENING = 1e-18;
/** Ellipticity below which derivatives are those of a sphere that begins to stretch. */
const ROUND = 1e-7;

/**
 * Writes the numbers of an ellipsoid of Einstein radius 1 for the kernels.
 *
 * It is `SingularIsothermalEllipsoid` with the axis ratio q and the angle phi given as t cos 2 phi and t sin 2 phi,
 * t = -ln q. The arguments f u / (psi + r) and f v / (psi + q r) of the arctangents, at most sqrt(tanh(t / 2)), are
 * halved once more, so that polynomials hold to 1e-12 for q >= 0.13.
 *
 * @param into Receives 58 numbers in the order of `kernels/assembly/halo.ts`.
 * @param ellipsoid Both numbers of the ellipse; the centre, to the right and up, arcsec.
 * @returns Whether the halo counts as round.
 */
export function writeHalo(
  into: Float64Array,
  [first, second, x, y]: readonly [first: number, second: number, x: number, y: number],
): boolean {
  const t = Math.hypot(first, second), angle = 0.5 * Math.atan2(second, first);
  const q = Math.exp(-t), cos = Math.cos(angle), sin = Math.sin(angle);
  const q2 = q * q, f2 = -Math.expm1(-2 * t), root = Math.sqrt(q), isRound = t < ROUND;
  into.set([x, y, cos, sin, q, q2, f2, SOFTENING, 4 * root, root]);
  into.set(isRound ? [0, 0, 0] : [-0.5 - q2 / f2, q2 / f2, 1 / f2], 10);
  const cos2 = cos * cos - sin * sin, sin2 = 2 * cos * sin, half = isRound ? 0 : 0.5 / t;
  into.set([cos2, sin2, half * cos2, half * sin2, 1, 1 / 2, 1 / 3], 13);
  const most = Math.tanh(t / 2);
  const arctan = most / (1 + Math.sqrt(1 + most)) ** 2;
  const artanh = most / (1 + Math.sqrt(1 - most)) ** 2;
  into.set([inverse(arctan), inverse(artanh)], 20);
  into.set(arctanFit(arctan, false).reverse(), 22);
  into.set(arctanFit(artanh, true).reverse(), 34);
  return isRound;
}

function inverse(range: number): number {
  return range > 0 ? 1 / range : 0;
}
