/** `rbm`: a restricted Boltzmann machine. */

import * as v from "valibot";
import { sizeOf } from "../../shape.ts";
import type { ParameterShape } from "../../training/mod.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { COMMON, COUNT } from "../network/layer_schema.ts";
import { LOSS, reconstructionScores } from "../scores.ts";
import type { RbmSpec } from "./spec.ts";

/** Weights, biases of the pixels, biases of the hidden units. */
function parameters({ inputShape, hidden }: RbmSpec): ParameterShape[] {
  const pixels = sizeOf(inputShape);
  const shapes = { kernel: [pixels, hidden], visible: [pixels], hidden: [hidden] };
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape, trainable: true }));
}

const TYPE: ModelType<RbmSpec> = {
  kind: "rbm",
  schema: () => v.strictObject({ kind: v.literal("rbm"), ...COMMON, hidden: COUNT, steps: COUNT }),
  scores: () => [
    {
      name: "free-energy",
      summary: "minus the log-likelihood of the image, up to a constant of the model, nats",
    },
    ...reconstructionScores(),
    { name: LOSS, summary: "cross-entropy of the reconstruction, as reported in training, nats" },
  ],
  describe: ({ hidden, steps }) => `, ${hidden} hidden units, CD-${steps}`,
  latent: ({ hidden }) => ({ size: hidden, prior: "hidden-units" }),
  needsUnitSamples: () => true,
  learning: {
    multiplyAdds: ({ inputShape, hidden }) => 2 * sizeOf(inputShape) * hidden,
    activations: ({ inputShape, hidden }) => 2 * (sizeOf(inputShape) + hidden),
    parameters,
    variational: () => false,
  },
  load: async () => (await import("./rbm.ts")).RBM_IMPLEMENTATION,
};

/** A restricted Boltzmann machine. */
export const RBM: ModelDefinition<RbmSpec> = {
  type: TYPE,
  summary: "restricted Boltzmann machine, 128 hidden units",
  defaults: { steps: 4000, learningRate: 1e-3, score: "free-energy" },
  options: ["latent", "gibbs"],
  build: ({ inputShape, latent = 128, gibbs = 1 }) => ({
    kind: "rbm",
    name: "rbm",
    inputShape,
    hidden: latent,
    steps: gibbs,
  }),
};
