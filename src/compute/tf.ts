/** The tensors of tfjs, for the modules that compute. Nothing outside this folder imports tfjs. */

export * as tf from "@tensorflow/tfjs-core";
export type { Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs-core";
