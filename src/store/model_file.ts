/** The model file: a detector in one safetensors file. */

import { createHash } from "node:crypto";
import * as v from "valibot";
import { cutText, StrayError } from "../errors.ts";
import type { ModelInput } from "../images/mod.ts";
import {
  currentScoreName,
  encodeSpec,
  MODEL_SPEC,
  type ModelSpec,
  modelTypeOf,
  requireWeights,
  scoreNames,
} from "../models/mod.ts";
import type { EpochRecord } from "../training/mod.ts";
import {
  ANOMALIES,
  type AnomalyReport,
  CALIBRATION_RECORD,
  type CalibrationRecord,
  encodeInput,
  HISTORY,
  INPUT,
  SETTINGS,
  storedTraining,
  TRAINING,
  type TrainingSummary,
} from "./model_metadata.ts";
import { isOfNumbers, type StoredTensor } from "./safetensors.ts";
import { decodeSealed, encodeSealed } from "./sealed.ts";

const FORMAT = "stray model 1";
/** Longest part of a message that quotes the file, characters. */
const MAX_SHOWN = 300;
const CALIBRATION = "calibration/";
const CALIBRATION_IMAGES = `${CALIBRATION}images/`;

/** The contents of a model file. */
export interface ModelFile {
  /** The model as data. */
  readonly spec: ModelSpec;
  /** The input of the model. */
  readonly input: ModelInput;
  /** Labels of the training images; absent if they had none. */
  readonly labels?: readonly string[] | undefined;
  /** The training. */
  readonly training: TrainingSummary;
  /** The comparison with known anomalies, if there were some. */
  readonly anomalies?: AnomalyReport | undefined;
  /** Mean losses, one record per epoch. */
  readonly history: readonly EpochRecord[];
  /** The version of stray that wrote it. */
  readonly version: string;
  /** The name of the default score. */
  readonly score: string;
  /** How it was calibrated. @default {on images of the training that were set aside} */
  readonly calibration?: CalibrationRecord | undefined;
  /** Scores of the calibration images, ascending, by the name of the score. */
  readonly calibrations: ReadonlyMap<string, Float32Array>;
  /**
   * Per calibration score the index of its image, by the name of the score: scores can be combined.
   * Absent where there is one score, and in files of earlier versions.
   */
  readonly calibrationImages?: ReadonlyMap<string, Float32Array> | undefined;
  /** All weights, by name. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
}

/**
 * Asserts that a model file can hold a model, before it is trained.
 *
 * @param planned The model, its input and the numbers of its training.
 * @throws {StrayError} `usage` If {@linkcode decodeModel} would refuse one of them.
 */
export function requireStorable(
  { spec, input, settings }: Pick<ModelFile, "spec" | "input"> & {
    readonly settings: Pick<TrainingSummary, keyof typeof SETTINGS>;
  },
): void {
  const parts = [
    [MODEL_SPEC, encodeSpec(spec)],
    [INPUT, encodeInput(input)],
    [v.object(SETTINGS), JSON.stringify(settings)],
  ] as const;
  for (const [schema, json] of parts) {
    const { issues: [issue] = [] } = v.safeParse(schema, JSON.parse(json));
    if (!issue) continue;
    const { expected, received, message } = issue;
    throw new StrayError(
      "usage",
      `Cannot train "${spec.name}" as a model file must be able to hold its ` +
        `${v.getDotPath(issue) ?? "spec"}: ` +
        (expected === null ? message : `expected ${expected}, current value is ${received}`),
      { hint: "choose another value" },
    );
  }
}

/**
 * Encodes a model file; the same model always gives the same bytes.
 *
 * @param model The model.
 * @returns The file's bytes.
 */
export function encodeModel(model: ModelFile): Uint8Array<ArrayBuffer> {
  const weights = [...model.weights];
  const tensors = new Map(weights.filter(([, tensor]) => isOfNumbers(tensor)));
  for (const [score, data] of model.calibrations) {
    tensors.set(CALIBRATION + score, { shape: [data.length], data });
  }
  for (const [score, data] of model.calibrationImages ?? []) {
    tensors.set(CALIBRATION_IMAGES + score, { shape: [data.length], data });
  }
  // Bytes come last, so that all numbers are aligned.
  for (const [name, tensor] of weights) if (!isOfNumbers(tensor)) tensors.set(name, tensor);
  const metadata = {
    format: FORMAT,
    version: model.version,
    score: model.score,
    architecture: encodeSpec(model.spec),
    input: encodeInput(model.input),
    labels: JSON.stringify(model.labels ?? null),
    training: JSON.stringify(storedTraining(model.training)),
    history: JSON.stringify(model.history),
    ...model.anomalies && { anomalies: JSON.stringify(model.anomalies) },
    ...model.calibration && { calibration: JSON.stringify(model.calibration) },
  };
  return encodeSealed({ tensors, metadata });
}

/**
 * Decodes a model file and checks every field.
 *
 * @param bytes The file's bytes.
 * @param name The file's name, for errors.
 * @returns The model.
 * @throws {StrayError} `model` If it is no model file, truncated or damaged; the message says where.
 */
export function decodeModel(bytes: Uint8Array, name: string): ModelFile {
  const { tensors, metadata } = decodeSealed(bytes, name, FORMAT);
  const parse = <T>(key: string, schema: v.GenericSchema<unknown, T>): T => {
    let value: unknown;
    try {
      value = JSON.parse(metadata[key] ?? "");
    } catch {
      throw invalid(name, `its "${key}" must be JSON`);
    }
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    const [issue] = result.issues;
    const path = v.getDotPath(issue);
    throw invalid(name, `its "${path ? `${key}.${path}` : key}" is wrong: ${issue.message}`);
  };
  const spec = parse("architecture", MODEL_SPEC), offered = scoreNames(spec);
  const weights = new Map<string, StoredTensor>();
  const calibrations = new Map<string, Float32Array>();
  const calibrationImages = new Map<string, Float32Array>();
  for (const [key, tensor] of tensors) {
    if (!isOfNumbers(tensor)) weights.set(key, tensor);
    else if (key.startsWith(CALIBRATION_IMAGES)) {
      calibrationImages.set(key.slice(CALIBRATION_IMAGES.length), tensor.data);
    } else if (key.startsWith(CALIBRATION)) {
      calibrations.set(currentScoreName(key.slice(CALIBRATION.length), offered), tensor.data);
    } else weights.set(key, tensor);
  }
  const score = currentScoreName(metadata["score"] ?? "", offered);
  for (const [key, data] of calibrations) {
    if (data.some((value, i) => !(value >= (data[i - 1] ?? -Infinity)))) {
      throw invalid(name, `its "${CALIBRATION}${key}" must be ascending numbers`);
    }
  }
  for (const part of calibrations.has(score) ? [] : score.split("+")) {
    if (!calibrations.has(part)) throw invalid(name, `it has no "${CALIBRATION}${part}"`);
  }
  for (const [key, { length }] of calibrationImages) {
    if (calibrations.get(key)?.length === length) continue;
    throw invalid(name, `its "${CALIBRATION_IMAGES}${key}" must have one value per score`);
  }
  const labels = parse("labels", v.nullable(v.array(v.string())));
  const calibration = metadata["calibration"] === undefined
    ? undefined
    : parse("calibration", CALIBRATION_RECORD);
  const stored = parse("input", INPUT);
  const input = modelTypeOf(spec).omitsMissing ? { ...stored, omits: true } : stored;
  checkShapes(name, spec, input, weights);
  return {
    spec,
    input,
    ...(labels && { labels }),
    training: parse("training", TRAINING),
    ...metadata["anomalies"] !== undefined && { anomalies: parse("anomalies", ANOMALIES) },
    history: parse("history", HISTORY),
    version: metadata["version"] ?? "",
    score,
    ...calibration && { calibration },
    calibrations,
    ...calibrationImages.size > 0 && { calibrationImages },
    weights,
  };
}

/** Compares the spec with the input and the weights. */
function checkShapes(
  name: string,
  spec: ModelSpec,
  { width, height, channels }: ModelInput,
  weights: ModelFile["weights"],
): void {
  const shape = [height, width, channels];
  if (spec.inputShape.join() !== shape.join()) {
    throw invalid(
      name,
      `the shape of its input must be [${spec.inputShape}], its architecture's: ` +
        `current shape is [${shape}]`,
    );
  }
  try {
    requireWeights(spec, weights);
    modelTypeOf(spec).layers?.(spec); // throws where they do not fit together
  } catch (cause) {
    throw invalid(name, (cause as Error).message);
  }
}

/**
 * The identity of a model file in score records.
 *
 * @param bytes The file's bytes.
 * @returns `sha256:` and the digest that `sha256sum` prints.
 */
export function modelId(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function invalid(name: string, what: string): StrayError {
  return new StrayError("model", `Cannot read the model "${name}" as ${cutText(what, MAX_SHOWN)}`, {
    hint: "train it again with this version of stray",
  });
}
