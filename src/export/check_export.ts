/** Compares an exported detector with the detector itself. */

import { StrayError } from "../errors.ts";
import type { Detector } from "../detection/mod.ts";
import { insideOfInput, type ModelInput, writeModelInput } from "../images/mod.ts";
import { Random } from "../random.ts";

/** Images of the sample. */
const COUNT = 8;
/** Largest difference of a score, relative to the score or to the range of normal scores. */
const TOLERANCE = 1e-4;

/** Computes outputs of an exported detector by name, from images `[batch, height, width, channels]`. */
export type Evaluate = (
  x: Float32Array,
  shape: readonly [number, number, number, number],
) => Promise<ReadonlyMap<string, ArrayLike<number>>>;

/** The outcome of a comparison. */
export interface Agreement {
  /** Number of images. */
  readonly images: number;
  /** Largest difference of a score, relative to the score or to the range of normal scores. */
  readonly difference: number;
}

/**
 * Scores a sample of made images by a detector and by its export.
 *
 * @param detector The detector.
 * @param evaluate Evaluates the export.
 * @returns Their difference.
 * @throws {StrayError} `internal` If scores differ by more than 1e-4, or a verdict does.
 */
export async function checkExport(detector: Detector, evaluate: Evaluate): Promise<Agreement> {
  const { input } = detector.model, { width, height, channels } = input;
  const size = detector.inputSize,
    raw = sampleSamples(input, size),
    x = new Float32Array(raw.length);
  // Graphs take images of the model's size: a region is cut before.
  const whole = { ...input, region: undefined }, inside = insideOfInput(input);
  for (let at = 0; at < raw.length; at += size) {
    const data = raw.slice(at, at + size);
    writeModelInput({ width, height, channels, data, white: 1 }, whole, x, at);
    for (let i = 0; inside && i < size; i++) x[at + i]! *= inside[Math.floor(i / channels)]!;
  }
  const scores = await detector.scores(x, COUNT);
  const found = await evaluate(raw, [COUNT, height, width, channels]);
  const calibration = detector.calibrationScores;
  const range = calibration.at(-1)! - calibration[0]!;
  let difference = 0;
  scores.forEach((score, i) => {
    const other = found.get("score")![i]!, scale = Math.max(Math.abs(score), range);
    const apart = scale > 0 ? Math.abs(other - score) / scale : Math.abs(other - score);
    if (!(apart <= TOLERANCE)) throw disagreement("score", i, score, other);
    difference = Math.max(difference, apart);
    const { anomaly, threshold } = detector.judge(score), near = TOLERANCE * scale;
    const verdict = Boolean(found.get("anomaly")![i]);
    // At the threshold itself rounding decides.
    const isNear = threshold !== null && Math.abs(score - threshold) <= near;
    if (verdict !== anomaly && !isNear) throw disagreement("anomaly", i, anomaly, verdict);
  });
  return { images: COUNT, difference };
}

/** Made images in the units of files: noise of several contrasts, on slopes, with a disc. */
function sampleSamples({ width, height, channels, scale }: ModelInput, size: number): Float32Array {
  const random = new Random(0), samples = new Float32Array(COUNT * size);
  const { low, high } = scale.kind === "range" ? scale : { low: 0, high: 1 };
  for (let image = 0; image < COUNT; image++) {
    const noise = image / (2 * COUNT), radius = 0.1 + random.uniform() * 0.4;
    const [x0, y0] = [random.uniform(), random.uniform()];
    for (let i = 0; i < size; i++) {
      const pixel = Math.floor(i / channels);
      const x = pixel % width / width, y = Math.floor(pixel / width) / height;
      const disc = Math.hypot(x - x0, y - y0) < radius ? 0.6 : 0;
      const value = disc + 0.2 * x + noise * random.uniform();
      samples[image * size + i] = low + Math.min(1, value) * (high - low);
    }
  }
  return samples;
}

function disagreement(output: string, image: number, ours: unknown, theirs: unknown): StrayError {
  return new StrayError(
    "internal",
    `Cannot write the export as its "${output}" of made image ${image} must be ${ours}: ` +
      `current value is ${theirs}`,
    { hint: "please report it with the model" },
  );
}
