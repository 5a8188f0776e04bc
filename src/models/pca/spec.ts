/** Principal component models as data. */

import type { ModelSpec } from "../spec.ts";

/** A PCA model, complete. */
export interface PcaSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "pca";
  /** Number of components. */
  readonly components: number;
}
