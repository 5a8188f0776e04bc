/** The architectures, by name: each a short function from an image's shape to layers. */

import type { AutoencoderSpec } from "./autoencoder.ts";
import type { Activation } from "../compute/mod.ts";
import type { Layer } from "./layers.ts";
import type { ReconstructionLoss } from "./losses.ts";
import { StrayError } from "../errors.ts";

/** What may be chosen about an architecture. */
export interface ArchitectureOptions {
  /** `[height, width, channels]` of the images. */
  readonly inputShape: readonly [number, number, number];
  /** Units of the latent; the architecture's own number by default. */
  readonly latent?: number | undefined;
  /** The reconstruction loss; the architecture's own by default. */
  readonly loss?: ReconstructionLoss | undefined;
  /** The weight of the KL divergence. @default {1} */
  readonly beta?: number | undefined;
}

/** How an architecture is trained and used unless the user says otherwise. */
export interface ArchitectureDefaults {
  /** Steps of the optimiser, which the number of epochs follows from. */
  readonly steps: number;
  /** Adam's learning rate. */
  readonly learningRate: number;
  /** The name of the score. */
  readonly score: string;
}

/** An architecture. */
export interface Architecture {
  /** What it is, in a line. */
  readonly summary: string;
  /** How it is trained and used unless the user says otherwise. */
  readonly defaults: ArchitectureDefaults;
  /** Makes the layers. */
  readonly build: (options: ArchitectureOptions) => AutoencoderSpec;
}

function dense(units: number, activation: Activation): Layer {
  return { type: "dense", units, activation };
}

function conv(
  filters: number,
  { kernel = 3, stride = 1, pad = 1, bias = true, activation = "relu" as Activation } = {},
): Layer {
  return { type: "conv2d", filters, kernel, stride, pad, bias, activation };
}

const batchNorm: Layer = { type: "batchNorm" };
const relu: Layer = { type: "activation", activation: "relu" };

function requireMultipleOf4(name: string, [height, width]: readonly [number, number, number]) {
  if (height % 4 !== 0 || width % 4 !== 0) {
    const up = (n: number) => Math.ceil(n / 4) * 4;
    throw new StrayError(
      "shape",
      `Cannot build "${name}" as width and height must be divisible by 4: current value is ${width} x ${height}`,
      { hint: `add --size ${up(width)}x${up(height)}` },
    );
  }
}

/** 784-256-128-256-784, sigmoid: the dense autoencoder of Hjorth-Jensen's lecture notes. */
function buildDense({ inputShape, latent = 128, loss = "mse" }: ArchitectureOptions) {
  const [height, width, channels] = inputShape;
  const pixels = height * width * channels;
  return {
    name: "dense",
    inputShape,
    encoder: [
      { type: "reshape", shape: [pixels] },
      dense(256, "sigmoid"),
      dense(latent, "sigmoid"),
    ],
    latent: 0,
    decoder: [
      dense(256, "sigmoid"),
      dense(pixels, "linear"),
      { type: "reshape", shape: [...inputShape] },
    ],
    loss,
    beta: 0,
  } satisfies AutoencoderSpec;
}

/**
 * A VGG-like convolutional autoencoder with batch normalisation and bilinear up-sampling: 3 x 3
 * convolutions of 16, 32 and 64 filters, dense layers of 1024 and 256 units, and the mirror image.
 */
function buildCae({ inputShape, latent = 256, loss = "bce" }: ArchitectureOptions) {
  requireMultipleOf4("cae", inputShape);
  const [height, width, channels] = inputShape;
  const inner = [height / 4, width / 4, 64];
  const features = inner.reduce((a, b) => a * b, 1);
  const enlarge: Layer = { type: "upsample", factor: 2 };
  return {
    name: "cae",
    inputShape,
    encoder: [
      conv(16),
      conv(16),
      conv(16, { stride: 2 }),
      batchNorm,
      conv(32),
      conv(32),
      conv(32, { stride: 2 }),
      batchNorm,
      conv(64),
      conv(64),
      conv(64),
      batchNorm,
      { type: "reshape", shape: [features] },
      dense(1024, "relu"),
      dense(latent, "linear"),
      batchNorm,
    ],
    latent: 0,
    decoder: [
      dense(1024, "relu"),
      dense(features, "relu"),
      { type: "reshape", shape: inner },
      conv(64),
      conv(64),
      conv(32),
      batchNorm,
      enlarge,
      conv(32),
      conv(32),
      conv(16),
      batchNorm,
      enlarge,
      conv(16),
      conv(16),
      batchNorm,
      conv(channels, { kernel: 1, pad: 0, activation: "linear" }),
    ],
    loss,
    beta: 0,
  } satisfies AutoencoderSpec;
}

/**
 * A convolutional variational autoencoder: two strided convolutions with batch normalisation, a
 * Gaussian latent, two transposed convolutions.
 */
function buildVae({ inputShape, latent = 8, loss = "bce", beta = 1 }: ArchitectureOptions) {
  requireMultipleOf4("vae", inputShape);
  const [height, width, channels] = inputShape;
  const inner = [height / 4, width / 4, 32];
  const features = inner.reduce((a, b) => a * b, 1);
  const down = { stride: 2, bias: false, activation: "linear" as Activation };
  const up = (filters: number, bias: boolean): Layer => ({
    type: "conv2dTranspose",
    filters,
    kernel: 4,
    stride: 2,
    pad: 1,
    bias,
    activation: "linear",
  });
  return {
    name: "vae",
    inputShape,
    encoder: [
      conv(16, down),
      batchNorm,
      relu,
      conv(32, down),
      batchNorm,
      relu,
      { type: "reshape", shape: [features] },
    ],
    latent,
    decoder: [
      dense(features, "linear"),
      { type: "reshape", shape: inner },
      up(16, false),
      batchNorm,
      relu,
      up(channels, false),
    ],
    loss,
    beta,
  } satisfies AutoencoderSpec;
}

/** All architectures that `train --model` knows. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  dense: {
    summary: "dense autoencoder, 256 and 128 units, sigmoid",
    defaults: { steps: 4000, learningRate: 1e-3, score: "nse" },
    build: buildDense,
  },
  cae: {
    summary: "convolutional autoencoder with bilinear up-sampling",
    defaults: { steps: 400, learningRate: 1e-3, score: "nse" },
    build: buildCae,
  },
  vae: {
    summary: "convolutional variational autoencoder",
    defaults: { steps: 2000, learningRate: 1e-3, score: "nse" },
    build: buildVae,
  },
};
