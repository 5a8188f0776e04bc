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
  type TrainingState,
  type Weights,
} from "./fit.ts";
export { ImageSet } from "./image_set.ts";
export { FEWEST_IMAGES, type Split, splitImages } from "./split.ts";
