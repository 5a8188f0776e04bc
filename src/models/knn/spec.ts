/** Nearest-neighbour models as data. */

import type { Metric } from "../model_type.ts";
import type { ModelSpec } from "../spec.ts";

/** A nearest-neighbour model of blurred pixels or of latents, complete. */
export interface DistanceKnnSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "knn";
  /** Absent: pixels or latents are compared. */
  readonly features?: undefined;
  /** Neighbours whose distances are averaged. */
  readonly neighbours: number;
  /** The distance between blurred images, or between latents. */
  readonly metric: Metric;
  /** Standard deviation of the Gaussian blur, pixels; 0 for none. */
  readonly blur: number;
  /** The model whose latents are compared, and their size. @default {pixels are compared} */
  readonly latents?: { readonly of: ModelSpec; readonly size: number } | undefined;
  /** Maximum number of images kept. @default {all} */
  readonly keep?: number | undefined;
}

/** A nearest-neighbour model of the directions of edges, complete. */
export interface OrientedKnnSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "knn";
  /** Directions of edges are compared. */
  readonly features: "oriented";
  /** Principal components of the features that are kept. */
  readonly components: number;
  /** Maximum number of images kept. @default {all} */
  readonly keep?: number | undefined;
}

/** A nearest-neighbour model. */
export type KnnSpec = DistanceKnnSpec | OrientedKnnSpec;
