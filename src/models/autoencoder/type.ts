/** The type of autoencoders made of layers. */

import * as v from "valibot";
import { sizeOf } from "../../shape.ts";
import type { ModelType } from "../model_type.ts";
import { chainLearning, chainOutput } from "../network/chain.ts";
import { codedChains, listChains } from "../network/latent.ts";
import { COMMON, LAYER, LOSS, NATURAL, NON_NEGATIVE } from "../network/layer_schema.ts";
import { reconstructionScores } from "../scores.ts";
import { describeNetwork } from "./describe.ts";
import { type AutoencoderSpec, OUTPUT } from "./spec.ts";

/** The type of autoencoders made of layers. */
export const AUTOENCODER: ModelType<AutoencoderSpec> = {
  kind: "autoencoder",
  schema: () =>
    v.strictObject({
      // Model files omit it.
      kind: v.optional(v.literal("autoencoder"), "autoencoder"),
      ...COMMON,
      encoder: v.array(LAYER),
      latent: NATURAL,
      decoder: v.array(LAYER),
      loss: LOSS,
      beta: NON_NEGATIVE,
      output: v.optional(OUTPUT),
    }),
  scores: (spec) => [
    ...reconstructionScores({ variational: spec.latent > 0 }),
    ...spec.latent > 0
      ? [{
        name: "probability",
        summary: "minus the mean log-likelihood over samples of the latent (An and Cho 2015), nats",
        costly: true,
      }]
      : [],
  ],
  describe: ({ latent }) => `, latent ${latent > 0 ? `${latent} (Gaussian)` : "deterministic"}`,
  describeLoss: ({ loss, latent, beta }) => `${loss}${latent > 0 ? `, beta ${beta}` : ""}`,
  latent: ({ latent, encoder, inputShape }) =>
    latent > 0
      ? { size: latent, prior: "standard-normal" }
      : { size: sizeOf(chainOutput({ layers: encoder, inputShape })) },
  layers: describeNetwork,
  learning: chainLearning(
    (spec) => listChains(codedChains(spec, spec.inputShape)),
    ({ latent }) => latent > 0,
  ),
  load: async () => (await import("./autoencoder.ts")).AUTOENCODER_IMPLEMENTATION,
};
