/** `sweep`: trains over a grid of the flags of `train`, one record per run. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  type JsonObject,
  parseFlags,
  type Reporter,
  usageError,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { spanOf } from "../src/shard.ts";
import { makeFolder, writeOrKeep } from "../src/write_file.ts";
import { gridRuns, nameOf, type Run } from "./_grid.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { countValues } from "./_model_facts.ts";
import { errorField, sixDigits } from "./_record_fields.ts";
import { readShard, SHARD_NOTE } from "./_shard.ts";
import { evaluateModel } from "./_sweep_evaluate.ts";
import { SweepLog } from "./_sweep_log.ts";
import { TrainReport } from "./_train_report.ts";
import { command as trainCommand, TRAIN_FLAGS, trainModel } from "./train.ts";

type TrainFlag = typeof TRAIN_FLAGS[number];
/** Flags of `train` that concern no run: there is one model a run, and one bound for all runs. */
const NOT_SWEPT = ["out", "checkpoint", "resume", "max-errors"] as const;
type SweptFlag = Exclude<TrainFlag, typeof NOT_SWEPT[number]>;

/** The flags of `train` that a run may set. */
const RUN_FLAGS = TRAIN_FLAGS.filter((name): name is SweptFlag =>
  !NOT_SWEPT.some((other) => other === name)
);

const OWN_FLAGS = ["grid", "test", "positive", "shard", "max-errors", "out", "keep"] as const;

type Context = CommandContext<SweptFlag | typeof OWN_FLAGS[number]>;

/** `sweep`. */
export const command = defineCommand({
  name: "sweep",
  flags: [...RUN_FLAGS, ...OWN_FLAGS],
  named: ["model", "recipe"],
  help: {
    ...trainCommand.help,
    positive: "labels of --test that are anomalies (default: labels not trained on)",
    out: "also append the records to this file, and skip runs that are in it",
  },
  notes: [
    "Trains one model per combination of values, one after another in this process, and prints a " +
    "record for each: run (the values), settings (the other flags), parameters, epochs, best_epoch, " +
    "loss, held_out_loss (validation loss), seconds; with --test also n, positives, auroc, auroc_ci, " +
    "average_precision and best_f1. Flags of train have the same meaning as there.",
    "A run whose values and settings are already in --out is not repeated: its record is printed " +
    "unchanged. Ctrl-C ends the sweep; the current run is lost.",
    `Here the input are the runs: --shard does a part of them, and --max-errors counts them. Parts that run at ` +
    `the same time need files of their own: --out. ${SHARD_NOTE}`,
  ],
  examples: [
    "sweep --data train/ --hold-out 0 --grid latent=2,4,8 --grid beta=0.5,1 --test test/ --out s.ndjson",
  ],
  run: sweep,
});

async function sweep(context: Context): Promise<ExitCode> {
  const { flags, stdout, stderr, resolve } = context;
  if (flags.grid.length === 0) {
    throw usageError("Cannot sweep as --grid must be given", "add --grid latent=2,4,8");
  }
  if (flags.positive && flags.test.length === 0) {
    throw usageError("Cannot use --positive as --test must be given", "add --test SRC");
  }
  if ([...flags.data, ...flags.anomalies, ...flags.test].includes("-")) {
    throw usageError(
      "Cannot sweep over stdin as every run must read the images",
      "name their folder",
    );
  }
  const endCode = readMaxErrors(flags["max-errors"]), shard = readShard(flags.shard);
  const all = gridRuns(flags.grid, RUN_FLAGS);
  const swept = Object.keys(all[0]!);
  const { from, to } = shard ? spanOf(shard, all.length) : { from: 0, to: all.length };
  const runs = all.slice(from, to);
  if (flags.data.length === 0 && !swept.includes("data")) {
    throw usageError(
      "Cannot sweep as --data must be given",
      "add --data FOLDER with normal images",
    );
  }
  const settings = settingsOf(flags, swept);
  const keep = flags.keep;
  if (keep !== undefined) await makeFolder(resolve(keep));
  const log = await SweepLog.open(
    flags.out === undefined ? undefined : resolve(flags.out),
    flags.out ?? "",
  );
  let failures = 0;
  for (const [i, run] of runs.entries()) {
    const name = nameOf(run);
    const before = log.find({ run, settings });
    stderr.info(`run ${i + 1} of ${runs.length}: ${name}${before ? ", done before" : ""}`);
    if (before) {
      await stdout.write(JSON.stringify(before));
      continue;
    }
    const outcome = await tryRun(run, context);
    if (outcome === "interrupted") return ExitCode.interrupted;
    const record = { run, settings, ...outcome };
    if ("error" in outcome) failures++;
    else await keepRecord(log, record, stderr);
    await stdout.write(JSON.stringify(record));
    await stdout.flush();
  }
  if (failures > 0) stderr.warn(`${failures} of ${runs.length} runs failed`);
  return endCode(failures, runs.length);
}

