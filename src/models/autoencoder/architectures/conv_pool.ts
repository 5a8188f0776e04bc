/** The convolutional autoencoder with max-pooling of Hjorth-Jensen's lecture notes (week 48). */

import type { Layer } from "../../network/layers.ts";
import type { ModelDefinition, ModelOptions } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { autoencoder, type Layers } from "./architecture.ts";
import { conv, type Extent, paddingTo, requireSide, transposed } from "./_parts.ts";

const NAME = "conv-pool";

/**
 * Three 3 x 3 convolutions (16, 32, 64 filters, SELU), each with max-pooling, and three transposed
 * convolutions of stride 2 back: 28-14-7-3-7-14-28.
 *
 * A transposed convolution to an even side is padded as Keras's SAME, with a zero at the end, and to an
 * odd side as VALID, so that sizes other than 28 are restored too. The code is an image with `latent`
 * channels.
 */
function buildConvPool({ inputShape, latent = 64, loss = "bce" }: ModelOptions) {
  requireSide(NAME, inputShape, 8);
  const [height, width, channels] = inputShape;
  const halve = ([h, w]: Extent): Extent => [Math.floor(h / 2), Math.floor(w / 2)];
  const whole: Extent = [height, width], half = halve(whole), quarter = halve(half);
  const eighth = halve(quarter);
  const pool: Layer = { type: "maxPool", size: 2 };
  const down = (filters: number) => conv(filters, { activation: "selu" });
  const up = (filters: number, from: Extent, to: Extent, activation: "selu" | "linear") => {
    const sliding = { kernel: 3, stride: 2 };
    const pad = paddingTo(NAME, { ...sliding, from, to }, inputShape);
    return transposed(filters, { ...sliding, pad, activation });
  };
  return {
    name: NAME,
    inputShape,
    encoder: [down(16), pool, down(32), pool, down(latent), pool],
    latent: 0,
    decoder: [
      up(32, eighth, quarter, "selu"),
      up(16, quarter, half, "selu"),
      up(channels, half, whole, "linear"),
    ],
    loss,
    beta: 0,
  } satisfies Layers;
}

/** See {@linkcode buildConvPool}. */
export const CONV_POOL: ModelDefinition<AutoencoderSpec> = autoencoder({
  summary: "convolutional autoencoder with max-pooling and transposed convolutions",
  defaults: { steps: 2000, learningRate: 1e-3, score: "blurred_mse" },
  build: buildConvPool,
});
