/** Batches of images, and of noise, as tensors. */

import { type Tensor, tf } from "../compute/mod.ts";
import { sizeOf } from "../models/mod.ts";
import type { Random } from "../random.ts";
import type { Augmenter } from "./augmenter.ts";
import { shareStart } from "./batches.ts";
import type { ProcessGroup } from "./process_group.ts";
import type { ImageSet } from "./image_set.ts";

/** Makes the tensors of a batch, with room of its own that lasts from batch to batch. */
export class Loader {
  readonly #set: ImageSet;
  #images = new Float32Array(0);
  #inputs = new Float32Array(0);
  #noise = new Float32Array(0);

  /** @param images All images. */
  constructor(images: ImageSet) {
    this.#set = images;
  }

  /**
   * Gathers images.
   *
   * @param indices Which, in order.
   * @returns `[batch, height, width, channels]`.
   */
  images(indices: Uint32Array): Tensor {
    return this.#tensor(this.#gather(indices), indices.length);
  }

  /**
   * Gathers images and changes them at random.
   *
   * @param indices Which, in order.
   * @param augmenter How to change them.
   * @param randoms A generator for each of them.
   * @returns The images that are to come out, and those that go in, if they are others.
   */
  augmented(
    indices: Uint32Array,
    augmenter: Augmenter,
    randoms: readonly Random[],
  ): { readonly x: Tensor; readonly input?: Tensor } {
    const images = this.#gather(indices);
    const each = this.#set.imageSize;
    const change = (batch: Float32Array, how: "alter" | "corrupt") =>
      randoms.forEach((random, i) => {
        augmenter[how](batch.subarray(i * each, (i + 1) * each), random);
      });
    change(images, "alter");
    const x = this.#tensor(images, indices.length);
    if (!augmenter.corrupts) return { x };
    this.#inputs = room(this.#inputs, images.length);
    this.#inputs.set(images);
    const inputs = this.#inputs.subarray(0, images.length);
    change(inputs, "corrupt");
    return { x, input: this.#tensor(inputs, indices.length) };
  }

  #gather(indices: Uint32Array): Float32Array {
    const count = indices.length * this.#set.imageSize;
    this.#images = room(this.#images, count);
    this.#set.gather(indices, this.#images);
    return this.#images.subarray(0, count);
  }

  #tensor(images: Float32Array, count: number): Tensor {
    const [height, width, channels] = this.#set.shape;
    return tf.tensor4d(images, [count, height, width, channels]);
  }

  /**
   * Draws deviates for a whole batch, so that they are the same however many members there are.
   *
   * @param shape Of the member's share, `[images, …]`.
   * @param batch Images of the batch.
   * @param group Whose share to make a tensor of.
   * @param draw Draws one deviate.
   * @returns The share's deviates.
   */
  deviates(
    shape: readonly number[],
    batch: number,
    group: ProcessGroup,
    draw: () => number,
  ): Tensor {
    const each = sizeOf(shape.slice(1));
    this.#noise = room(this.#noise, batch * each);
    for (let i = 0; i < batch * each; i++) this.#noise[i] = draw();
    const from = shareStart(batch, group.rank, group.size);
    return tf.tensor(this.#noise.subarray(from * each, (from + shape[0]!) * each), [...shape]);
  }
}

/** Wasm copies what a tensor is made of; the other backends keep it, so they get a new array. */
function room(last: Float32Array<ArrayBuffer>, count: number): Float32Array<ArrayBuffer> {
  const fits = last.length >= count && tf.getBackend() === "wasm";
  return fits ? last : new Float32Array(count);
}
