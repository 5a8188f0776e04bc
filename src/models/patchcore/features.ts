/** The sources of features, by name. */

import type { PatchExtractor } from "./patch_features.ts";
import type { PatchFeatures } from "./spec.ts";

const SOURCES: Readonly<Record<PatchFeatures, () => Promise<PatchExtractor>>> = {
  network: async () => new (await import("./network_features.ts")).NetworkFeatures(),
  hog: async () => new (await import("./hog_features.ts")).HogFeatures(),
};

/** Opens a source of features; the caller disposes of it. */
export function openFeatures(name: PatchFeatures): Promise<PatchExtractor> {
  return SOURCES[name]();
}
