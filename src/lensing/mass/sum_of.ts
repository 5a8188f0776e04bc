/** Several lenses in one plane. */

import type { MassProfile, Shear, Vector } from "./mass_profile.ts";

/**
 * The lens that several lenses in one plane are: potentials, deflections, convergences and shears add.
 *
 * @param profiles Any number; none is an empty sky.
 * @returns Their sum, in the order given.
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
    deflection: (x, y) => parts.reduce((sum, part) => plus(sum, part.deflection(x, y)), NOWHERE),
    convergence: (x, y) => parts.reduce((sum, part) => sum + part.convergence(x, y), 0),
    shear: (x, y) => parts.reduce((sum, part) => plusShear(sum, part.shear(x, y)), NO_SHEAR),
    addDeflection: (x, y, alphaX, alphaY) => {
      for (const part of parts) part.addDeflection(x, y, alphaX, alphaY);
    },
  };
}

const NOWHERE: Vector = { x: 0, y: 0 };
const NO_SHEAR: Shear = { gamma1: 0, gamma2: 0 };

function plus(a: Vector, b: Vector): Vector {
  return { x: a.x + b.x, y: a.y + b.y };
}

function plusShear(a: Shear, b: Shear): Shear {
  return { gamma1: a.gamma1 + b.gamma1, gamma2: a.gamma2 + b.gamma2 };
}
