/**
 * Training: the images in memory, their split, the loop and its checkpoints.
 *
 * @module
 */

export {
  type EpochRecord,
  fit,
  type FitOptions,
  type FitResult,
  type StepRecord,
  type TrainingState,
  type Weights,
} from "./fit.ts";
export { defaultBatch, defaultEpochs, defaultPatience } from "./defaults.ts";
export { ImageSet } from "./image_set.ts";
export { type LoadedImages, loadImages, type LoadOptions } from "./load_images.ts";
export { FEWEST_IMAGES, type Split, splitImages } from "./split.ts";
