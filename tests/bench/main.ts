/**
 * `deno task bench:speed`: measures the speed of stray on this machine, with `--peers` beside PyTorch.
 *
 * @module
 */

import type { Context, Section } from "./context.ts";
import { Inputs } from "./inputs.ts";
import { describeMachine, machineLines } from "./machine.ts";
import { HELP, type Options, parseOptions, type SectionName } from "./options.ts";
import { findPeer } from "./peer.ts";
import { files } from "./sections/files.ts";
import { kernels } from "./sections/kernels.ts";
import { memory } from "./sections/memory.ts";
import { scaling } from "./sections/scaling.ts";
import { score } from "./sections/score.ts";
import { startup } from "./sections/startup.ts";
import { train } from "./sections/train.ts";
import { tableHead, tableRow } from "./table.ts";

const SECTIONS: Readonly<Record<SectionName, Section>> = {
  kernels,
  train,
  score,
  files,
  startup,
  scaling,
  memory,
};

/** Writes a line to a stream of the process. */
function writeLine(stream: typeof Deno.stdout | typeof Deno.stderr, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

async function run(options: Options): Promise<number> {
  const table = options.json ? Deno.stderr : Deno.stdout;
  const peer = await findPeer(options);
  const machine = await describeMachine(options, typeof peer === "string" ? peer : peer.name);
  writeLine(table, machineLines(machine));
  if (options.json) writeLine(Deno.stdout, JSON.stringify({ machine }));
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "stray-bench-" });
  const context: Context = {
    options,
    peer,
    inputs: new Inputs(folder, options),
    tell: (line) => writeLine(Deno.stderr, `... ${line}`),
  };
  let failures = 0;
  try {
    writeLine(table, `\n${tableHead()}`);
    for (const name of options.sections) {
      try {
        for await (const row of SECTIONS[name](context)) {
          writeLine(table, tableRow(row));
          if (options.json) writeLine(Deno.stdout, JSON.stringify(row));
        }
      } catch (error) {
        // The other sections continue.
        failures++;
        writeLine(Deno.stderr, `error: ${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return failures > 0 ? 1 : 0;
}

if (import.meta.main) {
  let options: Options | undefined;
  try {
    options = parseOptions(Deno.args);
  } catch (error) {
    writeLine(Deno.stderr, `error: ${error instanceof Error ? error.message : error}`);
    Deno.exit(2);
  }
  if (options) Deno.exit(await run(options));
  writeLine(Deno.stdout, HELP.trimEnd());
}
