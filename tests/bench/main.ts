/**
 * `deno task bench:speed`: measures the speed of stray on this machine, with `--peers` beside PyTorch.
 *
 * @module
 */

import type { Context, Section } from "./context.ts";
import { Inputs } from "./inputs.ts";
import { describeMachine, type Machine, machineLines } from "./machine.ts";
import { HELP, type Options, parseOptions, type SectionName } from "./options.ts";
import { findPeer } from "./peer.ts";
import { detectors } from "./sections/detectors.ts";
import { files } from "./sections/files.ts";
import { kernels } from "./sections/kernels.ts";
import { neighbours } from "./sections/neighbours.ts";
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
  neighbours,
  detectors,
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

/** Appends the table to the file of the machine's kind. */
async function save({ cpu, cores, date, commit }: Machine, lines: readonly string[]) {
  const kind = `${cpu}, ${cores} cores`;
  const slug = kind.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const file = new URL(`../../docs/speed/${slug}.md`, import.meta.url);
  const heading = await Deno.stat(file).then(() => "", () => `# Speed on ${kind}\n`);
  const table = `\n## ${date.slice(0, 10)}, ${commit}\n\n\`\`\`text\n${lines.join("\n")}\n\`\`\`\n`;
  await Deno.writeTextFile(file, heading + table, { append: true });
}

async function run(options: Options): Promise<number> {
  const table = options.json ? Deno.stderr : Deno.stdout;
  const saved: string[] = [];
  const tell = (line: string) => {
    writeLine(table, line);
    saved.push(line);
  };
  const peer = await findPeer(options);
  const machine = await describeMachine(options, typeof peer === "string" ? peer : peer.name);
  tell(machineLines(machine));
  if (options.json) writeLine(Deno.stdout, JSON.stringify({ machine }));
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "stray-bench-" });
  const context: Context = {
    options,
    peer,
    inputs: new Inputs(folder, options),
    tell: (line) => writeLine(Deno.stderr, `... ${line}`),
  };
  let failures = 0, rows = 0;
  try {
    tell(`\n${tableHead()}`);
    for (const name of options.sections) {
      try {
        for await (const row of SECTIONS[name](context)) {
          rows++;
          tell(tableRow(row, machine.coreGflops));
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
  if (rows === 0 && options.only !== undefined) {
    failures++;
    const sections = options.sections.join(", ");
    writeLine(Deno.stderr, `error: no row of ${sections} has "${options.only}" in its name`);
  }
  if (options.save && rows > 0) await save(machine, saved);
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
