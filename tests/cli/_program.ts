/** Runs stray as a real process. */

import { fileURLToPath } from "node:url";
import { LOCK } from "../_gate/run_jobs.ts";

const MAIN = fileURLToPath(new URL("../../tasks/main.ts", import.meta.url));

/** Result of a process. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a process. */
export interface RunOptions {
  /** Standard input. @default {""} */
  readonly stdin?: string;
  /** Flags of `deno run`; by default no permission. @default {[]} */
  readonly deno?: readonly string[];
  /** The caller's folder. @default {the current one} */
  readonly folder?: string;
  /** Environment variables to add. @default {none} */
  readonly env?: Readonly<Record<string, string>>;
  /** The program. @default {MAIN} */
  readonly program?: string;
}

/** The command line of a program, for a shell. */
export function shellCommand(args: readonly string[], program: string = MAIN): string {
  return [Deno.execPath(), "run", "--quiet", "--no-prompt", program, ...args]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Runs the program to its end, without any permission unless given. */
export function runStray(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const { stdin = "", deno = [], folder, env, program = MAIN } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...program === MAIN ? [LOCK] : [], "--no-prompt"]
      .concat(deno, program, args),
    env: { ...env, ...folder !== undefined && { INIT_CWD: folder } },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A program that ends early leaves some of its input unread.
  const fed = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  return finish(child, fed);
}

/** Runs a line of a shell to its end. */
export function runShell(line: string): Promise<Finished> {
  return finish(
    new Deno.Command("sh", { args: ["-c", line], stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn(),
  );
}

async function finish(child: Deno.ChildProcess, fed?: Promise<void>): Promise<Finished> {
  const { code, stdout, stderr } = await child.output();
  await fed;
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Records as NDJSON. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
