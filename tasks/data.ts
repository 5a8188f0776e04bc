/** `data`: fetches a public data set by name and checks its hashes. */

import {
  alignColumns,
  type CommandContext,
  defineCommand,
  ExitCode,
  usageError,
} from "../src/cli/mod.ts";
import { DATA_SETS, type DataSet, fetchDataSet } from "../src/fetch/mod.ts";

const DATA_FLAGS = ["out", "mirror", "list"] as const;

type Sets = Readonly<Record<string, DataSet>>;

/** `data`. */
export const command = dataCommand(DATA_SETS);

/** Makes `data` for a table of data sets. */
export function dataCommand(sets: Sets) {
  return defineCommand({
    name: "data",
    operands: {
      name: "NAME",
      help: `one of ${Object.keys(sets).join(", ")}`,
      least: 0,
      most: 1,
      choices: Object.keys(sets),
    },
    flags: DATA_FLAGS,
    help: {
      out: "the folder for its files, created if missing",
      list: "print the data sets and stop",
    },
    notes: [
      "Prints the path of every file that is in place, complete and with the right hash. Files that " +
      "are already there are skipped, and an interrupted download continues where it stopped. This " +
      "command may connect to any host, as a mirror can be anywhere; no other command may use the " +
      "network.",
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
  const [name] = context.arguments;
  if (flags.list) {
    for (const line of listOf(sets)) await stdout.write(line);
    return ExitCode.done;
  }
  const hint = `the data sets are ${Object.keys(sets).join(", ")}`;
  if (name === undefined) {
    throw usageError("Cannot fetch as there must be one name: current value is none", hint);
  }
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (set === undefined) {
    throw usageError(`Cannot fetch "${name}" as there is no such data set`, hint);
  }
  const { out, mirror } = flags;
  if (out === undefined) {
    throw usageError("Cannot fetch as --out must be given", `add --out data/${name}`);
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
    if (signal.aborted) stderr.info("the part downloaded so far is kept: run it again to continue");
    throw error;
  }
  return ExitCode.done;
}

function progressOf(file: string, bytes: number, total: number | undefined): string {
  const whole = total === undefined ? "" : ` of ${megabytes(total)}`;
  return `${file}: ${megabytes(bytes)}${whole} MB`;
}

/** One line per data set: name, size, licence, title. */
function listOf(sets: Sets): string[] {
  const rows = Object.entries(sets).map(([name, { files, licence, title }]) => {
    const bytes = files.reduce((sum, file) => sum + (file.bytes ?? NaN), 0);
    return [name, Number.isNaN(bytes) ? "" : `${megabytes(bytes)} MB`, licence, title] as const;
  });
  return alignColumns(rows);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
