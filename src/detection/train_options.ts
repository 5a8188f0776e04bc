/** Options and results of the training of a detector. */

import type { Backend, BackendName } from "../compute/mod.ts";
import type { Entry } from "../datasets/mod.ts";
import type { ModelInput } from "../images/mod.ts";
import type { Architecture, DefaultModel, ModelOptions, ModelSpec, Sought } from "../models/mod.ts";
import type { CalibrationRecord, ModelFile, TrainingSummary } from "../store/mod.ts";
import type { EpochRecord, Hyperparameters, LoadOptions, StepRecord } from "../training/mod.ts";
import type { CalibrationChoice } from "./calibration_choice.ts";
import type { UnseenLabelsComparison } from "./unseen_labels.ts";

/** How to train a detector. */
export interface TrainOptions
  extends
    Omit<LoadOptions, "sideFor" | "looksAhead">,
    Omit<ModelOptions, "inputShape" | "images" | "classes" | "latents" | "output"> {
  /**
   * The model's name, or an autoencoder architecture of your own.
   * @default {the first of {@linkcode DEFAULT_MODELS} that options and images allow}
   */
  readonly architecture?: string | Architecture | undefined;
  /** The aim of the search: it chooses model and score, or the score of the model that is named. @default {both} */
  readonly seek?: Sought | undefined;
  /**
   * Whether images in files of their own may be photographs, which other models are for; simulated ones are none.
   * @default {true}
   */
  readonly mayBePhotographs?: boolean | undefined;
  /**
   * For `knn`: a trained model whose latents are compared instead of pixels. It determines how images are
   * prepared. Of its own training images those calibrate that calibrated it, as it never saw them.
   */
  readonly latentsOf?: ModelFile | undefined;
  /** Maximum number of passes over the images. @default {3 to 100, by the model and the images} */
  readonly epochs?: number | undefined;
  /**
   * Epochs without a lower validation loss before training ends.
   * @default {a fifth, at least 3; all where the schedule follows the length, as one-cycle does}
   */
  readonly patience?: number | undefined;
  /** The learning rate. @default {the model's} */
  readonly learningRate?: number | undefined;
  /** Optimiser, schedule, KL term and augmentation. @default {per setting the model's} */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Whether the training writes checkpoints, which models that learn in steps have. @default {false} */
  readonly checkpoints?: boolean | undefined;
  /** Images per step. @default {16 to 128, by the images' size} */
  readonly batch?: number | undefined;
  /** Makes the run repeatable. @default {0} */
  readonly seed?: number | undefined;
  /**
   * How to calibrate: `split` sets images aside, `cross:K` fits K further models, `loo` leaves each image
   * out; or normal images that do not train, of which `normal` and `holdOut` choose too.
   * @default {`split` from 400 images; below `loo` for `knn` by pixels or latents, else `cross`; for a checkpoint its own}
   */
  readonly calibrate?: CalibrationChoice | undefined;
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** The most threads to train on, with wasm. A small job uses fewer by default. @default {all cores} */
  readonly workers?: number | undefined;
  /** The model's default score. @default {the model's, or as the anomalies choose} */
  readonly score?: string | undefined;
  /** A label: the mean loss of its images is measured after every epoch, whether they train or not. */
  readonly watch?: string | undefined;
  /**
   * A few known anomalies. They choose the default score unless `score` is given, and propose a
   * threshold; they neither train nor calibrate. @default {none}
   */
  readonly anomalies?: AsyncIterable<Entry> | undefined;
  /** The version to note in the model. */
  readonly version: string;
  /**
   * Ends the training after the current step; the model so far is returned. It is calibrated on the
   * images that were scored until then: with folds on none, if it was still being trained.
   */
  readonly signal?: AbortSignal | undefined;
  /** The bytes of a checkpoint to resume from, and its name for errors. */
  readonly resume?: { readonly bytes: Uint8Array; readonly name: string } | undefined;
  /** Called once everything is known and training begins. */
  readonly onStart?: ((start: TrainingStart) => void) | undefined;
  /** Called before each further model of a calibration by folds, with its number from 1. */
  readonly onFold?: ((fold: number, of: number) => void) | undefined;
  /** Called some times per second, and after an epoch's last step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Called after every epoch, with a function that makes a checkpoint's bytes. */
  readonly onEpoch?:
    | ((record: EpochRecord, checkpoint: () => Promise<Uint8Array>) => Promise<void> | void)
    | undefined;
}

/** Facts known when training begins. */
export interface TrainingStart {
  /** The backend that computes, and the reason for it. */
  readonly backend: Backend;
  /** Number of threads that train. */
  readonly threads: number;
  /** The reason why other threads could not be started, in words. */
  readonly trouble?: string | undefined;
  /** The model. */
  readonly spec: ModelSpec;
  /** Why it was taken, where the user named none. */
  readonly chosen?: DefaultModel | undefined;
  /** The preparation of the images. */
  readonly input: ModelInput;
  /** The labels that it trains on; absent if not every image has one. */
  readonly labels?: readonly string[] | undefined;
  /** Number of trained parameters. */
  readonly parameters: number;
  /** Numbers of images. */
  readonly images: TrainingSummary["images"];
  /** How the model will be calibrated, and on how many images. */
  readonly calibration: CalibrationRecord;
  /** Maximum number of passes over the images. */
  readonly epochs: number;
  /** Estimated time of them all, s; absent where nothing is learnt in steps. */
  readonly seconds?: number | undefined;
}

/** A trained model. */
export interface TrainingResult {
  /** The contents of the model file, for `encodeModel`. */
  readonly model: ModelFile;
  /** Whether the signal ended the training early. */
  readonly interrupted: boolean;
  /** Number of calibration images without a finite score by the model's default score. */
  readonly overflows: number;
  /** The AUROC of images with the labels left out, if there were any; the model never saw them. */
  readonly unseenLabels?: UnseenLabelsComparison | undefined;
}
