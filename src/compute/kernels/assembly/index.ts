// The exports of the module.

export { conv2d, conv2dScratchFloats } from "./conv2d";
export { conv2dInputGradient, conv2dInputGradientScratchFloats } from "./conv2d_input_gradient";
export { conv2dFilterGradient, conv2dFilterGradientScratchFloats } from "./conv2d_filter_gradient";
export { largestProducts, largestProductsScratchFloats } from "./largest_products";
export { matMul, matMulScratchFloats } from "./matmul";
export { setMostSteps, wideMatMul, wideMatMulScratchFloats } from "./wide";
export { rowDistances } from "./distances";
export { doubleDots } from "./double_dots";
export { constantFloats, writeConstants } from "./constants";
export { adam } from "./adam";
export { activationGradient, biasActivation } from "./activation";
export {
  channelSquares,
  channelSums,
  normGradient,
  normGradientSums,
  scaleShift,
} from "./batch_norm";
export { blurPower, blurPowerScratchFloats } from "./blur";
export { directionMaps, directionMapsScratchFloats } from "./direction_maps";
export { gaussian, gaussianGradient } from "./gaussian";
export { losses, scaleGradients } from "./losses";
export { lstmCell, lstmCellGradient } from "./lstm";
export { maxPool, maxPoolGradient } from "./pool";
export { upsample, upsampleGradient } from "./upsample";
