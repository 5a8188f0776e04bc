/** The work on a batch, wherever it is done: decode, prepare, score. */

import { StrayError } from "../errors.ts";
import { decode, type DecodeOptions, type ModelInput, writeModelInput } from "../images/mod.ts";
import type { ModelFile } from "../store/mod.ts";

/** What a Worker is told first. */
export interface HelperTask {
  /** What the model takes. */
  readonly input: ModelInput;
  /** The model and its score; absent if batches are only to be prepared. */
  readonly scoring?: { readonly model: ModelFile; readonly score: string };
}

/** A batch in shared memory. */
export interface Job {
  /** Images. */
  readonly count: number;
  /** Images as the model sees them, one after the other; those of files are yet to be written. */
  readonly values: Float32Array;
  /** Places of the images' labels among the model's, -1 where unknown. */
  readonly classes: Int32Array;
  /** Receives a score an image. */
  readonly scores: Float32Array;
  /** Two numbers an image: where its file starts and ends in `bytes`, both 0 if it is prepared. */
  readonly spans: Uint32Array;
  /** Image files, one after the other. */
  readonly bytes: Uint8Array;
  /** How all files are to be decoded. */
  readonly options: DecodeOptions;
}

/** What was found on the way. */
export interface Outcome {
  /** Images that cannot be decoded, or do not fit the model. */
  readonly failed: readonly number[];
  /** Images with something to be said of them. */
  readonly notes: readonly (readonly [number, readonly string[]])[];
}

/**
 * Decodes the files of a batch and makes the model's input of them.
 *
 * @param job The batch.
 * @param input What the model takes.
 * @returns What was found; the input of an image that failed is 0.
 */
export async function prepare(job: Job, input: ModelInput): Promise<Outcome> {
  const { count, values, spans, bytes, options } = job;
  const size = input.width * input.height * input.channels;
  const failed: number[] = [];
  const notes: [number, readonly string[]][] = [];
  for (let i = 0; i < count; i++) {
    const start = spans[i * 2]!, end = spans[i * 2 + 1]!;
    if (end === 0) continue;
    try {
      // A copy, as not every decoder takes shared memory.
      const image = await decode(bytes.slice(start, end), options);
      writeModelInput(image, input, values, i * size);
      if (image.notes) notes.push([i, image.notes]);
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      failed.push(i);
      values.fill(0, i * size, (i + 1) * size);
    }
  }
  return { failed, notes };
}
