/**
 * The service that models learn by: images in memory, their split, the loop, optimisers, process groups.
 *
 * Nothing here imports a model; a model hands the loop a {@linkcode Learner}.
 *
 * @module
 */

export { Augmenter } from "./augmenter.ts";
export { batchBounds } from "./batches.ts";
export { defaultBatch, defaultEpochs, defaultPatience } from "./defaults.ts";
export type {
  EpochRecord,
  FitResult,
  LearningOptions,
  StepRecord,
  TrainingState,
} from "./fit_options.ts";
export { divideWork, type Task } from "./divide_work.ts";
export {
  gradientLearner,
  type GradientModel,
  type LearnerStart,
  lossGradients,
  trainableOf,
} from "./gradient_learner.ts";
export {
  checkHyperparameters,
  completeHyperparameters,
  HYPERPARAMETERS,
  type Hyperparameters,
  hyperparameterSettings,
} from "./hyperparameters.ts";
export { ImageCache, type ImageFile, type SharedImageFile } from "./image_cache.ts";
export { ImageSet, type SharedImages } from "./image_set.ts";
export { learn } from "./learn.ts";
export type {
  KlOptions,
  LabelledBatch,
  LayerStatistics,
  Learner,
  LearningData,
  MakeExample,
  TrainingPass,
} from "./learner.ts";
export {
  describeFailures,
  isChosen,
  type LoadedImages,
  loadImages,
  type LoadOptions,
  requireLabels,
} from "./load_images.ts";
export { smallerSize } from "./smaller_size.ts";
export { Optimiser } from "./optimiser.ts";
export { Optimisers } from "./_optimisers.ts";
export type { Parameter, ParameterShape, Weights } from "./parameter.ts";
export { type GroupCapacity, type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
export { rangeOf, type SampleRange, shortNumber } from "./_source_samples.ts";
export { MIN_IMAGES, type Split, splitForTraining, splitImages } from "./split.ts";
export { capacityFor, TensorParallelDense } from "./tensor_parallel_dense.ts";
export { chooseThreads, estimateSeconds, type TrainingCost } from "./threads.ts";
export { groupMember, WorkerGroup } from "./worker_group.ts";
