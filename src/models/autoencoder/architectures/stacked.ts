/** The stacked autoencoder of Hjorth-Jensen's lecture notes (week 48), plain and with noise. */

import { sizeOf } from "../../../shape.ts";
import type { Layer } from "../../network/layers.ts";
import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
import { dense, flatten, reshape } from "./_parts.ts";

/** 784-100-30-100-784 with SELU (arXiv 1706.02515), and layers that corrupt the input. */
function build(
  name: string,
  noise: readonly Layer[],
  { inputShape, latent = 30, loss = "bce" }: ModelOptions,
) {
  return {
    name,
    inputShape,
    encoder: [flatten(inputShape), ...noise, dense(100, "selu"), dense(latent, "selu")],
    latent: 0,
    decoder: [dense(100, "selu"), dense(sizeOf(inputShape), "linear"), reshape(inputShape)],
    loss,
    beta: 0,
  } satisfies Layers;
}

const DEFAULTS = { steps: 4000, learningRate: 1e-3, score: "blurred_mse" } as const;

/** The stacked autoencoder. */
export const STACKED: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "stacked dense autoencoder, 100 and 30 units, SELU",
  defaults: DEFAULTS,
  build: (options) => build("stacked", [], options),
});

/** The same with Gaussian noise of standard deviation 0.2 on the input (Vincent et al. 2008). */
export const DENOISING: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "stacked, trained to remove Gaussian noise of 0.2",
  defaults: DEFAULTS,
  build: (options) => build("denoising", [{ type: "gaussianNoise", deviation: 0.2 }], options),
});

/** The same with half of the input's pixels dropped. */
export const DROPOUT: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "stacked, trained to fill in half of the pixels",
  defaults: DEFAULTS,
  build: (options) => build("dropout", [{ type: "dropout", rate: 0.5 }], options),
});
