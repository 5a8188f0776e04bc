/** The one writer of stdout: gathers lines, and notices when the reader goes away. */

import { StrayError } from "../errors.ts";
import type { LineWriter } from "./command.ts";

/** The reader of stdout went away: no failure, as in `… | head -3`. */
export class BrokenPipe extends Error {
  /** The class, as programs see it. */
  override readonly name = "BrokenPipe";
}

/** Options of {@linkcode BufferedLineWriter}. */
export interface LineWriterOptions {
  /** Text is handed over at this many characters. @default {65536} */
  readonly capacity?: number;
  /** Text is handed over after this time at the latest. @default {100} */
  readonly delayMs?: number;
}

/**
 * Gathers lines and hands them over in large pieces, a tenth of a second late at most: fast into a
 * file, prompt on a terminal or in a pipe that waits.
 *
 * The first failure is final: `failure` rejects with it, also when it strikes between two writes, and
 * so does every later call.
 *
 * @example
 * ```ts
 * import { BufferedLineWriter } from "./line_writer.ts";
 *
 * const pieces: string[] = [];
 * const sink = new WritableStream<Uint8Array>({
 *   write: (bytes) => void pieces.push(new TextDecoder().decode(bytes)),
 * });
 * const stdout = new BufferedLineWriter(sink);
 * await stdout.write("a");
 * await stdout.write("b");
 * await stdout.flush();
 * if (pieces.join("|") !== "a\nb\n") throw new Error("unexpected pieces");
 * ```
 */
export class BufferedLineWriter implements LineWriter {
  /** Rejects when writing fails, with what `write` throws; never resolves. */
  readonly failure: Promise<never>;
  readonly #sink: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #capacity: number;
  readonly #delayMs: number;
  readonly #fail: (error: Error) => void;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Takes hold of a stream.
   *
   * @param sink Where the bytes go, such as `Deno.stdout.writable`.
   * @param options How much and how long is gathered.
   */
  constructor(sink: WritableStream<Uint8Array>, options: LineWriterOptions = {}) {
    this.#sink = sink.getWriter();
    this.#sink.closed.catch(() => {}); // `failure` tells of it
    this.#capacity = options.capacity ?? 65536;
    this.#delayMs = options.delayMs ?? 100;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.failure = promise;
    this.#fail = reject;
  }

  /**
   * Writes a line; the newline is added.
   *
   * @param line The line.
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If the disk is full, say.
   */
  write(line: string): Promise<void> {
    return this.writeText(line + "\n");
  }

  /**
   * Writes text as it is.
   *
   * @param text The text.
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If the disk is full, say.
   */
  async writeText(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= this.#capacity) return await this.flush();
    this.#timer ??= setTimeout(() => this.flush().catch(() => {}), this.#delayMs);
  }

  /**
   * Writes bytes at once, behind the text that was gathered.
   *
   * @param bytes The bytes; not to be changed before they are written.
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If the disk is full, say.
   */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.#text !== "") await this.flush();
    await this.#hand(bytes);
  }

  /**
   * Hands over all that was gathered.
   *
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If the disk is full, say.
   */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    await this.#hand(text === "" ? undefined : this.#encoder.encode(text));
  }

  async #hand(bytes: Uint8Array | undefined): Promise<void> {
    try {
      if (bytes === undefined) await this.#sink.ready;
      else await this.#sink.write(bytes);
    } catch (cause) {
      const error = explain(cause);
      this.#fail(error);
      throw error;
    }
  }
}

function explain(cause: unknown): Error {
  if (cause instanceof BrokenPipe || cause instanceof StrayError) return cause;
  if (cause instanceof Deno.errors.BrokenPipe) return new BrokenPipe("stdout is closed", { cause });
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StrayError("write", `Cannot write to stdout as ${reason}`, { cause });
}
