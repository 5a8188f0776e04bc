/** The input of every section of the benchmark. */

import { fileURLToPath } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import type { Inputs } from "./inputs.ts";
import type { Options } from "./options.ts";
import type { Peer } from "./peer.ts";
import type { Row } from "./row.ts";
import { Side } from "./side.ts";

/** The input of every section. */
export interface Context {
  readonly options: Options;
  /** The peer, or the reason why there is none. */
  readonly peer: Peer | string;
  /** Images to work on. */
  readonly inputs: Inputs;
  /** Reports the current work in a line on stderr. */
  readonly tell: (line: string) => void;
}

/** A section: yields a row as soon as it is measured. */
export type Section = (context: Context) => AsyncGenerator<Row>;

/** The project's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Whether a row was asked for. */
export function isWanted({ options }: Context, section: string, name: string): boolean {
  return options.only === undefined || `${section}/${name}`.includes(options.only);
}

/** Fields that are equal in every row. */
export function common(
  { options, peer }: Context,
): Pick<Row, "backend" | "workers" | "peerSkipped"> {
  return {
    backend: options.backend,
    workers: options.workers ?? null,
    peerSkipped: options.peers && typeof peer === "string" ? peer : null,
  };
}

/** Starts stray's side, under the permissions and engine flags of `train`. */
export function startOurs({ narrow }: Options): Side {
  const program = fileURLToPath(new URL("ours.ts", import.meta.url));
  const engineFlags = taskCommand("train", []).args.filter((word) => word.startsWith("--v8-flags"));
  return new Side(Deno.execPath(), [
    "run",
    "--quiet",
    "--no-prompt",
    ...(narrow ? [] : engineFlags),
    "--config",
    `${ROOT}deno.json`,
    "-P=train",
    program,
  ]);
}

/** The command line of a task, from deno.json; it runs in the project's folder. */
export function taskCommand(task: keyof typeof configuration.tasks, args: readonly string[]) {
  const [, ...words] = configuration.tasks[task].command.split(" ");
  return { program: Deno.execPath(), args: [...words, ...args] };
}

/** The flags of `score` that follow from those of the benchmark. */
export function scoreFlags({ options }: Context, model: string): string[] {
  const flags = ["--quiet", `--backend=${options.backend}`, `--model=${model}`];
  return options.workers === undefined ? flags : [...flags, `--workers=${options.workers}`];
}
