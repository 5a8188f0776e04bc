/** `pca`: principal components, the best linear autoencoder. */

import * as v from "valibot";
import { sizeOf } from "../../shape.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { COMMON, COUNT } from "../network/layer_schema.ts";
import { reconstructionScores } from "../scores.ts";
import type { PcaSpec } from "./spec.ts";

const TYPE: ModelType<PcaSpec> = {
  kind: "pca",
  schema: () => v.strictObject({ kind: v.literal("pca"), ...COMMON, components: COUNT }),
  scores: () => reconstructionScores(),
  describe: ({ components }) => `, ${components} components`,
  latent: ({ components }) => ({ size: components, prior: "principal-components" }),
  load: async () => (await import("./pca.ts")).PCA_IMPLEMENTATION,
};

/** Principal components. */
export const PCA: ModelDefinition<PcaSpec> = {
  type: TYPE,
  summary: "principal components, 8",
  defaults: { steps: 0, learningRate: 0, score: "mse" },
  options: ["latent"],
  build: ({ inputShape, images = Infinity, latent = 8 }) => ({
    kind: "pca",
    name: "pca",
    inputShape,
    components: Math.min(latent, images, sizeOf(inputShape)),
  }),
};
