/** The only writer of stdout: buffers lines, and detects when the reader goes away. */

import { StrayError } from "../errors.ts";

/** The reader of stdout went away, as in `… | head -3`: not a failure. */
export class BrokenPipe extends Error {
  /** The class, as programs see it. */
  override readonly name = "BrokenPipe";
}

/** Options of {@linkcode BufferedLineWriter}. */
export interface LineWriterOptions {
  /** Buffered characters at which text is written out. @default {65536} */
  readonly capacity?: number;
  /** Maximum delay before text is written out, in ms. @default {100} */
  readonly delayMs?: number;
}

/**
 * Buffers lines and writes them in large pieces, at most a tenth of a second late: fast into a file,
 * prompt on a terminal or in a pipe. The end of a command writes out the rest.
 *
 * The first failure is final: `failure` and every later call reject with it, also if it happens
 * between two writes.
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
export class BufferedLineWriter {
  /** Rejects when writing fails, with the error that `write` throws; never resolves. */
  readonly failure: Promise<never>;
  readonly #sink: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #capacity: number;
  readonly #delayMs: number;
  readonly #fail: (error: Error) => void;
  #text = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Locks a stream.
   *
   * @param sink The stream, such as `Deno.stdout.writable`.
   * @param options Size and delay of the buffer.
   */
  constructor(sink: WritableStream<Uint8Array>, options: LineWriterOptions = {}) {
    this.#sink = sink.getWriter();
    this.#sink.closed.catch(() => {}); // `failure` reports it
    this.#capacity = options.capacity ?? 65536;
    this.#delayMs = options.delayMs ?? 100;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    this.failure = promise;
    this.#fail = reject;
  }

  /**
   * Writes a line and its newline.
   *
   * @param line The line.
   * @throws {BrokenPipe} If the reader went away: the program then ends quietly with 0.
   * @throws {StrayError} `write` If writing fails, as on a full disk.
   */
  write(line: string): Promise<void> {
    return this.writeText(line + "\n");
  }

  /**
   * Writes text without adding a newline.
   *
   * @param text The text.
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If writing fails, as on a full disk.
   */
  async writeText(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= this.#capacity) return await this.flush();
    this.#timer ??= setTimeout(() => this.flush().catch(() => {}), this.#delayMs);
  }

  /**
   * Writes the buffered text, then bytes, without buffering.
   *
   * @param bytes The bytes; they must not change before they are written.
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If writing fails, as on a full disk.
   */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.#text !== "") await this.flush();
    await this.#send(bytes);
  }

  /**
   * Writes out all buffered text.
   *
   * @throws {BrokenPipe} If the reader went away.
   * @throws {StrayError} `write` If writing fails, as on a full disk.
   */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    await this.#send(text === "" ? undefined : this.#encoder.encode(text));
  }

  async #send(bytes: Uint8Array | undefined): Promise<void> {
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
