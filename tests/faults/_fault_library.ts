/** System calls that fail at will: the library of `fault.c`, built by the C compiler of this machine. */

import { fileURLToPath } from "node:url";
import type { Finished } from "../cli/_program.ts";

/** A fault: which call fails, and how. */
export interface Fault {
  /** A part of the paths of the files that it concerns. */
  readonly match: string;
  /** The calls that count: `open`, `read`, `write`, `sync`, `rename`, or `any`. */
  readonly op: string;
  /** The call that fails, from 1; none if absent. */
  readonly at?: number;
  /** The last call that fails. @default {at} */
  readonly last?: number;
  /** The number of its error, if there is such a call. */
  readonly error?: number;
  /**
   * In place of an error: called before every call that counts, while the program stands still. The calls then
   * succeed.
   */
  readonly pause?: () => Promise<void>;
}

/** All calls, none of which fails. */
const ALL = { at: 1, last: Number.MAX_SAFE_INTEGER, error: 0 };

/** Numbers of errors in Linux. */
export const ERRORS = { EIO: 5, EMFILE: 24, ENFILE: 23, ENOSPC: 28, EOVERFLOW: 75, ESTALE: 116 };

const FOLDER = await Deno.makeTempDir({ prefix: "stray-faults" });
/** The caller's folder of the commands that it runs. */
export const CALLER = FOLDER;
const LIBRARY = `${FOLDER}/fault.so`;

/** The reason for skipping, or `false`. */
const SKIPPED: string | false = await build();
addEventListener("unload", () => {
  try {
    Deno.removeSync(FOLDER, { recursive: true });
  } catch {
    // A program that a failed test left behind still writes there.
  }
});

async function build(): Promise<string | false> {
  if (Deno.build.os !== "linux") return "LD_PRELOAD is of Linux";
  const source = fileURLToPath(new URL("./fault.c", import.meta.url));
  try {
    const { success, stderr } = await new Deno.Command("gcc", {
      args: ["-shared", "-fPIC", "-O1", "-o", LIBRARY, source, "-ldl", "-pthread"],
      stdout: "null",
      stderr: "piped",
    }).output();
    return success ? false : `gcc failed: ${new TextDecoder().decode(stderr).slice(0, 200)}`;
  } catch {
    return "there is no gcc";
  }
}

/** Registers a test that needs the library; without a compiler it is skipped, with the reason in its name. */
export function faultTest(name: string, run: () => Promise<void>): void {
  const full = SKIPPED === false ? name : `${name} (skipped: ${SKIPPED})`;
  Deno.test({ name: full, ignore: SKIPPED !== false, fn: run });
}

const MAIN = fileURLToPath(new URL("../../tasks/main.ts", import.meta.url));
const CONFIGURATION = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Options of {@linkcode runWithFault}. */
interface RunOptions {
  /** @default {""} */
  readonly stdin?: string;
  /** @default {MAIN} */
  readonly program?: string;
  /** The name of its permission set. @default {that of the command} */
  readonly permissions?: string;
  /** Whether a terminal is stdin, stdout and stderr, all of which go to `stdout`. @default {false} */
  readonly terminal?: boolean;
}

/** Runs a command of stray, or of another program, under its permission set, with a fault. */
export async function runWithFault(
  fault: Fault,
  args: readonly string[],
  { stdin = "", program = MAIN, permissions = args[0], terminal = false }: RunOptions = {},
): Promise<Finished & { readonly calls: number }> {
  const { at = 0, last = 0, error = 0 } = fault.pause ? ALL : fault;
  if (at > 0 && error === 0 && !fault.pause) {
    throw new RangeError("a call that fails needs an error");
  }
  const count = await Deno.makeTempFile({ dir: FOLDER });
  const command = [
    ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-check"],
    ...[`--config=${CONFIGURATION}`, `-P=${permissions}`, program, ...args],
  ];
  const [first = "", ...rest] = terminal
    ? ["script", "-qec", command.map((word) => `'${word}'`).join(" "), "/dev/null"]
    : command;
  const child = new Deno.Command(first, {
    args: rest,
    env: {
      INIT_CWD: FOLDER, // where a model is kept that cannot be written
      NO_COLOR: "1",
      LD_PRELOAD: LIBRARY,
      FAULT_MATCH: fault.match,
      FAULT_OP: fault.op,
      FAULT_AT: `${at}`,
      FAULT_LAST: `${last}`,
      FAULT_ERRNO: `${error}`,
      FAULT_COUNT: count,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {});
  const ended = child.output();
  if (fault.pause) {
    try {
      await pauseAtStops(child.pid, fault.pause);
    } catch (cause) {
      child.kill("SIGKILL");
      await ended;
      throw cause;
    }
  }
  const { code, stdout, stderr } = await ended;
  await fed;
  const decoder = new TextDecoder();
  return {
    ...{ code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) },
    calls: Number(await Deno.readTextFile(count)),
  };
}

/** Does something whenever a process stands still, and lets it go on, until it has ended. */
async function pauseAtStops(pid: number, pause: () => Promise<void>): Promise<void> {
  for (let states = await threadStates(pid); states.length > 0; states = await threadStates(pid)) {
    if (states.every((state) => state === "T")) {
      await pause();
      Deno.kill(pid, "SIGCONT");
    } else await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The states of the threads of a process, letters of proc_pid_stat(5); none once it has ended. */
async function threadStates(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/task`, states: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      const stat = await Deno.readTextFile(`${folder}/${name}/stat`).catch(() => ") Z"); // it has ended
      states.push(stat.slice(stat.lastIndexOf(")") + 2).charAt(0));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return states.filter((state) => state !== "Z");
}
