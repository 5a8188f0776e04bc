/** Names of operations and optimisers; imports no tfjs, for modules that only describe. */

export { type LossName, lossTerms, type PixelLoss } from "./ops/loss_name.ts";
export type { LossOutput } from "./ops/loss_attributes.ts";

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
