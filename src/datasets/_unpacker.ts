/** gzip and deflate, unpacked piece by piece. */

import { constants, createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";

/**
 * Unpacks a stream of bytes, keeping all that came out before damage was found.
 *
 * By node:zlib, which unlike `DecompressionStream` takes gzip files of several members or with
 * padding, and gives all that is whole of a file that is cut short.
 */
export class Unpacker {
  readonly #zlib: Gunzip | InflateRaw;
  /** What came out and is not yet taken. */
  readonly #out: Uint8Array[] = [];
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /**
   * Makes one.
   *
   * @param format What the bytes are packed with.
   * @param strict Whether an end before the packed stream's own counts as damage; for content that
   *   does not say its length itself.
   */
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
   * Fills the start of `target`; 0 at the end.
   *
   * @param next Gives the next packed bytes, `undefined` at the end.
   * @throws {Error} If the packed bytes are damaged, once all before is taken.
   */
  async readInto(
    target: Uint8Array,
    next: () => Promise<Uint8Array | undefined>,
  ): Promise<number> {
    while (this.#out.length === 0 && !this.#ended) await this.#unpack(await next());
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

  /** Frees what zlib holds. */
  close(): void {
    this.#zlib.destroy();
  }

  /** Puts packed bytes in and waits until all of them is out; `undefined` ends it. */
  async #unpack(packed: Uint8Array | undefined): Promise<void> {
    const done = new Promise<void>((resolve) => this.#wake = resolve);
    if (packed === undefined) this.#zlib.end();
    else this.#zlib.write(packed, () => this.#wake?.());
    if (!this.#ended) await done;
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}

/** Whether an error is zlib's, about the bytes that it was given. */
export function isDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string" &&
    error.code.startsWith("Z_");
}
