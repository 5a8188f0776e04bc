/**
 * Computation on tensors: tfjs, its backends, and our kernels.
 *
 * Only this folder imports tfjs. It is independent of images, models and scores.
 *
 * @module
 */

export { Adam } from "./adam.ts";
export { clipByNorm, NORM_EPSILON } from "./clip.ts";
export { type Backend, BACKEND_NAMES, type BackendName, openBackend } from "./backends.ts";
export { enableGradients, sumAndGradients, valueAndGradients } from "./gradients.ts";
export {
  activate,
  addScaled,
  batchNorm,
  type BatchStatistics,
  blendStatistics,
  blurPower,
  blurredSquares,
  type Collectives,
  conv2d,
  conv2dTranspose,
  type Dense,
  dense,
  type DenseShard,
  directionMaps,
  largestProducts,
  lstm,
  type LstmParameters,
  lstmSequence,
  maxPool,
  pixelLoss,
  type Reduce,
  reshape,
  rowDistances,
  sampleGaussian,
  scaled,
  scaleShift,
  shardedDense,
  shardedDenseLoss,
  upsampleBilinear,
} from "./ops/mod.ts";
export {
  type ComputationGraph,
  type ElementType,
  type Extent,
  type GraphNode,
  type GraphValue,
  isPerImage,
} from "./graph.ts";
export { evaluateGraphModel } from "./graph_model.ts";
export { copiedTensor, heapTensor, heapView } from "./heap.ts";
export { constant, Tape, traced } from "./tape.ts";
export {
  type Activation,
  ACTIVATIONS,
  type LossOutput,
  lossTerms,
  OPTIMIZER_NAMES,
  type OptimizerName,
  type Padding,
  type PixelLoss,
} from "./names.ts";
export { createRule, type RuleOptions } from "./update_rules.ts";
export type { UpdateRule } from "./update_rule.ts";
export {
  type DoubleRows,
  doubleRows,
  type MatrixProducts,
  matrixProducts,
  type ProductSize,
} from "./matrix_products.ts";
export { type ProductSpeed, productSpeed } from "./product_speed.ts";
export { SELF_TEST_TOLERANCE, selfTest, type SelfTestResult } from "./self_test.ts";
export {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tf,
  type Variable,
} from "./tf.ts";
