/** Adversarial autoencoders as data. */

import type { AutoencoderSpec } from "../autoencoder/spec.ts";
import { type Chain, chainOutput } from "../network/chain.ts";
import type { Layer } from "../network/layers.ts";
import type { ModelSpec } from "../spec.ts";

/** An adversarial autoencoder, complete. */
export interface AaeSpec extends ModelSpec {
  /** The model type. */
  readonly kind: "aae";
  /** Encoder and decoder of a plain code. */
  readonly autoencoder: AutoencoderSpec;
  /** From the code to the logit of the code being drawn from the prior. */
  readonly discriminator: readonly Layer[];
}

/** Shape of the code. */
export function codeShape({ autoencoder: { encoder, inputShape } }: AaeSpec): readonly number[] {
  return chainOutput({ layers: encoder, inputShape });
}

/** The discriminator's layers in their place. */
export function discriminatorChain(spec: AaeSpec): Chain {
  return { prefix: "discriminator", layers: spec.discriminator, inputShape: codeShape(spec) };
}
