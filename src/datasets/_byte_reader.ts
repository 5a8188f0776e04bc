/** Buffered reading of a file, or a part of it, with peeking. */

import { concatenate } from "../concatenate.ts";
import type { StrayError } from "../errors.ts";
import { release } from "../memory_budget.ts";
import { readFailure } from "./_errors.ts";
import { Decompressor, isDamage } from "./_decompressor.ts";

/** The origin of the bytes. */
interface ByteSource {
  /** Fills the start of `target`, and returns the number of bytes; 0 at the end. */
  readInto(target: Uint8Array): Promise<number>;
  /** Goes to a position; absent for pipes and compressed data. */
  readonly seek?: (position: number) => Promise<void>;
  close(): Promise<void>;
}

/** A part of a file, in bytes. */
interface ByteRange {
  readonly from: number;
  readonly length: number;
}

const CHUNK = 65536;
/** Larger reads are done in pieces, so that a false size in a header takes no memory. */
const LARGE = 1 << 24;
/** Compressed bytes per step: they can expand a thousandfold. */
const PIECE = 16384;
const NOTHING = new Uint8Array(0);

/**
 * Reads an exact number of bytes, or fewer at the end.
 *
 * A damaged compressed stream ends at the damage, which `damage` describes.
 */
export class ByteReader {
  readonly #source: ByteSource;
  /** Bytes that are buffered and not yet taken. */
  #ahead: Uint8Array<ArrayBuffer> = NOTHING;
  #position = 0;
  #damage: string | undefined;

  private constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Opens a file, or a part of it; seekable unless it is a pipe or device. */
  static async openFile(path: string, range?: ByteRange): Promise<ByteReader> {
    const file = await Deno.open(path);
    const { isFile } = file.statSync();
    if (range !== undefined) {
      try {
        await file.seek(range.from, Deno.SeekMode.Start);
      } catch (error) {
        file.close();
        throw error;
      }
    }
    let left = range?.length ?? Infinity;
    return new ByteReader({
      readInto: async (target) => {
        if (left === 0) return 0;
        const count = await file.read(target.subarray(0, Math.min(target.length, left))) ?? 0;
        left -= count;
        return count;
      },
      ...(isFile && {
        seek: async (position: number) => {
          await file.seek((range?.from ?? 0) + position, Deno.SeekMode.Start);
          left = (range?.length ?? Infinity) - position;
        },
      }),
      close: () => Promise.resolve(file.close()),
    });
  }

  /** Number of bytes taken. */
  get position(): number {
    return this.#position;
  }

  /** Whether `seek` can be called. */
  get seekable(): boolean {
    return this.#source.seek !== undefined;
  }

  /** Damage that ended the stream early, if any. */
  get damage(): string | undefined {
    return this.#damage;
  }

  /** Returns the next bytes, at most `length` (up to 65,536), without taking them. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#ahead.length < length && await this.#refill());
    return this.#ahead.subarray(0, length);
  }

  /** Takes the next `length` bytes, in a new array; fewer only at the end. */
  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#ahead.length === 0 && length < CHUNK) await this.#refill();
    if (length <= this.#ahead.length) {
      const bytes = this.#ahead.slice(0, length);
      this.#take(length);
      return bytes;
    }
    if (length > LARGE) return await this.#readPieces(length);
    const bytes = new Uint8Array(length);
    let found = 0;
    while (found < length) {
      if (this.#ahead.length > 0) {
        const part = this.#ahead.subarray(0, length - found);
        bytes.set(part, found);
        this.#take(part.length);
        found += part.length;
      } else if (length - found < CHUNK) {
        if (!await this.#refill()) break;
      } else {
        const count = await this.#readInto(bytes.subarray(found));
        if (count === 0) break;
        this.#position += count;
        found += count;
      }
    }
    return found === length ? bytes : bytes.slice(0, found);
  }

  /**
   * Takes all remaining bytes; undefined if there are more than `maxBytes`.
   *
   * @param start Bytes before them, which the result has too. @default {none}
   */
  async readAll(
    maxBytes: number,
    start: Uint8Array<ArrayBuffer> = NOTHING,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await this.#readPieces(maxBytes + 1, start);
    return bytes.length > maxBytes ? undefined : bytes;
  }

  /** Skips `length` bytes, or fewer at the end. */
  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      const part = Math.min(left, this.#ahead.length);
      this.#take(part);
      left -= part;
      if (left === 0) return;
      if (this.#source.seek !== undefined) return await this.seek(this.#position + left);
      if (!await this.#refill()) return;
    }
  }

  /** Goes to a position, even beyond the end; only if seekable. */
  async seek(position: number): Promise<void> {
    await this.#source.seek?.(position);
    this.#ahead = NOTHING;
    this.#position = position;
  }

  /** Decompresses the remaining bytes, as `Decompressor` does; closing it closes this reader. */
  decompress(format: "gzip" | "deflate-raw", strict = false): ByteReader {
    const decompressor = new Decompressor(format, strict);
    const next = async (): Promise<Uint8Array | undefined> => {
      if (this.#ahead.length === 0 && !await this.#refill()) return undefined;
      const piece = this.#ahead.subarray(0, PIECE);
      this.#take(piece.length);
      return piece;
    };
    return new ByteReader({
      readInto: (target) => decompressor.readInto(target, next),
      close: async () => {
        decompressor.close();
        await this.close();
      },
    });
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#source.close();
  }

  /** Closes the file after a failure, and returns the failure as a `StrayError`. */
  async closeAfter(error: unknown, name: string): Promise<StrayError> {
    await this.close();
    return readFailure(error, name);
  }

  #take(length: number): void {
    this.#ahead = this.#ahead.subarray(length);
    this.#position += length;
  }

  /** Reads into a buffer that doubles as it fills, so that a false length takes no memory. */
  async #readPieces(
    length: number,
    start: Uint8Array<ArrayBuffer> = NOTHING,
  ): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = new Uint8Array(Math.min(length, Math.max(CHUNK, 2 * start.length)));
    bytes.set(start);
    let total = start.length;
    while (total < length) {
      if (total === bytes.length) {
        const larger = new Uint8Array(Math.min(length, 2 * total));
        larger.set(bytes);
        release(bytes);
        bytes = larger;
      }
      const part = this.#ahead.subarray(0, bytes.length - total);
      if (part.length > 0) {
        bytes.set(part, total);
        this.#take(part.length);
        total += part.length;
        continue;
      }
      const count = await this.#readInto(bytes.subarray(total));
      if (count === 0) break;
      this.#position += count;
      total += count;
    }
    return total === bytes.length ? bytes : new Uint8Array(bytes.buffer.transfer(total));
  }

  /** Reads one more chunk; false at the end. */
  async #refill(): Promise<boolean> {
    const chunk = new Uint8Array(CHUNK);
    const count = await this.#readInto(chunk);
    if (count === 0) return false;
    const added = chunk.subarray(0, count);
    this.#ahead = this.#ahead.length === 0 ? added : concatenate(Uint8Array, [this.#ahead, added]);
    return true;
  }

  async #readInto(target: Uint8Array): Promise<number> {
    if (this.#damage !== undefined) return 0;
    try {
      return await this.#source.readInto(target);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#damage = error.message;
      return 0;
    }
  }
}
