/**
 * From a model to a detector: training, calibration, and the stream of verdicts.
 *
 * @module
 */

export { pValue, threshold } from "./calibration.ts";
export { type CalibrationChoice, parseCalibration } from "./calibration_choice.ts";
export { Detector, type DetectorOptions } from "./detector.ts";
export type { Verdict, WantedFindings } from "./findings.ts";
export { recordDetector, type RecordOptions } from "./detector_graph.ts";
export { readGraph, type ReadGraphOptions } from "./read_graph.ts";
export { recalibrate, type Recalibrated, type RecalibrateOptions } from "./recalibrate.ts";
export { scoreEntries, type ScoreOptions } from "./score_entries.ts";
export type { Inspection, MassInspection, ScoredEntry, ScoredSample } from "./scored_entry.ts";
export { ShiftTest, type UnlikeCalibration } from "./shift_detection.ts";
export type { UnseenLabelsComparison } from "./unseen_labels.ts";
export { trainDetector } from "./train_detector.ts";
export { unwatchable } from "./watched_images.ts";
export type { TrainingResult, TrainingStart, TrainOptions } from "./train_options.ts";
