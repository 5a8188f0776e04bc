/** Plain dense autoencoders: two layers down, two up. */

import { sizeOf } from "../../../shape.ts";
import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
import { dense, flatten, reshape } from "./_parts.ts";

/** 784-256-128-256-784, sigmoid: the dense autoencoder of Hjorth-Jensen's lecture notes. */
function buildDense({ inputShape, latent = 128, loss = "mse" }: ModelOptions) {
  return {
    name: "dense",
    inputShape,
    encoder: [flatten(inputShape), dense(256, "sigmoid"), dense(latent, "sigmoid")],
    latent: 0,
    decoder: [dense(256, "sigmoid"), dense(sizeOf(inputShape), "linear"), reshape(inputShape)],
    loss,
    beta: 0,
  } satisfies Layers;
}

/**
 * 784-64-16-64-784, rectifiers and a sigmoid at the end: the small autoencoder at the end of
 * Hjorth-Jensen's lecture notes (week 48). The code is rectified too, as there.
 */
function buildSmall({ inputShape, latent = 16, loss = "mse" }: ModelOptions) {
  return {
    name: "small",
    inputShape,
    encoder: [flatten(inputShape), dense(64, "relu"), dense(latent, "relu")],
    latent: 0,
    decoder: [dense(64, "relu"), dense(sizeOf(inputShape), "linear"), reshape(inputShape)],
    loss,
    beta: 0,
  } satisfies Layers;
}

/** See {@linkcode buildDense}. */
export const DENSE: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "dense autoencoder, 256 and 128 units, sigmoid",
  defaults: { steps: 4000, learningRate: 1e-3, score: "blurred_mse" },
  build: buildDense,
});

/** See {@linkcode buildSmall}. */
export const SMALL: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "small dense autoencoder, 64 and 16 units, ReLU",
  defaults: { steps: 4000, learningRate: 1e-3, score: "blurred_mse" },
  build: buildSmall,
});
