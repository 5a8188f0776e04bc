/** What a command is, and what it is given. */

import type { FlagName, FlagValues } from "./flags.ts";

/** How a program ends. */
export const ExitCode = {
  /** Done; also when the reader of stdout went away. */
  done: 0,
  /** Some input failed. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

/** One of the numbers that a program may end with. */
export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/** The one writer of stdout: lines, in order. */
export interface LineWriter {
  /**
   * Writes a line; the newline is added.
   *
   * Lines may be gathered, and are out when `flush` or the command ends.
   *
   * @param line The line.
   * @throws {BrokenPipe} If the reader went away: the program then ends quietly with 0.
   */
  write(line: string): Promise<void>;
  /** Writes text as it is. */
  writeText(text: string): Promise<void>;
  /** Writes bytes at once, behind the text that was gathered. */
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** Hands over all that was gathered. */
  flush(): Promise<void>;
}

/** The one writer of stderr: what people read. */
export interface Reporter {
  /** A line that `--quiet` silences. */
  info(line: string): void;
  /** `warning: …`, silenced by `--quiet`. */
  warn(line: string): void;
  /** `error: …` and `hint: …`, never silenced. */
  error(message: string, hint?: string): void;
  /**
   * Shows how far the work is: on a terminal a line that the next one overwrites, elsewhere a plain
   * line at most every five seconds, and the last one when the command ends.
   *
   * @param line What to show; undefined takes the line away.
   */
  progress(line: string | undefined): void;
}

/** What a command is given. */
export interface CommandContext<F extends FlagName = never> {
  /** The flags. */
  readonly flags: FlagValues<F>;
  /** What is not a flag, in order. */
  readonly arguments: readonly string[];
  /** Results. */
  readonly stdout: LineWriter;
  /** Everything else. */
  readonly stderr: Reporter;
  /** Standard input. */
  readonly stdin: ReadableStream<Uint8Array>;
  /** The folder that relative paths are relative to: the caller's. */
  readonly directory: string;
  /** The path of a file or folder as the system takes it; relative ones start at `directory`. */
  readonly resolve: (path: string) => string;
  /** Aborted by the first Ctrl-C; a second one ends the program at once. */
  readonly signal: AbortSignal;
}

/** A command of the program. */
export interface Command<F extends FlagName = FlagName> {
  /** What follows `deno task` or `stray`. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What it takes besides flags; absent if nothing. */
  readonly operands?: { readonly name: string; readonly help: string; readonly least: number };
  /** The flags that it takes, besides the common ones. */
  readonly flags: readonly F[];
  /** Where a flag means something of its own here: the help line to print. */
  readonly help?: { readonly [K in F]?: string };
  /** Paragraphs of the help: what a user must know and no flag says. */
  readonly notes?: readonly string[];
  /** Whole command lines that work, for the help; `deno task` in them becomes `stray` in the binary. */
  readonly examples: readonly string[];
  /** Does it. */
  run(context: CommandContext<F>): Promise<ExitCode>;
}

/**
 * Defines a command, keeping the types of its flags.
 *
 * @param command The command.
 * @returns The same.
 */
export function defineCommand<const F extends FlagName>(command: Command<F>): Command<F> {
  return command;
}
