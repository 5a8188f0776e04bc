/** Runs stray in the process of the test, which is much faster than a process of its own. */

import { type CommandEntry, type Host, runProgram } from "../../src/cli/mod.ts";
import { SOURCE_FILES } from "../../tasks/_source_files.ts";
import { COMMANDS, type TaskEntry } from "../../tasks/commands.ts";
import type { Finished } from "./_program.ts";

const ENTRIES: readonly CommandEntry[] = Object.entries<TaskEntry>(COMMANDS).map((
  [name, { summary, load }],
) => ({ name, summary, load }));

/** Options of {@linkcode runInProcess}. */
export interface InProcessOptions {
  /** Standard input. @default {""} */
  readonly stdin?: string;
  /** The caller's folder. @default {the current one} */
  readonly folder?: string;
}

/** Runs the program to its end, with the permissions of the test. */
export async function runInProcess(
  args: readonly string[],
  { stdin = "", folder = Deno.cwd() }: InProcessOptions = {},
): Promise<Finished> {
  const decoder = new TextDecoder();
  let stdout = "", stderr = "";
  const host: Host = {
    stdout: new WritableStream({
      write: (bytes) => void (stdout += decoder.decode(bytes, { stream: true })),
    }),
    stdin: new Blob([stdin]).stream(),
    writeStderr: (text) => void (stderr += text),
    terminalFacts: () => ({ terminal: false, colour: false }),
    stdoutColumns: () => undefined,
    callerDirectory: () => folder,
    listenForSignals: () => ({
      signal: new AbortController().signal,
      takeCheckpointRequest: () => false,
      stop: () => {},
    }),
    terminalQuestions: () => undefined,
  };
  const code = await runProgram(args, ENTRIES, SOURCE_FILES, host);
  return { code, stdout: stdout + decoder.decode(), stderr };
}
