/** The recurrent autoencoder of Hjorth-Jensen's lecture notes (week 48). */

import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
import { dense, reshape } from "./_parts.ts";

/**
 * An image as a sequence of rows: an LSTM of 100 units, an LSTM of 30 whose last output is repeated for
 * every row, an LSTM of 100, and a dense layer per row.
 */
function buildRecurrent({ inputShape, latent = 30, loss = "bce" }: ModelOptions) {
  const [height, width, channels] = inputShape;
  return {
    name: "recurrent",
    inputShape,
    encoder: [
      reshape([height, width * channels]),
      { type: "lstm", units: 100, sequences: true },
      { type: "lstm", units: latent, sequences: false },
    ],
    latent: 0,
    decoder: [
      { type: "repeat", times: height },
      { type: "lstm", units: 100, sequences: true },
      dense(width * channels, "linear"),
      reshape(inputShape),
    ],
    loss,
    beta: 0,
  } satisfies Layers;
}

/** See {@linkcode buildRecurrent}. */
export const RECURRENT: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "recurrent autoencoder: LSTMs of 100 and 30 units over the rows",
  defaults: { steps: 1500, learningRate: 3e-3, score: "blurred_mse" },
  build: buildRecurrent,
});
