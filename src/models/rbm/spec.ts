/** Restricted Boltzmann machines as data. */

import type { ModelSpec } from "../spec.ts";

/** A restricted Boltzmann machine, complete. */
export interface RbmSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "rbm";
  /** Hidden units. */
  readonly hidden: number;
  /** Gibbs sampling steps per gradient: the k of CD-k. */
  readonly steps: number;
}
