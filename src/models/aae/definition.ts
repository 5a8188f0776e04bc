/** `aae`: an adversarial autoencoder of lenses. */

import * as v from "valibot";
import { sizeOf } from "../../shape.ts";
import { draftedLayers, draftedOptions } from "../autoencoder/architectures/architecture.ts";
import { LENS_AAE, LENS_DEFAULTS } from "../autoencoder/architectures/lens.ts";
import { checkLoss } from "../autoencoder/losses.ts";
import { AUTOENCODER } from "../autoencoder/type.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { chainLearning, chainParameters } from "../network/chain.ts";
import { codedChains, listChains } from "../network/latent.ts";
import { COMMON, LAYER } from "../network/layer_schema.ts";
import type { Layer } from "../network/layers.ts";
import { LOSS_SCORE, reconstructionScores } from "../scores.ts";
import { type AaeSpec, codeShape, discriminatorChain } from "./spec.ts";

const DISCRIMINATOR: readonly Layer[] = [
  { type: "dense", units: 256, activation: "relu" },
  { type: "dense", units: 256, activation: "relu" },
  { type: "dense", units: 1, activation: "linear" },
];

/** Encoder, decoder and discriminator. */
function chains(spec: AaeSpec) {
  const { autoencoder } = spec;
  return [...listChains(codedChains(autoencoder, spec.inputShape)), discriminatorChain(spec)];
}

const learning = chainLearning(chains);

const TYPE: ModelType<AaeSpec> = {
  kind: "aae",
  schema: (nested) =>
    v.strictObject({
      kind: v.literal("aae"),
      ...COMMON,
      autoencoder: AUTOENCODER.schema(nested),
      discriminator: v.array(LAYER),
    }),
  scores: () => [
    ...reconstructionScores(),
    LOSS_SCORE,
    {
      name: "prior",
      summary:
        "minus the log-probability that the discriminator takes the code for a prior's, nats",
    },
  ],
  describe: () => ", latent like a standard normal",
  latent: (spec) => ({ size: sizeOf(codeShape(spec)), prior: "standard-normal" }),
  needsUnitSamples: ({ autoencoder }) => AUTOENCODER.needsUnitSamples!(autoencoder),
  learning: {
    ...learning,
    // The cost of a step, but for the encoder's turns against the discriminator.
    multiplyAdds: ({ autoencoder }) => AUTOENCODER.learning!.multiplyAdds(autoencoder),
    optimised: (spec) => {
      const [encoder, decoder, discriminator] = chains(spec);
      return [encoder!, decoder!, discriminator!, encoder!].flatMap(chainParameters);
    },
  },
  load: async () => (await import("./implementation.ts")).AAE_IMPLEMENTATION,
};

/** The adversarial autoencoder of Alexander et al. 2021. */
export const AAE: ModelDefinition<AaeSpec> = {
  type: TYPE,
  summary: "adversarial autoencoder of lenses, 1000 units (arXiv 2008.12731)",
  defaults: LENS_DEFAULTS,
  options: draftedOptions(LENS_AAE),
  takesOutput: true,
  build({ inputShape, latent, loss, output }) {
    const autoencoder = draftedLayers(LENS_AAE, { inputShape, latent, loss, output });
    checkLoss(autoencoder.loss, inputShape, autoencoder.output);
    return {
      kind: "aae",
      name: "aae",
      inputShape,
      autoencoder: { kind: "autoencoder", ...autoencoder },
      discriminator: DISCRIMINATOR,
    };
  },
};
