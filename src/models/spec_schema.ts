/** What an architecture read from a file must look like. */

import * as v from "valibot";
import type { AutoencoderSpec } from "./autoencoder.ts";
import { ACTIVATIONS } from "../compute/mod.ts";
import type { Layer } from "./layers.ts";
import { RECONSTRUCTION_LOSS_NAMES } from "./losses.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1 << 24));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1 << 24));
const activation = v.picklist(ACTIVATIONS);

/** A number from 0 to less than `below`. */
const share = (below: number) => v.pipe(v.number(), v.finite(), v.minValue(0), v.ltValue(below));

const convolution = {
  filters: count,
  kernel: count,
  stride: count,
  pad: v.union([natural, v.tuple([natural, natural])]),
  bias: v.boolean(),
  activation,
};

const layer: v.GenericSchema<unknown, Layer> = v.variant("type", [
  v.strictObject({ type: v.literal("conv2d"), ...convolution }),
  v.strictObject({ type: v.literal("conv2dTranspose"), ...convolution }),
  v.strictObject({ type: v.literal("dense"), units: count, activation }),
  v.strictObject({ type: v.literal("batchNorm") }),
  v.strictObject({ type: v.literal("activation"), activation }),
  v.strictObject({ type: v.literal("maxPool"), size: count }),
  v.strictObject({ type: v.literal("lstm"), units: count, sequences: v.boolean() }),
  v.strictObject({ type: v.literal("repeat"), times: count }),
  v.strictObject({ type: v.literal("gaussianNoise"), deviation: share(Infinity) }),
  v.strictObject({ type: v.literal("dropout"), rate: share(1) }),
  v.strictObject({ type: v.literal("upsample"), factor: count }),
  v.strictObject({ type: v.literal("reshape"), shape: v.array(count) }),
]);

/** Checks plain JSON as an {@linkcode AutoencoderSpec}; whether the shapes fit shows when it is built. */
export const AUTOENCODER_SPEC: v.GenericSchema<unknown, AutoencoderSpec> = v.strictObject({
  name: v.string(),
  inputShape: v.tuple([count, count, count]),
  encoder: v.array(layer),
  latent: natural,
  decoder: v.array(layer),
  loss: v.picklist(RECONSTRUCTION_LOSS_NAMES),
  beta: v.pipe(v.number(), v.finite(), v.minValue(0)),
});
