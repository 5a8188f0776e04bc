/** The autoencoders of strong lenses of Alexander et al. 2021 (arXiv 2008.12731). */

import { type ImageShape, sizeOf } from "../../../shape.ts";
import { outputShape } from "../../network/layers.ts";
import type { ModelDefaults, ModelDefinition } from "../../model_type.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { architecture, type ArchitectureDraft } from "./architecture.ts";
import {
  batchNorm,
  conv,
  dense,
  type Extent,
  flatten,
  paddingTo,
  requireSide,
  reshape,
  transposed,
} from "./_parts.ts";
import { GLOBAL_AND_LOCAL } from "../../scores.ts";

/** Settings of the outer convolutions. */
const OUTER = { kernel: 7, stride: 3, pad: 1 } as const;
/** Minimum side into which both outer convolutions fit. */
const MIN_SIDE = 17;

/** Side of the innermost kernel: 7, or less (but odd) where fewer than 9 pixels are left. */
function innerKernel(side: number): number {
  const room = side - 2;
  return Math.max(1, Math.min(7, room % 2 === 0 ? room - 1 : room));
}

/**
 * 7 x 7 convolutions of 16 and 32 filters with stride 3, of 64 filters with stride 1 (9 x 9 pixels are
 * left of 150 x 150), and the same in reverse.
 *
 * The output is a sigmoid, the equivalent for images in [0, 1] of the authors' tanh for images in
 * [-1, 1]. Their last kernel is 6 x 6 and leaves the last pixels to the bias; ours is 7 x 7 and covers
 * every pixel.
 */
function convolutions(name: string, inputShape: ImageShape, innermost: "linear" | "relu") {
  requireSide(name, inputShape, MIN_SIDE);
  const first = conv(16, OUTER), second = conv(32, OUTER);
  const afterFirst = outputShape(first, inputShape), afterSecond = outputShape(second, afterFirst);
  const kernel = innerKernel(Math.min(afterSecond[0]!, afterSecond[1]!));
  const third = conv(64, { kernel, pad: 0, activation: innermost });
  const inner = outputShape(third, afterSecond);
  const extent = ([height, width]: readonly number[]): Extent => [height!, width!];
  const up = (filters: number, from: Extent, to: Extent, activation: "relu" | "linear") => {
    const pad = paddingTo(name, { ...OUTER, from, to }, inputShape);
    return transposed(filters, { ...OUTER, pad, activation });
  };
  return {
    down: [first, second, third, flatten(inner)],
    features: sizeOf(inner),
    up: [
      reshape(inner),
      transposed(32, { kernel, stride: 1, pad: 0 }),
      up(16, extent(afterSecond), extent(afterFirst), "relu"),
      up(inputShape[2], extent(afterFirst), extent(inputShape), "linear"),
    ],
  };
}

/**
 * Encoder and decoder of the adversarial autoencoder: the convolutional one's without batch
 * normalisation, whose running statistics would lag behind a code that the discriminator keeps moving.
 */
export const LENS_AAE: ArchitectureDraft = {
  name: "aae",
  latent: 1000,
  loss: "mse",
  layers(inputShape, latent) {
    const { down, features, up } = convolutions("aae", inputShape, "relu");
    return {
      encoder: [...down, dense(latent, "linear")],
      decoder: [dense(features, "linear"), ...up],
    };
  },
};

/**
 * The authors' training: Adam with a one-cycle schedule up to 2e-3 and a weight decay of 1e-5. At a
 * constant rate `dcae` finds substructure worse than chance after the same number of passes (AUROC .37
 * against .91). The number of steps is for 150 x 150 pixels: after a third of it the residuals of `aae`
 * still exceed the effect of substructure.
 */
export const LENS_DEFAULTS: ModelDefaults = {
  steps: 6000,
  learningRate: 2e-3,
  hyperparameters: { schedule: "one-cycle", weightDecay: 1e-5 },
  score: GLOBAL_AND_LOCAL,
};

/** The deep convolutional autoencoder, table IV: a batch-normalised code of 1000 units. */
export const DCAE: ModelDefinition<AutoencoderSpec> = architecture({
  name: "dcae",
  latent: 1000,
  loss: "mse",
  layers(inputShape, latent) {
    const { down, features, up } = convolutions("dcae", inputShape, "linear");
    return {
      encoder: [...down, dense(latent, "linear"), batchNorm],
      decoder: [dense(features, "linear"), ...up],
    };
  },
}, {
  summary: "deep convolutional autoencoder of lenses, 1000 units (arXiv 2008.12731)",
  defaults: LENS_DEFAULTS,
  madeFor: [150, 150, 1],
});

/**
 * The variational autoencoder, table V: a Gaussian latent of 1000 units.
 *
 * The authors' code omits the KL divergence by default. For squared errors its weight is twice the
 * variance of a pixel's noise: 1e-4 corresponds to a noise of 0.007; the recipes' lenses have 0.004 to
 * 0.02. At 0.01 the effect of substructure is blurred away, and at 1 the code is empty.
 */
export const LENS_VAE: ModelDefinition<AutoencoderSpec> = architecture({
  name: "lens-vae",
  latent: 1000,
  loss: "mse",
  beta: 1e-4,
  layers(inputShape) {
    const { down, features, up } = convolutions("lens-vae", inputShape, "relu");
    return { encoder: down, decoder: [dense(features, "linear"), ...up] };
  },
}, {
  summary: "variational autoencoder of lenses, 1000 units (arXiv 2008.12731)",
  defaults: LENS_DEFAULTS,
  madeFor: [150, 150, 1],
});
