/** The rows of a CSV file, each a vector: an image of one row, read one after the other. */

import { StrayError } from "../errors.ts";
import type { Image } from "../images/mod.ts";
import type { ArrayPlace } from "./_array_images.ts";
import type { ByteReader } from "./_byte_reader.ts";
import { type CsvLayout, layoutOf, toRow } from "./_csv_layout.ts";
import { cut } from "./_failure.ts";
import { type Line, readLines } from "./_lines.ts";
import type { Series } from "./_series.ts";

/** Bytes that are read at a time. */
const CHUNK = 65536;

/** An open CSV file. How many rows it has is known at its end. */
export class CsvRows implements Series {
  readonly count = Infinity;
  readonly #place: ArrayPlace;
  #reader: ByteReader;
  #lines: AsyncGenerator<Line>;
  readonly #layout: CsvLayout;
  /** The first row, if it is read and not yet taken. */
  #ahead: Line | undefined;
  /** The index of the row that comes next. */
  #next = 0;
  #label: { readonly index: number; readonly label: string | undefined } | undefined;

  private constructor(
    place: ArrayPlace,
    opened: {
      readonly reader: ByteReader;
      readonly lines: AsyncGenerator<Line>;
      readonly layout: CsvLayout;
      readonly ahead: Line;
    },
  ) {
    this.#place = place;
    this.#reader = opened.reader;
    this.#lines = opened.lines;
    this.#layout = opened.layout;
    this.#ahead = opened.ahead;
  }

  /** Reads and checks the first lines. */
  static async open(place: ArrayPlace, maxPixels: number): Promise<CsvRows> {
    const reader = await place.open();
    const lines = linesOf(reader);
    try {
      const first = await nextRow(lines);
      const layout = first && layoutOf(first, place.name, maxPixels);
      const ahead = layout?.hasHeader ? await nextRow(lines) : first;
      if (layout === undefined || ahead === undefined) {
        const found = layout === undefined ? "nothing" : "a line of names";
        throw new StrayError(
          reader.damage === undefined ? "empty" : "decode",
          `Cannot read ${
            JSON.stringify(place.name)
          } as it must hold at least one row of numbers: ` +
            `found ${reader.damage === undefined ? found : `damage (${reader.damage})`}`,
        );
      }
      return new CsvRows(place, { reader, lines, layout, ahead });
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
    // Only reading tells.
  }

  async read(index: number): Promise<Image | undefined> {
    if (index < this.#next) await this.#rewind();
    for (;;) {
      const line = this.#ahead ?? await nextRow(this.#lines);
      this.#ahead = undefined;
      if (line === undefined) return undefined;
      if (this.#next++ < index) continue;
      const row = toRow(line, this.#layout, this.#place.name);
      this.#label = { index, label: row.label };
      if (row.error !== undefined) throw row.error;
      const { data } = row;
      return { width: data.length, height: 1, channels: 1, data, white: 1 };
    }
  }

  missing(index: number, whole: boolean): StrayError | undefined {
    const { name } = this.#place;
    const { damage } = this.#reader;
    if (damage !== undefined) {
      return new StrayError(
        "decode",
        `Cannot read ${JSON.stringify(name)} as it is damaged (${cut(damage, 80)}): ` +
          `${this.#next} rows are whole`,
      );
    }
    if (whole) return undefined;
    return new StrayError(
      "value",
      `Cannot read ${JSON.stringify(this.nameOf(index))} as the index must be less than ` +
        `${this.#next}: current value is ${index}`,
    );
  }

  findDamage(): Promise<string | undefined> {
    return Promise.resolve(undefined); // `missing` has said it
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
    await this.#reader.close();
  }

  async #rewind(): Promise<void> {
    await this.close();
    this.#reader = await this.#place.open();
    this.#lines = linesOf(this.#reader);
    this.#next = 0;
    if (this.#layout.hasHeader) await nextRow(this.#lines);
  }
}

/** The lines of a file; of a damaged one those that are whole. */
async function* linesOf(reader: ByteReader): AsyncGenerator<Line> {
  const cut = new Error("cut short");
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const bytes = await reader.read(CHUNK);
      if (bytes.length > 0) controller.enqueue(bytes);
      else if (reader.damage !== undefined) controller.error(cut); // what is left is half a line
      else controller.close();
    },
  }, { highWaterMark: 0 });
  try {
    yield* readLines(stream, false, new AbortController().signal);
  } catch (error) {
    if (error !== cut) throw error;
  }
}

/** The next line that is not blank. */
async function nextRow(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return undefined;
    if (value.text === undefined || value.text.trim() !== "") return value;
  }
}
