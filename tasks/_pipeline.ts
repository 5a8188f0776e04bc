/** Commands run one after the other in one program, as a shell would. */

import {
  BufferedLineWriter,
  type Command,
  type CommandContext,
  type ExitCode,
  type FlagName,
  type LineWriter,
  parseFlags,
} from "../src/cli/mod.ts";

/** What a command line run by {@linkcode runLine} may have in place of the program's own. */
export interface Redirection {
  /** What it reads. */
  readonly stdin?: Uint8Array<ArrayBuffer>;
  /** Where its lines go. */
  readonly stdout?: LineWriter;
}

/**
 * Runs a command line as if it had been typed.
 *
 * @param command The command.
 * @param args What follows its name.
 * @param context Of the command that runs it.
 * @param redirection Where its lines come from and go.
 * @returns Its exit code.
 * @throws Whatever it throws.
 */
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
    stdin: new Blob(stdin ? [stdin] : []).stream(),
  });
}

/**
 * A writer of lines that keeps them.
 *
 * @returns The writer, and what gives all that was written so far.
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
