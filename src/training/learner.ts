/** The interface between the training loop and the models that learn by it. */

import type {
  BatchStatistics,
  Dense,
  LossOutput,
  PixelLoss,
  Reduce,
  Tensor,
  Tensor1D,
} from "../compute/mod.ts";
import type { Random } from "../random.ts";
import type { ImageSet } from "./image_set.ts";
import type { Optimiser } from "./optimiser.ts";
import type { Weights } from "./parameter.ts";
import type { Split } from "./split.ts";

/** Images to learn from. */
export interface LearningData {
  /** All images. */
  readonly images: ImageSet;
  /** Per image, the index of its label among the model's classes, -1 where there is none. */
  readonly classes: Int32Array;
  /** The images that train and those that validate. */
  readonly split: Split;
}

/**
 * Makes an image an example that a model learns from, or is validated by.
 *
 * @param image Samples, changed in place.
 * @param label Index of the image's label, -1 where there is none.
 * @param random Generator of the image: examples depend neither on each other nor on the number of threads.
 * @param augment Applies the augmentations, which are then the model's to apply; none for validation.
 * @returns The example's class, in place of the label.
 */
export type MakeExample = (
  image: Float32Array,
  label: number,
  random: Random,
  augment: () => void,
) => number;

/** Images with their labels. */
export interface LabelledBatch {
  /** `[batch, height, width, channels]`. */
  readonly x: Tensor;
  /** Index of each image's label, -1 where there is none. */
  readonly classes: Int32Array;
  /** Images in the whole batch, of which this is one member's share. */
  readonly wholeSize: number;
}

/** Statistics of a batch normalisation layer over one batch. */
export interface LayerStatistics extends BatchStatistics {
  /** Name prefix of the layer's parameters. */
  readonly layer: string;
}

/** The weight of the KL divergence in one step of training. */
export interface KlOptions {
  /** Fraction of the weight that counts, in [0, 1]; below 1 during warm-up. @default {1} */
  readonly klWeight?: number | undefined;
  /** Nats per latent unit without cost. @default {0} */
  readonly freeBits?: number | undefined;
  /** Sums over the members of a process group that share a batch. */
  readonly reduce?: Reduce | undefined;
}

/** Dense layers whose matrices may be sharded over a process group. */
export interface DenseLayers {
  /** Runs a layer. */
  readonly run: Dense;
  /** Whether members share the loss of a layer's output by columns. */
  readonly sharesLoss: (kernel: Tensor, loss: PixelLoss) => boolean;
  /** Computes the loss of the output of such a linear layer: see `shardedDenseLoss`. */
  readonly loss: (
    x: Tensor,
    kernel: Tensor,
    bias: Tensor,
    target: Tensor,
    loss: PixelLoss,
    output: LossOutput | undefined,
  ) => Tensor1D;
}

/** Inputs and outputs of a forward pass in training besides the images. */
export interface TrainingPass extends KlOptions {
  /** Factor of the losses before they are differentiated. @default {1} */
  readonly lossScale?: number | undefined;
  /** Collects batch statistics, for the running statistics after the step. */
  readonly statistics: LayerStatistics[];
  /** Runs dense layers whose matrices are sharded over a process group. @default {each member alone} */
  readonly dense?: DenseLayers | undefined;
  /** Draws standard normal deviates, `[batch, …]`. */
  readonly normal: (shape: readonly number[]) => Tensor;
  /** Draws uniform deviates in [0, 1), `[batch, …]`. */
  readonly uniform: (shape: readonly number[]) => Tensor;
  /** Corrupted images as input, as for a denoising autoencoder; the target stays as it is. */
  readonly input?: Tensor | undefined;
}

/** A model in training. */
export interface Learner {
  /** Updates the weights; in a process group every member has its own. */
  readonly optimiser:
    & Pick<Optimiser, "steps" | "collect" | "state" | "dispose">
    & Partial<Pick<Optimiser, "gather">>;
  /**
   * Learns from a batch.
   *
   * @param batch This member's share of the images.
   * @param pass Randomness, and room for statistics.
   * @param learningRate The rate of this step.
   * @returns The reported loss, summed over the images.
   */
  step(batch: LabelledBatch, pass: TrainingPass, learningRate: number): Tensor;
  /** Makes the examples of all batches. @default {images with their labels, augmented in training} */
  readonly makeExample?: MakeExample | undefined;
  /** The loss without random draws, `[batch]`; early stopping follows it. */
  validationLoss(batch: LabelledBatch): Tensor;
  /** Copies all weights. */
  snapshot(): Promise<Weights>;
  /** Sets all weights. */
  restore(weights: Weights): void;
}
