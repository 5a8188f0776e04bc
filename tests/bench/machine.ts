/** The machine that the numbers were measured on: the first line of the output. */

import { VERSION } from "../../src/cli/version.ts";
import { ROOT, startOurs } from "./context.ts";
import type { Options } from "./options.ts";
import type { Device } from "./protocol.ts";

/** Facts about the machine and the run. */
export interface Machine {
  readonly date: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly stray: string;
  /** The commit that was measured, with "+" if files differ from it; "unknown" outside a checkout. */
  readonly commit: string;
  readonly deno: string;
  /** The peer, or the reason why there is none. */
  readonly peer: string;
  readonly backend: string;
  /** The device of the backend. */
  readonly device: string;
  /** Largest measured speed of matrix products on one core, GFLOP/s; null on other backends than wasm. */
  readonly coreGflops: number | null;
  readonly workers: number | null;
  readonly runs: number;
  readonly quick: boolean;
}

/**
 * Gathers the facts.
 *
 * @param options The command line.
 * @param peer The peer's versions, or the reason why there is none.
 * @returns The facts.
 */
export async function describeMachine(options: Options, peer: string): Promise<Machine> {
  const { device, software, coreGflops } = await findDevice(options);
  return {
    date: new Date().toISOString(),
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: await cpuModel(),
    cores: navigator.hardwareConcurrency,
    stray: VERSION,
    commit: await findCommit(),
    deno: Deno.version.deno,
    peer,
    backend: options.backend,
    device: software ? `${device}, a software adapter: no GPU` : device,
    coreGflops,
    workers: options.workers ?? null,
    runs: options.runs,
    quick: options.quick,
  };
}

/** The backend's device. */
async function findDevice(options: Options): Promise<Device> {
  await using ours = startOurs(options);
  return await ours.ask<Device>({ do: "hello", cuda: false, backend: options.backend });
}

/** The processor's name; another program reads it, as Deno restricts /proc to all permissions. */
export async function cpuModel(): Promise<string> {
  try {
    const [program, ...args] = Deno.build.os === "darwin"
      ? ["sysctl", "-n", "machdep.cpu.brand_string"]
      : ["grep", "-m1", "model name", "/proc/cpuinfo"];
    const { stdout } = await new Deno.Command(program!, { args, stderr: "null" }).output();
    return new TextDecoder().decode(stdout).replace(/^.*:/, "").trim() || "unknown";
  } catch {
    return "unknown";
  }
}

/** The commit of the project's folder. */
export async function findCommit(): Promise<string> {
  const git = async (...args: string[]) => {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: ROOT, stderr: "null" })
      .output();
    if (!success) throw new Error(`git ${args[0]} has failed`);
    return new TextDecoder().decode(stdout).trim();
  };
  try {
    const commit = await git("rev-parse", "--short", "HEAD");
    return commit +
      (await git("status", "--porcelain", "src", "tasks", "deno.json") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

/** The facts, a line each. */
export function machineLines(machine: Machine): string {
  const {
    date,
    os,
    cpu,
    cores,
    stray,
    commit,
    deno,
    coreGflops,
    peer,
    backend,
    device,
    workers,
    runs,
    quick,
  } = machine;
  return [
    `${date}  ${cpu}, ${cores} cores, ${os}`,
    `stray ${stray} at ${commit}, Deno ${deno}, backend ${backend} (${device}), workers ${
      workers ?? "auto"
    }`,
    `peer: ${peer}`,
    ...coreGflops === null ? [] : [`matrix products on one core: ${coreGflops.toFixed(0)} GFLOP/s`],
    `median (min-max) of ${runs} runs${quick ? "; --quick: the numbers mean little" : ""}`,
  ].join("\n");
}
