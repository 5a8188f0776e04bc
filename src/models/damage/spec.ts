/** Models that know kinds of damage, as data. */

import type { ModelSpec } from "../spec.ts";

/** A model that knows kinds of damage, complete. */
export interface DamageSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "damage";
  /** Kinds of damage that the classifier distinguishes, in the order of its classes after "undamaged". */
  readonly kinds: readonly string[];
  /** Principal components of the directions of edges. */
  readonly components: number;
  /** Maximum number of images kept. @default {all} */
  readonly keep?: number | undefined;
}
