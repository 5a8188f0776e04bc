/** `patchcore`: patches of images, each compared with those of normal images. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import type { ModelDefinition, ModelType, ScoreDescription } from "../model_type.ts";
import { COMMON } from "../network/layer_schema.ts";
import { exchangedNumbers } from "./limits.ts";
import { FEATURE_NAMES, FEATURE_SIZES, type PatchcoreSpec } from "./spec.ts";

/** Fewest pixels along a side: a few patches. */
const MIN_SIDE = 16;

const SCORES: readonly ScoreDescription[] = [
  {
    name: "peak",
    summary: "mean distance of the strangest 1 % of an image's patches to normal ones",
    remembers: true,
  },
  {
    name: "max",
    summary: "distance of the strangest patch to normal ones",
    remembers: true,
  },
  {
    name: "global",
    summary: "distance of the mean of all patches to those of normal images",
    remembers: true,
  },
];

const TYPE: ModelType<PatchcoreSpec> = {
  kind: "patchcore",
  schema: () =>
    v.strictObject({
      kind: v.literal("patchcore"),
      ...COMMON,
      features: v.picklist([...FEATURE_NAMES, "auto"]),
    }),
  scores: () => SCORES,
  mapScore: "max",
  describe: ({ features }) => `, patches by ${DESCRIPTIONS[features]}`,
  latent: ({ features }) => ({ size: FEATURE_SIZES[features === "auto" ? "network" : features] }),
  needsUnitSamples: () => true,
  leavesOneOut: () => true,
  allCalibrate: true,
  maxBatch: 1,
  unexportable: "it compares the patches of each image, which has a size of its own",
  exchanged: exchangedNumbers(Math.max(...Object.values(FEATURE_SIZES))),
  load: async () => (await import("./patchcore.ts")).PATCHCORE_IMPLEMENTATION,
};

const DESCRIPTIONS = {
  network: "features of a network that knows photographs (MobileNetV2, Open Images)",
  hog: "directions of edges, textures and colours",
  auto: "features that synthetic damage chooses",
} as const;

/** A memory of patches. */
export const PATCHCORE: ModelDefinition<PatchcoreSpec> = {
  type: TYPE,
  summary:
    "compares each patch of a photograph with those of normal ones, from twenty images on; no training",
  defaults: { steps: 0, learningRate: 0 },
  side: 320,
  scores: SCORES,
  options: ["features"],
  build({ inputShape, features = "network" }) {
    if (features === "oriented" || features === "pixels") {
      throw new StrayError(
        "usage",
        `Cannot use --features as patches must be compared by network, hog or auto: current value is "${features}"`,
        { hint: `--model knn takes --features ${features}` },
      );
    }
    const [height, width] = inputShape;
    if (Math.min(height, width) < MIN_SIDE) {
      throw new StrayError(
        "shape",
        `Cannot compare patches as images must have ${MIN_SIDE} x ${MIN_SIDE} pixels or more: ` +
          `current size is ${width} x ${height}`,
        { hint: "omit --size, which enlarges small images; or take --model knn" },
      );
    }
    return { kind: "patchcore", name: "patchcore", inputShape, features };
  },
};
