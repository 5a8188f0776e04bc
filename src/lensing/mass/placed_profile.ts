/** Mass profiles that have a centre, or a centre and a position angle. */

import { finite } from "../_range.ts";
import type { CentreOptions, PlacementOptions } from "../placement.ts";
import { MassProfile, type Shear } from "./mass_profile.ts";

/** A mass profile with a centre. */
export abstract class CentredProfile extends MassProfile {
  /** Centre, to the right, arcsec. */
  readonly x: number;
  /** Centre, up, arcsec. */
  readonly y: number;

  /**
   * Stores the centre.
   *
   * @param action Action that error messages name.
   * @param centre Centre, arcsec.
   * @throws {RangeError} If a coordinate is not finite.
   */
  constructor(action: string, { x = 0, y = 0 }: CentreOptions) {
    super();
    this.x = finite(action, "x", x);
    this.y = finite(action, "y", y);
  }
}

/** A mass profile with a centre and a position angle. */
export abstract class TurnedProfile extends CentredProfile {
  /** Angle from the x axis to the major axis, counter-clockwise, radians. */
  readonly angle: number;
  /** Cosine of the angle. */
  protected readonly cos: number;
  /** Sine of the angle. */
  protected readonly sin: number;

  /**
   * Stores the centre and the angle.
   *
   * @param action Action that error messages name.
   * @param placement Centre, arcsec, and angle, radians.
   * @throws {RangeError} If a number is not finite.
   */
  constructor(action: string, { angle = 0, ...centre }: PlacementOptions) {
    super(action, centre);
    this.angle = finite(action, "angle", angle);
    this.cos = Math.cos(angle);
    this.sin = Math.sin(angle);
  }

  /** A point along (u) and across (v) the major axis, from the centre, arcsec. */
  protected toFrame(x: number, y: number): { readonly u: number; readonly v: number } {
    const dx = x - this.x, dy = y - this.y;
    return { u: this.cos * dx + this.sin * dy, v: this.cos * dy - this.sin * dx };
  }

  /** The shear on the sky of a shear in the frame of the major axis. */
  protected turnShear(gamma1: number, gamma2: number): Shear {
    const { cos, sin } = this, cos2 = cos * cos - sin * sin, sin2 = 2 * cos * sin;
    return { gamma1: cos2 * gamma1 - sin2 * gamma2, gamma2: sin2 * gamma1 + cos2 * gamma2 };
  }
}
