/** Names of operations and optimisers; imports no tfjs, for modules that only describe. */

export { type LossName, lossTerms, type PixelLoss } from "./ops/loss_name.ts";
export type { LossOutput } from "./ops/loss_attributes.ts";
export type { Padding } from "./ops/conv2d.ts";

/** A non-linearity. */
export type Activation = "linear" | "relu" | "selu" | "sigmoid" | "tanh";

/** The non-linearities, by name. */
export const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "selu", "sigmoid", "tanh"];

/** The optimisers, by name. */
export const OPTIMIZER_NAMES = ["adam", "adamw", "sgd", "rmsprop"] as const;

/** The name of an optimiser. */
export type OptimizerName = typeof OPTIMIZER_NAMES[number];
