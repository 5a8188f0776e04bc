/** Tables of images: names, failures, and values such as latents. */

import { concatenate } from "../src/concatenate.ts";
import type { EntryName, FailedSample } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import type { Shard } from "../src/shard.ts";
import { type ImageBatch, type ModelContext, nothingRead, readBatches } from "./_image_batches.ts";
import { countOf } from "../src/count_of.ts";

/** All images of sources, with names and labels. */
export interface ImageTable {
  /** Names of the usable images. */
  readonly names: readonly EntryName[];
  /** Images that failed. */
  readonly failed: readonly FailedSample[];
  /** Both, in the order of the sources. */
  readonly entries: readonly (EntryName | FailedSample)[];
  /** Values of the usable images, concatenated. */
  readonly values: Float32Array;
}

/** A table that grows by batches. */
export class TableBuilder implements ImageTable {
  readonly names: EntryName[] = [];
  readonly failed: FailedSample[] = [];
  readonly entries: (EntryName | FailedSample)[] = [];
  readonly #parts: Float32Array[] = [];

  /** Appends the entries of a batch, and a copy of the values of its images. */
  add(entries: ImageBatch["entries"], values: Float32Array): void {
    for (const entry of entries) {
      this.entries.push(entry);
      if ("error" in entry) this.failed.push(entry as FailedSample);
      else this.names.push(entry);
    }
    this.#parts.push(values.slice());
  }

  get values(): Float32Array {
    return concatenate(Float32Array, this.#parts);
  }
}

/**
 * Encodes all images of sources.
 *
 * @param options.action The command's action, for messages: "embed".
 * @param options.limit Maximum number of entries. @default {--limit}
 * @param options.shard One of several parts of the entries. @default {all}
 * @param options.keepImages Whether the images themselves are kept. @default {false}
 * @returns The latents in `values` and the size of one; the images as the model sees them.
 * @throws {StrayError} `empty` If there is no image, unless it is one of several parts; the error of a single
 *   image that fails.
 */
export async function encodeAll(
  sources: readonly string[],
  context: ModelContext,
  detector: Detector,
  { action, limit, shard, keepImages = false }: {
    readonly action: string;
    readonly limit?: number;
    readonly shard?: Shard | undefined;
    readonly keepImages?: boolean;
  },
): Promise<ImageTable & { readonly size: number; readonly images: Float32Array }> {
  const table = new TableBuilder();
  const parts: Float32Array[] = [];
  const batches = readBatches(sources, context, detector, limit, shard);
  for await (const { entries, values, count } of batches) {
    const codes = count > 0 ? (await detector.encode(values, count)).values : new Float32Array(0);
    table.add(entries, codes);
    if (keepImages) parts.push(values.slice(0, count * detector.inputSize));
    context.stderr.progress(`${countOf(table.names.length, "image")} encoded`);
  }
  context.stderr.progress(undefined);
  const { names, failed, entries, values } = table;
  const isEmptyPart = shard !== undefined && entries.length === 0;
  if (names.length === 0 && !isEmptyPart) throw nothingRead(action, failed);
  const size = isEmptyPart ? await latentSize(detector) : values.length / names.length;
  return { names, failed, entries, values, size, images: concatenate(Float32Array, parts) };
}

/** The numbers of a latent, by that of a black image. */
async function latentSize(detector: Detector): Promise<number> {
  return (await detector.encode(new Float32Array(detector.inputSize), 1)).size;
}
