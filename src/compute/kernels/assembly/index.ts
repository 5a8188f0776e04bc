// Everything that the module exports.

export { conv2d, conv2dFilterGradient, conv2dInputGradient, conv2dScratchFloats } from "./conv2d";
export { matMul, panelFloats } from "./gemm";
export { adam } from "./adam";
