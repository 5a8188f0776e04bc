/** How many threads a training is worth. */

import {
  type AutoencoderSpec,
  type Layer,
  outputShape,
  parameterSpecs,
  sizeOf,
} from "../models/mod.ts";
import { largestGroup } from "./batches.ts";

/** What a training has to do. */
export interface Work {
  /** The architecture. */
  readonly spec: AutoencoderSpec;
  /** Images that train. */
  readonly images: number;
  /** Images a step. */
  readonly batch: number;
  /** Most passes over the images. */
  readonly epochs: number;
}

/** What a step multiplies, in forward passes: that, and the gradients of weights and of inputs. */
const PASSES = 3;
/** Multiplications with their addition in a second of a thread: all models took 1.2 to 1.9e10. */
const SPEED = 1.5e10;
/**
 * Least time of a step for each thread, in s. A step of a small network is mostly calls: another thread
 * makes all of them again, which took 1.2 ms.
 */
const LEAST_STEP = 2e-3;
/** Least time of a training alone, in s: to start a thread takes a fifth of a second. */
const LEAST_TRAINING = 1;

/**
 * Chooses the number of threads.
 *
 * @param work What there is to do.
 * @param most The most threads to use.
 * @param wanted Whether as many are to be used if they can be.
 * @returns At least 1: as many as have something to do in every step, and only one for a small job.
 */
export function chooseThreads(
  { spec, images, batch, epochs }: Work,
  most: number,
  wanted = false,
): number {
  const possible = Math.min(most, largestGroup(images, batch));
  if (wanted) return possible;
  const image = PASSES * multiplications(spec) / SPEED;
  if (image * images * epochs < LEAST_TRAINING) return 1;
  const useful = Math.floor(image * Math.min(batch, images) / LEAST_STEP);
  return Math.max(1, Math.min(possible, useful));
}

/** Multiplications of a forward pass, an image. */
function multiplications({ inputShape, encoder, latent, decoder }: AutoencoderSpec): number {
  const heads: Layer[] = latent > 0
    ? [{ type: "dense", units: 2 * latent, activation: "linear" }]
    : [];
  const features = encoder.reduce(
    (shape, layer) => outputShape(layer, shape),
    inputShape as readonly number[],
  );
  return multiplicationsOf([...encoder, ...heads], inputShape) +
    multiplicationsOf(decoder, latent > 0 ? [latent] : features);
}

function multiplicationsOf(layers: readonly Layer[], shape: readonly number[]): number {
  let sum = 0;
  for (const layer of layers) {
    const out = outputShape(layer, shape);
    for (const { name, shape: matrix } of parameterSpecs(layer, shape)) {
      if (name === "kernel" || name === "recurrent") {
        sum += uses(layer, shape, out) * sizeOf(matrix);
      }
    }
    shape = out;
  }
  return sum;
}

/** How often a layer uses each of its weights for an image. */
function uses(layer: Layer, shape: readonly number[], out: readonly number[]): number {
  switch (layer.type) {
    case "conv2d":
      return out[0]! * out[1]!; // once a pixel of its output
    case "conv2dTranspose":
      return shape[0]! * shape[1]!; // once a pixel of its input
    default:
      return sizeOf(shape.slice(0, -1)); // once a row: of a vector 1, of a sequence its length
  }
}
