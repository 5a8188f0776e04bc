/** Runs commands one after another in one program, as a shell does. */

import {
  BufferedLineWriter,
  type Command,
  type CommandContext,
  type ExitCode,
  type FlagName,
  type LineWriter,
  parseFlags,
} from "../src/cli/mod.ts";

/** Streams of a command line that replace those of the program. */
export interface Redirection {
  /** Its input. */
  readonly stdin?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Its output. */
  readonly stdout?: LineWriter;
}

/** Runs a command line as if it had been typed. */
export function runLine<F extends FlagName>(
  command: Command<F>,
  args: readonly string[],
  context: CommandContext,
  { stdin, stdout = context.stdout }: Redirection = {},
): Promise<ExitCode> {
  const { flags, operands } = parseFlags(command, args);
  const { stderr, directory, resolve, signal } = context;
  return command.run({
    ...{ flags, arguments: operands, stdout, stderr, directory, resolve, signal },
    stdin: stdin instanceof ReadableStream ? stdin : new Blob(stdin ? [stdin] : []).stream(),
  });
}

/**
 * A writer that keeps its lines in memory.
 *
 * @returns The writer, and a function that returns all bytes written so far.
 */
export function keepLines(): { writer: LineWriter; bytes(): Promise<Uint8Array<ArrayBuffer>> } {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: (piece) => void pieces.push(piece),
  });
  const writer = new BufferedLineWriter(sink as WritableStream<Uint8Array>);
  const bytes = async () => {
    await writer.flush();
    return await new Blob(pieces).bytes();
  };
  return { writer, bytes };
}
