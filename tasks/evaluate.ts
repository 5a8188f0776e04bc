/** `evaluate`: labelled scores in, metrics out. */

import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  type JsonObject,
  labelField,
  numberField,
  readScoreRecords,
  type ScoreRecord,
  usageError,
  wrongField,
} from "../src/cli/mod.ts";
import { countOf } from "../src/count_of.ts";
import { StrayError } from "../src/errors.ts";
import { evaluate, type Evaluation } from "../src/metrics/mod.ts";
import { Random } from "../src/random.ts";
import type { MaskComparison } from "./_masks.ts";
import { readMaxErrors } from "./_max_errors.ts";
import { sixDigits, sortLabels } from "./_record_fields.ts";
import { type ScoreColumns, ScoreTable } from "./_score_table.ts";

const EVALUATE_FLAGS = ["positive", "by", "seed", "masks", "max-errors"] as const;

/** `evaluate`. */
export const command = defineCommand({
  name: "evaluate",
  flags: EVALUATE_FLAGS,
  help: {
    positive:
      "labels of the anomalies; all others are normal (default: anomalies are records with " +
      '"normal":false)',
    by: "label: one JSON object per positive label, its images against all normal ones",
    seed: "seed of the bootstrap (default 0)",
  },
  notes: [
    "The fields are n, positives, auroc, auroc_ci (95 %, stratified bootstrap of 1,000 resamples; by " +
    "DeLong's variance with more than 100,000 records), " +
    "average_precision, fpr_at_95_tpr, best_f1 and best_f1_threshold (anomalies score at least " +
    "this: label --threshold takes it); then tpr, fpr, precision and f1 at the records' own " +
    "thresholds, null if a record has none. Numbers are rounded to 6 significant digits, except " +
    "best_f1_threshold. A threshold chosen on the images that it is evaluated on looks better than " +
    "it is.",
    "--masks adds pixel_auroc, aupro (area under the per-region overlap up to a false positive rate " +
    "of 0.3, Bergmann et al. 2021; regions touch at sides or corners) and masks (their number), from " +
    "maps of score --heatmaps DIR --heatmap-format npy. The mask of photos/bent/000.png is " +
    "bent/000.png, bent/000_mask.png, or either without bent, of any image format, not 0 where the " +
    "image is anomalous; normal images need none. The task evaluate may not read: deno task stray " +
    "evaluate --masks DIR may.",
    "Records with an error in place of a score are left out and counted in errors; the exit code is " +
    "then 3, unless --max-errors allows as many.",
  ],
  examples: [
    "deno task score --model lens.safetensors test/ | deno task evaluate --positive sub",
    "deno task evaluate --positive 0,1 --by label < scores.ndjson | jq .auroc",
  ],
  run: evaluateRecords,
});

type Context = CommandContext<typeof EVALUATE_FLAGS[number]>;

async function evaluateRecords(
  { flags, stdin, stdout, stderr, resolve }: Context,
): Promise<ExitCode> {
  if (flags.masks !== undefined && flags.by !== undefined) {
    throw usageError("Cannot use --masks and --by together", "give one of the two");
  }
  const endCode = readMaxErrors(flags["max-errors"]);
  const masks = flags.masks === undefined
    ? undefined
    : await (await import("./_masks.ts")).MaskComparison.open(flags.masks, resolve);
  const { table, errors, models } = await readTable(stdin, flags, masks);
  checkTable(table, errors, flags.positive);
  if (models > 1) {
    stderr.warn(
      `the records are of ${models} models, whose scores are evaluated together`,
      "different models may score on different scales: evaluate the records of one model at a time",
    );
  }
  if (errors > 0) {
    const failed = countOf(errors, "record has", "records have");
    stderr.warn(`${failed} an error in place of a score: left out`);
  }
  const random = () => new Random(flags.seed ?? 0); // one per line, so that no line depends on another
  if (flags.by === undefined) {
    const json = toJson(evaluateColumns(table.columns(), random()), errors);
    await stdout.write(JSON.stringify({ ...json, ...masks && pixelJson(masks, stderr) }));
  } else {
    for (const label of flags.positive ?? sortLabels(table.labels("positive"))) {
      const evaluation = evaluateColumns(table.columns(label), random());
      await stdout.write(JSON.stringify({ label, ...toJson(evaluation, errors) }));
    }
  }
  return endCode(errors, table.count + errors);
}

