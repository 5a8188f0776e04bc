/** `open-set`: finds images of none of the known labels. */

import * as v from "valibot";
import { CLASSIFIER_SCORES } from "../classifier/scores.ts";
import { classifierChains, EMBEDDING } from "../classifier/spec.ts";
import { componentCount, PLANE_COMPONENTS, requireEdges } from "../knn/oriented.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { DEFAULT_KEEP_LABELLED } from "../neighbours/keep.ts";
import { chainLearning } from "../network/chain.ts";
import { CLASSES, COMMON, COUNT } from "../network/layer_schema.ts";
import { requireClasses } from "../require_classes.ts";
import type { OpenSetSpec } from "./spec.ts";

/** Share of the shorter side by which views are shifted: a pixel of 28. */
const SHIFT = 1 / 28;

const TYPE: ModelType<OpenSetSpec> = {
  kind: "open-set",
  schema: () =>
    v.strictObject({
      kind: v.literal("open-set"),
      ...COMMON,
      classes: CLASSES,
      components: COUNT,
      keep: v.optional(COUNT),
      shift: v.optional(COUNT),
    }),
  scores: () => [
    {
      name: "open-set",
      summary: "margin + embedding, each in units of normal images",
      remembers: true,
    },
    {
      name: "margin",
      summary:
        "log distance to the nearest class by the directions of edges, less half of how much " +
        "farther the second is",
      remembers: true,
    },
    ...CLASSIFIER_SCORES,
  ],
  describe: ({ classes, components }) =>
    `, ${classes.length} labels, directions of edges in ${components} components`,
  latent: () => ({ size: EMBEDDING }),
  classes: ({ classes }) => classes,
  learning: {
    ...chainLearning(({ inputShape, classes }) => {
      const { body, head } = classifierChains(inputShape, classes.length);
      return [body, head];
    }),
    // Components are computed after the steps, and views after them.
    learnt: ({ keep: _keep, components: _components, shift: _shift, ...spec }) => spec,
    needsLabels: true,
  },
  load: async () => (await import("./open_set.ts")).OPEN_SET_IMPLEMENTATION,
};

/** Neighbours by the directions of edges and in the embedding of a classifier. */
export const OPEN_SET: ModelDefinition<OpenSetSpec> = {
  type: TYPE,
  summary: "nearest neighbours by edges and in a classifier's embedding, with labels: finds " +
    "images of none of them",
  // 100,000 images in batches of 128.
  defaults: { steps: 781, learningRate: 3e-3, hyperparameters: { schedule: "one-cycle" } },
  options: ["keep"],
  build({ inputShape, classes, images, keep = DEFAULT_KEEP_LABELLED }) {
    requireEdges(inputShape, "take --model resnet");
    const [height, width] = inputShape, shift = Math.floor(Math.min(height, width) * SHIFT);
    return {
      kind: "open-set",
      name: "open-set",
      inputShape,
      classes: requireClasses("open-set", classes, 2),
      components: componentCount(inputShape, PLANE_COMPONENTS, { images, keep }),
      ...keep < Infinity && { keep },
      ...shift > 0 && { shift },
    };
  },
};
