/** The convolutional autoencoder with max-pooling of Hjorth-Jensen's lecture notes (week 48). */

import type { ModelDefinition } from "../../model_type.ts";
import type { Layer } from "../../network/layers.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { conv, type Extent, paddingTo, requireSide, transposed } from "./_parts.ts";
import { architecture, type ArchitectureDraft } from "./architecture.ts";
import { GLOBAL_AND_LOCAL } from "../../scores.ts";

/**
 * Three 3 x 3 convolutions (16, 32, 64 filters, SELU), each with max-pooling, and three transposed
 * convolutions of stride 2 back: 28-14-7-3-7-14-28.
 *
 * A transposed convolution to an even side is padded as Keras's SAME, with a zero at the end, and to an
 * odd side as VALID, so that sizes other than 28 are restored too. The code is an image with `latent`
 * channels.
 */
const DRAFT: ArchitectureDraft = {
  name: "conv-pool",
  latent: 64,
  loss: "bce",
  layers(inputShape, latent) {
    requireSide(DRAFT.name, inputShape, 8);
    const [height, width, channels] = inputShape;
    const halve = ([h, w]: Extent): Extent => [Math.floor(h / 2), Math.floor(w / 2)];
    const whole: Extent = [height, width], half = halve(whole), quarter = halve(half);
    const pool: Layer = { type: "maxPool", size: 2 };
    const down = (filters: number) => conv(filters, { activation: "selu" });
    const up = (filters: number, from: Extent, to: Extent, activation: "selu" | "linear") => {
      const sliding = { kernel: 3, stride: 2 };
      const pad = paddingTo(DRAFT.name, { ...sliding, from, to }, inputShape);
      return transposed(filters, { ...sliding, pad, activation });
    };
    return {
      encoder: [down(16), pool, down(32), pool, down(latent), pool],
      decoder: [
        up(32, halve(quarter), quarter, "selu"),
        up(16, quarter, half, "selu"),
        up(channels, half, whole, "linear"),
      ],
    };
  },
};

/** See {@linkcode DRAFT}. */
export const CONV_POOL: ModelDefinition<AutoencoderSpec> = architecture(DRAFT, {
  summary: "convolutional autoencoder with max-pooling and transposed convolutions",
  defaults: { steps: 2000, learningRate: 1e-3, score: GLOBAL_AND_LOCAL },
});
