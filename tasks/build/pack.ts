/**
 * `deno task pack`: an npm package of `dist/stray.js`, for machines that have only Node.js.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import configuration from "../../deno.json" with { type: "json" };
import { COMMANDS, type TaskEntry } from "../commands.ts";
import { prepareBuild, printLine } from "./_options.ts";
import { bundleModule, PROGRAM } from "./bundle.ts";
import { licences } from "./licences.ts";
import type { Launch } from "./launcher.ts";
import { ROOT } from "./run_bundle.ts";

/** Files of the project in the package, and their names there. */
const COPIES: Readonly<Record<string, string>> = {
  "LICENSE": "LICENSE",
  "docs/install.md": "README.md",
  "src/images/CODEC_LICENCES.md": "licences/codecs.md",
  "src/models/patchcore/network/LICENCE.md": "licences/mobilenet.md",
};

/** The start of each command. */
export function launches(): Record<string, Launch> {
  const tasks: Record<string, { command: string }> = configuration.tasks;
  const v8Of = (name: string) => /--v8-flags=(\S+)/.exec(tasks[name]!.command)?.[1];
  return Object.fromEntries(
    Object.entries<TaskEntry>(COMMANDS).map(([name, { summary: _, load: __, ...launch }]) => [
      name,
      { ...launch, v8: v8Of(name) },
    ]),
  );
}

/** The package.json of the package. */
export function manifest(): object {
  const { name, version, license } = configuration;
  return {
    name,
    version,
    license,
    description: "Finds the images that do not belong: anomaly scores and p-values",
    type: "module",
    bin: { stray: "bin/stray.js" },
    engines: { node: ">=18" },
    dependencies: { deno: Deno.version.deno },
  };
}

/** Writes the package of the program in a folder, beside it. */
async function packProgram(dist: URL): Promise<URL> {
  const launcher = await bundleModule(new URL("./launcher.ts", import.meta.url));
  const files: Record<string, Uint8Array> = {
    "licences/packages.txt": encode(await licences()),
    "package.json": encode(JSON.stringify(manifest(), undefined, 2)),
    "bin/commands.json": encode(JSON.stringify(launches())),
    "bin/stray.js": encode(`#!/usr/bin/env node\n${launcher}`),
    [PROGRAM]: await Deno.readFile(new URL(PROGRAM, dist)),
  };
  for (const [from, to] of Object.entries(COPIES)) {
    files[to] = await Deno.readFile(new URL(from, ROOT));
  }
  const tar = await packTar(
    Object.entries(files).map(([name, body]) => ({
      header: {
        name: `package/${name}`,
        size: body.length,
        mode: name === "bin/stray.js" ? 0o755 : 0o644,
        mtime: new Date("1985-10-26T08:15:00Z"), // as npm writes it
      },
      body,
    })),
  );
  const output = new URL(`stray-${configuration.version}.tgz`, dist);
  await Deno.writeFile(output, gzipSync(tar, { level: 9 }));
  return output;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

if (import.meta.main) {
  const { dist } = await prepareBuild(Deno.args);
  await printLine(fileURLToPath(await packProgram(dist)));
}
