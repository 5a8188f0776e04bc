/** `data`: a public data set by name, checked by its hashes. */

import { type CommandContext, defineCommand, ExitCode, type FlagName } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { DATA_SETS, type DataSet, fetchDataSet } from "../src/fetch/mod.ts";

const DATA_FLAGS = ["out", "mirror", "list"] as const satisfies readonly FlagName[];

type Sets = Readonly<Record<string, DataSet>>;

/** `data`. */
export const command = dataCommand(DATA_SETS);

/**
 * `data` for a table of data sets.
 *
 * @param sets The data sets, by name.
 * @returns The command.
 */
export function dataCommand(sets: Sets) {
  return defineCommand({
    name: "data",
    summary: "fetch a public data set by name and check its hash",
    operands: { name: "NAME", help: `one of ${Object.keys(sets).join(", ")}`, least: 0 },
    flags: DATA_FLAGS,
    help: { out: "the folder that its files go to; made if need be" },
    notes: [
      "Prints the path of every file that is in its place, whole and of the right hash; files that " +
      "are there are passed over. A download that was interrupted goes on where it ended. May " +
      "reach any host of the network, as a mirror can be anywhere; no other command may reach one.",
    ],
    examples: [
      "data fashion-mnist --out data/fashion",
      "data mnist --out data/mnist --mirror https://example.org/mnist/",
    ],
    run: (context) => data(context, sets),
  });
}

async function data(
  context: CommandContext<typeof DATA_FLAGS[number]>,
  sets: Sets,
): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve, signal } = context;
  const [name, ...more] = context.arguments;
  if (flags.list) {
    for (const line of listOf(sets)) await stdout.write(line);
    return ExitCode.done;
  }
  const hint = `the data sets are ${Object.keys(sets).join(", ")}`;
  if (name === undefined || more.length > 0) {
    const found = name === undefined ? "none" : context.arguments.join(", ");
    throw usage(`Cannot fetch as there must be one name: current value is ${found}`, hint);
  }
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (set === undefined) throw usage(`Cannot fetch "${name}" as there is no such data set`, hint);
  const { out, mirror } = flags;
  if (out === undefined) {
    throw usage("Cannot fetch as --out must be given", `add --out data/${name}`);
  }
  const files = fetchDataSet(set, resolve(out), {
    mirror,
    signal,
    onNote: (line) => stderr.warn(line),
    onBytes: (file, bytes, total) => stderr.progress(progressOf(file, bytes, total)),
  });
  try {
    for await (const { name: file, fetched } of files) {
      stderr.progress(undefined);
      if (!fetched) stderr.info(`${file}: there already`);
      await stdout.write(`${out.replace(/\/$/, "")}/${file}`);
      await stdout.flush();
    }
  } catch (error) {
    if (signal.aborted) stderr.info("what came so far is kept: run it again to go on");
    throw error;
  }
  return ExitCode.done;
}

function progressOf(file: string, bytes: number, total: number | undefined): string {
  const whole = total === undefined ? "" : ` of ${megabytes(total)}`;
  return `${file}: ${megabytes(bytes)}${whole} MB`;
}

/** One line a data set: name, size, terms, what it is. */
function listOf(sets: Sets): string[] {
  const rows = Object.entries(sets).map(([name, { files, licence, title }]) => {
    const bytes = files.reduce((sum, file) => sum + (file.bytes ?? NaN), 0);
    return [name, Number.isNaN(bytes) ? "" : `${megabytes(bytes)} MB`, licence, title] as const;
  });
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((field, i) => field.padEnd(widths[i] ?? 0)).join("  "));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function usage(message: string, hint: string): StrayError {
  return new StrayError("usage", message, { hint });
}
