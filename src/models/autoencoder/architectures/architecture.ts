/** Autoencoder architectures: short functions from the shape of an image to layers. */

import type { ImageShape } from "../../../shape.ts";
import type { ModelDefinition, ModelOptions, ModelTemplate, OwnOption } from "../../model_type.ts";
import type { Layer } from "../../network/layers.ts";
import { describeNetwork } from "../describe.ts";
import { checkLoss, comparesProbabilities, type ReconstructionLoss } from "../losses.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { AUTOENCODER } from "../type.ts";

/** An autoencoder architecture, without the code that computes. */
export type Architecture = ModelTemplate<AutoencoderSpec>;

/** An autoencoder without its kind. */
export type Layers = Omit<AutoencoderSpec, "kind">;

/** An architecture as its author writes it. */
export interface ArchitectureDraft {
  /** Its name. */
  readonly name: string;
  /** Default units of the latent. */
  readonly latent: number;
  /** Default reconstruction loss. */
  readonly loss: ReconstructionLoss;
  /** Default weight of the KL divergence; the latent is Gaussian if there is one. */
  readonly beta?: number;
  /** The decoder's output. @default {"sigmoid"} */
  readonly output?: "linear";
  /**
   * Makes the layers of encoder and decoder.
   *
   * @throws {StrayError} `shape` If images of this shape do not fit.
   */
  layers(
    inputShape: ImageShape,
    latent: number,
  ): { readonly encoder: readonly Layer[]; readonly decoder: readonly Layer[] };
}

/** The options that the autoencoder of a draft takes. */
export function draftedOptions({ beta }: ArchitectureDraft): OwnOption[] {
  return ["latent", "loss", "reduction", ...beta === undefined ? [] : ["beta"] as const];
}

/** The autoencoder of a draft, with the user's options. */
export function draftedLayers(draft: ArchitectureDraft, options: ModelOptions): Layers {
  const { name, beta } = draft, { inputShape } = options;
  const output = options.output ?? draft.output;
  const latent = options.latent ?? draft.latent;
  const { encoder, decoder } = draft.layers(inputShape, latent);
  return {
    name,
    inputShape,
    encoder,
    latent: beta === undefined ? 0 : latent,
    decoder,
    loss: options.loss ??
      (output === "linear" && comparesProbabilities(draft.loss) ? "mse" : draft.loss),
    beta: beta === undefined ? 0 : options.beta ?? beta,
    ...output && { output },
  };
}

/**
 * Completes an architecture.
 *
 * @param template Summary, defaults and layers.
 * @returns The definition; its `build` checks that the layers fit each other and the loss.
 */
export function autoencoder(
  template: Omit<Architecture, "build"> & { build(options: ModelOptions): Layers },
): ModelDefinition<AutoencoderSpec> {
  return {
    ...template,
    type: AUTOENCODER,
    build(options) {
      const layers = template.build(options);
      describeNetwork(layers); // throws if the layers do not fit
      checkLoss(layers.loss, options.inputShape, layers.output);
      return { kind: "autoencoder", ...layers };
    },
  };
}

/**
 * Makes a definition of a draft.
 *
 * @param draft The layers.
 * @param template Summary and defaults.
 * @returns The definition.
 */
export function architecture(
  draft: ArchitectureDraft,
  template: Omit<Architecture, "build">,
): ModelDefinition<AutoencoderSpec> {
  return autoencoder({
    ...template,
    options: draftedOptions(draft),
    takesOutput: true,
    build: (options) => draftedLayers(draft, options),
  });
}
