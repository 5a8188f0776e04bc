/** One side of the benchmark: a process that answers requests. */

import type { Request } from "./protocol.ts";

/** A process that answers each line of its input with a line. */
export class Side implements AsyncDisposable {
  /** The process. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;
  readonly #name: string;

  /**
   * Starts a side.
   *
   * @param program The program.
   * @param args Its arguments.
   */
  constructor(program: string, args: readonly string[]) {
    this.#name = args.find((arg) => /\.(ts|py)$/.test(arg)) ?? program;
    this.#child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.pid = this.#child.pid;
    this.#requests = this.#child.stdin.getWriter();
    this.#answers = lines(this.#child.stdout);
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param request The request.
   * @returns The answer, as defined by the protocol.
   * @throws {Error} If the process ends without an answer; stderr has the reason.
   */
  async ask<T>(request: Request): Promise<T> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`Cannot go on as ${this.#name} must answer "${request.do}"`);
    return JSON.parse(value) as T;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requests.close().catch(() => {});
    await this.#answers.return?.();
    await this.#child.status;
  }
}

/** The lines of a stream. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== "") yield rest;
}
