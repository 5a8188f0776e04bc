/** Measures processes: total time, time to the first output, and memory. */

import { ROOT } from "./context.ts";

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Its standard input. */
  readonly stdin?: string;
}

/** Measurements of a process. */
export interface Finished {
  /** Time from start to end. */
  readonly seconds: number;
  /** Time from start to first output. */
  readonly firstSeconds: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Largest memory in MB (10^6 bytes), if it was watched. */
  readonly peakMb: number;
}

/**
 * Runs a process to its end.
 *
 * @param command The command, run in the project's folder.
 * @param watch Whether to measure memory, which costs a little time.
 * @returns Its output and measurements.
 * @throws {Error} If it fails.
 */
export async function runProcess(command: Command, watch = false): Promise<Finished> {
  const startedMs = performance.now();
  const child = new Deno.Command(command.program, {
    args: [...command.args],
    cwd: ROOT,
    stdin: command.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = command.stdin === undefined
    ? Promise.resolve()
    : new Blob([command.stdin]).stream().pipeTo(child.stdin);
  const peak = watch ? watchMemory(child.pid) : Promise.resolve(NaN);
  const errors = new Response(child.stderr).text();
  let firstMs = 0;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of child.stdout) {
    firstMs ||= performance.now();
    chunks.push(chunk);
  }
  const { code } = await child.status;
  const seconds = (performance.now() - startedMs) / 1000;
  await fed;
  const stderr = await errors;
  if (code !== 0) {
    const name = `${command.program} ${command.args.join(" ")}`;
    throw new Error(
      `Cannot measure "${name}" as it must end with 0: it ended with ${code}: ${stderr}`,
    );
  }
  const stdout = await new Blob(chunks).text();
  return {
    seconds,
    firstSeconds: (firstMs - startedMs) / 1000,
    stdout,
    stderr,
    peakMb: await peak,
  };
}

/**
 * Reads the memory of a process and its children ten times per second: the largest resident memory of
 * the process itself, and the sum of all proportional set sizes (`Pss`).
 */
const WATCH = `while [ -e /proc/$1/status ]; do
  grep VmHWM /proc/$1/status
  for pid in $1 $(cat /proc/$1/task/$1/children); do grep ^Pss: /proc/$pid/smaps_rollup; done
  echo end
  sleep 0.1
done 2>/dev/null`;

/**
 * Watches a process until it ends. Only on Linux, and by a shell, as Deno restricts /proc to all
 * permissions.
 *
 * @param pid The process.
 * @returns The largest memory in MB; NaN elsewhere.
 */
export async function watchMemory(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return NaN;
  const args = ["-c", WATCH, "sh", String(pid)];
  const { stdout } = await new Deno.Command("sh", { args, stderr: "null" }).output();
  let peakKb = 0, sumKb = 0;
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const value = Number(/(\d+) kB/.exec(line)?.[1] ?? 0);
    if (line.startsWith("VmHWM")) peakKb = Math.max(peakKb, value);
    else if (line.startsWith("Pss")) sumKb += value;
    else {
      peakKb = Math.max(peakKb, sumKb);
      sumKb = 0;
    }
  }
  return peakKb * 1024 / 1e6;
}