async function readTable(
  stdin: ReadableStream<Uint8Array>,
  flags: Context["flags"],
  masks: MaskComparison | undefined,
): Promise<{ readonly table: ScoreTable; readonly errors: number; readonly models: number }> {
  const table = new ScoreTable(), models = new Set<string>();
  let errors = 0;
  const needsLabel = flags.positive !== undefined || flags.by !== undefined;
  for await (const record of readScoreRecords(stdin)) {
    if (record.error !== undefined) {
      errors++;
      continue;
    }
    const score = numberField(record, "score"), threshold = thresholdOf(record);
    const label = needsLabel ? labelOf(record) : undefined;
    const positive = flags.positive?.includes(label!) ?? !normalOf(record);
    table.add({ score, threshold, label, positive });
    await masks?.add(record, positive);
    const { model } = record.fields;
    if (typeof model === "string") models.add(model);
  }
  return { table, errors, models: models.size };
}

/** The threshold that a score must exceed; one that it equals counts as the verdict says. */
function thresholdOf(record: ScoreRecord): number {
  const { threshold, anomaly } = record.fields;
  if ((threshold ?? null) === null) return NaN;
  const value = numberField(record, "threshold");
  return anomaly === true && value === numberField(record, "score") ? -Infinity : value;
}

function labelOf(record: ScoreRecord): string {
  const label = labelField(record);
  if (label !== undefined) return label;
  throw wrongField(record, "label", "a string", "score passes on the labels of its source");
}

function normalOf(record: ScoreRecord): boolean {
  const { normal } = record.fields;
  if (typeof normal === "boolean") return normal;
  throw wrongField(
    record,
    "normal",
    "true or false",
    "name the labels of the anomalies: --positive A,B",
  );
}

function checkTable(
  table: ScoreTable,
  errors: number,
  wanted: readonly string[] | undefined,
): void {
  const { count, positives } = table;
  if (count === 0) {
    throw new StrayError(
      "empty",
      `Cannot evaluate stdin as there must be scores: found none${
        errors > 0 ? `, but ${errors} errors` : ""
      }`,
      { hint: "the input must be records of score" },
    );
  }
  const unknown = wanted?.find((label) => !table.hasLabel(label));
  if (unknown !== undefined) {
    throw new StrayError("label", `Cannot evaluate "${unknown}" as no record has this label`, {
      hint: `the labels are ${sortLabels(table.labels()).join(", ")}`,
    });
  }
  if (positives > 0 && positives < count) return;
  throw new StrayError(
    "empty",
    `Cannot evaluate stdin as there must be both anomalies and normal images: current numbers are ${positives} and ${
      count - positives
    }`,
    { hint: "score both, and name the labels of the anomalies: --positive A,B" },
  );
}

function evaluateColumns(columns: ScoreColumns, random: Random): Evaluation {
  const { scores, positive, thresholds } = columns;
  const threshold = thresholds.some(Number.isNaN) ? undefined : thresholds;
  return evaluate(scores, positive, { random, threshold });
}

function toJson(evaluation: Evaluation, errors: number): JsonObject {
  const { atThreshold } = evaluation;
  return {
    n: evaluation.n,
    positives: evaluation.positives,
    auroc: sixDigits(evaluation.auroc),
    auroc_ci: evaluation.aurocInterval.map(sixDigits),
    average_precision: sixDigits(evaluation.averagePrecision),
    fpr_at_95_tpr: sixDigits(evaluation.fprAt95Tpr),
    best_f1: sixDigits(evaluation.bestF1),
    best_f1_threshold: evaluation.bestF1Threshold,
    tpr: atThreshold ? sixDigits(atThreshold.tpr) : null,
    fpr: atThreshold ? sixDigits(atThreshold.fpr) : null,
    precision: atThreshold ? orNull(sixDigits(atThreshold.precision)) : null,
    f1: atThreshold ? sixDigits(atThreshold.f1) : null,
    errors,
  };
}

/** The fields of `--masks`. */
function pixelJson(masks: MaskComparison, stderr: Context["stderr"]): JsonObject {
  const { pixelAuroc, aupro, masks: count } = masks.evaluate();
  if (masks.missing > 0) {
    stderr.warn(`${masks.missing} anomalies have no mask: left out of pixel metrics`);
  }
  return { pixel_auroc: sixDigits(pixelAuroc), aupro: sixDigits(aupro), masks: count };
}

/** JSON has no NaN. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
