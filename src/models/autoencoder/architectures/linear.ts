/** The linear autoencoder: principal component analysis by gradient descent. */

import { sizeOf } from "../../../shape.ts";
import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
import { dense, flatten, reshape } from "./_parts.ts";

/**
 * 3-2-3 without non-linearities: the linear autoencoder of Hjorth-Jensen's lecture notes (week 48).
 *
 * With squared errors its best reconstruction is that of PCA with the same number of components
 * (Bourlard and Kamp 1988); its code spans the same plane in other axes. Made for vectors, whose numbers
 * need not lie in [0, 1].
 */
function buildLinear({ inputShape, latent = 2, loss = "mse" }: ModelOptions) {
  return {
    name: "linear",
    inputShape,
    encoder: [flatten(inputShape), dense(latent, "linear")],
    latent: 0,
    decoder: [dense(sizeOf(inputShape), "linear"), reshape(inputShape)],
    loss,
    beta: 0,
    output: "linear",
  } satisfies Layers;
}

/** See {@linkcode buildLinear}. */
export const LINEAR: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "linear autoencoder of vectors, 2 units: the same as PCA",
  defaults: { steps: 4000, mostEpochs: 1000, learningRate: 3e-2, score: "mse" },
  madeFor: [1, 3, 1],
  build: buildLinear,
});
