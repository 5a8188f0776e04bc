/**
 * The record of `score`: one JSON object a line.
 *
 *     {"path":"a.png","score":3.71,"p":0.004,"threshold":2.9,"anomaly":true,"label":"sub",
 *      "normal":false,"model":"sha256:…"}
 *
 * - `path` as given; an image in a container is `FILE#INDEX`
 * - `score` higher for stranger images
 * - `p` share of held-out normal images that score at least as high, the image counted in
 * - `threshold` the score above which p <= --fpr; null if too few images were held out
 * - `anomaly` whether p <= --fpr
 * - `label` if the source has one
 * - `normal` whether the model was trained on that label; only where there is one and the model knows
 * - `model` SHA-256 of the model file
 * - `heatmap` the file that shows where the image is strange, with --heatmaps
 *
 * or, for an image that could not be scored, `{"path":…,"error":{"code":…,"message":…}}` with its label
 * if it has one. The other fields of an NDJSON record on stdin follow.
 */

import type { ScoredEntry } from "../src/detection/mod.ts";

/** A record, ready for JSON. */
export type ScoreRecord = Readonly<Record<string, unknown>>;

/** The shortest decimal number that is the same float32. */
export function shortest(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** What a record says besides the verdict. */
export interface RecordOptions {
  /** The labels that the model was trained on, if it knows. */
  readonly labels?: readonly string[] | undefined;
  /** What identifies the model. */
  readonly model: string;
  /** The file of the image's heatmap, if there is one. */
  readonly heatmap?: string | undefined;
}

/**
 * The record of one image.
 *
 * @param entry What became of it.
 * @param options What else is to be said.
 * @returns The record; its own fields come first, and win over fields of the input.
 */
export function scoreRecord(
  entry: ScoredEntry,
  { labels, model, heatmap }: RecordOptions,
): ScoreRecord {
  const { path, label, fields } = entry;
  const named = label === undefined
    ? {}
    : { label, ...(labels && { normal: labels.includes(label) }) };
  if ("error" in entry) {
    const { code, message } = entry.error;
    return { path, error: { code, message }, ...named, ...strangers(fields, OWN_FIELDS) };
  }
  const { score, p, threshold, anomaly } = entry.verdict;
  return {
    path,
    score: shortest(score),
    p: Number(p.toPrecision(6)),
    threshold: threshold === null ? null : shortest(threshold),
    anomaly,
    ...named,
    model,
    ...(heatmap !== undefined && { heatmap }),
    ...strangers(fields, OWN_FIELDS),
  };
}

const OWN_FIELDS = [
  "path",
  "score",
  "p",
  "threshold",
  "anomaly",
  "label",
  "normal",
  "model",
  "heatmap",
  "error",
];

/**
 * The input's fields that are none of a record's own, whether it has a value for each or not: a
 * consumer must not take the input's for ours.
 *
 * @param fields The input's.
 * @param own Names that the record keeps to itself.
 * @returns The others.
 */
export function strangers(
  fields: Readonly<Record<string, unknown>> | undefined,
  own: readonly string[],
): ScoreRecord {
  if (!fields) return {};
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !own.includes(key)));
}
