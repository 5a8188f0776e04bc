/** The machine that the numbers were measured on: the first line of the output. */

import { VERSION } from "../../src/cli/version.ts";
import { startOurs } from "./context.ts";
import type { Options } from "./options.ts";
import type { Device } from "./protocol.ts";

/** Facts about the machine and the run. */
export interface Machine {
  readonly date: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly stray: string;
  readonly deno: string;
  /** The peer, or the reason why there is none. */
  readonly peer: string;
  readonly backend: string;
  /** The device of the backend. */
  readonly device: string;
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
  return {
    date: new Date().toISOString(),
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: await cpuModel(),
    cores: navigator.hardwareConcurrency,
    stray: VERSION,
    deno: Deno.version.deno,
    peer,
    backend: options.backend,
    device: await findDevice(options),
    workers: options.workers ?? null,
    runs: options.runs,
    quick: options.quick,
  };
}

/** Name of the backend's device. */
async function findDevice(options: Options): Promise<string> {
  await using ours = startOurs(options);
  const found = await ours.ask<Device>({ do: "hello", cuda: false, backend: options.backend });
  return found.software ? `${found.device}, a software adapter: no GPU` : found.device;
}

/** The processor's name; another program reads it, as Deno restricts /proc to all permissions. */
async function cpuModel(): Promise<string> {
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

/** The facts in four lines. */
export function machineLines(machine: Machine): string {
  const { date, os, cpu, cores, stray, deno, peer, backend, device, workers, runs, quick } =
    machine;
  return [
    `${date}  ${cpu}, ${cores} cores, ${os}`,
    `stray ${stray}, Deno ${deno}, backend ${backend} (${device}), workers ${workers ?? "auto"}`,
    `peer: ${peer}`,
    `median (min-max) of ${runs} runs${quick ? "; --quick: the numbers mean little" : ""}`,
  ].join("\n");
}
