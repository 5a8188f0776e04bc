/** Names of operations and optimisers; imports no tfjs, for modules that only describe. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../named_numbers.ts";

/** A non-linearity. */
export type Activation = "linear" | "relu" | "selu" | "sigmoid" | "tanh";

/** The non-linearities, by name. */
export const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "selu", "sigmoid", "tanh"];

/** Zero padding of a convolution on each side, pixels; unequal before and after if a pair. */
export type Padding = number | readonly [before: number, after: number];

/** The optimisers, by name. */
export const OPTIMIZER_NAMES = ["adam", "adamw", "sgd", "rmsprop"] as const;

/** The name of an optimiser. */
export type OptimizerName = typeof OPTIMIZER_NAMES[number];

/** The name of a reconstruction loss. */
export type LossName = "mse" | "bce" | "l1" | "huber" | "focal" | "ssim";

/**
 * A reconstruction loss: its name and, for some, parameters after a colon.
 *
 * `huber:DELTA` and `focal:GAMMA,ALPHA,THRESHOLD`; omitted parameters take their defaults.
 */
export type PixelLoss = LossName | `huber:${string}` | `focal:${string}`;

/** Maps a decoder's output to pixels: `sigmoid` (the output is logits), or `linear` (it is pixels). */
export type LossOutput = "sigmoid" | "linear";

/** A bound within what float32 holds. */
const FLOAT32 = 1e38;

/** The parameters of each loss. */
const LOSSES: NumberTable<LossName> = {
  mse: [],
  bce: [],
  l1: [],
  huber: [{ name: "delta", value: 0.1, least: 0, most: FLOAT32, open: true }],
  focal: [
    { name: "gamma", value: 0.25, least: 0, most: FLOAT32 },
    { name: "alpha", value: 2, least: 0, most: FLOAT32, open: true },
    { name: "threshold", value: 0, least: -FLOAT32, most: FLOAT32 },
  ],
  ssim: [],
};

/**
 * Parses a loss.
 *
 * @param loss A name, optionally followed by a colon and comma-separated parameters.
 * @returns The name with all parameters.
 * @throws {RangeError} If the name is unknown or a parameter invalid; the message states the requirement.
 */
export function lossTerms(loss: string): NamedNumbers<LossName> {
  return parseNamedNumbers(loss, LOSSES);
}
