/** What rays are traced through. */

import type { Grid } from "./grid.ts";
import type { LightProfile } from "./light/light_profile.ts";
import type { MassProfile } from "./mass/mass_profile.ts";

/** A lens, what is behind it, and the pixels in which it is seen. */
export interface Scene {
  /** The pixels. */
  readonly grid: Grid;
  /** The lens; none if the source is seen as it is. */
  readonly mass?: MassProfile | undefined;
  /** Light behind the lens. */
  readonly source: LightProfile;
  /** Light in the plane of the lens, seen as it is. */
  readonly lensLight?: LightProfile | undefined;
}
