/** `novelty`: how well models find a class held out, all classes but one, or damaged images. */

import { parseArgs } from "node:util";
import { usageError, VERSION } from "../../src/cli/mod.ts";
import { cpuModel, findCommit } from "../bench/machine.ts";
import { type Candidate, parseCandidates } from "./candidate.ts";
import { summarise, type Summary } from "./novelty_summary.ts";
import { openTask, type Task, TASK_NAMES, type TaskOptions } from "./novelty_tasks.ts";
import { type Outcome, runTrial } from "./novelty_trial.ts";
import { tableHead, tableRow, write } from "./write.ts";
import { atCaller } from "./zoo.ts";

/** Text of `--help`. */
export const NOVELTY_HELP = `deno task bench:quality novelty --data SRC --test SRC [flags]

Trains and scores by the commands of stray, each a process of its own, once per class and seed. Prints
the AUROC of the anomalies among the test images per class, its mean with the standard error over classes
and over seeds, and the mean time of the two processes.

  --task NAME        held-out: train on all classes but one, whose test images are the anomalies (default)
                     one-class: train on one class; test images of all others are the anomalies
                     damaged: train on all images; --answer marks the anomalies; also prints the F1 of
                     images with p <= 0.01, and at a false discovery rate of 0.05
  --data SRC         training images, labelled except for damaged
  --test SRC         test images, labelled except for damaged
  --answer FILE      a line of 0 and 1, where 1 marks the damaged images of --test
  --models A,B       models, or one with flags of train: "knn:plane --keep-images all", where :SCORE is
                     --score SCORE; may be repeated (default knn)
  --classes A,B      (default: all; with --validation the first five)
  --seeds N,M        seeds of the training (default 1,2)
  --validation       to choose settings: divides the training images by the seed, 20,000 train and 5,000
                     test (four fifths and a fifth of fewer), and never opens --test; only the first
                     five classes are measured
  --backend NAME     webgpu, wasm or cpu (default wasm)
  --log FILE         also append a line of JSON per row, with every trial, its 95 % interval over test
                     images, the commit and the machine
`;

/** All trials of a model. */
interface Row {
  readonly candidate: Candidate;
  /** An outcome per seed, for every class. */
  readonly outcomes: readonly (readonly Outcome[])[];
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(digits);
}

function summaryOf(
  { outcomes }: Row,
  field: Exclude<keyof Outcome, "aurocInterval">,
): Summary {
  return summarise(outcomes.map((seeds) => seeds.map((outcome) => outcome[field])));
}

/** Names of the columns. */
function heads({ task, classes }: { task: string; classes: readonly string[] }): string[] {
  const errors = ["SE over seeds", "seeds", "labels", "s to train", "s to score"];
  const first = ["model", "task"];
  if (task !== "damaged") return [...first, ...classes, "mean", "SE over classes", ...errors];
  return [...first, "damaged", "AUROC", "F1 at p <= .01", "F1 at FDR .05", ...errors];
}

function cells(row: Row, { task, validation }: TaskOptions, seeds: number): string[] {
  const { candidate: { name, usesLabels }, outcomes } = row;
  const area = summaryOf(row, "auroc");
  const { images, anomalies } = outcomes[0]![0]!;
  const values = task === "damaged"
    ? [
      `${anomalies} of ${images}`,
      fixed(area.mean, 4),
      ...(["f1", "f1Fdr"] as const).map((field) => fixed(summaryOf(row, field).mean, 3)),
    ]
    : [
      ...area.classes.map((value) => fixed(value, 3)),
      ...[fixed(area.mean, 4), fixed(area.overClasses, 4)],
    ];
  return [
    ...[`\`${name}\``, validation ? `${task}, validation` : task, ...values],
    ...[fixed(area.overSeeds, 4), `${seeds}`, usesLabels ? "yes" : "no"],
    ...(["trainSeconds", "scoreSeconds"] as const).map((field) =>
      fixed(summaryOf(row, field).mean, 1)
    ),
  ];
}

/** A file with the folder that it is in, which names the data set; the folders above are nobody's business. */
function inFolder(path: string | undefined): string | undefined {
  return path?.split("/").filter((part) => part !== "").slice(-2).join("/");
}

