/** The work on a batch, in any thread: decode, prepare, score. */

import { imageFailure } from "../errors.ts";
import { decodeFor, type DecodeOptions, type ModelInput, writeModelInput } from "../images/mod.ts";
import { release } from "../memory_budget.ts";
import type { ModelFile } from "../store/mod.ts";
import { sendError, type SentError } from "../workers/mod.ts";
import type { Detector } from "./detector.ts";
import type { WantedFindings } from "./findings.ts";

/** The first message to a scoring Worker. */
export interface ScoringTask {
  /** The model's input. */
  readonly input: ModelInput;
  /** The model and its score; absent if the Worker only prepares batches. */
  readonly scoring?: { readonly model: ModelFile; readonly score: string; readonly fpr: number };
}

/** A batch in shared memory. */
export interface ScoringJob {
  /** Number of images. */
  readonly count: number;
  /** The model's input, `[count, height, width, channels]`; not yet written for files. */
  readonly values: Float32Array;
  /** Receives one score per image. */
  readonly scores: Float32Array;
  /** Receives all else that is wanted. */
  readonly findings: WantedFindings;
  /** Start and end of each image's file in `bytes`; both 0 if the image is prepared. */
  readonly spans: Uint32Array;
  /** Image files, one after the other. */
  readonly bytes: Uint8Array;
  /** Name of each image's file, for messages. */
  readonly names: readonly (string | undefined)[];
  /** How to decode the files. */
  readonly options: DecodeOptions;
}

/** The reply: images by their index in the batch. */
export interface PreparationResult {
  /** Images that cannot be decoded, or do not fit the model. */
  readonly errors: readonly (readonly [index: number, error: SentError])[];
  /** Notes on images, for the user. */
  readonly notes: readonly (readonly [index: number, notes: readonly string[]])[];
}

/** Decodes the files of a batch and writes the model's input, 0 for an image with an error. */
export async function prepareBatch(job: ScoringJob, input: ModelInput): Promise<PreparationResult> {
  const { count, values, spans, bytes, names, options } = job;
  const size = input.width * input.height * input.channels;
  const errors: [number, SentError][] = [];
  const notes: [number, readonly string[]][] = [];
  for (let i = 0; i < count; i++) {
    const start = spans[i * 2]!, end = spans[i * 2 + 1]!;
    if (end === 0) continue;
    try {
      // A copy, as not every decoder takes shared memory.
      await decodeFor(bytes.slice(start, end), { ...options, name: names[i] }, (image) => {
        writeModelInput(image, input, values, i * size);
        if (image.notes) notes.push([i, image.notes]);
        release(image.data);
      });
    } catch (error) {
      errors.push([i, sendError(imageFailure(error, names[i]))]);
      values.fill(0, i * size, (i + 1) * size);
    }
  }
  return { errors, notes };
}

/** Scores a prepared batch. */
export async function scoreBatch(job: ScoringJob, detector: Detector): Promise<void> {
  job.scores.set(await detector.inspect(job.values, job.count, job.findings));
}
