/** Position and orientation of a profile of mass or light. */

/** The centre of a profile. */
export interface CentreOptions {
  /** Centre, to the right, arcsec. @default {0} */
  readonly x?: number;
  /** Centre, up, arcsec. @default {0} */
  readonly y?: number;
}

/** The centre of a profile and its position angle. */
export interface PlacementOptions extends CentreOptions {
  /** Angle from the x axis to the major axis, counter-clockwise, radians. @default {0} */
  readonly angle?: number;
}
