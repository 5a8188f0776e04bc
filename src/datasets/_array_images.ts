/** The images of one array in a file, read one after the other or by index. */

import { StrayError } from "../errors.ts";
import { replaceNonFinite } from "../images/mod.ts";
import type { Image } from "../images/mod.ts";
import { type ArrayHeader, readArrayHeader } from "./_array_header.ts";
import type { ByteReader } from "./_byte_reader.ts";
import type { ElementType } from "./_element.ts";
import type { LabelOf } from "./_labels.ts";
import { type ArrayLimits, checkArray, HELD } from "./_check_array.ts";
import type { Layout } from "./_layout.ts";
import type { Series } from "./_series.ts";
import { takeSamples } from "./_take_samples.ts";

/** Where an array is, and what it is called. */
export interface ArrayPlace {
  /** `FILE` or `FILE.npz#KEY`, as the user gave it. */
  readonly name: string;
  /** Opens it at the start of its header; called again to go back in a packed one. */
  open(): Promise<ByteReader>;
  /** Reads the labels, once the number of images is known. */
  readLabels?(count: number): Promise<LabelOf | undefined>;
}

/** An open array of images. Reads must not overlap. */
export class ArrayImages implements Series {
  /** The images that the header promises. */
  readonly count: number;
  readonly #place: ArrayPlace;
  readonly #header: ArrayHeader;
  readonly #type: ElementType;
  readonly #layout: Layout;
  readonly #labelOf: LabelOf | undefined;
  readonly #maxPixels: number;
  /** Bytes of one image. */
  readonly #size: number;
  readonly #inPieces: boolean;
  #reader: ByteReader;
  #held: Uint8Array | undefined;

  private constructor(
    place: ArrayPlace,
    opened: {
      readonly header: ArrayHeader;
      readonly type: ElementType;
      readonly layout: Layout;
      readonly labelOf: LabelOf | undefined;
      readonly maxPixels: number;
      readonly reader: ByteReader;
    },
  ) {
    this.#place = place;
    this.#header = opened.header;
    this.#type = opened.type;
    this.#layout = opened.layout;
    this.#labelOf = opened.labelOf;
    this.#maxPixels = opened.maxPixels;
    this.#reader = opened.reader;
    const { count, height, width, channels, strides } = opened.layout;
    this.count = count;
    this.#size = height * width * channels * opened.type.size;
    this.#inPieces = count === 1 || strides.image * opened.type.size === this.#size;
  }

  /** Reads and checks the header and the labels. */
  static async open(place: ArrayPlace, limits: ArrayLimits): Promise<ArrayImages> {
    const reader = await place.open();
    try {
      const header = await readArrayHeader(reader, place.name);
      const { type, layout } = checkArray(header, place.name, limits);
      const labelOf = await place.readLabels?.(layout.count);
      const { maxPixels } = limits;
      return new ArrayImages(place, { header, type, layout, labelOf, maxPixels, reader });
    } catch (error) {
      throw await reader.closeAfter(error, place.name);
    }
  }

  /** The name of an image: `NAME#INDEX`, or `NAME` if the array is one image. */
  nameOf(index: number): string {
    return this.#layout.single ? this.#place.name : `${this.#place.name}#${index}`;
  }

  /** The label of an image, if there are labels. */
  labelOf(index: number): string | undefined {
    return this.#labelOf?.(index);
  }

  /** Throws if the header does not promise an image of that index. */
  checkIndex(index: number): void {
    if (index < this.count) return;
    throw new StrayError(
      "value",
      `Cannot read ${JSON.stringify(`${this.#place.name}#${index}`)} as the index must be less ` +
        `than ${this.count}: current value is ${index}`,
    );
  }

  /**
   * Reads an image; cheap in rising order.
   *
   * @returns The image, or `undefined` if the file ends before it.
   * @throws {StrayError} `value` If no sample is finite, or there is no such index.
   */
  async read(index: number): Promise<Image | undefined> {
    this.checkIndex(index);
    const { strides } = this.#layout;
    if (!this.#inPieces || this.#held !== undefined) {
      const held = this.#held ??= await this.#holdAll();
      const base = index * strides.image * this.#type.size;
      const end = this.#inPieces ? base + this.#size : this.count * this.#size;
      if (held.length < end) return undefined;
      return this.#inPieces
        ? this.#toImage(held.slice(base, end), 0, index)
        : this.#toImage(held, base, index);
    }
    const at = this.#header.dataAt + index * this.#size;
    if (at < this.#reader.position) {
      if (this.#reader.seekable) await this.#reader.seek(at);
      else if (this.count * this.#size <= HELD) {
        await this.#rewind();
        this.#held = await this.#holdAll();
        return await this.read(index);
      } else await this.#rewind();
    }
    await this.#reader.skip(at - this.#reader.position);
    const bytes = await this.#reader.read(this.#size);
    return bytes.length < this.#size ? undefined : this.#toImage(bytes, 0, index);
  }

  /** The error for an array that ends before an image; `whole` if all before it were found. */
  missing(index: number, whole: boolean): StrayError {
    const { damage } = this.#reader;
    return new StrayError(
      "decode",
      `Cannot read ${JSON.stringify(this.#place.name)} as it must hold ${this.count} images: ` +
        `it is ${damage === undefined ? "cut short" : `damaged (${damage})`}, ` +
        (whole ? `${index} of ${this.count} are whole` : `before image ${index}`),
    );
  }

  /** Once all is read: what is wrong with a packed file's end, such as its checksum, if anything. */
  async findDamage(): Promise<string | undefined> {
    await this.#reader.peek(1);
    return this.#reader.damage;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#reader.close();
  }

  async #rewind(): Promise<void> {
    await this.#reader.close();
    this.#reader = await this.#place.open();
    await this.#reader.skip(this.#header.dataAt);
  }

  async #holdAll(): Promise<Uint8Array> {
    return await this.#reader.read(this.count * this.#size);
  }

  #toImage(bytes: Uint8Array, offset: number, index: number): Image {
    const { height, width, channels } = this.#layout;
    const shape = { height, width, channels };
    const data = takeSamples(bytes, offset, this.#type, this.#layout);
    if (data instanceof Uint8Array) return { ...shape, data, white: 255 };
    if (data instanceof Uint16Array) return { ...shape, data, white: 65535 };
    const thing = JSON.stringify(this.nameOf(index));
    const notes = replaceNonFinite(data, { thing, maxPixels: this.#maxPixels });
    return { ...shape, data, white: 1, ...(notes.length > 0 && { notes }) };
  }
}
