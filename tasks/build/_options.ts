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
 * @returns The options. With `--help`, or if a flag is wrong, the process ends.
 */
export async function prepareBuild(args: readonly string[]): Promise<BuildOptions> {
  const values = parseOptions(args);
  const dist = values.dist === undefined
    ? new URL("dist/", ROOT)
    : pathToFileURL(`${values.dist.replace(/[/\\]$/, "")}/`);
  await Deno.mkdir(dist, { recursive: true });
  if (!values["no-build"]) await bundleProgram(dist);
  return { dist, targets: values.target };
}

function parseOptions(args: readonly string[]) {
  const usage = "usage: deno task build|pack|compile [--dist DIR] [--no-build] [--target NAME]...";
  const end = (text: string, stream: typeof Deno.stdout, code: number): never => {
    stream.writeSync(new TextEncoder().encode(`${text}\n`));
    Deno.exit(code);
  };
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "dist": { type: "string" },
        "help": { type: "boolean", short: "h", default: false },
        "no-build": { type: "boolean", default: false },
        "target": { type: "string", multiple: true, default: [] },
      },
    });
    return values.help ? end(usage, Deno.stdout, 0) : values;
  } catch (error) {
    return end(`error: ${(error as Error).message}\n${usage}`, Deno.stderr, 2);
  }
}

/** Prints a line on stdout. */
export async function printLine(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
