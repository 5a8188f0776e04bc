/** Models of open-set recognition as data. */

import type { ModelSpec } from "../spec.ts";

/** A model of open-set recognition, complete. */
export interface OpenSetSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "open-set";
  /** The labels. */
  readonly classes: readonly string[];
  /** Principal components of the directions of edges. */
  readonly components: number;
  /** Maximum number of images kept. @default {all} */
  readonly keep?: number | undefined;
  /** Pixels by which views of an image are shifted; `embedding` is of their mean. @default {one view} */
  readonly shift?: number | undefined;
}
