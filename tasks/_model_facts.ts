/** Facts about a model file, for people. */

import type { Region } from "../src/images/mod.ts";
import { modelTypeOf } from "../src/models/mod.ts";
import type { ModelFile, TrainingSummary } from "../src/store/mod.ts";
import { calibrationRecord } from "./_calibration_record.ts";
import { describeCalibration, describeReach } from "./_calibration_words.ts";
import { describeAnomalies } from "./_train_report.ts";

/** The preparation of images of other sizes, by the way to fit them. */
const SIZES = {
  stretch: "resized (stretch)",
  crop: "resized (crop)",
  pad: "any, one scale for all",
} as const;

/** The name of a fact, and its value. */
export type Fact = readonly [name: string, value: string];

/** The number of values that a model file holds as weights, without the bytes of a graph. */
export function countValues({ weights }: Pick<ModelFile, "weights">): number {
  const numbers = [...weights.values()].filter(({ data }) => data instanceof Float32Array);
  return numbers.reduce((sum, { data }) => sum + data.length, 0);
}

/**
 * Lists the facts that a person wants to know of a model.
 *
 * @param model The model.
 * @param id Its hash.
 * @returns Names and values, in order.
 */
export function modelFacts(model: ModelFile, id: string): Fact[] {
  const { spec, input, labels, training, history, version, score, calibrations, anomalies } = model;
  const calibration = calibrationRecord(model);
  const { images } = training, type = modelTypeOf(spec);
  const loss = type.describeLoss?.(spec);
  return [
    ["model", id],
    ["written by", `stray ${version}`],
    ["architecture", `${spec.name}, ${countValues(model)} values${type.describe(spec)}`],
    ["input", `${input.width} x ${input.height}, ${input.channels === 1 ? "grey" : "RGB"}`],
    ...input.region ? [["region", describeRegion(input.region)] as const] : [],
    ["other sizes", input.resizes ? SIZES[input.fit] : "refused"],
    ["other channels", input.converts ? "converted" : "refused"],
    ["scale", describeScale(input.scale)],
    ["labels", labels?.join(", ") ?? "none"],
    ...loss === undefined ? [] : [["loss", loss] as const],
    ["images", `${images.training} train, ${images.validation} validate`],
    ["calibration", describeCalibration(calibration)],
    ["p-values", describeReach(calibration.images)],
    ["score", score],
    ...type.scores(spec).filter(({ name }) => calibrations.has(name))
      .map(({ name, summary }) => [`  ${name}`, summary] as const),
    ...anomalies ? [["anomalies", describeAnomalies(anomalies)] as const] : [],
    ...settings(training, history),
    ...training.hyperparameters
      ? [["hyperparameters", describeHyperparameters(training.hyperparameters)] as const]
      : [],
    ["trained on", describeRun(training)],
    ["data", training.fingerprint],
  ];
}

/** Training settings; only the seed for a model that is not trained. */
function settings(
  { epochs, bestEpoch, batch, learningRate, seed }: TrainingSummary,
  history: ModelFile["history"],
): (readonly [string, string])[] {
  if (epochs === 0) return [["settings", `seed ${seed}`]];
  const best = history[bestEpoch - 1];
  return [
    ["epochs", `${history.length} of at most ${epochs}, best ${bestEpoch}`],
    ["validation loss", best ? best.validationLoss.toPrecision(6) : "none"],
    ["settings", `batch ${batch}, lr ${learningRate}, seed ${seed}`],
  ];
}

function describeRun({ backend, threads = 1, interrupted }: TrainingSummary): string {
  const many = threads > 1 ? `, ${threads} threads` : "";
  return `${backend}${many}${interrupted ? ", interrupted" : ""}`;
}

/** Settings other than plain Adam on unchanged images. */
function describeHyperparameters(
  hyperparameters: NonNullable<TrainingSummary["hyperparameters"]>,
): string {
  const words: Readonly<Record<keyof typeof hyperparameters, string>> = {
    optimizer: "",
    momentum: "momentum ",
    weightDecay: "weight decay ",
    clip: "gradients clipped at ",
    schedule: "",
    klWarmup: "epochs of KL warm-up ",
    freeBits: "free bits ",
    augment: "augmented by ",
    reduction: "loss over samples: ",
  };
  return Object.entries(hyperparameters)
    .map(([key, value]) => `${words[key as keyof typeof hyperparameters]}${value}`)
    .join(", ");
}

function describeRegion({ x, y, width, height, mask }: Region): string {
  const rect = `${width} x ${height} at ${x},${y}`;
  if (!mask) return rect;
  const inside = mask.runs.reduce((sum, length, i) => sum + (i % 2 ? length : 0), 0);
  return `${inside} pixels within ${rect} of images of ${mask.of.width} x ${mask.of.height}`;
}

function describeScale(scale: { kind: string; low?: number; high?: number }): string {
  return scale.low === undefined ? scale.kind : `${scale.kind} ${scale.low} to ${scale.high}`;
}
