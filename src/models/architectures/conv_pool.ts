/** The convolutional autoencoder with max-pooling of Hjorth-Jensen's lecture notes (week 48). */

import type { AutoencoderSpec } from "../spec.ts";
import type { Layer } from "../layers.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import { conv, type Extent, paddingTo, requireSide, transposed } from "./_parts.ts";

const NAME = "conv-pool";

/**
 * Three times a 3 x 3 convolution (16, 32, 64 filters, SELU) and max-pooling, and three transposed
 * convolutions of stride 2 back: 28-14-7-3-7-14-28.
 *
 * Where a side was even the transposed convolution is padded as Keras's SAME, with a zero at the end;
 * where it was odd as VALID, so that other sizes than 28 come back too. The code is an image; `latent`
 * is its channels.
 */
function buildConvPool({ inputShape, latent = 64, loss = "bce" }: ArchitectureOptions) {
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
  } satisfies AutoencoderSpec;
}

/** See {@linkcode buildConvPool}. */
export const CONV_POOL: Architecture = {
  summary: "convolutional autoencoder with max-pooling and transposed convolutions",
  defaults: { steps: 2000, learningRate: 1e-3, score: "nse" },
  build: buildConvPool,
};
