/** Variational autoencoders (Kingma and Welling 2014, arXiv 1312.6114) of images. */

import { sizeOf } from "../../../shape.ts";
import type { ModelDefinition } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import {
  batchNorm,
  conv,
  dense,
  flatten,
  relu,
  requireMultipleOf4,
  reshape,
  transposed,
} from "./_parts.ts";
import { architecture } from "./architecture.ts";
import { GLOBAL_LOCAL_AND_LIKELIHOOD } from "../../scores.ts";

const DEFAULTS = {
  steps: 2000,
  learningRate: 1e-3,
  score: GLOBAL_LOCAL_AND_LIKELIHOOD,
} as const;

/**
 * A convolutional variational autoencoder: two strided convolutions with batch normalisation, a
 * Gaussian latent, two transposed convolutions.
 */
export const VAE: ModelDefinition<AutoencoderSpec> = architecture({
  name: "vae",
  latent: 8,
  loss: "bce",
  beta: 1,
  layers(inputShape) {
    requireMultipleOf4("vae", inputShape);
    const [height, width, channels] = inputShape;
    const inner = [height / 4, width / 4, 32];
    const down = { stride: 2, bias: false, activation: "linear" } as const;
    const up = { bias: false, activation: "linear" } as const;
    return {
      encoder: [conv(16, down), batchNorm, relu, conv(32, down), batchNorm, relu, flatten(inner)],
      decoder: [
        ...[dense(sizeOf(inner), "linear"), reshape(inner)],
        ...[transposed(16, up), batchNorm, relu],
        transposed(channels, up),
      ],
    };
  },
}, { summary: "convolutional variational autoencoder", defaults: DEFAULTS });

/**
 * 22500-256-50-256-22500 with ReLU, binary cross-entropy and KL divergence, summed: the dense variational
 * autoencoder of an application to the DeepLense project, on images of 150 x 150.
 */
export const MLP_VAE: ModelDefinition<AutoencoderSpec> = architecture({
  name: "mlp-vae",
  latent: 50,
  loss: "bce",
  beta: 1,
  layers: (shape) => ({
    encoder: [flatten(shape), dense(256, "relu")],
    decoder: [dense(256, "relu"), dense(sizeOf(shape), "linear"), reshape(shape)],
  }),
}, {
  summary: "dense variational autoencoder, 256 and 50 units",
  defaults: DEFAULTS,
  madeFor: [150, 150, 1],
});
