/** Options and records of a training. */

import type { Random } from "../random.ts";
import type { ProcessGroup } from "./process_group.ts";
import type { OptimiserState } from "./optimiser.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import type { Weights } from "./parameter.ts";

/** The losses of one epoch, means per image. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss over the steps. */
  readonly loss: number;
  /** Loss on the validation images after the epoch. */
  readonly validationLoss: number;
  /** Loss on the watched images after the epoch; absent where none are watched. */
  readonly watchedLoss?: number | undefined;
}

/** Progress within an epoch. */
export interface StepRecord {
  /** From 1. */
  readonly epoch: number;
  /** Images done in this epoch. */
  readonly images: number;
  /** Images of the epoch. */
  readonly of: number;
  /** Mean training loss per image, over the epoch so far. */
  readonly loss: number;
}

/** The whole state of a training: resumed from it, the training ends as if it had not stopped. */
export interface TrainingState {
  /** Epochs done. */
  readonly epoch: number;
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  /** The weights now. */
  readonly weights: Weights;
  /** The weights of the best epoch. */
  readonly best: { readonly epoch: number; readonly weights: Weights };
  /** The optimiser's moments and its number of steps. */
  readonly optimiser: OptimiserState;
  /** The state of the random generator. */
  readonly random: readonly number[];
}

/** Settings and callbacks of a training. */
export interface LearningOptions {
  /** Passes over the training images, at least 1. */
  readonly epochs: number;
  /** Images per step, at least 2 (batch normalisation needs two). */
  readonly batch: number;
  /** The learning rate, before its schedule. */
  readonly learningRate: number;
  /** Optimiser, schedule, KL term and augmentation: see `completeHyperparameters`. @default {plain Adam} */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Epochs without a better validation loss before training ends, warm-up epochs not counted. */
  readonly patience: number;
  /** Source of initial weights, the order of images, and noise. */
  readonly random: Random;
  /** The state to resume from. */
  readonly resume?: TrainingState | undefined;
  /** The threads that train together; each of them makes the same calls. @default {one process} */
  readonly group?: ProcessGroup | undefined;
  /** Ends the training after the current step. On member 0, as all that follow. */
  readonly signal?: AbortSignal | undefined;
  /** Called some times per second, and after an epoch's last step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Measures the loss of watched images after every epoch. */
  readonly watch?: (() => Promise<number>) | undefined;
  /** Called after every epoch; the state is computed only on demand. */
  readonly onEpoch?: (
    record: EpochRecord,
    state: () => Promise<TrainingState>,
  ) => Promise<void> | void;
}

/** The history of a training. The model holds the best weights. */
export interface FitResult {
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights were kept; 0 if none was complete. */
  readonly bestEpoch: number;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
}
