/** Runs `deno test` processes side by side. */

import type { TestJob } from "./test_jobs.ts";

/** Flag of the lock file with the packages that only tests and builds need, too. */
export const LOCK = "--lock=tasks/deno.lock";

/** Numbers of tests. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The end of a process. */
export interface Finished {
  readonly code: number;
  /** stdout, then stderr: lines of the two never mix. */
  readonly output: string;
}

/** A job that is done. */
export interface JobResult extends Finished {
  readonly job: TestJob;
  /** Undefined if the process printed no summary: it crashed, or found no tests. */
  readonly counts: Counts | undefined;
  readonly seconds: number;
}

/** Runs deno to its end, without colours. */
export async function runDeno(args: readonly string[]): Promise<Finished> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/**
 * The counts in the last summary of `deno test`: `ok | 5 passed | 0 failed | 1 ignored (2s)`.
 *
 * @param output Everything that it printed.
 * @returns The counts; undefined if there is no summary.
 */
export function parseCounts(output: string): Counts | undefined {
  const summary = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?:.*? \| (\d+) ignored)?/gm;
  const last = [...output.matchAll(summary)].at(-1);
  if (!last) return undefined;
  const [, passed, failed, skipped = 0] = last;
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

/**
 * Runs jobs, several at a time, in order.
 *
 * @param jobs The jobs; the longest should come first.
 * @param flags Flags of `deno test` for all of them.
 * @param width Number of processes.
 * @returns Results as they finish.
 */
export async function* runJobs(
  jobs: readonly TestJob[],
  flags: readonly string[],
  width: number,
): AsyncGenerator<JobResult> {
  const waiting = [...jobs];
  const running = new Map<TestJob, Promise<JobResult>>();
  while (waiting.length > 0 || running.size > 0) {
    while (waiting.length > 0 && running.size < width) {
      const job = waiting.shift()!;
      running.set(job, runJob(job, flags));
    }
    const result = await Promise.race(running.values());
    running.delete(result.job);
    yield result;
  }
}

async function runJob(job: TestJob, flags: readonly string[]): Promise<JobResult> {
  const began = performance.now();
  // Types were checked before, examples too.
  const args = ["test", LOCK, "--no-check", "--allow-all", ...flags, ...job.args];
  const { code, output } = await runDeno(args);
  const seconds = (performance.now() - began) / 1000;
  return { job, code, output, counts: parseCounts(output), seconds };
}
