/** Models of simulated or observed lenses, as data. */

import type { LensFamily } from "../../lensing/mod.ts";
import type { ModelSpec } from "../spec.ts";

/** A family of lenses whose residuals are tested, complete. */
export interface LensFitSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "lens-fit";
  /** Camera, numbers and expected substructure. */
  readonly family: LensFamily;
}
