/** What the system tells about the process: asked for without ever raising a permission prompt. */

import { StderrReporter } from "./reporter.ts";

/**
 * The caller's folder. A task runs in the project's folder and finds the caller's in `INIT_CWD`; the
 * binary runs where it is called, and takes no word from an npm script around it.
 */
export function callerDirectory(): string {
  const permission = { name: "env", variable: "INIT_CWD" } as const;
  if (!Deno.build.standalone && Deno.permissions.querySync(permission).state === "granted") {
    const directory = Deno.env.get("INIT_CWD");
    if (directory) return directory;
  }
  try {
    return Deno.cwd();
  } catch {
    return "."; // the folder is gone, or may not be known
  }
}

/** How the program is called: `stray`, or `deno task`. */
export function programName(): string {
  return Deno.build.standalone ? "stray" : "deno task";
}

/** The reporter on stderr. */
export function systemReporter(quiet: boolean): StderrReporter {
  const terminal = Deno.stderr.isTerminal();
  return new StderrReporter({
    quiet,
    terminal,
    colour: terminal && !Deno.noColor,
    columns: terminalColumns,
    write: writeStderr,
  });
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

function writeStderr(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads stderr: there is no one left to tell.
  }
}
