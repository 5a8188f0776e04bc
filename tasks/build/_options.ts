/** Flags of the build tasks. */

import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { bundleProgram } from "./bundle.ts";
import { ROOT } from "./run_bundle.ts";

/** Options of a task that works on the bundle. */
export interface BuildOptions {
  /** The folder of what is built: `--dist DIR`. */
  readonly dist: URL;
  /** Targets of binaries: `--target NAME`, repeated. */
  readonly targets: readonly string[];
}

/**
 * Reads the flags, and bundles the program anew unless there is `--no-build`.
 *
 * @param args The arguments of the task.
 * @returns The options.
 * @throws {TypeError} If a flag is unknown.
 */
export async function prepareBuild(args: readonly string[]): Promise<BuildOptions> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "dist": { type: "string" },
      "no-build": { type: "boolean", default: false },
      "target": { type: "string", multiple: true, default: [] },
    },
  });
  const dist = values.dist === undefined
    ? new URL("dist/", ROOT)
    : pathToFileURL(`${values.dist.replace(/[/\\]$/, "")}/`);
  await Deno.mkdir(dist, { recursive: true });
  if (!values["no-build"]) await bundleProgram(dist);
  return { dist, targets: values.target };
}

/** Prints a line on stdout. */
export async function printLine(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
