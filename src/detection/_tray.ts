/** A batch on its way to be scored: names here, images in memory that a Worker sees too. */

import {
  type AnyImage,
  type Entry,
  type EntryName,
  type FailedSample,
  isFailed,
} from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import {
  decode,
  type DecodeOptions,
  type EncodedImage,
  type Image,
  type ModelInput,
  writeModelInput,
} from "../images/mod.ts";
import type { Job } from "./_job.ts";
import type { ScoredSample } from "./scored_entry.ts";

/** A batch goes ahead when its files have this many bytes. */
const MOST_BYTES = 4 << 20;
/** Memory for the bytes of files that a tray keeps for its next batch. */
const KEPT_BYTES = 16 << 20;

/** An image in a tray: its name, and what was found while it was prepared. */
export type Prepared = Omit<ScoredSample, "verdict">;

/** One batch: what is known of its entries, and memory that it shares with whoever scores it. */
export class Tray {
  /** One an entry, in order; those that did not fail have a slot each, in order. */
  readonly entries: (FailedSample | Prepared)[] = [];
  readonly #input: ModelInput;
  readonly #most: number;
  readonly #placeOf: (label: string | undefined) => number;
  readonly #values: Float32Array;
  readonly #classes: Int32Array;
  readonly #scores: Float32Array;
  readonly #spans: Uint32Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #images = 0;
  /** How all files in the tray are to be decoded. */
  #options: DecodeOptions | undefined;
  #names: string[] = [];

  /**
   * @param input What the model takes.
   * @param most The most images.
   * @param placeOf The place of a label among the model's.
   */
  constructor(input: ModelInput, most: number, placeOf: (label: string | undefined) => number) {
    this.#input = input;
    this.#most = most;
    this.#placeOf = placeOf;
    this.#values = new Float32Array(shared(most * sizeOf(input) * 4));
    this.#classes = new Int32Array(shared(most * 4));
    this.#scores = new Float32Array(shared(most * 4));
    this.#spans = new Uint32Array(shared(most * 8));
  }

  /** Images, those that failed not counted. */
  get images(): number {
    return this.#images;
  }

  /** Whether nothing more should go in. */
  get isFull(): boolean {
    return this.entries.length >= this.#most || this.#end >= MOST_BYTES;
  }

  /** Whoever scores it gets this. */
  get job(): Job {
    return {
      count: this.#images,
      values: this.#values,
      classes: this.#classes,
      scores: this.#scores,
      spans: this.#spans,
      bytes: this.#bytes,
      options: this.#options ?? {},
    };
  }

  /**
   * Takes an entry in; an image that does not fit the model becomes a failed one.
   *
   * @returns A promise to wait for, in the rare case that a file must be decoded first.
   */
  add(entry: Entry<AnyImage>): Promise<void> | undefined {
    if (isFailed(entry)) {
      this.entries.push(entry);
      return;
    }
    const { image, ...name } = entry;
    this.#classes[this.#images] = this.#placeOf(name.label);
    if (!("bytes" in image)) this.#addPixels(name, () => image);
    else if (this.#addFile(image)) this.entries.push({ ...name, notes: [] });
    else {
      return decode(image.bytes, image.options).then(
        (pixels) => this.#addPixels(name, () => pixels),
        (error) =>
          this.#addPixels(name, () => {
            throw error;
          }),
      );
    }
  }

  /**
   * Decodes and prepares an image once more, in this thread, to hear what is wrong with it.
   *
   * @param slot Its slot.
   * @returns Its notes, if it is not wrong after all.
   * @throws {StrayError} What is wrong.
   */
  async retry(slot: number): Promise<readonly string[]> {
    const start = this.#spans[slot * 2]!, end = this.#spans[slot * 2 + 1]!;
    const options = { ...this.#options, name: this.#names[slot] };
    return this.#write(await decode(this.#bytes.slice(start, end), options), slot);
  }

  /** Makes room for another batch. */
  clear(): void {
    this.entries.length = 0;
    this.#names = [];
    this.#options = undefined;
    this.#images = this.#end = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = new Uint8Array(0);
  }

  #write(image: Image, slot: number): readonly string[] {
    writeModelInput(image, this.#input, this.#values, slot * sizeOf(this.#input));
    return image.notes ?? [];
  }

  #addPixels(name: EntryName, image: () => Image): void {
    try {
      this.entries.push({ ...name, notes: this.#write(image(), this.#images) });
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      this.entries.push({ ...name, error });
      return;
    }
    this.#spans.fill(0, this.#images * 2, this.#images * 2 + 2);
    this.#names.push("");
    this.#images++;
  }

  /** Takes a file in as it is, if it is to be decoded like the others. */
  #addFile({ bytes, options }: EncodedImage): boolean {
    const { name = "", hdu, maxPixels, atLeast } = options;
    if (hdu !== undefined || bytes.length === 0) return false;
    const same = this.#options ??= { maxPixels, atLeast };
    if (same.maxPixels !== maxPixels || same.atLeast !== atLeast) return false;
    const start = this.#end, end = start + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(shared(Math.max(end, this.#bytes.length * 2, 1 << 16)));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, start);
    this.#spans[this.#images * 2] = start;
    this.#spans[this.#images * 2 + 1] = end;
    this.#names.push(name);
    this.#images++;
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
