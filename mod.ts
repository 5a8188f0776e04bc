/**
 * Finds the images that do not belong.
 *
 * @module
 */

export { pValue, threshold } from "./src/detection/calibration.ts";
export { type ErrorCode, StrayError, type StrayErrorOptions } from "./src/errors.ts";
export { auroc, averagePrecision, bestF1, fprAtTpr } from "./src/metrics/mod.ts";
export { Random } from "./src/random.ts";
