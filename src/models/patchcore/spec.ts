/** Memories of patches, as data. */

import type { ModelSpec } from "../spec.ts";

/** Features of patches that the program has, the first the usual ones. */
export const FEATURE_NAMES = ["network", "hog"] as const;

/** The name of features that the program has. */
export type FeatureName = typeof FEATURE_NAMES[number];

/** The features that a memory compares: those of a graph of the user's; `auto` until its images choose. */
export type PatchFeatures = FeatureName | "graph" | "auto";

/** Numbers per patch. */
export const FEATURE_SIZES: Readonly<Record<FeatureName, number>> = { network: 192, hog: 50 };

/** Greatest number of layers of a graph that are compared, and of numbers per patch. */
export const MAX_LAYERS = 8, MAX_FEATURES = 4096;

/** How a graph in ONNX format computes features. */
export interface GraphSpec {
  /** Names of its outputs that are compared. */
  readonly layers: readonly string[];
  /** Per layer the constant by which its outputs are divided. */
  readonly deviations: readonly number[];
  /** Numbers per patch. */
  readonly size: number;
  /** Per channel of its input, 1 or 3, the number that is subtracted from samples in [0, 1]. */
  readonly mean: readonly number[];
  /** Per channel the number by which they are divided then. */
  readonly deviation: readonly number[];
}

/** A memory of patches, complete. */
export interface PatchcoreSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "patchcore";
  /** Features that are compared. */
  readonly features: PatchFeatures;
  /** The graph that computes them. @default {none} */
  readonly graph?: GraphSpec | undefined;
}

/** Its scores. */
export type PatchScoreName = "peak" | "max" | "global";

/** Numbers per patch; of features that are not chosen yet, the most. */
export function featureSize(
  { features, graph }: Pick<PatchcoreSpec, "features" | "graph">,
): number {
  if (graph) return graph.size;
  return features === "hog" ? FEATURE_SIZES.hog : FEATURE_SIZES.network;
}