/** Appends a row to the log: its settings and its numbers. */
async function log(file: string, row: Row, run: Run): Promise<void> {
  const { candidate: { name, usesLabels }, outcomes } = row;
  const { options: { task, validation, data, test, answer }, classes, seeds, backend } = run;
  const { commit, cpu } = run;
  const { mean, overClasses, overSeeds } = summaryOf(row, "auroc");
  const digits = (value: number) => Number(value.toPrecision(6));
  const record = {
    date: new Date().toISOString(),
    commit,
    cpu,
    cores: navigator.hardwareConcurrency,
    stray: VERSION,
    deno: Deno.version.deno,
    ...{ task, validation, model: name, labels: usesLabels, backend, classes, seeds },
    data: inFolder(data),
    ...!validation && { test: inFolder(test), answer: inFolder(answer) },
    auroc: digits(mean),
    se_classes: digits(overClasses), // null for one
    se_seeds: digits(overSeeds),
    trials: outcomes.flatMap((each, i) =>
      each.map((outcome, j) => ({
        ...{ class: classes[i], seed: seeds[j], auroc: digits(outcome.auroc) },
        auroc_ci: outcome.aurocInterval.map(digits),
        ...{ f1_p: digits(outcome.f1), f1_fdr: digits(outcome.f1Fdr) },
        ...{ images: outcome.images, anomalies: outcome.anomalies },
        train_seconds: digits(outcome.trainSeconds),
        score_seconds: digits(outcome.scoreSeconds),
      }))
    ),
  };
  await Deno.writeTextFile(file, `${JSON.stringify(record)}\n`, { append: true });
}

/** Conditions of all rows. */
interface Run {
  readonly options: TaskOptions;
  readonly classes: readonly string[];
  readonly seeds: readonly number[];
  readonly backend: string;
  /** The commit at the start. */
  readonly commit: string;
  readonly cpu: string;
}

/** Runs all trials of a model; reports each on stderr. */
async function measureAll(candidate: Candidate, task: Task, { seeds, backend }: Run): Promise<Row> {
  const outcomes: Outcome[][] = [];
  for (const label of task.classes) {
    const ofClass: Outcome[] = [];
    for (const seed of seeds) {
      const outcome = await runTrial(candidate, task.trial(label, seed), { seed, backend });
      ofClass.push(outcome);
      const { auroc, aurocInterval, trainSeconds, scoreSeconds } = outcome;
      const interval = aurocInterval.map((bound) => bound.toFixed(4)).join(" to ");
      write(
        Deno.stderr,
        `... ${candidate.name}, ${label}, seed ${seed}: AUROC ${auroc.toFixed(4)} (${interval}), ` +
          `${trainSeconds.toFixed(1)} s to train, ${scoreSeconds.toFixed(1)} s to score\n`,
      );
    }
    outcomes.push(ofClass);
  }
  return { candidate, outcomes };
}

/** The message of an error; of a process that has failed its own message and hint. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^.*\berror: /s, "").trimEnd();
}

function parseSeeds(text: string): number[] {
  return text.split(",").map((part) => {
    if (/^\s*\d{1,9}\s*$/.test(part)) return Number(part);
    throw usageError(
      `Cannot use --seeds as they must be whole numbers: current value is "${part}"`,
    );
  });
}

/**
 * Measures models and prints one line per model.
 *
 * @param args The flags.
 * @returns The exit code: 1 if a model could not be measured.
 * @throws {StrayError} If the flags or the sources are wrong.
 */
export async function novelty(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      task: { type: "string", default: "held-out" },
      data: { type: "string" },
      test: { type: "string" },
      answer: { type: "string" },
      models: { type: "string", multiple: true, default: ["knn"] },
      classes: { type: "string" },
      seeds: { type: "string", default: "1,2" },
      validation: { type: "boolean", default: false },
      backend: { type: "string", default: "wasm" },
      log: { type: "string" },
    },
  });
  const path = (text: string | undefined) => text === undefined ? undefined : atCaller(text);
  const name = TASK_NAMES.find((each) => each === values.task);
  if (values.data === undefined) throw usageError("Cannot train as --data must be given");
  if (name === undefined) {
    throw usageError(
      `Cannot measure as --task must be one of ${TASK_NAMES.join(", ")}: ` +
        `current value is "${values.task}"`,
    );
  }
  const candidates = parseCandidates(values.models), seeds = parseSeeds(values.seeds);
  const options: TaskOptions = {
    ...{ task: name, data: atCaller(values.data), test: path(values.test) },
    ...{ answer: path(values.answer), validation: values.validation },
    classes: values.classes?.split(",").map((label) => label.trim()),
  };
  const task = await openTask(options), { classes } = task;
  const run: Run = {
    ...{ options, classes, seeds, backend: values.backend },
    ...{ commit: await findCommit(), cpu: await cpuModel() },
  };
  const logFile = path(values.log);
  if (logFile !== undefined) { // fails now rather than after an hour of training
    await Deno.mkdir(logFile.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(logFile, "", { append: true });
  }
  write(Deno.stdout, tableHead(heads({ task: name, classes })));
  let failures = 0;
  for (const candidate of candidates) {
    try {
      const row = await measureAll(candidate, task, run);
      write(Deno.stdout, tableRow(cells(row, options, seeds.length)));
      if (logFile !== undefined) await log(logFile, row, run);
    } catch (error) {
      // The other models continue.
      failures++;
      write(Deno.stderr, `error: ${candidate.name}: ${reason(error)}\n`);
    }
  }
  return failures > 0 ? 1 : 0;
}
