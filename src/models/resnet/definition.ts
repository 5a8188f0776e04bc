/** `resnet`: a residual classifier, the supervised baseline. */

import * as v from "valibot";
import { CLASSIFIER_SCORES } from "../classifier/scores.ts";
import { MAX_COUNT } from "../../shape.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { chainLearning } from "../network/chain.ts";
import { DEFAULT_KEEP } from "../neighbours/keep.ts";
import { CLASSES, COMMON, COUNT } from "../network/layer_schema.ts";
import { requireClasses } from "../require_classes.ts";
import { CLASS_PREFIX } from "../scores.ts";
import { listBlocks, resnetChains, type ResnetSpec } from "./spec.ts";

const TYPE: ModelType<ResnetSpec> = {
  kind: "resnet",
  schema: () =>
    v.strictObject({
      kind: v.literal("resnet"),
      ...COMMON,
      classes: CLASSES,
      filters: v.pipe(v.array(COUNT), v.minLength(1)),
      keep: v.optional(COUNT),
    }),
  scores: ({ classes, keep }) => [
    {
      name: "uncertainty",
      summary: "1 - the probability of the likeliest label (Hendrycks and Gimpel 2017)",
    },
    ...keep === undefined ? [] : CLASSIFIER_SCORES,
    ...classes.map((label) => ({
      name: CLASS_PREFIX + label,
      summary: `probability of the label ${label}`,
      excludedLabel: label,
    })),
  ],
  describe: ({ classes }) => `, classifies ${classes.length} labels`,
  latent: ({ filters }) => ({ size: filters.at(-1)! }),
  classes: ({ classes }) => classes,
  learning: {
    ...chainLearning((spec) => {
      const { stem, blocks, head } = resnetChains(spec);
      return [stem, ...listBlocks(blocks), head];
    }),
    learnt: ({ keep: _, ...spec }) => spec,
    needsLabels: true,
  },
  load: async () => (await import("./resnet.ts")).RESNET_IMPLEMENTATION,
};

/** A residual classifier. */
export const RESNET: ModelDefinition<ResnetSpec> = {
  type: TYPE,
  summary: "residual classifier, trained on labels: for comparison",
  defaults: { steps: 1000, learningRate: 1e-3, score: "uncertainty" },
  options: ["keep"],
  build: ({ inputShape, classes, keep = DEFAULT_KEEP }) => ({
    kind: "resnet",
    name: "resnet",
    inputShape,
    classes: requireClasses("resnet", classes, 2),
    filters: [16, 32, 64],
    keep: Math.min(keep, MAX_COUNT),
  }),
};
