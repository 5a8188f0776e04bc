/** Schemas of layers and of the fields that specs share, as read from files. */

import * as v from "valibot";
import { ACTIVATIONS } from "../../compute/names.ts";
import { MAX_COUNT } from "../../shape.ts";
import { isReconstructionLoss, type ReconstructionLoss } from "../autoencoder/losses.ts";
import type { Layer } from "./layers.ts";

/** A whole number of things that take memory, at least `least`. */
function integer(least: number) {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(MAX_COUNT));
}

/** At least 1. */
export const COUNT = integer(1);
/** At least 0. */
export const NATURAL = integer(0);
/** A finite number, at least 0. */
export const NON_NEGATIVE = v.pipe(v.number(), v.finite(), v.minValue(0));
/** A loss as `parseLoss` writes it. */
export const LOSS = v.custom<ReconstructionLoss>(isReconstructionLoss, "a loss such as mse or bce");
/** Labels, at least one. */
export const CLASSES = v.pipe(v.array(v.string()), v.minLength(1));
/** Fields of every spec besides its kind. */
export const COMMON = { name: v.string(), inputShape: v.tuple([COUNT, COUNT, COUNT]) };

const several = integer(2);
const activation = v.optional(v.picklist(ACTIVATIONS), "linear");

/** A number from 0 to less than `below`. */
const fraction = (below: number) => v.pipe(v.number(), v.finite(), v.minValue(0), v.ltValue(below));

const convolution = {
  filters: COUNT,
  kernel: COUNT,
  stride: v.optional(COUNT, 1),
  pad: v.optional(v.union([NATURAL, v.tuple([NATURAL, NATURAL])]), 0),
  bias: v.optional(v.boolean(), true),
  activation,
};

/** A layer; fields with a usual value may be omitted. */
export const LAYER: v.GenericSchema<unknown, Layer> = v.variant("type", [
  v.strictObject({ type: v.literal("conv2d"), ...convolution }),
  v.strictObject({ type: v.literal("conv2dTranspose"), ...convolution }),
  v.strictObject({ type: v.literal("dense"), units: COUNT, activation }),
  v.strictObject({ type: v.literal("batchNorm") }),
  v.strictObject({ type: v.literal("activation"), activation }),
  v.strictObject({ type: v.literal("maxPool"), size: several }),
  v.strictObject({
    type: v.literal("lstm"),
    units: COUNT,
    sequences: v.optional(v.boolean(), false),
  }),
  v.strictObject({ type: v.literal("repeat"), times: COUNT }),
  v.strictObject({ type: v.literal("gaussianNoise"), deviation: fraction(Infinity) }),
  v.strictObject({ type: v.literal("dropout"), rate: fraction(1) }),
  v.strictObject({ type: v.literal("upsample"), factor: several }),
  v.strictObject({ type: v.literal("reshape"), shape: v.array(COUNT) }),
]);
