/** `patchcore`: patches of images, each compared with those of normal images. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import type { ModelDefinition, ModelType, ScoreDescription } from "../model_type.ts";
import { COMMON } from "../network/layer_schema.ts";
import { requireInput } from "./graph/user_graph.ts";
import { exchangedNumbers } from "./limits.ts";
import {
  FEATURE_NAMES,
  featureSize,
  type GraphSpec,
  MAX_FEATURES,
  MAX_LAYERS,
  type PatchcoreSpec,
} from "./spec.ts";

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

const real = v.pipe(v.number(), v.finite());
const positive = v.pipe(real, v.gtValue(0));
/** One number per channel of the input. */
const perChannel = <T extends typeof real | typeof positive>(number: T) =>
  v.union([v.strictTuple([number]), v.strictTuple([number, number, number])]);

const GRAPH: v.GenericSchema<unknown, GraphSpec> = v.pipe(
  v.strictObject({
    layers: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MAX_LAYERS)),
    deviations: v.array(positive),
    size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_FEATURES)),
    mean: perChannel(real),
    deviation: perChannel(positive),
  }),
  v.check(
    ({ layers, deviations }) => layers.length === deviations.length,
    "each layer must have a deviation",
  ),
  v.check(
    ({ mean, deviation }) => mean.length === deviation.length,
    "each channel must have a mean and a deviation",
  ),
);

const TYPE: ModelType<PatchcoreSpec> = {
  kind: "patchcore",
  schema: () =>
    v.pipe(
      v.strictObject({
        kind: v.literal("patchcore"),
        ...COMMON,
        features: v.picklist([...FEATURE_NAMES, "graph", "auto"]),
        graph: v.optional(GRAPH),
      }),
      v.check(
        ({ features, graph }) => (features === "graph") === (graph !== undefined),
        "only features of a graph have one",
      ),
    ),
  scores: () => SCORES,
  mapScore: "max",
  describe: ({ features, graph }) =>
    `, patches by ${DESCRIPTIONS[features]}${graph ? ` (${graph.layers.join(", ")})` : ""}`,
  latent: (spec) => ({ size: featureSize(spec) }),
  needsUnitSamples: () => true,
  leavesOneOut: () => true,
  allCalibrate: true,
  maxBatch: 1,
  unexportable: "it compares the patches of each image, which has a size of its own",
  exchanged: (spec) => exchangedNumbers(featureSize(spec)),
  load: async () => (await import("./patchcore.ts")).PATCHCORE_IMPLEMENTATION,
};

const DESCRIPTIONS = {
  network: "features of a network that knows photographs (MobileNetV2, Open Images)",
  hog: "directions of edges, textures and colours",
  graph: "features of an ONNX graph inside it",
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
  options: ["features", "graph"],
  build({ inputShape, features = "network", graph }) {
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
    if (graph) requireInput(graph, inputShape);
    return {
      ...{ kind: "patchcore", name: "patchcore", inputShape },
      ...graph ? { features: "graph", graph: graph.spec } : { features },
    };
  },
};
