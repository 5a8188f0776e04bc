/** From a model file and sources to batches of images as the model sees them. */

import type { CommandContext, FlagName } from "../src/cli/mod.ts";
import {
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
  readSources,
} from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { DecodePool, writeModelInput } from "../src/images/mod.ts";
import { readModelBytes } from "./_read_model.ts";
import { SOURCE_FLAGS, sourceOptions } from "./_source_options.ts";

/** The flags of every command that shows images to a model. */
export const MODEL_FLAGS = [
  "model",
  ...SOURCE_FLAGS,
  "backend",
] as const satisfies readonly FlagName[];

/** The context of such a command. */
export type ModelContext = CommandContext<typeof MODEL_FLAGS[number]>;

/** Images on their way through a model. */
export interface ImageBatch {
  /** One an entry of the source, in order; those that failed have no image. */
  readonly entries: readonly (EntryName | FailedSample)[];
  /** Images as the model sees them, one after the other; used again for the next batch. */
  readonly values: Float32Array;
  /** How many images. */
  readonly count: number;
}

/** Notes on single images that are printed; more would drown everything else. */
const MOST_NOTES = 10;

/**
 * Opens the model that `--model` names, and says on stderr what computes.
 *
 * @param context What the command is given.
 * @param what What the command wants to do, for the message: "embed".
 * @returns The detector; `dispose` frees it.
 * @throws {StrayError} `usage` If there is no `--model`; and what `Detector.open` throws.
 */
export async function openModel(context: ModelContext, what: string): Promise<Detector> {
  const { flags, stderr, resolve } = context;
  const { model: name, backend } = flags;
  if (name === undefined) {
    throw new StrayError("usage", `Cannot ${what} as --model must be given`, {
      hint: "add --model FILE; train one with deno task train",
    });
  }
  const bytes = await readModelBytes(resolve(name), name);
  const { Detector } = await import("../src/detection/mod.ts");
  const detector = await Detector.open(bytes, { backend, name });
  const { name: backendName, device, reason } = detector.backend;
  stderr.info(`backend ${backendName} on ${device}: ${reason}`);
  return detector;
}

/**
 * Reads sources into batches that the model takes.
 *
 * @param sources As the user gave them.
 * @param context What the command is given.
 * @param detector The model.
 * @param limit The most entries. @default {--limit}
 * @returns Batches, in order; an image that cannot be used is a failed entry.
 */
export async function* readBatches(
  sources: readonly string[],
  context: ModelContext,
  detector: Detector,
  limit: number | undefined = context.flags.limit,
): AsyncGenerator<ImageBatch> {
  const { input } = detector.model;
  const size = detector.inputSize, most = detector.batchSize;
  const values = new Float32Array(most * size);
  const pool = new DecodePool();
  let entries: (EntryName | FailedSample)[] = [], count = 0, notes = 0;
  const take = (entry: Entry): EntryName | FailedSample => {
    if (isFailed(entry)) return entry;
    const { image, ...name } = entry;
    try {
      writeModelInput(image, input, values, count * size);
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      return { ...name, error };
    }
    for (const note of image.notes ?? []) {
      if (++notes <= MOST_NOTES) context.stderr.warn(`${name.path}: ${note}`);
    }
    count++;
    return name;
  };
  try {
    const { limit: _, ...options } = sourceOptions(context, input.resizes ? input : undefined);
    const source = readSources(sources, {
      ...options,
      decode: pool.decode,
      ...(limit !== undefined && { limit }),
    });
    for await (const entry of source) {
      entries.push(take(entry));
      if (entries.length < most) continue;
      yield { entries, values, count };
      entries = [];
      count = 0;
    }
    if (entries.length > 0) yield { entries, values, count };
  } finally {
    pool.close();
  }
}

/** The error for sources without a single image that can be used. */
export function nothingRead(failed: readonly FailedSample[]): StrayError {
  const [first] = failed;
  if (first && failed.length === 1) return first.error;
  return new StrayError("empty", "Cannot go on as there must be images: found none", {
    hint: first
      ? `${failed.length} could not be read; the first, ${first.path}: ${first.error.message}`
      : "give files or folders, or paths on stdin with -",
  });
}

/** Says on stderr which images could not be used. */
export function warnFailed(context: ModelContext, failed: readonly FailedSample[]): void {
  for (const { path, error } of failed.slice(0, MOST_NOTES)) {
    context.stderr.warn(`${path}: ${error.message}`);
  }
  if (failed.length > MOST_NOTES) {
    context.stderr.warn(`${failed.length} images in all could not be used`);
  }
}
