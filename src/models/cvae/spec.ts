/** Conditional variational autoencoders as data. */

import { sizeOf } from "../../shape.ts";
import type { ReconstructionLoss } from "../autoencoder/losses.ts";
import { type CodedChains, codedChains, type CodedLayers } from "../network/latent.ts";
import type { ModelSpec } from "../spec.ts";

/** A conditional variational autoencoder, complete; the decoder's input is the latent, then the label. */
export interface CvaeSpec extends ModelSpec, CodedLayers {
  /** The model type. */
  readonly kind: "cvae";
  /** The labels. */
  readonly classes: readonly string[];
  /** Whether the encoder sees the label beside a row of pixels, or as constant channels, one per label. */
  readonly labels: "row" | "channels";
  /** The reconstruction term of the loss. */
  readonly loss: ReconstructionLoss;
  /** Weight of the KL divergence. */
  readonly beta: number;
  /** The decoder's output, as that of an autoencoder. @default {"sigmoid"} */
  readonly output?: "sigmoid" | "linear" | undefined;
}

/** The chains of the model. */
export function cvaeChains(spec: CvaeSpec): Required<CodedChains> {
  const { inputShape, classes, labels } = spec;
  const [height, width, channels] = inputShape;
  const shape = labels === "row"
    ? [sizeOf(inputShape) + classes.length]
    : [height, width, channels + classes.length];
  return codedChains(spec, shape, classes.length) as Required<CodedChains>;
}
