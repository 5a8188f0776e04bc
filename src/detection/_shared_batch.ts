/** A batch to score: names in this thread, images in memory shared with Workers. */

import {
  type AnyImage,
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
} from "../datasets/mod.ts";
import { imageFailure } from "../errors.ts";
import {
  decodeFor,
  type DecodeOptions,
  type EncodedImage,
  type Image,
  type ModelInput,
  writeModelInput,
} from "../images/mod.ts";
import type { WantedMaps } from "../models/mod.ts";
import { release } from "../memory_budget.ts";
import type { ScoringJob } from "./_scoring_job.ts";
import type { WantedFindings } from "./findings.ts";
import type { ScoredSample } from "./scored_entry.ts";

/** A batch is full when its files have this many bytes. */
const FULL_BYTES = 4 << 20;
/** A larger file is decoded here: another thread would take two copies of it. */
const MAX_COPIED = 64 << 20;
/** Memory for files that a batch keeps when it is cleared. */
const KEPT_BYTES = 16 << 20;

/** An image in a batch: its name, and the notes of its preparation. */
type UnscoredSample = Omit<ScoredSample, "verdict">;

/** One batch: its entries, and memory that the scoring thread shares. */
export class SharedBatch {
  /** All entries, in order; those that did not fail have an index in the job, in order. */
  readonly entries: (FailedSample | UnscoredSample)[] = [];
  readonly #input: ModelInput;
  readonly #maxEntries: number;
  readonly #placeOf: (label: string | undefined) => number;
  readonly #values: Float32Array;
  readonly #classes: Int32Array;
  readonly #scores: Float32Array;
  readonly #findings: WantedFindings;
  readonly #spans: Uint32Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #names: (string | undefined)[] = [];
  /** The images of the job, as they came; empty unless they are kept. */
  readonly originals: AnyImage[] = [];
  readonly #keeps: boolean;
  /** How to decode the files. */
  #options: DecodeOptions | undefined;

  /**
   * @param input The model's input.
   * @param maxEntries Number of entries in a full batch.
   * @param placeOf Index of a label among the model's labels.
   * @param details Further numbers per image.
   * @param maps Maps of each image; where there are some, images are kept as they came.
   */
  constructor(
    input: ModelInput,
    maxEntries: number,
    placeOf: (label: string | undefined) => number,
    details: number,
    { errors, mass }: WantedMaps,
  ) {
    this.#keeps = errors || mass;
    this.#input = input;
    this.#maxEntries = maxEntries;
    this.#placeOf = placeOf;
    this.#values = new Float32Array(shared(maxEntries * sizeOf(input) * 4));
    this.#classes = new Int32Array(shared(maxEntries * 4));
    this.#scores = new Float32Array(shared(maxEntries * 4));
    const numbers = (perImage: number) => new Float32Array(shared(maxEntries * perImage * 4));
    const area = input.width * input.height;
    this.#findings = {
      classes: this.#classes,
      details: numbers(details),
      errors: numbers(errors ? area : 0),
      convergence: numbers(mass ? area : 0),
      significance: numbers(mass ? area : 0),
    };
    this.#spans = new Uint32Array(shared(maxEntries * 8));
  }

  /** Whether the batch takes no more entries. */
  get isFull(): boolean {
    return this.entries.length >= this.#maxEntries || this.#end >= FULL_BYTES;
  }

  /** The images, for the thread that scores them. */
  get job(): ScoringJob {
    return {
      count: this.#names.length,
      values: this.#values,
      scores: this.#scores,
      findings: this.#findings,
      spans: this.#spans,
      bytes: this.#bytes,
      names: this.#names,
      options: this.#options ?? {},
    };
  }

  /**
   * Adds an entry; an image that does not fit the model becomes a failed one.
   *
   * @returns A promise to wait for, in the rare case that a file must be decoded first.
   */
  add(entry: Entry<AnyImage>): Promise<void> | undefined {
    if (isFailed(entry)) {
      this.entries.push(entry);
      return;
    }
    const { image, ...name } = entry;
    this.#classes[this.#names.length] = this.#placeOf(name.label);
    if (!("bytes" in image)) this.#addPixels(name, image);
    else if (this.#addFile(image)) {
      this.entries.push({ ...name, notes: [] });
      if (this.#keeps) this.originals.push(image);
    } else {
      return decodeFor(image.bytes, image.options, (pixels) => {
        this.#addPixels(name, pixels);
        if (!this.#keeps) release(pixels.data);
      }).catch((error) => this.#addError(name, error)).finally(() => release(image.bytes));
    }
  }

  /** Empties the batch, to be filled again. */
  clear(): void {
    this.entries.length = 0;
    this.originals.length = 0;
    this.#names = [];
    this.#options = undefined;
    this.#end = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = new Uint8Array(0);
  }

  #addPixels(name: EntryName, image: Image): void {
    const index = this.#names.length;
    try {
      writeModelInput(image, this.#input, this.#values, index * sizeOf(this.#input));
    } catch (error) {
      return this.#addError(name, error);
    }
    this.entries.push({ ...name, notes: image.notes ?? [] });
    if (this.#keeps) this.originals.push(image);
    this.#spans.fill(0, index * 2, index * 2 + 2);
    this.#names.push(undefined);
  }

  #addError(name: EntryName, error: unknown): void {
    this.entries.push({ ...name, error: imageFailure(error, name.path) });
  }

  /** Adds a file as it is; false if it is large, or its options differ from the batch's other files. */
  #addFile({ bytes, options }: EncodedImage): boolean {
    const { name, part, maxPixels, atLeast, memory } = options;
    if (part !== undefined || bytes.length === 0 || bytes.length > MAX_COPIED) return false;
    const same = this.#options ??= { maxPixels, atLeast, memory };
    if (same.maxPixels !== maxPixels || same.atLeast !== atLeast) return false;
    const start = this.#end, end = start + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(shared(Math.max(end, this.#bytes.length * 2, 1 << 16)));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, start);
    this.#spans.set([start, end], this.#names.length * 2);
    this.#names.push(name);
    this.#end = end;
    return true;
  }
}

function sizeOf({ width, height, channels }: ModelInput): number {
  return width * height * channels;
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
