/** The small convolutional classifier, as data: a part of models that learn from labels. */

import type { Activation } from "../../compute/names.ts";
import type { ImageShape } from "../../shape.ts";
import { type Chain, chainOutput } from "../network/chain.ts";
import type { Layer } from "../network/layers.ts";

/** Numbers of the embedding: the layer before the logits. */
export const EMBEDDING = 64;

/** Filters and kernel of the convolutions; each halves the image. */
const CONVOLUTIONS = [[24, 5], [48, 3], [96, 3]] as const;

/** The chains of a classifier. */
export interface ClassifierChains {
  /** From the image to the embedding. */
  readonly body: Chain;
  /** From the embedding to a logit per class. */
  readonly head: Chain;
}

/**
 * The chains of the classifier: three strided convolutions, normalised and rectified, a dense layer and a
 * linear classifier.
 *
 * @param inputShape Shape of an image.
 * @param classes Number of classes.
 * @param activation Activation of the embedding; neighbours in a rectified one find less (.990 for .992 on
 * divisions of the training images of MNIST). @default {"linear"}
 * @returns The chains.
 */
export function classifierChains(
  inputShape: ImageShape,
  classes: number,
  activation: Activation = "linear",
): ClassifierChains {
  const layers: Layer[] = CONVOLUTIONS.flatMap(([filters, kernel]): Layer[] => [
    {
      ...{ type: "conv2d", filters, kernel, stride: 2, pad: (kernel - 1) / 2 },
      ...{ bias: false, activation: "linear" },
    },
    { type: "batchNorm" },
    { type: "activation", activation: "relu" },
  ]);
  const features = chainOutput({ layers, inputShape }).reduce((a, b) => a * b);
  layers.push(
    { type: "reshape", shape: [features] },
    { type: "dense", units: EMBEDDING, activation },
  );
  const logits: Layer = { type: "dense", units: classes, activation: "linear" };
  return {
    body: { prefix: "body", layers, inputShape },
    head: { prefix: "head", layers: [logits], inputShape: [EMBEDDING] },
  };
}
