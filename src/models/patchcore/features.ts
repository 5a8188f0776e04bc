/** The sources of features, by name. */

import type { PatchExtractor } from "./patch_features.ts";
import type { FeatureName, PatchFeatures } from "./spec.ts";

const SOURCES: Readonly<Record<FeatureName, () => Promise<PatchExtractor>>> = {
  network: async () => new (await import("./network_features.ts")).NetworkFeatures(),
  hog: async () => new (await import("./hog_features.ts")).HogFeatures(),
};

/**
 * Opens a source of features; the caller disposes of it.
 *
 * @throws {TypeError} If the features are not chosen yet.
 */
export async function openFeatures(name: PatchFeatures): Promise<PatchExtractor> {
  if (name !== "auto") return await SOURCES[name]();
  throw new TypeError('Cannot compare patches by "auto" as features must be chosen by a training');
}
