/** A detector as a graph of operations: from samples to score, p-value and verdict. */

import {
  type ComputationGraph,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tf,
} from "../compute/mod.ts";
import { StrayError } from "../errors.ts";
import { insideOfInput, type ModelInput } from "../images/mod.ts";
import { LABEL_SUFFIX, mapScoreOf, type Model, modelTypeOf, openModel } from "../models/mod.ts";
import type { ModelFile } from "../store/mod.ts";
import {
  combinedWeight,
  type DetectorScore,
  detectorScore,
  LEAST_COUNT,
} from "./_combined_score.ts";
import { GREATEST_SCORE, threshold, TIE } from "./calibration.ts";

/** Options of {@linkcode recordDetector}. */
export interface RecordOptions {
  /** The score, or several joined by `+`. @default {the model's own} */
  readonly score?: string | undefined;
  /** The false positive rate that a verdict stands for, in (0, 1). @default {0.05} */
  readonly fpr?: number | undefined;
  /** The file's name, for errors. @default {"model"} */
  readonly name?: string | undefined;
}

/**
 * Records a detector as a graph: `images` in, `[batch, height, width, channels]`, of the model's size and with samples
 * as files have them; integers are divided by the largest of their type first. Out come, per image:
 *
 * - `score`, `p` and `anomaly`, as `Detector.judge` gives them
 * - `error_map`, `[batch, height, width]`, as `Detector.errorMaps`, where errors are calibrated
 * - `reconstruction`, `[batch, height, width, channels]`, and `latent`, `[batch, …]`, where the model has them
 *
 * @param file The model.
 * @param options Score and false positive rate.
 * @returns The graph.
 * @throws {StrayError} `usage` If the model or its score is no graph; the message has the reason.
 */
export async function recordDetector(
  file: ModelFile,
  { score: wanted = file.score, fpr = 0.05, name = "model" }: RecordOptions = {},
): Promise<ComputationGraph> {
  const { unexportable } = modelTypeOf(file.spec);
  if (unexportable !== undefined) throw refusal(file, unexportable);
  const score = detectorScore(wanted, file, name);
  const labelled = score.parts.find((part) => part.endsWith(LABEL_SUFFIX));
  if (labelled !== undefined) throw refusal(file, `the score ${labelled} takes the image's label`);
  const { recordGraph } = await import("../compute/record.ts");
  const { spec, input } = file;
  try {
    return await recordGraph(spec.inputShape, async () => {
      const model = await openModel(spec, file.weights);
      return {
        compute: (x) => outputsOf(model, modelInput(x, input), { file, score, fpr }),
        dispose: () => model.dispose(),
      };
    });
  } catch (cause) {
    if (cause instanceof TypeError) throw refusal(file, cause.message, cause);
    throw cause;
  }
}

function refusal({ spec }: ModelFile, reason: string, cause?: unknown): StrayError {
  return new StrayError("usage", `Cannot export "${spec.name}" as ${reason}`, {
    hint: "--format html exports any model; or export another one, or another --score",
    cause,
  });
}

/** Settings of the outputs. */
interface Settings {
  readonly file: ModelFile;
  readonly score: DetectorScore;
  readonly fpr: number;
}

function outputsOf(
  model: Model,
  x: Tensor,
  { file, score, fpr }: Settings,
): Record<string, Tensor> {
  const scores = combined(model.scores(score.parts, x).map(bounded), score);
  const p = pValues(scores, score.calibration);
  const level = threshold(file.calibrations.get(mapScoreOf(file.spec)) ?? new Float32Array(), fpr);
  return {
    score: scores,
    p,
    anomaly: tf.lessEqual(p, fpr),
    ...model.errorMaps && level !== undefined && {
      error_map: insideOf(tf.div(model.errorMaps(x), level), file.input),
    },
    ...model.errors && { reconstruction: model.errors(x).reconstruction },
    ...model.encode && { latent: model.encode(x) },
  };
}

/** Samples as the model sees them: as `writeModelInput` makes them, without another size or other channels. */
function modelInput(x: Tensor, input: ModelInput): Tensor {
  const scaled = scaleSamples(x, input), inside = insideOfInput(input);
  if (!inside) return scaled;
  return tf.mul(scaled, tf.tensor4d(inside, [1, input.height, input.width, 1]));
}

