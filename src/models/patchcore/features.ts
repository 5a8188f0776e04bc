/** The sources of features, by name. */

import type { PatchExtractor } from "./patch_features.ts";
import type { FeatureName, PatchcoreSpec } from "./spec.ts";

const SOURCES: Readonly<Record<FeatureName, () => Promise<PatchExtractor>>> = {
  network: async () => new (await import("./network_features.ts")).NetworkFeatures(),
  hog: async () => new (await import("./hog_features.ts")).HogFeatures(),
};

/**
 * Opens a source of features; the caller disposes of it.
 *
 * @param spec The features.
 * @param file The bytes of the graph, where one computes them.
 * @throws {TypeError} If the features are not chosen yet, or the graph is missing.
 * @throws {StrayError} As `GraphFeatures.open`.
 */
export async function openFeatures(
  { features, graph }: Pick<PatchcoreSpec, "features" | "graph">,
  file?: Uint8Array,
): Promise<PatchExtractor> {
  if (features === "auto") {
    throw new TypeError(
      'Cannot compare patches by "auto" as features must be chosen by a training',
    );
  }
  if (features !== "graph") return await SOURCES[features]();
  if (!graph || !file) throw new TypeError("Cannot compare patches as there must be a graph");
  return await (await import("./graph/graph_features.ts")).GraphFeatures.open(graph, file);
}
