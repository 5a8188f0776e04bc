/**
 * `deno task compile`: `dist/stray.js` as binaries for all systems that Deno knows, and SHA256SUMS.
 *
 * Each binary may do all that a command of stray may; a command gives up the rest as it starts.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import { COMMANDS, type TaskEntry } from "../commands.ts";
import { environmentOf } from "../permissions.ts";
import { prepareBuild, printLine } from "./_options.ts";
import { hashLine, PROGRAM } from "./bundle.ts";

/** The systems, as `deno compile --target` names them. */
export const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
];

/** Environment variables of all commands; a binary runs in the caller's folder, without `INIT_CWD`. */
const ENVIRONMENT = new Set(Object.values<TaskEntry>(COMMANDS).flatMap(environmentOf));
ENVIRONMENT.delete("INIT_CWD");

/** Permissions of a binary: those of all commands together. */
const FLAGS = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  `--allow-env=${[...ENVIRONMENT].join()}`,
  `--v8-flags=${/--v8-flags=(\S+)/.exec(configuration.tasks.stray.command)![1]}`,
];

/** The file of a target's binary. */
function binary(target: string, dist: URL): URL {
  return new URL(`stray-${target}${target.includes("windows") ? ".exe" : ""}`, dist);
}

async function compileFor(target: string, dist: URL): Promise<void> {
  const program = fileURLToPath(new URL(PROGRAM, dist));
  const output = fileURLToPath(binary(target, dist));
  const own = ["--no-check", "--no-config", "--no-lock", "--app-name", "stray"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...own, ...FLAGS, "--target", target, "--output", output, program],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const said = (decoder.decode(stdout) + decoder.decode(stderr)).split("Stack backtrace")[0]!;
  if (success) return await printLine(said.trim());
  const archive = `https://dl.deno.land/release/v${Deno.version.deno}/denort-${target}.zip`;
  throw new Error(
    `Cannot compile for ${target}:\n${said.trim()}\n` +
      `hint: a binary is Deno's runtime, ${archive}, with stray in it: let this machine reach that ` +
      `host, or unpack the file elsewhere and set DENORT_BIN to it, with --target ${target}`,
  );
}

/** The targets asked for: one runtime in DENORT_BIN is for one target. */
function chooseTargets(asked: readonly string[], runtime: string | undefined): readonly string[] {
  const unknown = asked.find((target) => !TARGETS.includes(target));
  if (unknown !== undefined) {
    throw new Error(
      `Cannot compile for "${unknown}" as a target must be one of ${TARGETS.join(", ")}`,
    );
  }
  if (!runtime) return asked.length > 0 ? asked : TARGETS;
  if (asked.length > 1) {
    throw new Error("Cannot compile for several targets as DENORT_BIN is the runtime of one");
  }
  return asked.length === 1 ? asked : [Deno.build.target];
}

async function compileAll(args: readonly string[]): Promise<void> {
  const { dist, targets } = await prepareBuild(args);
  const chosen = chooseTargets(targets, Deno.env.get("DENORT_BIN"));
  for (const target of chosen) await compileFor(target, dist);
  const lines = await Array.fromAsync(chosen, (target) => hashLine(binary(target, dist)));
  await Deno.writeTextFile(new URL("SHA256SUMS", dist), lines.join(""));
}

if (import.meta.main) {
  try {
    await compileAll(Deno.args);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await Deno.stderr.write(new TextEncoder().encode(`error: ${reason}\n`));
    Deno.exit(1);
  }
}
