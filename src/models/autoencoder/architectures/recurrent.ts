/** The recurrent autoencoder of Hjorth-Jensen's lecture notes (week 48). */

import type { ModelDefinition } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { dense, reshape } from "./_parts.ts";
import { architecture } from "./architecture.ts";
import { GLOBAL_AND_LOCAL } from "../../scores.ts";

/**
 * An image as a sequence of rows: an LSTM of 100 units, an LSTM of 30 whose last output is repeated for
 * every row, an LSTM of 100, and a dense layer per row.
 */
export const RECURRENT: ModelDefinition<AutoencoderSpec> = architecture({
  name: "recurrent",
  latent: 30,
  loss: "bce",
  layers: ([height, width, channels], latent) => ({
    encoder: [
      reshape([height, width * channels]),
      { type: "lstm", units: 100, sequences: true },
      { type: "lstm", units: latent, sequences: false },
    ],
    decoder: [
      { type: "repeat", times: height },
      { type: "lstm", units: 100, sequences: true },
      dense(width * channels, "linear"),
      reshape([height, width, channels]),
    ],
  }),
}, {
  summary: "recurrent autoencoder: LSTMs of 100 and 30 units over the rows",
  defaults: { steps: 1500, learningRate: 3e-3, score: GLOBAL_AND_LOCAL },
});
