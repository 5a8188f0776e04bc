/** The Gaussian latent of variational autoencoders as data. */

import { type Chain, chainOutput } from "./chain.ts";
import type { Layer } from "./layers.ts";

/** The layer that gives mean and log-variance side by side: one product instead of two. */
export function latentLayer(latent: number): Layer {
  return { type: "dense", units: 2 * latent, activation: "linear" };
}

/** Layers of a variational autoencoder, or of a plain one where `latent` is 0. */
export interface CodedLayers {
  /** From the image to the code, or to the features of mean and variance. */
  readonly encoder: readonly Layer[];
  /** Units of the Gaussian latent; 0 for a plain code. */
  readonly latent: number;
  /** From the code to the image. */
  readonly decoder: readonly Layer[];
}

/** The chains of a variational or plain autoencoder. */
export interface CodedChains {
  readonly encoder: Chain;
  /** Absent for a plain code. */
  readonly latent?: Chain;
  readonly decoder: Chain;
}

/**
 * The chains from image to code and back.
 *
 * @param layers The layers.
 * @param inputShape Shape of the encoder's input.
 * @param condition Numbers beside the latent in the decoder's input. @default {0}
 * @returns The chains.
 * @throws {TypeError} If a layer of the encoder cannot take the shape that reaches it.
 */
export function codedChains(
  { encoder, latent, decoder }: CodedLayers,
  inputShape: readonly number[],
  condition = 0,
): CodedChains {
  const features = chainOutput({ layers: encoder, inputShape });
  return {
    encoder: { prefix: "encoder", layers: encoder, inputShape },
    ...latent > 0 && {
      latent: { prefix: "latent", layers: [latentLayer(latent)], inputShape: features },
    },
    decoder: {
      prefix: "decoder",
      layers: decoder,
      inputShape: latent > 0 ? [latent + condition] : features,
    },
  };
}

/** The chains in the order in which their parameters are drawn. */
export function listChains({ encoder, latent, decoder }: CodedChains): Chain[] {
  return [encoder, ...latent ? [latent] : [], decoder];
}

/**
 * Asserts that a decoder ends at the image.
 *
 * @throws {TypeError} If it ends at another shape.
 */
export function requireImageShape(
  name: string,
  shape: readonly number[],
  inputShape: readonly number[],
): void {
  if (shape.join() === inputShape.join()) return;
  throw new TypeError(
    `Cannot build "${name}" as the decoder must end at [${inputShape}]: current shape is [${shape}]`,
  );
}
