/**
 * Runs checks and tests. The last line is `N passed, N failed[, N skipped]`.
 *
 *     deno task test                 all checks, then all tests: the whole gate
 *     deno task test images png      only test files and examples whose path contains a word
 *     deno task test --filter TEXT   only tests whose name contains TEXT; also with words
 *     deno task test:fast            a part of the tests of every folder, in under a minute
 *     deno task check                only the checks: format, lint, types, documentation
 *
 * The checks run only with the whole gate and with `deno task check`; the first that fails ends the run.
 * Tests run in two processes side by side, a folder or a file at a time. Their output is printed when they
 * are done. `--jobs N` changes the number of processes.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Counts, type JobResult, LOCK, runDeno, runJobs } from "./_gate/run_jobs.ts";
import { testJobs } from "./_gate/test_jobs.ts";

const CHECKS: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check", LOCK, "--doc", "mod.ts", "mod.browser.ts", "src", "tasks", "tests", "README.md"],
  ["doc", "--lint", "mod.ts", "mod.browser.ts", "src/lensing/mod.ts"],
];

const { values, positionals: words } = parseOptions();
const whole = words.length === 0 && values.filter === undefined && !values.fast;

function parseOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        checks: { type: "boolean", default: false },
        fast: { type: "boolean", default: false },
        filter: { type: "string" },
        jobs: { type: "string", default: "2" },
      },
    });
  } catch (error) {
    Deno.stderr.writeSync(new TextEncoder().encode(`error: ${(error as Error).message}\n`));
    Deno.exit(2);
  }
}

async function printResult({ job, output, seconds }: JobResult): Promise<void> {
  await writeLine(`${output.trimEnd()}\n=== ${job.name}: ${seconds.toFixed(1)} s\n`);
}

function isBroken({ code, counts }: JobResult): boolean {
  return code !== 0 || counts === undefined;
}

async function writeLine(line: string): Promise<void> {
  await new Blob([`${line}\n`]).stream().pipeTo(Deno.stdout.writable, { preventClose: true });
}

if (whole || values.checks) {
  for (const check of CHECKS) {
    const { code, output } = await runDeno(check);
    await writeLine(`deno ${check.join(" ")}${code === 0 ? "" : `\n${output}`}`);
    if (code !== 0) Deno.exit(code);
  }
}
if (values.checks) Deno.exit(0);

const jobs = testJobs(words, values.fast);
const filter = values.filter === undefined ? [] : [`--filter=${values.filter}`];
const width = Math.max(1, Number(values.jobs) || 2);
const results: JobResult[] = [];
for await (const result of runJobs(jobs, filter, width)) {
  await printResult(result);
  results.push(result);
}
const lines: string[] = [];
if (whole) {
  for await (const result of runJobs(results.filter(isBroken).map(({ job }) => job), filter, 1)) {
    await printResult(result);
    lines.push(`RAN AGAIN: ${result.job.name} failed beside other tests`);
    results[results.findIndex(({ job }) => job === result.job)] = result;
  }
}
const broken = results.filter(isBroken).map(({ job }) => job.name);
const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const { counts } of results) {
  for (const key of ["passed", "failed", "skipped"] as const) sum[key] += counts?.[key] ?? 0;
}
for (const line of lines) await writeLine(line);
for (const name of broken) await writeLine(`FAILED: ${name}`);
if (sum.passed + sum.failed === 0) {
  await writeLine("FAILED: no test was run");
  broken.push("");
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
await writeLine(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
Deno.exit(broken.length > 0 ? 1 : 0);
