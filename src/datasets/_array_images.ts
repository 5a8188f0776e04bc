/** The images of one array in a file. */

import type { Image } from "../images/mod.ts";
import { keepMemory, type MemoryBudget, SMALL_BYTES, withMemory } from "../memory_budget.ts";
import { type ArrayHeader, readArrayHeader } from "./_array_header.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type ArrayLimits, checkArray, MAX_HELD_BYTES } from "./_check_array.ts";
import type { ElementType } from "./_element.ts";
import { cannotRead } from "./_errors.ts";
import type { ImageSeries } from "./_image_series.ts";
import type { LabelOf } from "./_labels.ts";
import type { Layout } from "./_layout.ts";
import { imageFrom } from "./_take_samples.ts";
import type { StrayError } from "../errors.ts";

/** An array in a file, before it is opened. */
export interface ArrayPlace {
  /** `FILE` or `FILE.npz#KEY`, as the user gave it. */
  readonly name: string;
  /** Opens the array at its header; called again to go back in a compressed file. */
  open(): Promise<ByteReader>;
  /** Reads the labels, given the number of images. */
  readonly readLabels: ((count: number) => Promise<LabelOf | undefined>) | undefined;
}

/** The checked header and labels of an array. */
interface OpenArray {
  readonly place: ArrayPlace;
  readonly header: ArrayHeader;
  readonly type: ElementType;
  readonly layout: Layout;
  readonly labelOf: LabelOf | undefined;
  readonly memory: MemoryBudget | undefined;
}

/** An open array of images. Reads must not overlap. */
export class ArrayImages implements ImageSeries {
  readonly #array: OpenArray;
  /** Bytes per image. */
  readonly #size: number;
  /** Whether the bytes of each image are contiguous. */
  readonly #inPieces: boolean;
  #reader: ByteReader;
  /** The whole array, if it is in memory. */
  #held: Uint8Array | undefined;
  /** Gives its memory back. */
  #giveBack: (() => void) | undefined;

  private constructor(array: OpenArray, reader: ByteReader) {
    const { layout: { count, height, width, channels, strides }, type } = array;
    this.#array = array;
    this.#reader = reader;
    this.#size = height * width * channels * type.size;
    this.#inPieces = count === 1 || strides.image * type.size === this.#size;
  }

  /** Reads and checks the header and the labels. */
  static async open(place: ArrayPlace, limits: ArrayLimits): Promise<ArrayImages> {
    const reader = await place.open();
    try {
      const header = await readArrayHeader(reader, place.name);
      const { type, layout } = checkArray(header, place.name, limits);
      const labelOf = await place.readLabels?.(layout.count), { memory } = limits;
      const images = new ArrayImages({ place, header, type, layout, labelOf, memory }, reader);
      if (!images.#inPieces && !images.#keepAll()) {
        throw cannotRead(
          "too_large",
          place.name,
          "an array in Fortran order must fit in memory: " +
            `its ${images.count * images.#size} bytes are too many for --max-memory`,
          "save it with numpy.ascontiguousarray, or allow more with --max-memory",
        );
      }
      return images;
    } catch (error) {
      throw await reader.closeAfter(error, place.name);
    }
  }

  get count(): number {
    return this.#array.layout.count;
  }

  /** The name of an image: `NAME#INDEX`, or `NAME` if the array is one image. */
  nameOf(index: number): string {
    const { place, layout } = this.#array;
    return layout.single ? place.name : `${place.name}#${index}`;
  }

  labelOf(index: number): string | undefined {
    return this.#array.labelOf?.(index);
  }

  checkIndex(index: number): void {
    if (index < this.count) return;
    const reason = `the index must be less than ${this.count}: current value is ${index}`;
    throw cannotRead("value", `${this.#array.place.name}#${index}`, reason);
  }

  async read(index: number): Promise<Image | undefined> {
    this.checkIndex(index);
    if (!this.#inPieces) this.#held ??= await this.#readAll();
    if (this.#held !== undefined) return this.#fromHeld(this.#held, index);
    const at = this.#array.header.dataAt + index * this.#size;
    if (at < this.#reader.position && !this.#reader.seekable) {
      await this.#rewind();
      if (this.count * this.#size <= MAX_HELD_BYTES && this.#keepAll()) {
        this.#held = await this.#readAll();
        return this.#fromHeld(this.#held, index);
      }
    }
    const { memory, layout: { height, width, channels } } = this.#array;
    // Its buffer doubles as it fills; its samples may take a copy.
    const bytes = 1.5 * this.#size + 4 * height * width * channels;
    const action = `read ${JSON.stringify(this.nameOf(index))}`;
    return await withMemory(bytes > SMALL_BYTES ? memory : undefined, bytes, action, async () => {
      if (at < this.#reader.position) await this.#reader.seek(at);
      await this.#reader.skip(at - this.#reader.position);
      const bytes = await this.#reader.read(this.#size);
      return bytes.length < this.#size ? undefined : this.#toImage(bytes, 0, index);
    });
  }

  missing(index: number, whole: boolean): StrayError {
    const { damage } = this.#reader;
    return cannotRead(
      "decode",
      this.#array.place.name,
      `it must hold ${this.count} images: ` +
        `it is ${damage === undefined ? "truncated" : `damaged (${damage})`}, ` +
        (whole ? `${index} of ${this.count} are whole` : `before image ${index}`),
    );
  }

  async findDamage(): Promise<string | undefined> {
    await this.#reader.peek(1);
    return this.#reader.damage;
  }

  async close(): Promise<void> {
    this.#giveBack?.();
    this.#giveBack = undefined;
    await this.#reader.close();
  }

  /** Takes memory for the whole array; false if there is too little. */
  #keepAll(): boolean {
    this.#giveBack ??= keepMemory(this.#array.memory, this.count * this.#size);
    return this.#giveBack !== undefined;
  }

  #fromHeld(held: Uint8Array, index: number): Image | undefined {
    const base = index * this.#array.layout.strides.image * this.#array.type.size;
    const end = this.#inPieces ? base + this.#size : this.count * this.#size;
    if (held.length < end) return undefined;
    return this.#inPieces
      ? this.#toImage(held.slice(base, end), 0, index)
      : this.#toImage(held, base, index);
  }

  async #rewind(): Promise<void> {
    await this.#reader.close();
    this.#reader = await this.#array.place.open();
    await this.#reader.skip(this.#array.header.dataAt);
  }

  async #readAll(): Promise<Uint8Array> {
    return await this.#reader.read(this.count * this.#size);
  }

  #toImage(bytes: Uint8Array, offset: number, index: number): Image {
    const { type, layout } = this.#array;
    return imageFrom(bytes, offset, type, layout, this.nameOf(index));
  }
}
