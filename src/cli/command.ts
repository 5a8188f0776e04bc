/** The definition of a command, and what it receives. */

import type { FlagName, FlagValues } from "./flags.ts";

/** Exit codes of the program. */
export const ExitCode = {
  /** Done; also if the reader of stdout went away. */
  done: 0,
  /** Some input failed. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

/** An exit code of the program. */
export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/** The only writer of stdout. */
export interface LineWriter {
  /**
   * Writes a line and its newline.
   *
   * Lines are buffered; `flush` and the end of the command write them out.
   *
   * @param line The line.
   * @throws {BrokenPipe} If the reader went away: the program then ends quietly with 0.
   */
  write(line: string): Promise<void>;
  /** Writes text without adding a newline. */
  writeText(text: string): Promise<void>;
  /** Writes the buffered text, then bytes, without buffering. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Writes out all buffered text. */
  flush(): Promise<void>;
}

/** The only writer of stderr: messages for people. */
export interface Reporter {
  /** A line that `--quiet` suppresses. */
  info(line: string): void;
  /** `warning: …`, suppressed by `--quiet`. */
  warn(line: string): void;
  /** `error: …` and `hint: …`, never suppressed. */
  error(message: string, hint?: string): void;
  /**
   * Reports progress: on a terminal one line that the next one overwrites; elsewhere one line at most
   * every five seconds, and the last one when the command ends.
   *
   * @param line The text; undefined removes the line.
   */
  progress(line: string | undefined): void;
}

/** What a command receives. */
export interface CommandContext<F extends FlagName = never> {
  /** The flags. */
  readonly flags: FlagValues<F>;
  /** The operands, in order. */
  readonly arguments: readonly string[];
  /** Results. */
  readonly stdout: LineWriter;
  /** Everything else. */
  readonly stderr: Reporter;
  /** Standard input. */
  readonly stdin: ReadableStream<Uint8Array>;
  /** The caller's folder, where relative paths start. */
  readonly directory: string;
  /** Makes a path absolute; relative ones start at `directory`. */
  readonly resolve: (path: string) => string;
  /** Aborted by the first Ctrl-C; a second one ends the program at once. */
  readonly signal: AbortSignal;
}

/** A command of the program. */
export interface Command<F extends FlagName = FlagName> {
  /** The word that follows `deno task` or `stray`. */
  readonly name: string;
  /** Its operands; absent if it takes none. */
  readonly operands?: { readonly name: string; readonly help: string; readonly least: number };
  /** Its flags, besides the common ones. */
  readonly flags: readonly F[];
  /** Help lines of flags that have a meaning of their own here. */
  readonly help?: { readonly [K in F]?: string };
  /** Paragraphs of the help: facts that belong to no flag. */
  readonly notes?: readonly string[];
  /** Complete command lines for the help; the binary prints `stray` for `deno task` in them. */
  readonly examples: readonly string[];
  /** Runs it. */
  run(context: CommandContext<F>): Promise<ExitCode>;
}

/**
 * Defines a command, keeping the types of its flags.
 *
 * @param command The command.
 * @returns The same command.
 */
export function defineCommand<const F extends FlagName>(command: Command<F>): Command<F> {
  return command;
}
