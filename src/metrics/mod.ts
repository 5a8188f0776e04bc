/**
 * Metrics of labelled scores (`rank` once, then measure), of images, samples and maps.
 *
 * @module
 */

export { aurocInterval, type IntervalOptions } from "./auroc_interval.ts";
export { aurocStandardError } from "./auroc_standard_error.ts";
export { benjaminiHochberg } from "./benjamini_hochberg.ts";
export { imagesFor } from "./calibration_size.ts";
export { type Classes, confusionMatrix } from "./confusion_matrix.ts";
export { confusionAt, type ConfusionRates } from "./confusion.ts";
export { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.ts";
export { type MaskedMap, type PixelEvaluation, PixelMetrics } from "./pixel_metrics.ts";
export { psnr, type PsnrOptions } from "./psnr.ts";
export { rank, type Ranking } from "./rank.ts";
export { auroc, averagePrecision, bestF1, fprAtTpr } from "./ranking.ts";
export { roundedAccuracy } from "./rounded_accuracy.ts";
export { ssim, type SsimOptions } from "./ssim.ts";
export {
  type Coordinates,
  trustworthiness,
  type TrustworthinessOptions,
} from "./trustworthiness.ts";
export { wilsonInterval } from "./wilson_interval.ts";
export { reconstructionDistance, wasserstein } from "./wasserstein.ts";
