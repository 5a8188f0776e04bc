/** How much a lens magnifies. */

import type { MassProfile } from "./mass/mass_profile.ts";

/**
 * One over the signed magnification: the determinant of the lens equation's Jacobian.
 *
 * (1 - kappa)^2 - gamma1^2 - gamma2^2 (Schneider, Ehlers and Falco 1992, equations 5.25 and 5.26). It is
 * 0 on critical curves, where the magnification is infinite, and negative where parity is reversed.
 *
 * @param mass The lens.
 * @param x Arcsec.
 * @param y Arcsec.
 * @returns A number without a unit, 1 where nothing is magnified.
 *
 * @example
 * ```ts
 * import { inverseMagnification } from "./inverse_magnification.ts";
 * import { SingularIsothermalSphere } from "./mass/mod.ts";
 *
 * const lens = new SingularIsothermalSphere({ einsteinRadius: 1 });
 * if (Math.abs(inverseMagnification(lens, 2, 0) - 0.5) > 1e-12) throw new Error("magnifies by 2");
 * ```
 */
export function inverseMagnification(mass: MassProfile, x: number, y: number): number {
  const kappa = mass.convergence(x, y), { gamma1, gamma2 } = mass.shear(x, y);
  return (1 - kappa) ** 2 - gamma1 * gamma1 - gamma2 * gamma2;
}
