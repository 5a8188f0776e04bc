/** Dense autoencoders of Hjorth-Jensen's lecture notes: two layers down, two up. */

import { sizeOf } from "../../../shape.ts";
import type { ModelDefinition } from "../../model_type.ts";
import type { Layer } from "../../network/layers.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { dense, flatten, reshape } from "./_parts.ts";
import { architecture, type ArchitectureDraft } from "./architecture.ts";
import { GLOBAL_AND_LOCAL } from "../../scores.ts";

/** Size and non-linearity of a dense autoencoder. */
interface DenseSizes extends Pick<ArchitectureDraft, "name" | "latent" | "loss"> {
  readonly hidden: number;
  readonly activation: "sigmoid" | "relu" | "selu";
  /** Layers that corrupt the input in training. @default {[]} */
  readonly corruption?: readonly Layer[];
}

/** size-hidden-latent-hidden-size, with the non-linearity on all but the output. */
function denseDraft(
  { hidden, activation, corruption = [], ...rest }: DenseSizes,
): ArchitectureDraft {
  return {
    ...rest,
    layers: (shape, latent) => ({
      encoder: [
        flatten(shape),
        ...corruption,
        dense(hidden, activation),
        dense(latent, activation),
      ],
      decoder: [dense(hidden, activation), dense(sizeOf(shape), "linear"), reshape(shape)],
    }),
  };
}

const DEFAULTS = { steps: 4000, learningRate: 1e-3, score: GLOBAL_AND_LOCAL } as const;

/** 784-256-128-256-784, sigmoid. */
export const DENSE: ModelDefinition<AutoencoderSpec> = architecture(
  denseDraft({ name: "dense", hidden: 256, latent: 128, activation: "sigmoid", loss: "mse" }),
  { summary: "dense autoencoder, 256 and 128 units, sigmoid", defaults: DEFAULTS },
);

/** 784-64-16-64-784, ReLU on the code too, as in the notes (week 48). */
export const SMALL: ModelDefinition<AutoencoderSpec> = architecture(
  denseDraft({ name: "small", hidden: 64, latent: 16, activation: "relu", loss: "mse" }),
  { summary: "small dense autoencoder, 64 and 16 units, ReLU", defaults: DEFAULTS },
);

/** The stacked autoencoder (week 48), plain or with a corrupted input. */
function stacked(name: string, corruption?: readonly Layer[]): ArchitectureDraft {
  const sizes = { hidden: 100, latent: 30, activation: "selu", loss: "bce" } as const;
  return denseDraft({ name, ...sizes, ...corruption && { corruption } });
}

/** 784-100-30-100-784 with SELU (arXiv 1706.02515). */
export const STACKED: ModelDefinition<AutoencoderSpec> = architecture(
  stacked("stacked"),
  { summary: "stacked dense autoencoder, 100 and 30 units, SELU", defaults: DEFAULTS },
);

/** The same with Gaussian noise of standard deviation 0.2 on the input (Vincent et al. 2008). */
export const DENOISING: ModelDefinition<AutoencoderSpec> = architecture(
  stacked("denoising", [{ type: "gaussianNoise", deviation: 0.2 }]),
  { summary: "stacked, trained to remove Gaussian noise of 0.2", defaults: DEFAULTS },
);

/** The same with half of the input's pixels dropped. */
export const DROPOUT: ModelDefinition<AutoencoderSpec> = architecture(
  stacked("dropout", [{ type: "dropout", rate: 0.5 }]),
  { summary: "stacked, trained to fill in half of the pixels", defaults: DEFAULTS },
);

/**
 * 3-2-3 without non-linearities: the linear autoencoder (week 48).
 *
 * With squared errors its best reconstruction is that of PCA with the same number of components
 * (Bourlard and Kamp 1988); its code spans the same plane in other axes. Made for vectors, whose numbers
 * need not lie in [0, 1].
 */
export const LINEAR: ModelDefinition<AutoencoderSpec> = architecture({
  name: "linear",
  latent: 2,
  loss: "mse",
  output: "linear",
  layers: (shape, latent) => ({
    encoder: [flatten(shape), dense(latent, "linear")],
    decoder: [dense(sizeOf(shape), "linear"), reshape(shape)],
  }),
}, {
  summary: "linear autoencoder of vectors, 2 units: the same as PCA",
  defaults: { steps: 4000, mostEpochs: 1000, learningRate: 3e-2, score: "mse" },
  madeFor: [1, 3, 1],
});
