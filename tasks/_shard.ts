/** `--shard`: which part of the input a run does. */

import { usageError } from "../src/cli/mod.ts";
import type { Shard } from "../src/shard.ts";

/** Environment variables from which `--shard auto` tells the part. */
export const SHARD_NAMES = [
  "SLURM_ARRAY_TASK_ID",
  "SLURM_ARRAY_TASK_COUNT",
  "SLURM_ARRAY_TASK_MIN",
  "SLURM_ARRAY_TASK_MAX",
  "SLURM_ARRAY_TASK_STEP",
  "JOB_COMPLETION_INDEX",
  "JOB_COMPLETION_COUNT",
] as const;

/** The facts of the help about `--shard`. */
export const SHARD_NOTE =
  "--shard I/N does the I-th of N contiguous parts of the input, so that the outputs one after another " +
  "are the output of one run; a part may be empty. auto takes I and N from SLURM_ARRAY_TASK_ID, _COUNT and " +
  "_MIN, or from JOB_COMPLETION_INDEX (from 0) and JOB_COMPLETION_COUNT. Stdin is read to its end first.";

/** Reads an environment variable; undefined where it is empty or may not be read. */
export type ReadEnvironment = (name: typeof SHARD_NAMES[number]) => string | undefined;

/** Most parts. */
const MOST = 1e6;

/**
 * Parses `--shard`.
 *
 * @param text `I/N`, `auto`, or undefined.
 * @param read Reads the environment. @default {that of the process}
 * @returns The part; undefined without the flag.
 * @throws {StrayError} `usage` If it is neither, or the environment does not tell the part.
 */
export function readShard(
  text: string | undefined,
  read: ReadEnvironment = readVariable,
): Shard | undefined {
  if (text === undefined) return undefined;
  if (text === "auto") return shardOfEnvironment(read);
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (isPart(index, of)) return { index, of };
  throw usageError(
    `Cannot use --shard as it must be I/N with I from 1 to N, or auto: current value is "${text}"`,
    "for instance --shard 3/8, the third of eight parts",
  );
}

function shardOfEnvironment(read: ReadEnvironment): Shard {
  const number = (name: typeof SHARD_NAMES[number]) => {
    const text = read(name);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const task = number("SLURM_ARRAY_TASK_ID"), job = number("JOB_COMPLETION_INDEX");
  if (task !== undefined) {
    const of = number("SLURM_ARRAY_TASK_COUNT") ?? 0;
    const first = number("SLURM_ARRAY_TASK_MIN") ?? 0;
    const step = number("SLURM_ARRAY_TASK_STEP") ?? 1;
    const last = number("SLURM_ARRAY_TASK_MAX") ?? first + (of - 1) * step;
    const index = (task - first) / step + 1;
    if (isPart(index, of) && last === first + (of - 1) * step) return { index, of };
    throw usageError(
      "Cannot use --shard auto as the tasks of the array must be evenly numbered: " +
        `this is task ${task} of ${of} from ${first} to ${last}`,
      "scontrol requeue JOB_TASK repeats one task; else give --shard I/N",
    );
  }
  if (job !== undefined) {
    const of = number("JOB_COMPLETION_COUNT");
    if (of !== undefined && isPart(job + 1, of)) return { index: job + 1, of };
    throw usageError(
      "Cannot use --shard auto as JOB_COMPLETION_COUNT must be above JOB_COMPLETION_INDEX: " +
        `current values are ${of ?? "none"} and ${job}`,
      "set it to the job's completions in the pod's environment",
    );
  }
  throw usageError(
    "Cannot use --shard auto as SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX must be set: found neither",
    "outside of a Slurm array or an indexed Kubernetes Job, give --shard I/N",
  );
}

function isPart(index: number, of: number): boolean {
  return Number.isInteger(index) && index >= 1 && index <= of && of <= MOST;
}

function readVariable(name: typeof SHARD_NAMES[number]): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
