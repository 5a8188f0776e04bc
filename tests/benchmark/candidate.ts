/** Models of the `novelty` benchmark, as its command line names them. */

import { parseFlags, usageError } from "../../src/cli/mod.ts";
import { parseCalibration } from "../../src/detection/mod.ts";
import { requireModel } from "../../src/models/mod.ts";
import { isNetworkFile } from "../../tasks/_models.ts";
import { TRAIN_FLAGS } from "../../tasks/train.ts";

/** A model and its settings. */
export interface Candidate {
  /** The model, as given. */
  readonly name: string;
  /** Flags of `train`. */
  readonly flags: readonly string[];
  /** Whether it learns from labels. */
  readonly usesLabels: boolean;
}

/** Flags that choose images, which could be test images, or that the benchmark sets. */
const REFUSED: readonly string[] = [
  ...["data", "normal", "hold-out", "anomalies", "watch", "latents-of"],
  ...["md5", "sha256", "null", "vectors", "max-pixels"],
  ...["model", "out", "checkpoint", "resume", "seed", "backend"],
];

/** Flags of `train` that a candidate may have. */
const ALLOWED = TRAIN_FLAGS.filter((name) => !REFUSED.includes(name));

/**
 * Parses the values of `--models`.
 *
 * @param texts Each is `A,B`, or one model with flags of `train`, as in `knn:plane --keep-images all`;
 * `NAME:SCORE` is short for `NAME --score SCORE`.
 * @returns The models, in order.
 * @throws {StrayError} `usage` If a model or flag is unknown, a flag has a wrong value or chooses images, or
 * the score takes the label of a test image into account.
 */
export function parseCandidates(texts: readonly string[]): Candidate[] {
  return texts.flatMap((text) => text.includes(" ") ? [text] : text.split(",")).map(parseCandidate);
}

function parseCandidate(text: string): Candidate {
  const [first = "", ...words] = text.trim().split(/\s+/);
  const [, model = "", score] = /^([^:]*)(?::(.*))?$/s.exec(first)!;
  const args = score === undefined ? words : [`--score=${score}`, ...words];
  const command = { name: "train", flags: ALLOWED };
  const { flags } = parseFlags(command, args);
  if (flags.score?.split("+").some((name) => name.endsWith("-label"))) {
    throw usageError(
      `Cannot measure "${text}" as the score must not depend on the label of a test image: ` +
        `current value is "${flags.score}"`,
      "use the score without -label",
    );
  }
  if (flags.calibrate !== undefined && parseCalibration(flags.calibrate) === undefined) {
    throw usageError(
      `Cannot measure "${text}" as --calibrate must be split, cross, cross:K or loo: ` +
        `current value is "${flags.calibrate}"`,
      "calibrate on the training images alone",
    );
  }
  const usesLabels = !isNetworkFile(model) && requireModel(model).type.classes !== undefined;
  return { name: text.trim(), flags: [`--model=${model}`, ...args], usesLabels };
}
