/**
 * Training: the images in memory, their split, the loop and its checkpoints.
 *
 * @module
 */

export { fit } from "./fit.ts";
export type {
  EpochRecord,
  FitOptions,
  FitResult,
  StepRecord,
  TrainingState,
  Weights,
} from "./fit_options.ts";
export { defaultBatch, defaultEpochs, defaultPatience } from "./defaults.ts";
export { roomFor } from "./tensor_parallel_dense.ts";
export {
  BrokenGroupError,
  type GroupCapacity,
  type ProcessGroup,
  SINGLE_PROCESS,
} from "./process_group.ts";
export { ImageSet, type SharedImages } from "./image_set.ts";
export { type LoadedImages, loadImages, type LoadOptions } from "./load_images.ts";
export { AUGMENTATION_NAMES } from "./augmentations.ts";
export {
  completeHyperparameters,
  HYPERPARAMETERS,
  type Hyperparameters,
  hyperparameterSettings,
} from "./hyperparameters.ts";
export { serve, WorkerGroup } from "./worker_group.ts";
export { FEWEST_IMAGES, type Split, splitImages } from "./split.ts";
export { chooseThreads, type Work } from "./threads.ts";
export { fitKind, type KindFitOptions, kindRoom } from "./fit_kind.ts";
export { alike } from "./kind_work.ts";
export type { LearnerData } from "./fit_learner.ts";
