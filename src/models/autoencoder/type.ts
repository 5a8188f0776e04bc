/** The type of autoencoders made of layers. */

import * as v from "valibot";
import { sizeOf } from "../../shape.ts";
import type { ModelType, ScoreDescription } from "../model_type.ts";
import { chainLearning, chainOutput } from "../network/chain.ts";
import { codedChains, listChains } from "../network/latent.ts";
import { COMMON, LAYER, LOSS, NATURAL, NON_NEGATIVE } from "../network/layer_schema.ts";
import { LOSS_SCORE, reconstructionScores } from "../scores.ts";
import { describeNetwork } from "./describe.ts";
import { type AutoencoderSpec, OUTPUT } from "./spec.ts";

/** The scores of a variational or plain autoencoder. */
export function autoencoderScores(
  { latent, loss }: Pick<AutoencoderSpec, "latent" | "loss">,
): ScoreDescription[] {
  const variational = latent > 0;
  const costly = {
    name: "probability",
    summary: "minus the mean log-likelihood over samples of the latent (An and Cho 2015), nats",
    costly: true,
  };
  return [...reconstructionScores({ variational, loss }), variational ? costly : LOSS_SCORE];
}

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
  scores: autoencoderScores,
  describe: ({ latent }) => `, latent ${latent > 0 ? `${latent} (Gaussian)` : "deterministic"}`,
  describeLoss: ({ loss, latent, beta }) => `${loss}${latent > 0 ? `, beta ${beta}` : ""}`,
  latent: ({ latent, encoder, inputShape }) =>
    latent > 0
      ? { size: latent, prior: "standard-normal" }
      : { size: sizeOf(chainOutput({ layers: encoder, inputShape })) },
  layers: describeNetwork,
  needsUnitSamples: ({ output }) => output !== "linear",
  learning: chainLearning(
    (spec) => listChains(codedChains(spec, spec.inputShape)),
    ({ latent, beta }) => latent > 0 && beta > 0,
  ),
  load: async () => (await import("./autoencoder.ts")).AUTOENCODER_IMPLEMENTATION,
};
