/** Bytes in order, from a part of a file or a stream, with a look ahead. */

import type { StrayError } from "../errors.ts";
import { readFailure } from "./_failure.ts";
import { isDamage, Unpacker } from "./_unpacker.ts";

/** Where the bytes come from. */
interface Feed {
  /** Fills the start of `target`; 0 at the end. */
  readInto(target: Uint8Array): Promise<number>;
  /** Goes to a position, where that can be done. */
  readonly seek?: (position: number) => Promise<void>;
  close(): Promise<void>;
}

/** A part of a file, in bytes; the whole if left out. */
export interface Range {
  readonly from: number;
  readonly length: number;
}

const CHUNK = 65536;
/** More than this is taken in pieces, so that a false claim in a header takes no memory. */
const LARGE = 1 << 24;
/** Packed bytes that are unpacked at a time: they may become a thousand times as many. */
const PIECE = 16384;
const NOTHING = new Uint8Array(0);

/**
 * Reads bytes exactly, through a buffer, and says how many there were when there are too few.
 *
 * A damaged compressed stream counts as ended; what was wrong with it is in `damage`.
 */
export class ByteReader {
  readonly #feed: Feed;
  /** What is read and not yet taken. */
  #ahead: Uint8Array<ArrayBuffer> = NOTHING;
  #position = 0;
  #damage: string | undefined;

  private constructor(feed: Feed) {
    this.#feed = feed;
  }

  /** Opens a file, which can be sought in unless it is a pipe or device; a part of it if `range` is given. */
  static async openFile(path: string, range?: Range): Promise<ByteReader> {
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

  /** Bytes taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether `seek` can be called. */
  get seekable(): boolean {
    return this.#feed.seek !== undefined;
  }

  /** What was wrong with a stream that ended too early, if anything. */
  get damage(): string | undefined {
    return this.#damage;
  }

  /** The next bytes, at most `length` (up to 65,536), without taking them. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#ahead.length < length && await this.#refill());
    return this.#ahead.subarray(0, length);
  }

  /** Takes the next `length` bytes, as memory of their own; fewer only at the end. */
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
        const count = await this.#feedInto(bytes.subarray(found));
        if (count === 0) break;
        this.#position += count;
        found += count;
      }
    }
    return found === length ? bytes : bytes.slice(0, found);
  }

  /** Takes all that is left, or `undefined` if that is more than `most` bytes. */
  async readAll(most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await this.#readPieces(most + 1);
    return bytes.length > most ? undefined : bytes;
  }

  /** Goes forward over `length` bytes, or less at the end. */
  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      const part = Math.min(left, this.#ahead.length);
      this.#take(part);
      left -= part;
      if (left === 0) return;
      if (this.#feed.seek !== undefined) return await this.seek(this.#position + left);
      if (!await this.#refill()) return;
    }
  }

  /** Goes to a position, past the end too; only if seekable. */
  async seek(position: number): Promise<void> {
    await this.#feed.seek?.(position);
    this.#ahead = NOTHING;
    this.#position = position;
  }

  /**
   * The bytes as they are left, decompressed; closing it closes this.
   *
   * By node:zlib, which unlike `DecompressionStream` takes gzip files of several members or with
   * padding, and gives all that is whole of a file that is cut short; `strict` says of such a file
   * that it is damaged.
   */
  decompress(format: "gzip" | "deflate-raw", strict = false): ByteReader {
    const unpacker = new Unpacker(format, strict);
    const next = async (): Promise<Uint8Array | undefined> => {
      if (this.#ahead.length === 0 && !await this.#refill()) return undefined;
      const piece = this.#ahead.subarray(0, PIECE);
      this.#take(piece.length);
      return piece;
    };
    return new ByteReader({
      readInto: (target) => unpacker.readInto(target, next),
      close: async () => {
        unpacker.close();
        await this.close();
      },
    });
  }

  /** Gives the file back; reading afterwards is a fault. */
  async close(): Promise<void> {
    await this.#feed.close();
  }

  /** Gives the file back after a failure to read it, said in stray's words. */
  async closeAfter(error: unknown, name: string): Promise<StrayError> {
    await this.close();
    return readFailure(error, name);
  }

  #take(length: number): void {
    this.#ahead = this.#ahead.subarray(length);
    this.#position += length;
  }

  async #readPieces(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    while (total < length) {
      if (this.#ahead.length === 0 && !await this.#refill(total === 0 ? CHUNK : 1 << 20)) break;
      const piece = this.#ahead.subarray(0, length - total);
      this.#take(piece.length);
      pieces.push(piece);
      total += piece.length;
    }
    const bytes = new Uint8Array(total);
    let offset = 0;
    for (const piece of pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    return bytes;
  }

  /** Reads one more chunk; false at the end. */
  async #refill(size = CHUNK): Promise<boolean> {
    const chunk = new Uint8Array(size);
    const count = await this.#feedInto(chunk);
    if (count === 0) return false;
    if (this.#ahead.length === 0) {
      this.#ahead = chunk.subarray(0, count);
    } else {
      const joined = new Uint8Array(this.#ahead.length + count);
      joined.set(this.#ahead);
      joined.set(chunk.subarray(0, count), this.#ahead.length);
      this.#ahead = joined;
    }
    return true;
  }

  async #feedInto(target: Uint8Array): Promise<number> {
    if (this.#damage !== undefined) return 0;
    try {
      return await this.#feed.readInto(target);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#damage = error.message;
      return 0;
    }
  }
}
