/** Nearest-neighbour models as data. */

import type { Metric } from "../model_type.ts";
import type { ModelSpec } from "../spec.ts";

/** A nearest-neighbour model, complete. */
export interface KnnSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "knn";
  /** Neighbours whose distances are averaged. */
  readonly neighbours: number;
  /** The distance between blurred images, or between latents. */
  readonly metric: Metric;
  /** Standard deviation of the Gaussian blur, pixels; 0 for none. */
  readonly blur: number;
  /** The model whose latents are compared, and their size. @default {pixels are compared} */
  readonly latents?: { readonly of: ModelSpec; readonly size: number } | undefined;
}
