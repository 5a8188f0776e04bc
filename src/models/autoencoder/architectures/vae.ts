/** Variational autoencoders (Kingma and Welling 2014, arXiv 1312.6114) of images. */

import { sizeOf } from "../../../shape.ts";
import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
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

/**
 * A convolutional variational autoencoder: two strided convolutions with batch normalisation, a
 * Gaussian latent, two transposed convolutions.
 */
function buildVae({ inputShape, latent = 8, loss = "bce", beta = 1 }: ModelOptions) {
  requireMultipleOf4("vae", inputShape);
  const [height, width, channels] = inputShape;
  const inner = [height / 4, width / 4, 32];
  const down = { stride: 2, bias: false, activation: "linear" } as const;
  const up = { bias: false, activation: "linear" } as const;
  return {
    name: "vae",
    inputShape,
    encoder: [conv(16, down), batchNorm, relu, conv(32, down), batchNorm, relu, flatten(inner)],
    latent,
    decoder: [
      dense(sizeOf(inner), "linear"),
      reshape(inner),
      transposed(16, up),
      batchNorm,
      relu,
      transposed(channels, up),
    ],
    loss,
    beta,
  } satisfies Layers;
}

/**
 * 22500-256-50-256-22500 with rectifiers, binary cross-entropy and KL divergence, summed: the dense
 * variational autoencoder of an application to the DeepLense project, on images of 150 x 150.
 */
function buildMlpVae({ inputShape, latent = 50, loss = "bce", beta = 1 }: ModelOptions) {
  return {
    name: "mlp-vae",
    inputShape,
    encoder: [flatten(inputShape), dense(256, "relu")],
    latent,
    decoder: [dense(256, "relu"), dense(sizeOf(inputShape), "linear"), reshape(inputShape)],
    loss,
    beta,
  } satisfies Layers;
}

/** See {@linkcode buildVae}. */
export const VAE: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "convolutional variational autoencoder",
  defaults: { steps: 2000, learningRate: 1e-3, score: "blurred_mse" },
  build: buildVae,
});

/** See {@linkcode buildMlpVae}. */
export const MLP_VAE: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "dense variational autoencoder, 256 and 50 units",
  defaults: { steps: 2000, learningRate: 1e-3, score: "blurred_mse" },
  madeFor: [150, 150, 1],
  build: buildMlpVae,
});
