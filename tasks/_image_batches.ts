/** Reads sources into batches of images as a model sees them. */

import type { CommandContext } from "../src/cli/mod.ts";
import {
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
  readSources,
} from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { imageFailure, StrayError, withImageName } from "../src/errors.ts";
import { DecodePool, writeModelInput } from "../src/images/mod.ts";
import type { Shard } from "../src/shard.ts";
import { decodedSize } from "./_region.ts";
import { Hints } from "./_hints.ts";
import { ImageNotes, MAX_NOTES } from "./_image_notes.ts";
import { readSourceFlags, SOURCE_FLAGS } from "./_source_flags.ts";

/** Flags of every command that applies a model to images. */
export const MODEL_FLAGS = ["model", ...SOURCE_FLAGS, "backend"] as const;

/** The context of such a command. */
export type ModelContext = CommandContext<typeof MODEL_FLAGS[number]>;

/** Entries of a source, and their images. */
export interface ImageBatch {
  /** The entries, in order; failed ones have no image. */
  readonly entries: readonly (EntryName | FailedSample)[];
  /** The images as the model sees them, concatenated; the next batch overwrites them. */
  readonly values: Float32Array;
  /** Number of images. */
  readonly count: number;
}

/**
 * Reads sources into batches that fit the model.
 *
 * @param limit Maximum number of entries. @default {--limit}
 * @param shard One of several parts of the entries. @default {all}
 * @returns Batches, in order; an unusable image is a failed entry.
 */
export async function* readBatches(
  sources: readonly string[],
  context: ModelContext,
  detector: Detector,
  limit: number | undefined = context.flags.limit,
  shard?: Shard,
): AsyncGenerator<ImageBatch> {
  const { input } = detector.model;
  const size = detector.inputSize, most = detector.batchSize;
  const values = new Float32Array(most * size);
  const pool = new DecodePool();
  let entries: (EntryName | FailedSample)[] = [], count = 0;
  const notes = new ImageNotes(context.stderr);
  const take = (entry: Entry): EntryName | FailedSample => {
    if (isFailed(entry)) return entry;
    const { image, ...name } = entry;
    try {
      writeModelInput(image, input, values, count * size);
    } catch (error) {
      return { ...name, error: imageFailure(error, name.path) };
    }
    notes.add(name.path, image.notes);
    count++;
    return name;
  };
  try {
    const { limit: _, ...options } = readSourceFlags(context, decodedSize(input));
    const source = readSources(sources, {
      ...options,
      decode: pool.decode,
      ...(limit !== undefined && { limit }),
      ...(shard && { shard }),
    });
    for await (const entry of source) {
      entries.push(take(entry));
      if (entries.length < most) continue;
      yield { entries, values, count };
      entries = [];
      count = 0;
    }
    if (entries.length > 0) yield { entries, values, count };
    notes.end();
  } finally {
    pool.close();
  }
}

/**
 * The error for sources without a usable image: that of a single failed image, else `empty`.
 *
 * @param action The command's action, for the message: "embed".
 */
export function nothingRead(action: string, failed: readonly FailedSample[] = []): StrayError {
  const [first] = failed;
  if (first && failed.length === 1) return withImageName(first.error, first.path);
  return new StrayError("empty", `Cannot ${action} as there must be images: found none`, {
    hint: first
      ? `${failed.length} could not be read; the first, ${first.path}: ${first.error.message}`
      : "give files or folders, or paths on stdin with -",
  });
}

/** Reports unusable images on stderr. */
export function warnFailed(
  { stderr }: Pick<ModelContext, "stderr">,
  failed: readonly FailedSample[],
): void {
  const hints = new Hints();
  for (const { path, error } of failed.slice(0, MAX_NOTES)) {
    stderr.warn(`${path}: ${error.message}`, hints.first(error.hint));
  }
  if (failed.length > MAX_NOTES) {
    stderr.warn(`${failed.length} images in all could not be used`);
  }
}
