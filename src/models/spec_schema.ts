/** What an architecture read from a file must look like. */

import * as v from "valibot";
import type { AutoencoderSpec } from "./spec.ts";
import { ACTIVATIONS } from "../compute/mod.ts";
import type { Layer } from "./layers.ts";
import { isReconstructionLoss, type ReconstructionLoss } from "./losses.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1 << 24));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1 << 24));
const several = v.pipe(v.number(), v.safeInteger(), v.minValue(2), v.maxValue(1 << 24));
const activation = v.optional(v.picklist(ACTIVATIONS), "linear");
const beta = v.pipe(v.number(), v.finite(), v.minValue(0));
const output = v.picklist(["sigmoid", "linear"]);

/** A loss as `parseLoss` writes it. */
export const LOSS = v.custom<ReconstructionLoss>(isReconstructionLoss, "a loss such as mse or bce");

/** A number from 0 to less than `below`. */
const share = (below: number) => v.pipe(v.number(), v.finite(), v.minValue(0), v.ltValue(below));

const convolution = {
  filters: count,
  kernel: count,
  stride: v.optional(count, 1),
  pad: v.optional(v.union([natural, v.tuple([natural, natural])]), 0),
  bias: v.optional(v.boolean(), true),
  activation,
};

/** A layer. What most networks leave as it is may be left out. */
export const LAYER: v.GenericSchema<unknown, Layer> = v.variant("type", [
  v.strictObject({ type: v.literal("conv2d"), ...convolution }),
  v.strictObject({ type: v.literal("conv2dTranspose"), ...convolution }),
  v.strictObject({ type: v.literal("dense"), units: count, activation }),
  v.strictObject({ type: v.literal("batchNorm") }),
  v.strictObject({ type: v.literal("activation"), activation }),
  v.strictObject({ type: v.literal("maxPool"), size: several }),
  v.strictObject({
    type: v.literal("lstm"),
    units: count,
    sequences: v.optional(v.boolean(), false),
  }),
  v.strictObject({ type: v.literal("repeat"), times: count }),
  v.strictObject({ type: v.literal("gaussianNoise"), deviation: share(Infinity) }),
  v.strictObject({ type: v.literal("dropout"), rate: share(1) }),
  v.strictObject({ type: v.literal("upsample"), factor: several }),
  v.strictObject({ type: v.literal("reshape"), shape: v.array(count) }),
]);

/** Checks plain JSON as an {@linkcode AutoencoderSpec}; whether the shapes fit shows when it is built. */
export const AUTOENCODER_SPEC: v.GenericSchema<unknown, AutoencoderSpec> = v.strictObject({
  name: v.string(),
  inputShape: v.tuple([count, count, count]),
  encoder: v.array(LAYER),
  latent: natural,
  decoder: v.array(LAYER),
  loss: LOSS,
  beta,
  output: v.optional(output),
});

/** A network that its user wrote: an architecture for images of any shape. */
export type NetworkFile = Required<Omit<AutoencoderSpec, "inputShape">>;

const layers = v.pipe(v.array(LAYER), v.minLength(1), v.maxLength(1000));

/** Checks plain JSON as a {@linkcode NetworkFile}. */
export const NETWORK_FILE: v.GenericSchema<unknown, NetworkFile> = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100)), "custom"),
  encoder: layers,
  latent: v.optional(natural, 0),
  decoder: layers,
  loss: v.optional(LOSS, "mse"),
  beta: v.optional(beta, 1),
  output: v.optional(output, "sigmoid"),
});
