/** Score records as columns, for figures and reports. */

import {
  type CommandContext,
  type JsonObject,
  labelField,
  readScoreRecords,
  type ScoreRecord,
  usageError,
} from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { numberOf } from "../src/exact_json.ts";
import type { Failure } from "../src/pages/mod.ts";
import { refuseOutput } from "../src/refuse_output.ts";
import { sortLabels } from "./_record_fields.ts";

/** The images that have a score, as columns in the order of the records, and those that have none. */
export interface ScoredImages {
  readonly paths: readonly string[];
  /** Finite. */
  readonly scores: Float64Array;
  /** NaN for records without one. */
  readonly p: Float64Array;
  /** NaN for records without one. */
  readonly thresholds: Float64Array;
  readonly labels: readonly (string | undefined)[];
  /** Whether the image is normal; undefined where that is unknown. */
  readonly normal: readonly (boolean | undefined)[];
  /** The verdicts. */
  readonly anomalies: readonly boolean[];
  readonly failures: readonly Failure[];
  /** Hashes of the models that scored. */
  readonly models: ReadonlySet<string>;
}

/**
 * Reads score records. A record without a finite score counts as a failure.
 *
 * @param stream NDJSON.
 * @param context Where relative paths start, and the files that will be written.
 * @param positive Labels of the anomalies. @default {the records say what is normal}
 * @param source Name of the file as the user gave it. @default {stdin}
 * @returns The columns.
 * @throws {StrayError} `input` If a line is not a JSON object; `empty` If there is no record; `label` If no
 * record has a label of `positive`; `usage` if a record names an output.
 */
export async function readScoredImages(
  stream: ReadableStream<Uint8Array>,
  { resolve, files }: Pick<CommandContext, "resolve" | "files">,
  positive?: readonly string[],
  source: string = "-",
): Promise<ScoredImages> {
  const paths: string[] = [], scores: number[] = [], p: number[] = [], thresholds: number[] = [];
  const labels: (string | undefined)[] = [], normal: (boolean | undefined)[] = [];
  const anomalies: boolean[] = [], failures: Failure[] = [];
  const models = new Set<string>(), known = new Set<string>();
  for await (const record of readScoreRecords(stream, source === "-" ? "stdin" : source)) {
    const { fields, path = `line ${record.line}` } = record;
    const label = labelField(record);
    if (files && record.path !== undefined) refuseOutput(files.outputs, resolve(path), path);
    if (label !== undefined) known.add(label);
    const score = numberOf(fields["score"]);
    if (record.error !== undefined || score === undefined || !Number.isFinite(score)) {
      failures.push(failureOf(record, path));
      continue;
    }
    paths.push(path);
    scores.push(score);
    p.push(shareOf(fields["p"]));
    thresholds.push(numberOf(fields["threshold"]) ?? NaN);
    labels.push(label);
    normal.push(
      positive ? label === undefined ? undefined : !positive.includes(label) : normalOf(fields),
    );
    anomalies.push(fields["anomaly"] === true);
    if (typeof fields["model"] === "string") models.add(fields["model"]);
  }
  if (paths.length + failures.length === 0) {
    throw new StrayError("empty", "Cannot use the scores as there must be records: found none", {
      hint: "give the output of score",
    });
  }
  const unknown = positive?.find((label) => !known.has(label));
  if (unknown !== undefined) {
    throw new StrayError("label", `Cannot use "${unknown}" as no record has this label`, {
      hint: `the labels are ${sortLabels(known).join(", ")}`,
    });
  }
  return {
    ...{ paths, labels, normal, anomalies, failures, models },
    scores: Float64Array.from(scores),
    p: Float64Array.from(p),
    thresholds: Float64Array.from(thresholds),
  };
}

/**
 * Opens the stream of score records: `--scores FILE`, or stdin for `-`.
 *
 * @param name The file as the user gave it.
 * @throws {StrayError} `not_found` or `denied` If it cannot be read; `usage` if there is none.
 */
export async function openScores(
  name: string | undefined,
  { stdin, resolve }: {
    readonly stdin: ReadableStream<Uint8Array>;
    readonly resolve: (path: string) => string;
  },
): Promise<ReadableStream<Uint8Array>> {
  if (name === undefined) {
    throw usageError(
      "Cannot read scores as --scores must be given",
      "add --scores FILE.ndjson, or - for stdin",
    );
  }
  if (name === "-") return stdin;
  try {
    return (await Deno.open(resolve(name))).readable;
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    throw new StrayError(
      missing ? "not_found" : "denied",
      `Cannot read the scores "${name}" as ${
        missing ? "there is no such file" : (cause as Error).message
      }`,
      { hint: "write them by score … > FILE", cause },
    );
  }
}

/** Share of images up to which p-values may differ, as rounding moves a score past a tie. */
const ROUNDED = 0.01;

/**
 * Tells scores that are not those that a model calibrates: of another model, or of another of its scores.
 *
 * @param images The scored images.
 * @param detector The model.
 * @param id The hash of the model file.
 * @returns A sentence without its full stop; undefined if nothing differs.
 */
export function describeForeign(
  { models, scores, p }: ScoredImages,
  detector: Pick<Detector, "calibrationImages" | "judge" | "scoreName">,
  id: string,
): string | undefined {
  if ([...models].some((model) => model !== id)) {
    return `${
      models.has(id) ? "some of " : ""
    }the scores are of another model file than this: its ` +
      "calibration is not shown, and its pictures may differ";
  }
  const tolerance = 2 / (detector.calibrationImages + 1) + 1e-3; // two ranks
  const judged = p.filter((share) => !Number.isNaN(share)).length;
  const other =
    p.filter((share, i) => Math.abs(share - detector.judge(scores[i]!).p) > tolerance).length;
  return other <= ROUNDED * judged
    ? undefined
    : `the scores are not ${detector.scoreName} of this model: p of ${other} of ${judged} images ` +
      "differs from its calibration, which is not shown; --score NAME tells the score of the records";
}

/** The only threshold of the records; undefined if there are several or none. */
export function thresholdOf({ thresholds }: ScoredImages): number | undefined {
  const [first] = thresholds;
  return first !== undefined && thresholds.every((value) => value === first) ? first : undefined;
}

/** Whether an image is an anomaly (1), normal (0) or of unknown kind (undefined), for images of known kind alone. */
export function knownKinds(
  { normal }: ScoredImages,
): { readonly rows: number[]; readonly positive: Uint8Array } {
  const rows = normal.flatMap((value, i) => value === undefined ? [] : [i]);
  return { rows, positive: Uint8Array.from(rows, (i) => normal[i] ? 0 : 1) };
}

function failureOf({ fields, error }: ScoreRecord, path: string): Failure {
  if (error === undefined) {
    const found = fields["score"] === undefined
      ? "there is none"
      : `it is ${JSON.stringify(fields["score"])}`;
    return { path, code: "value", reason: `Its score must be a finite number: ${found}` };
  }
  const { code, hint } = fields["error"] as { readonly code?: unknown; readonly hint?: unknown };
  return {
    path,
    code: typeof code === "string" ? code : "error",
    reason: typeof hint === "string" ? `${error} (${hint})` : error,
  };
}

function normalOf({ normal }: JsonObject): boolean | undefined {
  return typeof normal === "boolean" ? normal : undefined;
}

/** A number in [0, 1], else NaN. */
function shareOf(value: unknown): number {
  const share = numberOf(value) ?? NaN;
  return share >= 0 && share <= 1 ? share : NaN;
}
