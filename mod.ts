/**
 * Finds the images that do not belong: train on normal images, get a p-value for every other.
 *
 * ```ts ignore
 * import { decode, Detector } from "./mod.ts";
 *
 * const detector = await Detector.open(await Deno.readFile("lens.safetensors"));
 * const image = await decode(await Deno.readFile("a.png"));
 * const [verdict] = await detector.detect([image]);
 * if (verdict?.anomaly) await Deno.stdout.write(new TextEncoder().encode(`p = ${verdict.p}\n`));
 * detector.dispose();
 * ```
 *
 * Images go in and numbers come out; tensors stay inside.
 *
 * @module
 */

export {
  type Backend,
  type BackendName,
  type MatrixProducts,
  matrixProducts,
  type ProductSize,
} from "./src/compute/mod.ts";
export {
  type AnyImage,
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
  readSources,
  type Sample,
  type SourceOptions,
} from "./src/datasets/mod.ts";
export {
  type CalibrationChoice,
  Detector,
  type DetectorOptions,
  type Inspection,
  type MassInspection,
  pValue,
  readGraph,
  type ReadGraphOptions,
  recalibrate,
  type Recalibrated,
  type RecalibrateOptions,
  type ScoredEntry,
  type ScoredSample,
  scoreEntries,
  type ScoreOptions,
  ShiftTest,
  threshold,
  trainDetector,
  type TrainingResult,
  type TrainingStart,
  type TrainOptions,
  type UnlikeCalibration,
  type UnseenLabelsComparison,
  type Verdict,
  type WantedFindings,
} from "./src/detection/mod.ts";
export { type ErrorCode, StrayError, type StrayErrorOptions } from "./src/errors.ts";
export type { FileHash } from "./src/file_hash.ts";
export {
  decode,
  type DecodeOptions,
  type EncodedImage,
  encodePng,
  type FitsMap,
  type Image,
  type ModelInput,
  type Preprocessing,
  readFitsMap,
  type Region,
  type RegionMask,
  regionOfMask,
  type Samples,
  type Scale,
  type Size,
} from "./src/images/mod.ts";
export { ImageCache, type ImageFile, type SharedImageFile } from "./src/training/mod.ts";
export { makeBudget, type MemoryBudget } from "./src/memory_budget.ts";
export { type Shard, type Span, spanOf } from "./src/shard.ts";
export {
  type FlatMap,
  nearest,
  type NearestOptions,
  type Neighbours,
  type PcaMap,
  pcaMap,
  type Points,
  type RoundOptions,
  tsneMap,
  type TsneOptions,
  umapMap,
  type UmapOptions,
  vote,
} from "./src/maps/mod.ts";
export {
  auroc,
  aurocInterval,
  averagePrecision,
  benjaminiHochberg,
  bestF1,
  type Classes,
  confusionAt,
  confusionMatrix,
  type ConfusionRates,
  type Coordinates,
  evaluate,
  type EvaluateOptions,
  type Evaluation,
  fprAtTpr,
  imagesFor,
  type IntervalOptions,
  type MaskedMap,
  type PixelEvaluation,
  PixelMetrics,
  psnr,
  type PsnrOptions,
  rank,
  type Ranking,
  reconstructionDistance,
  roundedAccuracy,
  ssim,
  type SsimOptions,
  trustworthiness,
  type TrustworthinessOptions,
  wasserstein,
} from "./src/metrics/mod.ts";
export type {
  AaeSpec,
  Activation,
  Architecture,
  AutoencoderSpec,
  CodedLayers,
  CvaeSpec,
  DamageSpec,
  DefaultModel,
  DistanceKnnSpec,
  Features,
  GraphOptions,
  GraphSpec,
  ImageShape,
  KnnSpec,
  Layer,
  LensChoice,
  Metric,
  ModelDefaults,
  ModelOptions,
  ModelSpec,
  ModelTemplate,
  Normalisation,
  OpenSetSpec,
  OrientedKnnSpec,
  OwnOption,
  Padding,
  PcaSpec,
  RbmSpec,
  ReconstructionLoss,
  ResnetSpec,
  ScoreDescription,
  Sought,
  StoredValues,
  UserGraph,
  WantedMaps,
} from "./src/models/mod.ts";
export { DEFAULT_MODELS } from "./src/models/mod.ts";
export { Random } from "./src/random.ts";
export { contactSheet, drawMap, type DrawMapOptions, type SheetOptions } from "./src/report/mod.ts";
export {
  type AnomalyReport,
  type CalibrationRecord,
  decodeModel,
  encodeModel,
  encodeNpy,
  type ModelFile,
  type StoredTensor,
  type TrainingSummary,
} from "./src/store/mod.ts";
export type { EpochRecord, Hyperparameters, LoadOptions, StepRecord } from "./src/training/mod.ts";
