/** Memories of patches, as data. */

import type { ModelSpec } from "../spec.ts";

/** The features of patches that a memory compares. */
export type PatchFeatures = "network" | "hog";

/** Numbers per patch. */
export const FEATURE_SIZES: Readonly<Record<PatchFeatures, number>> = { network: 192, hog: 50 };

/** A memory of patches, complete. */
export interface PatchcoreSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "patchcore";
  /** Features that are compared. */
  readonly features: PatchFeatures;
}

/** Its scores. */
export type PatchScoreName = "peak" | "max" | "global";
