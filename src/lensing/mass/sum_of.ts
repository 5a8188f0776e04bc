/** Several lenses in one plane. */

import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/**
 * Combines lenses in one plane: potentials, deflections, convergences and shears add up.
 *
 * @param profiles Any number of lenses; none is an empty sky.
 * @returns Their sum, in the given order.
 *
 * @example
 * ```ts
 * import { MassSheet } from "./mass_sheet.ts";
 * import { sumOf } from "./sum_of.ts";
 *
 * const both = sumOf([new MassSheet({ convergence: 0.5 }), new MassSheet({ convergence: 0.25 })]);
 * if (both.convergence(0, 0) !== 0.75) throw new Error("convergences add");
 * ```
 */
export function sumOf(profiles: readonly MassProfile[]): MassProfile {
  const parts = [...profiles];
  return {
    potential: (x, y) => parts.reduce((sum, part) => sum + part.potential(x, y), 0),
    deflection: (x, y) =>
      parts.reduce((sum, part) => addVectors(sum, part.deflection(x, y)), NOWHERE),
    convergence: (x, y) => parts.reduce((sum, part) => sum + part.convergence(x, y), 0),
    shear: (x, y) => parts.reduce((sum, part) => addShears(sum, part.shear(x, y)), NO_SHEAR),
    addDeflection: (rays) => parts.forEach((part) => part.addDeflection(rays)),
  };
}

const NOWHERE: Vector = { x: 0, y: 0 };
const NO_SHEAR: Shear = { gamma1: 0, gamma2: 0 };

function addVectors(a: Vector, b: Vector): Vector {
  return { x: a.x + b.x, y: a.y + b.y };
}

function addShears(a: Shear, b: Shear): Shear {
  return { gamma1: a.gamma1 + b.gamma1, gamma2: a.gamma2 + b.gamma2 };
}
