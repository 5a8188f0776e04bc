/** `damage`: finds damage to images of one kind. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import { classifierChains, EMBEDDING } from "../classifier/spec.ts";
import { componentCount, ORIENTED_COMPONENTS } from "../knn/oriented.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { DEFAULT_KEEP } from "../neighbours/keep.ts";
import { chainLearning } from "../network/chain.ts";
import { CLASSES, COMMON, COUNT } from "../network/layer_schema.ts";
import { DAMAGE_KINDS } from "./kinds.ts";
import type { DamageSpec } from "./spec.ts";

const TYPE: ModelType<DamageSpec> = {
  kind: "damage",
  schema: () =>
    v.strictObject({
      kind: v.literal("damage"),
      ...COMMON,
      kinds: CLASSES,
      components: COUNT,
      keep: v.optional(COUNT),
    }),
  scores: () => [
    {
      name: "damage",
      summary: "odds + whole, each in units of normal images",
      remembers: true,
    },
    { name: "odds", summary: "log odds of any known kind of damage, by a classifier of kinds" },
    {
      name: "whole",
      remembers: true,
      summary:
        "log distance to the nearest training images by the directions of edges, with what the " +
        "components leave out, less theirs to each other",
    },
  ],
  describe: ({ kinds, components }) =>
    `, ${kinds.length} kinds of damage, directions of edges in ${components} components`,
  latent: () => ({ size: EMBEDDING }),
  learning: {
    ...chainLearning(({ inputShape, kinds }) => {
      const { body, head } = classifierChains(inputShape, 1 + kinds.length);
      return [body, head];
    }),
    // Components are computed after the steps.
    learnt: ({ keep: _, components: __, ...spec }) => spec,
  },
  load: async () => (await import("./damage.ts")).DAMAGE_IMPLEMENTATION,
};

/** Fewest pixels along a side in which kinds of damage differ. */
const FEWEST_PIXELS = 8;

/** A classifier of synthetic damage, and nearest neighbours by the directions of edges. */
export const DAMAGE: ModelDefinition<DamageSpec> = {
  type: TYPE,
  summary:
    "classifier of kinds of synthetic damage, and nearest neighbours by edges: finds damage to " +
    "images of one kind",
  // 300,000 images in batches of 128: kinds left out of the training are found better with every doubling.
  // Damage is rare, which asks for small p-values, and the examples are as many with fewer images.
  defaults: {
    ...{ steps: 2344, learningRate: 3e-3, hyperparameters: { schedule: "one-cycle" } },
    calibrationShare: 1 / 4,
  },
  options: ["keep"],
  build({ inputShape, images, keep = DEFAULT_KEEP }) {
    const [height, width] = inputShape;
    if (Math.min(height, width) < FEWEST_PIXELS) {
      throw new StrayError(
        "shape",
        `Cannot damage images as they must have ${FEWEST_PIXELS} pixels or more along each side: ` +
          `current size is ${width} x ${height}`,
        { hint: "take --model knn" },
      );
    }
    return {
      kind: "damage",
      name: "damage",
      inputShape,
      kinds: Object.keys(DAMAGE_KINDS),
      components: componentCount(inputShape, ORIENTED_COMPONENTS, { images, keep }),
      ...keep < Infinity && { keep },
    };
  },
};
