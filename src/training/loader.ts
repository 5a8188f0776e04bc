/** Batches of images, and of random deviates, as tensors. */

import { type Tensor, tf } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { sizeOf } from "../shape.ts";
import { Augmenter } from "./augmenter.ts";
import { shareBounds, shareOf } from "./batches.ts";
import type { ImageSet } from "./image_set.ts";
import type { LabelledBatch, LearningData, MakeExample, TrainingPass } from "./learner.ts";
import { type ProcessGroup, SINGLE_PROCESS } from "./process_group.ts";

/** A member's share of a step's images, and its randomness. */
export interface StepBatch extends Pick<TrainingPass, "input" | "normal" | "uniform"> {
  /** The images; the caller disposes of them and of `input`. */
  readonly batch: LabelledBatch;
}

/** Changes of images on their way into a batch. */
export interface LoaderOptions {
  /** Augmentations such as `flip-x`. @default {none} */
  readonly augment?: readonly string[] | undefined;
  /** Makes examples of the images. @default {images with their labels} */
  readonly makeExample?: MakeExample | undefined;
}

/** Makes a member's tensors of batches, in buffers that last from batch to batch. */
export class Loader {
  readonly #set: ImageSet;
  readonly #classes: Int32Array;
  readonly #group: ProcessGroup;
  readonly #augmenter: Augmenter | undefined;
  readonly #makeExample: MakeExample | undefined;
  #images = new Float32Array(0);
  #inputs = new Float32Array(0);
  #noise = new Float32Array(0);

  /**
   * @param data Images and their labels.
   * @param group The member. @default {one process}
   * @param options Changes of the images.
   */
  constructor(
    { images, classes }: Pick<LearningData, "images" | "classes">,
    group: ProcessGroup = SINGLE_PROCESS,
    { augment, makeExample }: LoaderOptions = {},
  ) {
    this.#set = images;
    this.#classes = classes;
    this.#group = group;
    this.#augmenter = augment && new Augmenter(augment, images.shape);
    this.#makeExample = makeExample;
  }

  /** Whether images are changed at random in training. */
  get changes(): boolean {
    return this.#augmenter !== undefined || this.#makeExample !== undefined;
  }

  /**
   * Gathers images as they are, or the examples made of them.
   *
   * @param indices Indices of the images, in order.
   * @param randoms A generator for each.
   * @returns Images and labels; the caller disposes of them.
   */
  validation(indices: Uint32Array, randoms: readonly Random[]): LabelledBatch {
    const images = this.#gather(indices), classes = this.#labels(indices);
    if (this.#makeExample) this.#makeExamples(images, classes, randoms);
    return { x: this.#tensor(images, indices.length), classes, wholeSize: indices.length };
  }

  /**
   * Gathers this member's share of a step's batch.
   *
   * @param indices Indices of the images of all members.
   * @param noise Source of the deviates, which are drawn for the whole batch on every member.
   * @param changes Source of the augmentations and examples; none are made without it.
   * @returns The share, and its randomness.
   */
  step(indices: Uint32Array, noise: Random, changes: Random | undefined): StepBatch {
    const own = shareOf(indices, this.#group);
    // Drawn for all images, so that none depends on the number of members.
    const randoms = changes && Array.from(indices, () => changes.split());
    const deviates = (draw: () => number) => (shape: readonly number[]) =>
      this.#deviates(shape, indices.length, draw);
    const ownRandoms = randoms && shareOf(randoms, this.#group), classes = this.#labels(own);
    const { x, input } = ownRandoms
      ? this.#changed(own, classes, ownRandoms)
      : { x: this.#tensor(this.#gather(own), own.length), input: undefined };
    return {
      batch: { x, classes, wholeSize: indices.length },
      input,
      normal: deviates(() => noise.normal()),
      uniform: deviates(() => noise.uniform()),
    };
  }

  #labels(indices: Uint32Array): Int32Array {
    return Int32Array.from(indices, (i) => this.#classes[i]!);
  }

  /** Makes examples of images, in place, with their classes. */
  #makeExamples(
    images: Float32Array,
    classes: Int32Array,
    randoms: readonly Random[],
    augmenter?: Augmenter,
  ): void {
    const each = this.#set.imageSize;
    randoms.forEach((random, i) => {
      const image = images.subarray(i * each, (i + 1) * each);
      classes[i] = this.#makeExample!(image, classes[i]!, random, () => {
        augmenter?.alter(image, random);
        augmenter?.corrupt(image, random);
      });
    });
  }

  /**
   * Examples, or augmented images; of these corrupted ones are the input, if the augmenter corrupts, and the
   * others the target.
   */
  #changed(
    indices: Uint32Array,
    classes: Int32Array,
    randoms: readonly Random[],
  ): { readonly x: Tensor; readonly input: Tensor | undefined } {
    const images = this.#gather(indices), augmenter = this.#augmenter;
    if (this.#makeExample) this.#makeExamples(images, classes, randoms, augmenter);
    if (this.#makeExample || !augmenter) {
      return { x: this.#tensor(images, indices.length), input: undefined };
    }
    const each = this.#set.imageSize;
    const change = (batch: Float32Array, how: "alter" | "corrupt") =>
      randoms.forEach((random, i) => {
        augmenter[how](batch.subarray(i * each, (i + 1) * each), random);
      });
    change(images, "alter");
    const x = this.#tensor(images, indices.length);
    if (!augmenter.corrupts) return { x, input: undefined };
    this.#inputs = buffer(this.#inputs, images.length);
    this.#inputs.set(images);
    const inputs = this.#inputs.subarray(0, images.length);
    change(inputs, "corrupt");
    return { x, input: this.#tensor(inputs, indices.length) };
  }

  #gather(indices: Uint32Array): Float32Array {
    const count = indices.length * this.#set.imageSize;
    this.#images = buffer(this.#images, count);
    this.#set.gather(indices, this.#images);
    return this.#images.subarray(0, count);
  }

  #tensor(images: Float32Array, count: number): Tensor {
    return tf.tensor4d(images, [count, ...this.#set.shape]);
  }

  /** A share of the deviates of a whole batch, the same however many members there are. */
  #deviates(shape: readonly number[], batch: number, draw: () => number): Tensor {
    const each = sizeOf(shape.slice(1));
    this.#noise = buffer(this.#noise, batch * each);
    for (let i = 0; i < batch * each; i++) this.#noise[i] = draw();
    const { from } = shareBounds(batch, this.#group);
    return tf.tensor(this.#noise.subarray(from * each, (from + shape[0]!) * each), [...shape]);
  }
}

/** A buffer to reuse: wasm copies the data of a new tensor, the other backends keep the array. */
function buffer(last: Float32Array<ArrayBuffer>, count: number): Float32Array<ArrayBuffer> {
  const fits = last.length >= count && tf.getBackend() === "wasm";
  return fits ? last : new Float32Array(count);
}
