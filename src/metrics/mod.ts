/**
 * How good scores are: `rank` them once, then measure.
 *
 * @module
 */

export { aurocInterval, type IntervalOptions } from "./auroc_interval.ts";
export { confusionAt, type ConfusionRates } from "./confusion.ts";
export { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.ts";
export { rank, type Ranking } from "./rank.ts";
export { auroc, averagePrecision, bestF1, fprAtTpr } from "./ranking.ts";
