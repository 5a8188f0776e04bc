/** The definition of a command, and its input. */

import type { PathRole } from "./flag_entry.ts";
import type { FlagName, FlagValues } from "./flags.ts";
import type { BufferedLineWriter } from "./line_writer.ts";
import type { StderrReporter } from "./reporter.ts";

/** Exit codes of the program. */
export const ExitCode = {
  /** Done; also if the reader of stdout went away. */
  done: 0,
  /** It could not be done. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** Done, but some inputs failed, more than `--max-errors` allows. */
  someFailed: 3,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const;

/** An exit code of the program. */
export type ExitCode = typeof ExitCode[keyof typeof ExitCode];

/** The only writer of stdout, as commands see it. */
export type LineWriter = Pick<BufferedLineWriter, "write" | "writeText" | "writeBytes" | "flush">;

/** The only writer of stderr, as commands see it. */
export type Reporter = Pick<StderrReporter, "info" | "warn" | "error" | "progress">;

/** Identities of the files that a command line names, as `fileIdentity` tells them. */
export interface CommandFiles {
  /** Files and folders that are read. */
  readonly inputs: ReadonlySet<string>;
  /** Files and folders that are written; none is an input. */
  readonly outputs: ReadonlySet<string>;
}

/** The input of a command. */
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
  /** Whether SIGUSR1 requested a checkpoint since the last call. @default {never} */
  readonly takeCheckpointRequest?: () => boolean;
  /** Asks the user, until the end of a line; undefined at the end of input. @default {no terminal} */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** The files of the command line. @default {none are known} */
  readonly files?: CommandFiles;
}

/** A command of the program. */
export interface Command<F extends FlagName = FlagName> {
  /** The word that follows `deno task` or `stray`. */
  readonly name: string;
  /** Its operands; absent if it takes none. */
  readonly operands?: {
    readonly name: string;
    readonly help: string;
    readonly least: number;
    /** @default {no limit} */
    readonly most?: number;
    /** Whether they are files. */
    readonly path?: PathRole;
    /** Number of operands before the files, which are sources. @default {0} */
    readonly words?: number;
    /** Values of the first, for completions. @default {none are known} */
    readonly choices?: readonly string[];
  };
  /** Its flags, besides the common ones. */
  readonly flags: readonly F[];
  /** Flags that take a name or a file here: only a value that ends in `.json` is a file. */
  readonly named?: readonly F[];
  /** Flags that take no value here; one that is given is an empty string. */
  readonly bare?: readonly F[];
  /** The values that flags take here, of those that the table allows. */
  readonly choices?: { readonly [K in F]?: readonly string[] };
  /** Flags of folders that it fills, although other commands read them. */
  readonly fills?: readonly F[];
  /** Files that are written besides those that flags name. */
  furtherOutputs?(flags: FlagValues<F>): readonly string[];
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
