/** `cvae` and `cvae-dense`: label-conditioned variational autoencoders. */

import * as v from "valibot";
import type { Architecture } from "../autoencoder/architectures/architecture.ts";
import { MLP_VAE, VAE } from "../autoencoder/architectures/vae.ts";
import { OUTPUT } from "../autoencoder/spec.ts";
import type { ModelDefinition, ModelType } from "../model_type.ts";
import { CLASSES, COMMON, COUNT, LAYER, LOSS, NON_NEGATIVE } from "../network/layer_schema.ts";
import { chainLearning } from "../network/chain.ts";
import { listChains } from "../network/latent.ts";
import { requireClasses } from "../require_classes.ts";
import { GLOBAL_AND_LOCAL, LABEL_SUFFIX, reconstructionScores } from "../scores.ts";
import { cvaeChains, type CvaeSpec } from "./spec.ts";

const TYPE: ModelType<CvaeSpec> = {
  kind: "cvae",
  schema: () =>
    v.strictObject({
      kind: v.literal("cvae"),
      ...COMMON,
      classes: CLASSES,
      labels: v.picklist(["row", "channels"]),
      encoder: v.array(LAYER),
      latent: COUNT,
      decoder: v.array(LAYER),
      loss: LOSS,
      beta: NON_NEGATIVE,
      output: v.optional(OUTPUT),
    }),
  scores: ({ loss }) =>
    reconstructionScores({ variational: true, loss }).flatMap(({ name, summary }) => [
      { name, summary: `${summary}, for the label of least loss` },
      { name: name + LABEL_SUFFIX, summary: `${summary}, for the image's own label` },
    ]),
  describe: ({ latent, classes }) =>
    `, latent ${latent} (Gaussian), conditioned on ${classes.length} labels`,
  describeLoss: ({ loss, beta }) => `${loss}, beta ${beta}`,
  latent: ({ latent, classes }) => ({ size: latent, prior: "standard-normal", labels: classes }),
  classes: ({ classes }) => classes,
  needsUnitSamples: ({ output }) => output !== "linear",
  learning: chainLearning((spec) => listChains(cvaeChains(spec)), ({ beta }) => beta > 0),
  load: async () => (await import("./cvae.ts")).CVAE_IMPLEMENTATION,
};

/** A conditional autoencoder with the layers of a variational one. */
function conditional(
  name: string,
  labels: CvaeSpec["labels"],
  base: Architecture,
  summary: string,
): ModelDefinition<CvaeSpec> {
  return {
    type: TYPE,
    summary,
    defaults: { steps: 2000, learningRate: 1e-3, score: GLOBAL_AND_LOCAL },
    options: base.options,
    takesOutput: base.takesOutput,
    build(options) {
      const { inputShape, encoder, latent, decoder, loss, beta, output } = base.build(options);
      return {
        kind: "cvae",
        name,
        inputShape,
        classes: requireClasses(name, options.classes, 1),
        labels,
        encoder: labels === "row" ? encoder.slice(1) : encoder, // a row needs no flattening
        latent,
        decoder,
        loss,
        beta,
        ...output && { output },
      };
    },
  };
}

/** Convolutional, with the layers of `vae`. */
export const CVAE: ModelDefinition<CvaeSpec> = conditional(
  "cvae",
  "channels",
  VAE,
  "label-conditioned convolutional variational autoencoder",
);

/** Dense, with the layers of `mlp-vae`. */
export const CVAE_DENSE: ModelDefinition<CvaeSpec> = conditional(
  "cvae-dense",
  "row",
  MLP_VAE,
  "label-conditioned dense variational autoencoder, 256 and 50 units",
);
