/** Batches of images, and of noise, as tensors. */

import { type Tensor, tf } from "../compute/mod.ts";
import type { Random } from "../random.ts";
import { shareStart } from "./batches.ts";
import type { Group } from "./group.ts";
import type { ImageSet } from "./image_set.ts";

/** Makes the tensors of a batch, with room of its own that lasts from batch to batch. */
export class Loader {
  readonly #set: ImageSet;
  #images = new Float32Array(0);
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
    const [height, width, channels] = this.#set.shape;
    const count = indices.length * this.#set.imageSize;
    this.#images = room(this.#images, count);
    this.#set.gather(indices, this.#images);
    return tf.tensor4d(this.#images.subarray(0, count), [indices.length, height, width, channels]);
  }

  /**
   * Draws the noise of a whole batch, so that it is the same however many members there are.
   *
   * @param batch Images of the batch.
   * @param latent Units of the latent.
   * @param group Whose share to make a tensor of.
   * @param random Where it comes from.
   * @returns Standard normal deviates, `[share, latent]`; none without a latent.
   */
  noise(batch: number, latent: number, group: Group, random: Random): Tensor | undefined {
    if (latent === 0) return undefined;
    this.#noise = room(this.#noise, batch * latent);
    for (let i = 0; i < batch * latent; i++) this.#noise[i] = random.normal();
    const from = shareStart(batch, group.rank, group.size);
    const to = shareStart(batch, group.rank + 1, group.size);
    return tf.tensor2d(this.#noise.subarray(from * latent, to * latent), [to - from, latent]);
  }
}

/** Wasm copies what a tensor is made of; the other backends keep it, so they get a new array. */
function room(last: Float32Array<ArrayBuffer>, count: number): Float32Array<ArrayBuffer> {
  const fits = last.length >= count && tf.getBackend() === "wasm";
  return fits ? last : new Float32Array(count);
}
