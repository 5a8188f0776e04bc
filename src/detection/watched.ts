/** Images whose loss is looked at after every epoch, whether they are trained on or not. */

import { tf } from "../compute/mod.ts";
import { type Entry, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, type ModelInput, writeModelInput } from "../images/mod.ts";
import { classesOf, type Model, type ModelSpec, sizeOf } from "../models/mod.ts";
import { batchFor } from "./detector.ts";

/** The most images that are watched: what watching costs shall not be felt. */
const MOST_IMAGES = 1000;

/** Keeps the first images of a label on their way to a training. */
export class WatchedImages {
  readonly #label: string;
  readonly #images: Image[] = [];

  /** @param label The label. */
  constructor(label: string) {
    this.#label = label;
  }

  /**
   * Looks at entries on their way.
   *
   * @param entries What a source yields.
   * @returns The same.
   */
  async *watch(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      const wanted = !isFailed(entry) && entry.label === this.#label;
      if (wanted && this.#images.length < MOST_IMAGES) this.#images.push(entry.image);
      yield entry;
    }
  }

  /**
   * Makes a function that measures the loss of the images, once all are read.
   *
   * @param spec The model in training.
   * @param input What it takes.
   * @returns Gives the mean loss as the model is then, without chance, as that of the validation images; a
   * model that is told labels is told this one, if it knows it.
   * @throws {StrayError} `label` If there were no such images.
   */
  measure(spec: ModelSpec, input: ModelInput): (model: Pick<Model, "errors">) => Promise<number> {
    if (this.#images.length === 0) {
      throw new StrayError(
        "label",
        `Cannot watch "${this.#label}" as it must be the label of an image of --data: none has it`,
      );
    }
    const size = sizeOf(spec.inputShape), count = this.#images.length;
    const values = new Float32Array(count * size);
    this.#images.splice(0).forEach((image, i) => writeModelInput(image, input, values, i * size));
    const most = batchFor(spec.inputShape), beta = "beta" in spec ? spec.beta : 1;
    const place = classesOf(spec).indexOf(this.#label);
    return async (model) => {
      let sum = 0;
      for (let start = 0; start < count; start += most) {
        const part = values.slice(start * size, (start + most) * size);
        const total = tf.tidy(() => {
          const x = tf.tensor4d(part, [part.length / size, ...spec.inputShape]);
          const classes = new Int32Array(part.length / size).fill(place);
          const { loss, kl } = model.errors!(x, classes);
          return tf.sum(kl ? tf.add(loss, tf.mul(kl, beta)) : loss);
        });
        sum += (await total.data())[0]!;
        total.dispose();
      }
      return sum / count;
    };
  }
}
