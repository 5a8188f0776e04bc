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
export { roomFor } from "./dense_parts.ts";
export { ALONE, BrokenGroupError, type Group, type GroupRoom } from "./group.ts";
export { ImageSet, type SharedImages } from "./image_set.ts";
export { type LoadedImages, loadImages, type LoadOptions } from "./load_images.ts";
export { AUGMENTATION_NAMES } from "./augmentations.ts";
export { completeRecipe, RECIPE, type Recipe, recipeSettings } from "./recipe.ts";
export { serve, Team } from "./team.ts";
export { FEWEST_IMAGES, type Split, splitImages } from "./split.ts";
export { chooseThreads, type Work } from "./threads.ts";
export { fitKind, type KindFitOptions, kindRoom } from "./fit_kind.ts";
export { alike } from "./kind_work.ts";
export type { LearnerData } from "./fit_learner.ts";
