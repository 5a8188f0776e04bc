/** Autoencoder architectures: short functions from the shape of an image to layers. */

import type { ModelDefinition, ModelOptions, ModelTemplate } from "../../model_type.ts";
import { describeNetwork } from "../describe.ts";
import { checkLoss } from "../losses.ts";
import type { AutoencoderSpec } from "../spec.ts";
import { AUTOENCODER } from "../type.ts";

/** An autoencoder architecture, without the code that computes. */
export type Architecture = ModelTemplate<AutoencoderSpec>;

/** An autoencoder without its kind. */
export type Layers = Omit<AutoencoderSpec, "kind">;

/** An architecture as its author writes it. */
export interface ArchitectureDraft extends Omit<Architecture, "build"> {
  /** Makes the layers. */
  readonly build: (options: ModelOptions) => Layers;
}

/**
 * Completes an architecture.
 *
 * @param draft Summary, defaults and layers.
 * @returns The definition; its `build` checks that the layers fit each other and the loss.
 */
export function autoencoder(
  { build, ...rest }: ArchitectureDraft,
): ModelDefinition<AutoencoderSpec> {
  return {
    type: AUTOENCODER,
    ...rest,
    build(options) {
      const layers = build(options);
      describeNetwork(layers); // throws if the layers do not fit
      checkLoss(layers.loss, options.inputShape, layers.output);
      return { kind: "autoencoder", ...layers };
    },
  };
}
