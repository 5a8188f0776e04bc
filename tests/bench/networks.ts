/** The networks of the benchmark: architectures of stray by name, and two that are defined here. */

import type { Activation, Architecture } from "../../mod.ts";
import { AUTOENCODER, type AutoencoderSpec, type Layer } from "../../src/models/mod.ts";
import { NETWORKS as BUILT_IN } from "../models/_models.ts";
import type { Options } from "./options.ts";

/** Settings for measuring a network. */
export interface Network {
  /** Side of the square images, in pixels. */
  readonly side: number;
  /** Units of the latent. */
  readonly latent: number;
  /** Images per step. */
  readonly batch: number;
  /** Steps of a timed run: seconds; with `--quick`, tenths of seconds. */
  readonly steps: { readonly full: number; readonly quick: number };
  /** Images of a timed scoring pass; scoring is not timed without it. */
  readonly scored?: number;
  /** Whether the row shows the time per step, for short steps, instead of images per second. */
  readonly perStep?: boolean;
}

/** Settings by name of the network. */
export const NETWORKS: Readonly<Record<string, Network>> = {
  vae: { side: 28, latent: 100, batch: 256, steps: { full: 60, quick: 3 }, scored: 20_000 },
  cae: { side: 28, latent: 256, batch: 64, steps: { full: 20, quick: 1 }, scored: 2000 },
  "dense-vae": { side: 150, latent: 100, batch: 128, steps: { full: 20, quick: 1 } },
  stacked: { side: 28, latent: 30, batch: 32, steps: { full: 1000, quick: 20 }, perStep: true },
  dense: { side: 28, latent: 128, batch: 128, steps: { full: 150, quick: 5 }, scored: 20_000 },
};

/** Slow networks, which `--quick` skips unless `--only` names them. */
const SLOW: readonly string[] = ["dense-vae", "cae"];

/** Whether a network is measured. */
export function isMeasured({ quick, only }: Options, name: string): boolean {
  return !quick || only !== undefined || !SLOW.includes(name);
}

function dense(units: number, activation: Activation): Layer {
  return { type: "dense", units, activation };
}

const defaults = { steps: 1000, learningRate: 1e-3, score: "blurred_mse" };

/** One hidden layer of 256 on each side of a Gaussian latent: on 150 x 150, 22500-256-100-256-22500. */
const DENSE_VAE: Architecture = {
  summary: "dense variational autoencoder",
  defaults,
  options: ["latent", "loss", "reduction", "beta"],
  build: ({ inputShape, latent = 100, loss = "bce", beta = 1 }) => {
    const pixels = inputShape[0] * inputShape[1] * inputShape[2];
    return {
      kind: "autoencoder",
      name: "dense-vae",
      inputShape,
      encoder: [{ type: "reshape", shape: [pixels] }, dense(256, "relu")],
      latent,
      decoder: [
        dense(256, "relu"),
        dense(pixels, "linear"),
        { type: "reshape", shape: [...inputShape] },
      ],
      loss,
      beta,
    };
  },
};

/**
 * The architecture of a network of the benchmark.
 *
 * @param name Its name.
 * @returns The architecture, as `trainDetector` takes it.
 */
export function architectureOf(name: string): Architecture {
  return name === "dense-vae" ? DENSE_VAE : BUILT_IN[name]!;
}

/**
 * Operations of the products and convolutions of a forward pass, per image.
 *
 * A step of training takes three times as many: the forward pass, the gradient of the inputs, and that
 * of the weights.
 *
 * @param spec The network.
 * @returns Floating-point operations; a multiplication and an addition are two.
 */
export function forwardFlops(spec: AutoencoderSpec): number {
  return 2 * AUTOENCODER.learning!.multiplyAdds(spec);
}
