/** The rows of a CSV file: vectors, each an image of one row. */

import { cutText, type StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import type { ArrayPlace } from "./_array_images.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type CsvLayout, layoutOf, toRow } from "./_csv_layout.ts";
import { cannotRead } from "./_errors.ts";
import type { ImageSeries } from "./_image_series.ts";
import { type Line, readLines } from "./_lines.ts";

/** Bytes per read. */
const CHUNK = 65536;

/** An open CSV file; its number of rows is known at its end. */
export class CsvRows implements ImageSeries {
  readonly count = Infinity;
  readonly #place: ArrayPlace;
  readonly #layout: CsvLayout;
  #reader: ByteReader;
  #lines: AsyncGenerator<Line>;
  /** The first row, until it is taken. */
  #ahead: Line | undefined;
  /** Index of the next row. */
  #next = 0;
  #label: { readonly index: number; readonly label: string | undefined } | undefined;

  private constructor(
    place: ArrayPlace,
    layout: CsvLayout,
    reader: ByteReader,
    lines: AsyncGenerator<Line>,
    ahead: Line,
  ) {
    this.#place = place;
    this.#layout = layout;
    this.#reader = reader;
    this.#lines = lines;
    this.#ahead = ahead;
  }

  /** Reads and checks the first lines. */
  static async open(place: ArrayPlace, maxPixels: number): Promise<CsvRows> {
    const reader = await place.open();
    const lines = readLines(chunksOf(reader));
    try {
      const first = await nextRow(lines);
      const layout = first && layoutOf(first, place.name, maxPixels);
      const ahead = layout?.hasHeader ? await nextRow(lines) : first;
      if (layout && ahead) return new CsvRows(place, layout, reader, lines, ahead);
      const { damage } = reader;
      const found = layout ? "a line of names" : "nothing";
      throw cannotRead(
        damage === undefined ? "empty" : "decode",
        place.name,
        "it must hold at least one row of numbers: " +
          `found ${damage === undefined ? found : `damage (${damage})`}`,
      );
    } catch (error) {
      await lines.return(undefined);
      throw await reader.closeAfter(error, place.name);
    }
  }

  nameOf(index: number): string {
    return `${this.#place.name}#${index}`;
  }

  labelOf(index: number): string | undefined {
    return this.#label?.index === index ? this.#label.label : undefined;
  }

  checkIndex(): void {
    // Known only after reading.
  }

  async read(index: number): Promise<Image | undefined> {
    if (index < this.#next) await this.#rewind();
    for (;;) {
      const line = this.#ahead ?? await nextRow(this.#lines);
      this.#ahead = undefined;
      if (line === undefined) return undefined;
      if (this.#next++ < index) continue;
      const { label, data, error } = toRow(line, this.#layout, this.#place.name);
      this.#label = { index, label };
      if (error) throw error;
      return { width: data.length, height: 1, channels: 1, data, white: 1, vector: true };
    }
  }

  missing(index: number, whole: boolean): StrayError | undefined {
    const { damage } = this.#reader;
    if (damage !== undefined) {
      const reason = `it is damaged (${cutText(damage, 80)}): ${this.#next} rows are whole`;
      return cannotRead("decode", this.#place.name, reason);
    }
    if (whole) return undefined;
    const reason = `the index must be less than ${this.#next}: current value is ${index}`;
    return cannotRead("value", this.nameOf(index), reason);
  }

  findDamage(): Promise<string | undefined> {
    return Promise.resolve(undefined); // `missing` reports it
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
    await this.#reader.close();
  }

  async #rewind(): Promise<void> {
    await this.close();
    this.#reader = await this.#place.open();
    this.#lines = readLines(chunksOf(this.#reader));
    this.#next = 0;
    if (this.#layout.hasHeader) await nextRow(this.#lines);
  }
}

/** Ends the chunks of a damaged file, whose last line is incomplete. */
class DamageError extends Error {}

async function* chunksOf(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const bytes = await reader.read(CHUNK);
    if (bytes.length > 0) yield bytes;
    else if (reader.damage === undefined) return;
    else throw new DamageError();
  }
}

/** The next line that is not blank; undefined at the end, or at damage. */
async function nextRow(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  try {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) return undefined;
      if (value.text === undefined || value.text.trim() !== "") return value;
    }
  } catch (error) {
    if (error instanceof DamageError) return undefined;
    throw error;
  }
}
