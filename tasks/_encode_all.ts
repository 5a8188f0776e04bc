/** What all images of sources come to, gathered: their latents for instance. */

import type { EntryName, FailedSample } from "../src/datasets/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { type ImageBatch, type ModelContext, nothingRead, readBatches } from "./_latents.ts";

/** All images of sources, with names and labels. */
export interface ImageTable {
  /** Names of the images that could be used. */
  readonly names: readonly EntryName[];
  /** Images that could not. */
  readonly failed: readonly FailedSample[];
  /** Both, in the order of the sources. */
  readonly entries: readonly (EntryName | FailedSample)[];
  /** What was asked of the images, one after the other. */
  readonly values: Float32Array;
}

/** A table that grows by batches. */
export class TableBuilder implements ImageTable {
  readonly names: EntryName[] = [];
  readonly failed: FailedSample[] = [];
  readonly entries: (EntryName | FailedSample)[] = [];
  readonly #parts: Float32Array[] = [];

  /** Takes in the entries of a batch, and a copy of the values of its images. */
  add(entries: ImageBatch["entries"], values: Float32Array): void {
    for (const entry of entries) {
      this.entries.push(entry);
      if ("error" in entry) this.failed.push(entry as FailedSample);
      else this.names.push(entry);
    }
    this.#parts.push(values.slice());
  }

  /** All values. */
  get values(): Float32Array {
    return joined(this.#parts);
  }
}

/**
 * The latents of all images of sources.
 *
 * @param sources As the user gave them.
 * @param context What the command is given.
 * @param detector The model.
 * @param options.limit The most entries. @default {--limit}
 * @param options.keepImages Whether the images themselves are wanted too. @default {false}
 * @returns The latents in `values`, and the length of one; the images as the model sees them.
 * @throws {StrayError} `empty` If there is none.
 */
export async function encodeAll(
  sources: readonly string[],
  context: ModelContext,
  detector: Detector,
  { limit, keepImages = false }: { readonly limit?: number; readonly keepImages?: boolean } = {},
): Promise<ImageTable & { readonly size: number; readonly images: Float32Array }> {
  const table = new TableBuilder();
  const parts: Float32Array[] = [];
  for await (const { entries, values, count } of readBatches(sources, context, detector, limit)) {
    const codes = count > 0 ? (await detector.encode(values, count)).values : new Float32Array(0);
    table.add(entries, codes);
    if (keepImages) parts.push(values.slice(0, count * detector.inputSize));
    context.stderr.progress(`${table.names.length} images encoded`);
  }
  context.stderr.progress(undefined);
  const { names, failed, entries, values } = table;
  if (names.length === 0) throw nothingRead(failed);
  const size = values.length / names.length;
  return { names, failed, entries, values, size, images: joined(parts) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
