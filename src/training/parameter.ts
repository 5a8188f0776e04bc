/** Parameters of a model: their shapes, and their values on the current backend. */

import type { Variable } from "../compute/mod.ts";

/** A parameter without its value. */
export interface ParameterShape {
  /** Unique within the model. */
  readonly name: string;
  /** Shape of the value. */
  readonly shape: readonly number[];
  /** Whether the optimiser updates it; running statistics are not trained. */
  readonly trainable: boolean;
  /** Whether it is the matrix of a dense layer whose input is one row per image. */
  readonly dense?: boolean;
}

/** A parameter with its value. */
export interface Parameter extends ParameterShape {
  /** The value. */
  readonly value: Variable;
}

/** Values by name. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;
