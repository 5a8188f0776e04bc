/** Memories of patches, as data. */

import type { ModelSpec } from "../spec.ts";

/** Features of patches, the first the usual ones. */
export const FEATURE_NAMES = ["network", "hog"] as const;

/** The name of features. */
export type FeatureName = typeof FEATURE_NAMES[number];

/** The features that a memory compares; `auto` until its images choose. */
export type PatchFeatures = FeatureName | "auto";

/** Numbers per patch. */
export const FEATURE_SIZES: Readonly<Record<FeatureName, number>> = { network: 192, hog: 50 };

/** A memory of patches, complete. */
export interface PatchcoreSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "patchcore";
  /** Features that are compared. */
  readonly features: PatchFeatures;
}

/** Its scores. */
export type PatchScoreName = "peak" | "max" | "global";
