/** Properties of the process, read without permission prompts. */

import { BUNDLED } from "../bundled.ts";
import { StderrReporter } from "./reporter.ts";

/**
 * The caller's folder. A task runs in the project's folder and reads the caller's from `INIT_CWD`; the
 * bundle and the binary run in the caller's folder and ignore an `INIT_CWD` that an npm script may have set.
 */
export function callerDirectory(): string {
  const permission = { name: "env", variable: "INIT_CWD" } as const;
  if (!isOneFile() && Deno.permissions.querySync(permission).state === "granted") {
    const directory = Deno.env.get("INIT_CWD");
    if (directory) return directory;
  }
  try {
    return Deno.cwd();
  } catch {
    return "."; // the folder was removed, or reading its name is not permitted
  }
}

/** Name of the program: `stray`, or `deno task`. */
export function programName(): string {
  return isOneFile() ? "stray" : "deno task";
}

/** Whether the program is the bundle, alone or in a binary. */
function isOneFile(): boolean {
  return BUNDLED || Deno.build.standalone;
}

/** Columns of the terminal that stdout is; undefined if it is none. */
export function stdoutColumns(): number | undefined {
  return Deno.stdout.isTerminal() ? terminalColumns() : undefined;
}

/** When stderr is coloured: `auto` by terminal and environment. */
export type ColourChoice = "auto" | "always" | "never";

/** Facts of stderr, by terminal and environment. */
export interface TerminalFacts {
  /** Whether stderr is a terminal that knows escape codes: `TERM` is not `dumb`. */
  readonly terminal: boolean;
  /** Whether `auto` colours: by `FORCE_COLOR`, else by `NO_COLOR`, else on a terminal. */
  readonly colour: boolean;
}

/** Reads the facts of stderr, as far as the environment may be read. */
export function terminalFacts(): TerminalFacts {
  const terminal = Deno.stderr.isTerminal() && variable("TERM") !== "dumb";
  const force = variable("FORCE_COLOR");
  const colour = force === undefined || force === ""
    ? terminal && !Deno.noColor
    : !/^(0|false)$/i.test(force);
  return { terminal, colour };
}

function variable(name: "FORCE_COLOR" | "TERM"): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The reporter on stderr, by its facts and by how text is written to it. */
export function reporterOn(
  write: (text: string) => void,
  facts: TerminalFacts,
  quiet: boolean = false,
  colour: ColourChoice = "auto",
): StderrReporter {
  return new StderrReporter({
    quiet,
    terminal: facts.terminal,
    colour: colour === "auto" ? facts.colour : colour === "always",
    columns: terminalColumns,
    write,
  });
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/** Writes text to the stderr of the process. */
export function writeStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // The reader of stderr is gone.
  }
}
