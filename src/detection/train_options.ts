/** What a training of a detector is told, and what it tells. */

import type { Backend, BackendName } from "../compute/mod.ts";
import type { Architecture, Metric, ModelSpec, ReconstructionLoss } from "../models/mod.ts";
import type { ModelFile, TrainingSummary } from "../store/mod.ts";
import type { EpochRecord, Hyperparameters, LoadOptions, StepRecord } from "../training/mod.ts";
import type { HeldOutComparison } from "./held_out.ts";

/** How to train a detector. */
export interface TrainOptions extends LoadOptions {
  /** The architecture's name, or one of your own. */
  readonly architecture: string | Architecture;
  /** Units of the latent. @default {the architecture's} */
  readonly latent?: number | undefined;
  /** The reconstruction loss. @default {the architecture's} */
  readonly loss?: ReconstructionLoss | undefined;
  /** Weight of the KL divergence. @default {1} */
  readonly beta?: number | undefined;
  /** Of `knn`: neighbours that the mean distance is taken to. @default {1} */
  readonly neighbours?: number | undefined;
  /** Of `knn`: the distance. @default {"cosine"; of latents "euclidean"} */
  readonly metric?: Metric | undefined;
  /** Of `knn`: standard deviation of a Gaussian blur, in pixels. @default {1; 0 for vectors} */
  readonly blur?: number | undefined;
  /**
   * Of `knn`: a trained model, among whose latents neighbours are looked for instead of pixels. It says
   * what images go through. From the images that it was trained on the same calibrate, which it never saw.
   */
  readonly latentsOf?: ModelFile | undefined;
  /** Of `rbm`: steps of Gibbs sampling for a gradient. @default {1} */
  readonly gibbs?: number | undefined;
  /** Most passes over the images. @default {3 to 100, by the architecture and the images} */
  readonly epochs?: number | undefined;
  /**
   * Epochs without a lower validation loss before training ends.
   * @default {a fifth, at least 3; all where the schedule follows the length, as one-cycle does}
   */
  readonly patience?: number | undefined;
  /** The learning rate. @default {the architecture's} */
  readonly learningRate?: number | undefined;
  /** Optimiser, schedule, KL term and augmentation. @default {of each setting the architecture's} */
  readonly hyperparameters?: Hyperparameters | undefined;
  /** Images a step. @default {16 to 128, by the images' size} */
  readonly batch?: number | undefined;
  /** Makes the run repeatable. @default {0} */
  readonly seed?: number | undefined;
  /** Where to compute. @default {"auto"} */
  readonly backend?: BackendName | "auto" | undefined;
  /** The most threads to train on, with wasm. A small job uses fewer by default. @default {all cores} */
  readonly workers?: number | undefined;
  /** The score that the model uses unless told otherwise. @default {the architecture's} */
  readonly score?: string | undefined;
  /** A label: the mean loss of its images, trained on or not, is measured after every epoch. */
  readonly watch?: string | undefined;
  /** The version to note in the model. */
  readonly version: string;
  /** Ends the training after the current step; the model so far is calibrated and returned. */
  readonly signal?: AbortSignal | undefined;
  /** A checkpoint's bytes, to go on from, and its name for errors. */
  readonly resume?: { readonly bytes: Uint8Array; readonly name: string } | undefined;
  /** Called once everything is known and training begins. */
  readonly onStart?: ((start: TrainingStart) => void) | undefined;
  /** Called some times a second, and after an epoch's last step. */
  readonly onStep?: ((step: StepRecord) => void) | undefined;
  /** Called after every epoch, with a function that makes a checkpoint's bytes. */
  readonly onEpoch?:
    | ((record: EpochRecord, checkpoint: () => Promise<Uint8Array>) => Promise<void> | void)
    | undefined;
}

/** What a training begins with. */
export interface TrainingStart {
  /** What computes, and why. */
  readonly backend: Backend;
  /** How many threads train. */
  readonly threads: number;
  /** Why others could not be started, in words. */
  readonly trouble?: string | undefined;
  /** What is trained. */
  readonly spec: ModelSpec;
  /** Trained values. */
  readonly parameters: number;
  /** Numbers of images. */
  readonly images: TrainingSummary["images"];
  /** Most passes over the images. */
  readonly epochs: number;
}

/** A trained model. */
export interface TrainingResult {
  /** What to write with `encodeModel`. */
  readonly model: ModelFile;
  /** Whether the signal ended the training early. */
  readonly interrupted: boolean;
  /** How it tells some images of labels that were held out, if there were any; the model never saw them. */
  readonly heldOut?: HeldOutComparison | undefined;
}
