/**
 * The `bin` of the npm package: starts `stray.js` in Deno, which npm installs as a dependency, with the
 * permissions of the command alone. Runs in Node.js.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { environmentOf, type Permissions, permissionsFor } from "../permissions.ts";
import { startEnvironment } from "../start_environment.ts";

/** The start of a command: `commands.json` has one per command. */
export interface Launch extends Permissions {
  /** Flags of V8, with commas between. */
  readonly v8?: string | undefined;
}

/** Flags of every start; no file of the user's folders changes how stray runs. */
const FLAGS = ["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"];

/** The arguments of Deno before the name of the program. */
function denoFlags(launch: Launch | undefined, args: readonly string[]): string[] {
  if (!launch) return FLAGS;
  const granted = permissionsFor(launch, args);
  return [
    ...FLAGS,
    ...(launch.v8 ? [`--v8-flags=${launch.v8}`] : []),
    ...granted.map((name) => `--allow-${name}`),
    // INIT_CWD is the folder of `deno task`; npm has its own.
    `--allow-env=${environmentOf(launch).filter((name) => name !== "INIT_CWD").join()}`,
  ];
}

function main(args: readonly string[]): void {
  const fileBeside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const table: Record<string, Launch> = JSON.parse(
    readFileSync(fileBeside("commands.json"), "utf8"),
  );
  const [command = ""] = args;
  const launch = Object.hasOwn(table, command) ? table[command] : undefined;
  const flags = denoFlags(launch, args.slice(1));
  const deno: string = createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  const child = spawn(deno, [...flags, fileBeside("../stray.js"), ...args], {
    stdio: "inherit",
    env: startEnvironment(process.env),
  });
  // A terminal sends SIGINT to both, and stray takes SIGTERM soon after it for a copy.
  const forwarded = { SIGINT: "SIGTERM", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1" };
  for (const [name, sent] of Object.entries(forwarded)) {
    process.on(name, () => {
      if (process.platform !== "win32") child.kill(sent as NodeJS.Signals);
    });
  }
  child.on("error", fail);
  child.on("exit", (code, signal) => {
    if (signal === null) return process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: Cannot start Deno as ${reason}\n`);
  process.exitCode = 1;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
