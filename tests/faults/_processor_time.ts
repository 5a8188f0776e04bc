/** Processor time, which a busy machine does not stretch much, unlike that of a clock. */

import assert from "node:assert/strict";
import process from "node:process";
import { type Finished, runShell, shellCommand } from "../cli/_program.ts";

/** Times that work may be tried until it is as fast as it must be. */
const ATTEMPTS = 3;

/**
 * Does work that must take less processor time than a bound, of all threads of this process.
 *
 * @param seconds The bound.
 * @param name The work in messages.
 * @param work The work; it is repeated if it takes longer.
 * @returns Its result.
 */
export async function doWithin<Result>(
  seconds: number,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before), taken = (user + system) / 1e6;
    if (taken < seconds) return result;
    assert.ok(attempt < ATTEMPTS, `${name}: ${taken} s, ${ATTEMPTS} times`);
  }
}

/**
 * Runs a command of stray under its permission set.
 *
 * @param args Its command line.
 * @returns Its outcome, and the processor time that it took, s.
 */
export async function runTimed(
  args: readonly string[],
): Promise<Finished & { readonly seconds: number }> {
  const command = shellCommand(args).replace("'run'", `'run' '-P=${args[0]}'`);
  const { code, stdout, stderr } = await runShell(`${command}; code=$?; times; exit $code`);
  // The shell's own times, and those of its children: user and system.
  const [times = "", ...numbers] = /[^\n]*\n(\d+)m([\d.]+)s (\d+)m([\d.]+)s\n$/.exec(stdout) ?? [];
  const [minutes = NaN, seconds = NaN, more = NaN, further = NaN] = numbers.map(Number);
  return {
    ...{ code, stdout: stdout.slice(0, -times.length), stderr },
    seconds: 60 * (minutes + more) + seconds + further,
  };
}
