/** The training of models that learn in ways of their own, from images with labels. */

import { type Tensor, tf } from "../compute/mod.ts";
import type { TrainingPass } from "../models/mod.ts";
import type { Step } from "./_step.ts";
import { Augmenter } from "./augmenter.ts";
import { ownPart, shareOf } from "./batches.ts";
import type { FitOptions, FitResult, TrainingState } from "./fit_options.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";
import type { ImageSet } from "./image_set.ts";
import { learn, type Learner } from "./learn.ts";
import { Loader } from "./loader.ts";
import type { Split } from "./split.ts";

/** Some images with the places of their labels. */
export interface LabelledBatch {
  /** `[batch, height, width, channels]`. */
  readonly x: Tensor;
  /** Places of their labels, -1 where there is none. */
  readonly classes: Int32Array;
  /** Images of the whole batch, of which these are a member's share. */
  readonly of: number;
}

/** What learns from images with labels, step by step. */
export interface LabelledLearner extends Omit<Learner, "step" | "loss"> {
  /**
   * Learns from a batch.
   *
   * @param batch The images.
   * @param pass Gives chance, and collects statistics.
   * @param learningRate Of this step.
   * @returns The loss that is reported, summed over images.
   */
  step(batch: LabelledBatch, pass: TrainingPass, learningRate: number): Tensor;
  /** The loss without chance, summed over images: what early stopping looks at. */
  loss(batch: LabelledBatch): Tensor;
}

/** Images to learn from. */
export interface LearnerData {
  /** All images. */
  readonly images: ImageSet;
  /** Of all images: the places of their labels, -1 where there is none. */
  readonly classes: Int32Array;
  /** Which of them train and which validate. */
  readonly split: Split;
}

/**
 * Lets a model learn and leaves it with the weights of its best epoch; see {@linkcode learn}.
 *
 * @param start Makes what learns, with the weights and the optimiser of the state where there is one.
 * @param data What from.
 * @param options How.
 * @returns What happened.
 * @throws {StrayError} `value` If a loss is no longer finite.
 */
export async function fitLearner(
  start: (resume: TrainingState | undefined) => Promise<LabelledLearner>,
  data: LearnerData,
  options: FitOptions,
): Promise<FitResult> {
  const { group = SINGLE_PROCESS, hyperparameters: { augment } = {} } = options;
  const batches = new Batches(data, group, augment);
  return await learn(
    async (resume) => {
      const learner = await start(resume);
      return {
        optimiser: learner.optimiser,
        snapshot: () => learner.snapshot(),
        restore: (weights) => learner.restore(weights),
        step(step) {
          const { batch, pass } = batches.of(step);
          const sum = learner.step(batch, pass, step.learningRate);
          tf.dispose([batch.x, ...pass.input ? [pass.input] : []]);
          return sum;
        },
        loss(indices) {
          const batch = batches.plain(indices);
          const sum = tf.tidy(() => learner.loss(batch));
          batch.x.dispose();
          return sum;
        },
      };
    },
    data.split,
    options,
  );
}

/** Makes a member's share of batches. */
class Batches {
  readonly #classes: Int32Array;
  readonly #group: ProcessGroup;
  readonly #loader: Loader;
  readonly #augmenter: Augmenter | undefined;

  constructor({ images, classes }: LearnerData, group: ProcessGroup, augment?: readonly string[]) {
    this.#classes = classes;
    this.#group = group;
    this.#loader = new Loader(images);
    this.#augmenter = augment && new Augmenter(augment, images.shape);
  }

  /** Images as they are. */
  plain(indices: Uint32Array): LabelledBatch {
    return this.#labelled(this.#loader.images(indices), indices, indices.length);
  }

  /** The share of a step's batch, and chance for it. */
  of({ batch, noise, changes, klWeight, freeBits }: Step): {
    readonly batch: LabelledBatch;
    readonly pass: TrainingPass;
  } {
    const loader = this.#loader, group = this.#group, augmenter = this.#augmenter;
    const own = shareOf(batch, group);
    // Every member draws the generators of all images.
    const randoms = changes && Array.from(batch, () => changes.split());
    const { x, input }: { x: Tensor; input?: Tensor } = augmenter && randoms
      ? loader.augmented(own, augmenter, ownPart(randoms, group))
      : { x: loader.images(own) };
    const deviates = (draw: () => number) => (shape: readonly number[]) =>
      loader.deviates(shape, batch.length, group, draw);
    return {
      batch: this.#labelled(x, own, batch.length),
      pass: {
        moments: [],
        input,
        klWeight,
        freeBits,
        reduce: group.size > 1 ? (sums) => group.allReduce(sums) : undefined,
        normal: deviates(() => noise.normal()),
        uniform: deviates(() => noise.uniform()),
      },
    };
  }

  #labelled(x: Tensor, indices: Uint32Array, of: number): LabelledBatch {
    return { x, classes: Int32Array.from(indices, (i) => this.#classes[i]!), of };
  }
}