/** Adds a record to the log; where that fails, the next record brings it along. */
async function keepRecord(log: SweepLog, record: JsonObject, stderr: Reporter): Promise<void> {
  try {
    await log.add(record);
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    stderr.warn(`${error.message}: the sweep goes on`, error.hint);
  }
}

/** Flags that do not change the result, or have a field of their own in a record. */
const NO_SETTINGS = [
  "grid",
  "out",
  "keep",
  "shard",
  "max-errors",
  "color",
  "quiet",
  "help",
  "version",
  "workers",
  "max-memory",
  "cache",
];

/** The flags that all runs share. */
function settingsOf(flags: Context["flags"], swept: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => {
      const empty = value === undefined || value === false ||
        Array.isArray(value) && value.length === 0;
      return !empty && !NO_SETTINGS.includes(name) && !swept.includes(name);
    }),
  );
}

/** Runs and evaluates; reports an error, so that the other runs continue. */
async function tryRun(run: Run, context: Context): Promise<JsonObject | "interrupted"> {
  try {
    return await doRun(run, context);
  } catch (error) {
    if (!(error instanceof StrayError)) throw error;
    context.stderr.warn(`${nameOf(run)}: ${error.message}`, error.hint);
    return errorField(error);
  }
}

async function doRun(run: Run, context: Context): Promise<JsonObject | "interrupted"> {
  const { stderr, resolve, flags: { keep, test } } = context;
  const flags = flagsOf(run, context.flags);
  const evaluated = { ...contextOf(context), flags: { ...context.flags, backend: flags.backend } };
  const report = new TrainReport(stderr);
  const began = performance.now();
  const { model, interrupted } = await trainModel({ ...contextOf(context), flags }, report);
  const seconds = (performance.now() - began) / 1000;
  stderr.progress(undefined);
  if (interrupted) return "interrupted";
  const { bestEpoch } = model.training;
  const best = model.history[bestEpoch - 1];
  const parameters = countValues(model);
  let file: string | undefined;
  if (keep !== undefined) {
    const { encodeModel } = await import("../src/store/mod.ts");
    file = `${keep.replace(/\/$/, "")}/${nameOf(run).replaceAll("/", "_")}.safetensors`;
    await writeOrKeep(resolve(file), encodeModel(model), [context.directory]);
  }
  return {
    parameters,
    epochs: model.history.length,
    best_epoch: bestEpoch,
    loss: best ? sixDigits(best.loss) : null,
    held_out_loss: best ? sixDigits(best.validationLoss) : null,
    seconds: Number(seconds.toFixed(2)),
    ...(test.length > 0 && await evaluateModel(model, evaluated)),
    ...(file !== undefined && { model: file }),
  };
}

/** A context without its flags, and with empty stdin. */
function contextOf(context: Context) {
  const { stdout, stderr, directory, resolve, signal, files } = context;
  return {
    ...{ arguments: [], stdout, stderr, directory, resolve, signal },
    ...files && { files },
    stdin: new Blob().stream(),
  };
}

/** The flags of `train` for a run. */
function flagsOf(run: Run, flags: Context["flags"]): CommandContext<TrainFlag>["flags"] {
  const args = Object.entries(run).map(([name, value]) => `--${name}=${value}`);
  const own = parseFlags({ name: "train", flags: TRAIN_FLAGS }, args).flags;
  const given = Object.fromEntries(
    Object.keys(run).map((name) => [name, own[name as TrainFlag]]),
  );
  return { ...own, ...flags, ...given };
}
