/** tfjs, for modules that compute. Nothing outside this folder imports tfjs itself. */

export * as tf from "@tensorflow/tfjs-core";
export type { Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs-core";
