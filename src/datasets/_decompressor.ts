/** Streaming decompression of gzip and deflate. */

import { constants, createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";

/**
 * Decompresses a stream, up to any damage.
 *
 * By node:zlib, which unlike `DecompressionStream` supports gzip files of several members or with
 * padding, and returns all complete data of a truncated file.
 */
export class Decompressor {
  readonly #zlib: Gunzip | InflateRaw;
  /** Output that is not yet taken. */
  readonly #out: Uint8Array[] = [];
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Starts a stream; `strict`, for content of unknown length, counts truncation as damage. */
  constructor(format: "gzip" | "deflate-raw", strict: boolean) {
    const finishFlush = strict ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const options = { chunkSize: 1 << 17, finishFlush };
    this.#zlib = format === "gzip" ? createGunzip(options) : createInflateRaw(options);
    this.#zlib.on("data", (bytes: Uint8Array) => this.#out.push(bytes));
    this.#zlib.on("end", () => this.#end());
    this.#zlib.on("error", (error: Error) => {
      this.#failure = error;
      this.#end();
    });
  }

  /**
   * Fills the start of `target`, and returns the number of bytes; 0 at the end.
   *
   * @param next Returns the next compressed bytes; undefined at the end.
   * @throws {Error} If the compressed bytes are damaged, after all output before the damage.
   */
  async readInto(
    target: Uint8Array,
    next: () => Promise<Uint8Array | undefined>,
  ): Promise<number> {
    while (this.#out.length === 0 && !this.#ended) await this.#write(await next());
    const [first] = this.#out;
    if (first === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      return 0;
    }
    const part = first.subarray(0, target.length);
    target.set(part);
    if (part.length < first.length) this.#out[0] = first.subarray(part.length);
    else this.#out.shift();
    return part.length;
  }

  /** Frees the memory of zlib. */
  close(): void {
    this.#zlib.destroy();
  }

  /** Decompresses all of `input`; undefined ends the stream. */
  async #write(input: Uint8Array | undefined): Promise<void> {
    const done = new Promise<void>((resolve) => this.#wake = resolve);
    if (input === undefined) this.#zlib.end();
    else this.#zlib.write(input, () => this.#wake?.());
    if (!this.#ended) await done;
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}

/** Whether an error is zlib's about damaged bytes. */
export function isDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    error.code.startsWith("Z_");
}
