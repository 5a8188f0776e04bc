/**
 * How good scores are.
 *
 * @module
 */

export { auroc, averagePrecision, bestF1, fprAtTpr } from "./ranking.ts";