function scaleSamples(x: Tensor, { scale, width, height, channels }: ModelInput): Tensor {
  if (scale.kind === "none") return x;
  const { low, high } = scale.kind === "range"
    ? scale
    : scale.kind === "percentile"
    ? percentiles(x, scale, width * height * channels)
    : { low: 0, high: 1 };
  const span = tf.sub(high, low), contrast = tf.greater(span, 0);
  const values = tf.div(tf.sub(x, low), tf.where(contrast, span, 1));
  return tf.mul(tf.clipByValue(values, 0, 1), tf.cast(contrast, "float32"));
}

/** Two percentiles of each image, `[batch, 1, 1, 1]`, linear between samples. */
function percentiles(
  x: Tensor,
  { low, high }: { readonly low: number; readonly high: number },
  size: number,
): { readonly low: Tensor; readonly high: Tensor } {
  const falling = tf.topk(tf.reshape(x, [-1, size]), size).values as Tensor2D;
  const at = (place: number) => tf.slice(falling, [0, size - 1 - place], [-1, 1]);
  const of = (percent: number) => {
    const exact = percent / 100 * (size - 1), below = Math.floor(exact);
    const next = at(Math.min(below + 1, size - 1));
    const value = tf.add(at(below), tf.mul(tf.sub(next, at(below)), exact - below));
    return tf.reshape(value, [-1, 1, 1, 1]);
  };
  return { low: of(low), high: of(high) };
}

/** Finite scores: see `boundScores`. */
function bounded(scores: Tensor1D): Tensor1D {
  const finite = tf.lessEqual(tf.abs(scores), GREATEST_SCORE);
  return tf.where(finite, scores, GREATEST_SCORE) as Tensor1D;
}

/** The score of the detector: see `detectorScore`. */
function combined(parts: readonly Tensor1D[], { columns }: DetectorScore): Tensor1D {
  if (!columns) return parts[0]!;
  const shares = columns.map((sorted, i) => tf.div(1, countAbove(sorted, parts[i]!)));
  const sum = shares.reduce((a, b) => tf.add(a, b));
  return bounded(tf.div(tf.log(tf.mul(sum, combinedWeight(columns))), Math.LN10));
}

/** The number of calibration scores that are at least as high: see `countAbove`. */
function countAbove(sorted: Float32Array, scores: Tensor1D): Tensor {
  const count = sorted.length, all = tf.tensor1d(sorted), low = numberBelow(sorted, scores);
  const place = (index: Tensor) => tf.gather(all, tf.cast(index, "int32") as Tensor1D);
  const above = place(tf.minimum(low, count - 1)), below = place(tf.maximum(tf.sub(low, 1), 0));
  const between = tf.add(tf.sub(count, low), tf.div(tf.sub(above, scores), tf.sub(above, below)));
  const [least, most] = [sorted[0]!, sorted[count - 1]!];
  const beyond = tf.maximum(
    tf.div(most - least, tf.sub(scores, least)),
    tf.div(LEAST_COUNT, tf.add(tf.sub(scores, most), 1)),
  );
  const within = tf.where(tf.greaterEqual(low, count), beyond, between);
  return tf.where(tf.greater(low, 0), within, count);
}

/** Per score the number of sorted ones below it. */
function numberBelow(sorted: Float32Array, scores: Tensor): Tensor {
  const row = tf.tensor2d(sorted, [1, sorted.length]);
  return tf.sum(tf.cast(tf.less(row, tf.reshape(scores, [-1, 1])), "float32"), 1);
}

/** The p-values of scores: see `pValue`. */
function pValues(scores: Tensor1D, calibration: Float32Array): Tensor {
  const tie = tf.sub(scores, tf.mul(tf.abs(scores), TIE)), count = calibration.length;
  return tf.div(tf.sub(count + 1, numberBelow(calibration, tie)), count + 1);
}

/** Maps with 0 outside the region. */
function insideOf(maps: Tensor, input: ModelInput): Tensor {
  const inside = insideOfInput(input);
  return inside ? tf.mul(maps, tf.tensor3d(inside, [1, input.height, input.width])) : maps;
}
