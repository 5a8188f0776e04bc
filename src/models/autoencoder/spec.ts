/** Autoencoders made of layers, as data. */

import * as v from "valibot";
import type { CodedLayers } from "../network/latent.ts";
import type { ModelSpec } from "../spec.ts";
import type { ReconstructionLoss } from "./losses.ts";

/** An autoencoder, complete. */
export interface AutoencoderSpec extends ModelSpec, CodedLayers {
  /** The model type. */
  readonly kind: "autoencoder";
  /** The reconstruction term of the loss. */
  readonly loss: ReconstructionLoss;
  /** Weight of the KL divergence. */
  readonly beta: number;
  /**
   * The decoder's output: logits of values in [0, 1], or the values themselves, which may be any
   * numbers. @default {"sigmoid"}
   */
  readonly output?: "sigmoid" | "linear" | undefined;
}

/** The decoder's output. */
export const OUTPUT = v.picklist(["sigmoid", "linear"]);
