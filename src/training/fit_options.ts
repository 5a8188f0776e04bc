/** What goes into a training, and what it tells. */

import type { Random } from "../random.ts";
import type { ProcessGroup } from "./process_group.ts";
import type { OptimiserState } from "./optimiser.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** The values of all weights, by name. */
export type Weights = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** What one epoch came to. Losses are means an image. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean of the steps' training losses. */
  readonly loss: number;
  /** Loss on the validation images after the epoch. */
  readonly validationLoss: number;
  /** Loss on the images that are watched, after the epoch; absent where none are. */
  readonly watchedLoss?: number | undefined;
}

/** How far an epoch is. */
export interface StepRecord {
  /** From 1. */
  readonly epoch: number;
  /** Images done in this epoch. */
  readonly images: number;
  /** Images of the epoch. */
  readonly of: number;
  /** Mean training loss an image, over the epoch so far. */
  readonly loss: number;
}

/** Everything that a training needs to go on as if it had not stopped. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The weights now. */
  readonly weights: Weights;
  /** The weights of the best epoch. */
  readonly best: { readonly epoch: number; readonly weights: Weights };
  /** The optimiser's moments and its number of steps. */
  readonly optimiser: OptimiserState;
  /** The random generator. */
  readonly random: readonly number[];
}

/** How to train. */
export interface FitOptions {
  /** Passes over the training images, at least 1. */
  readonly epochs: number;
  /** Images a step, at least 2 (batch normalisation needs two). */
  readonly batch: number;
  /** The learning rate, before its schedule. */
  readonly learningRate: number;
  /** What departs from plain Adam on the images as they are: see `completeHyperparameters`. @default {nothing} */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Epochs without a better validation loss before training ends; none counts of a warm-up. */
  readonly patience: number;
  /** Order of images and noise come from here. */
  readonly random: Random;
  /** Where to go on. */
  readonly resume?: TrainingState | undefined;
  /** The threads that train together; every one calls `fit` with the same model and options. */
  readonly group?: ProcessGroup | undefined;
  /** Ends the training after the current step. Of member 0, as all that follows. */
  readonly signal?: AbortSignal | undefined;
  /** Called some times a second, and after an epoch's last step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Measures the loss of images that are watched, after every epoch. */
  readonly watch?: (() => Promise<number>) | undefined;
  /** Called after every epoch; the state is made only if it is asked for. */
  readonly onEpoch?: (
    record: EpochRecord,
    state: () => Promise<TrainingState>,
  ) => Promise<void> | void;
}

/** How a training ended. The model holds the best weights. */
export interface FitResult {
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights were kept; 0 if none was complete. */
  readonly bestEpoch: number;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
}
