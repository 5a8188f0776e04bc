/** Images whose loss is measured after every epoch, whether they train or not. */

import { type Entry, isFailed } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import { type Image, type ModelInput, writeModelInput } from "../images/mod.ts";
import { classesOf, type Model, type ModelSpec, requireCapability } from "../models/mod.ts";
import { sizeOf } from "../shape.ts";
import { computeInBatches, rowsOf } from "./_in_batches.ts";
import { boundScores } from "./calibration.ts";

/** Maximum number of images watched, so that watching costs little. */
const MAX_IMAGES = 1000;

/**
 * The error for a label to watch that no image has.
 *
 * @param label The label.
 * @param labels All labels, for the hint. @default {unknown}
 * @returns An error of code `label`.
 */
export function unwatchable(label: string, labels?: Iterable<string>): StrayError {
  return new StrayError(
    "label",
    `Cannot watch "${label}" as it must be the label of an image of --data: none has it`,
    { hint: labels && `the labels are ${[...labels].sort().join(", ")}` },
  );
}

/** Collects the first images of a label on their way to a training. */
export class WatchedImages {
  readonly #label: string;
  readonly #images: Image[] = [];

  /** @param label The label. */
  constructor(label: string) {
    this.#label = label;
  }

  /** Passes entries on, and keeps the first images of the label. */
  async *watch(entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
    for await (const entry of entries) {
      const wanted = !isFailed(entry) && entry.label === this.#label;
      if (wanted && this.#images.length < MAX_IMAGES) this.#images.push(entry.image);
      yield entry;
    }
  }

  /**
   * Makes a function that measures the loss of the images, once all are read.
   *
   * @param spec The model in training.
   * @param input The input of the model.
   * @returns Measures the mean loss without random draws, as that of the validation images; a conditional model
   * is given the label, if it is one of its classes.
   * @throws {StrayError} `label` If there were no such images.
   */
  measure(spec: ModelSpec, input: ModelInput): (model: Model) => Promise<number> {
    if (this.#images.length === 0) throw unwatchable(this.#label);
    const size = sizeOf(spec.inputShape);
    const values = new Float32Array(this.#images.length * size);
    this.#images.splice(0).forEach((image, i) => writeModelInput(image, input, values, i * size));
    const rows = rowsOf(values, spec.inputShape);
    const place = classesOf(spec).indexOf(this.#label);
    return async (model) => {
      const able = requireCapability(model, "validationLoss");
      const [losses] = await computeInBatches(model, rows, (x) => {
        const classes = new Int32Array(x.shape[0]!).fill(place);
        return [able.validationLoss(x, classes)];
      });
      return boundScores(losses!).reduce((sum, loss) => sum + loss, 0) / rows.count;
    };
  }
}
