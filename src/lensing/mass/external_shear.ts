/** Shear from mass outside the field. */

import { finite } from "../_range.ts";
import type { CentreOptions } from "../placement.ts";
import type { Rays, Shear } from "./mass_profile.ts";
import { CentredProfile } from "./placed_profile.ts";

/** Options of {@linkcode ExternalShear}; the deflection is 0 at the centre. */
export interface ExternalShearOptions extends CentreOptions {
  /** Component along x; positive values stretch along x. @default {0} */
  readonly gamma1?: number;
  /** Component along the diagonal x = y; positive values stretch along it. @default {0} */
  readonly gamma2?: number;
}

/**
 * A uniform shear.
 *
 * The potential is gamma1 (x^2 - y^2) / 2 + gamma2 x y about the centre. Convention: lenstronomy's
 * `SHEAR`. A shear of size g that stretches along the angle phi has gamma1 = g cos 2 phi and
 * gamma2 = g sin 2 phi.
 *
 * @example
 * ```ts
 * import { ExternalShear } from "./external_shear.ts";
 *
 * const { x, y } = new ExternalShear({ gamma1: 0.5 }).deflection(1, 1);
 * if (x !== 0.5 || y !== -0.5) throw new Error("outward along x, inward along y");
 * ```
 */
export class ExternalShear extends CentredProfile {
  /** Component along x. */
  readonly gamma1: number;
  /** Component along the diagonal. */
  readonly gamma2: number;

  /**
   * Creates the shear.
   *
   * @param options Components and centre.
   * @throws {RangeError} If a number is not finite.
   */
  constructor({ gamma1 = 0, gamma2 = 0, ...centre }: ExternalShearOptions) {
    const action = "create an external shear";
    super(action, centre);
    this.gamma1 = finite(action, "gamma1", gamma1);
    this.gamma2 = finite(action, "gamma2", gamma2);
  }

  /** The potential, 0 at the centre, arcsec^2. */
  override potential(x: number, y: number): number {
    const dx = x - this.x, dy = y - this.y;
    return 0.5 * this.gamma1 * (dx * dx - dy * dy) + this.gamma2 * dx * dy;
  }

  /** The convergence, 0 everywhere. */
  override convergence(_x: number, _y: number): number {
    return 0;
  }

  /** The shear, the same everywhere. */
  override shear(_x: number, _y: number): Shear {
    return { gamma1: this.gamma1, gamma2: this.gamma2 };
  }

  /** Adds the deflections, arcsec. */
  override addDeflection({ x, y, alphaX, alphaY }: Rays): void {
    const { gamma1, gamma2, x: x0, y: y0 } = this;
    for (let i = 0; i < x.length; i++) {
      const dx = x[i]! - x0, dy = y[i]! - y0;
      alphaX[i]! += gamma1 * dx + gamma2 * dy;
      alphaY[i]! += gamma2 * dx - gamma1 * dy;
    }
  }
}
