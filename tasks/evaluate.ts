/** `evaluate`: scores with labels in, metrics out. */

import {
  type CommandContext,
  defineCommand,
  ExitCode,
  numberField,
  readScoreRecords,
  type ScoreRecord,
  wrongField,
} from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import { evaluate, type Evaluation } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";

/** `evaluate`. */
export const command = defineCommand({
  name: "evaluate",
  summary: "metrics of labelled score records on stdin, as one JSON object",
  flags: ["positive", "by", "seed"],
  help: {
    positive: "the labels that are anomalies; all others are normal (default: records that say " +
      '"normal":false against those that say true)',
    by: "label: one JSON object a positive label, its images against all normal ones",
    seed: "of the bootstrap (default 0)",
  },
  notes: [
    "The object holds n, positives, auroc, auroc_ci (95 %, stratified bootstrap of 1,000 " +
    "resamples), average_precision, fpr_at_95_tpr, best_f1, best_f1_threshold (anomalies are the " +
    "scores from it on), and, for the scores above the records' own threshold, tpr, fpr and f1: " +
    "null if a record has none. Numbers have at most 6 significant digits, best_f1_threshold all.",
    "Records that hold an error in place of a score are left out and counted in errors; the exit " +
    "code is then 1.",
  ],
  examples: [
    "deno task score --model lens.safetensors test/ | deno task evaluate --positive sub",
    "deno task evaluate --positive 0,1 --by label < scores.ndjson | jq .auroc",
  ],
  run: evaluateRecords,
});

type Flags = CommandContext<"positive" | "by" | "seed">["flags"];

/** Scores, column by column. */
interface Table {
  readonly scores: number[];
  /** NaN where a record has none. */
  readonly thresholds: number[];
  /** Labels, or undefined where they do not matter. */
  readonly labels: (string | undefined)[];
  /** Whether it is an anomaly. */
  readonly positive: boolean[];
  errors: number;
}

async function evaluateRecords(
  { flags, stdin, stdout, stderr }: CommandContext<"positive" | "by" | "seed">,
): Promise<ExitCode> {
  const table = await readTable(stdin, flags);
  checkTable(table, flags.positive);
  const { errors } = table;
  if (errors > 0) stderr.warn(`${errors} records hold an error in place of a score: left out`);
  const random = () => new Random(flags.seed ?? 0); // one a line, so that each can be had alone
  if (flags.by === undefined) {
    await stdout.write(JSON.stringify(toJson(evaluateRows(table, () => true, random()), errors)));
  } else {
    for (const label of flags.positive ?? positiveLabels(table)) {
      const rows = evaluateRows(table, (i) => table.labels[i] === label, random());
      await stdout.write(JSON.stringify({ label, ...toJson(rows, errors) }));
    }
  }
  return errors > 0 ? ExitCode.failed : ExitCode.done;
}

async function readTable(stdin: ReadableStream<Uint8Array>, flags: Flags): Promise<Table> {
  const table: Table = { scores: [], thresholds: [], labels: [], positive: [], errors: 0 };
  const needsLabel = flags.positive !== undefined || flags.by !== undefined;
  for await (const record of readScoreRecords(stdin)) {
    if (record.error !== undefined) {
      table.errors++;
      continue;
    }
    table.scores.push(numberField(record, "score"));
    table.thresholds.push(thresholdOf(record));
    const label = needsLabel ? labelOf(record) : undefined;
    table.labels.push(label);
    table.positive.push(flags.positive?.includes(label!) ?? !normalOf(record));
  }
  return table;
}

function thresholdOf(record: ScoreRecord): number {
  return (record.fields.threshold ?? null) === null ? NaN : numberField(record, "threshold");
}

function labelOf(record: ScoreRecord): string {
  const { label } = record.fields;
  if (typeof label === "string" || typeof label === "number") return `${label}`;
  throw wrongField(record, "label", "a string", "score gives the labels that its source has");
}

function normalOf(record: ScoreRecord): boolean {
  const { normal } = record.fields;
  if (typeof normal === "boolean") return normal;
  throw wrongField(record, "normal", "true or false", "name the anomalies: --positive A,B");
}

function checkTable(table: Table, wanted: readonly string[] | undefined): void {
  const { scores, labels, errors } = table;
  if (scores.length === 0) {
    throw new StrayError(
      "empty",
      `Cannot evaluate stdin as there must be scores: found none${
        errors > 0 ? `, but ${errors} errors` : ""
      }`,
      { hint: "the input is what score prints" },
    );
  }
  const known = new Set(labels);
  const unknown = wanted?.find((label) => !known.has(label));
  if (unknown !== undefined) {
    throw new StrayError("label", `Cannot evaluate "${unknown}" as no record has this label`, {
      hint: `the labels are ${sorted(known as Set<string>).join(", ")}`,
    });
  }
  const positives = table.positive.filter((positive) => positive).length;
  if (positives > 0 && positives < scores.length) return;
  throw new StrayError(
    "empty",
    `Cannot evaluate stdin as there must be both anomalies and normal images: current numbers are ${positives} and ${
      scores.length - positives
    }`,
    { hint: "score both, and name the labels of the anomalies: --positive A,B" },
  );
}

/** Evaluates some of the anomalies against all that are normal. */
function evaluateRows(table: Table, chosen: (row: number) => boolean, random: Random): Evaluation {
  const rows = table.positive.flatMap((positive, i) => !positive || chosen(i) ? [i] : []);
  const thresholds = Float64Array.from(rows, (i) => table.thresholds[i]!);
  return evaluate(
    Float64Array.from(rows, (i) => table.scores[i]!),
    Uint8Array.from(rows, (i) => table.positive[i] ? 1 : 0),
    { random, threshold: thresholds.some(Number.isNaN) ? undefined : thresholds },
  );
}

function positiveLabels({ labels, positive }: Table): string[] {
  return sorted(
    new Set(labels.filter((label, i) => label !== undefined && positive[i]) as string[]),
  );
}

/** 2 before 10. */
function sorted(labels: ReadonlySet<string>): string[] {
  return [...labels].sort(new Intl.Collator("en", { numeric: true }).compare);
}

function toJson(evaluation: Evaluation, errors: number): Readonly<Record<string, unknown>> {
  const short = (value: number) => Number(value.toPrecision(6));
  const { atThreshold } = evaluation;
  return {
    n: evaluation.n,
    positives: evaluation.positives,
    auroc: short(evaluation.auroc),
    auroc_ci: evaluation.aurocInterval.map(short),
    average_precision: short(evaluation.averagePrecision),
    fpr_at_95_tpr: short(evaluation.fprAt95Tpr),
    best_f1: short(evaluation.bestF1),
    best_f1_threshold: evaluation.bestF1Threshold,
    tpr: atThreshold ? short(atThreshold.tpr) : null,
    fpr: atThreshold ? short(atThreshold.fpr) : null,
    f1: atThreshold ? short(atThreshold.f1) : null,
    errors,
  };
}
