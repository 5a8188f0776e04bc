/** Scores by name: their meanings, and the names that earlier versions gave them. */

import { StrayError } from "../errors.ts";
import type { ReconstructionLoss } from "./autoencoder/losses.ts";
import type { ScoreDescription } from "./model_type.ts";

/** Suffix of a score that takes the image's own label into account. */
export const LABEL_SUFFIX = "-label";

/** Prefix of the score that is the probability of a label. */
export const CLASS_PREFIX = "class:";

/** The score that is the loss as trained; of a variational model it is the negative ELBO. */
export const LOSS = "loss";

/** The negative evidence lower bound. */
export const NEGATIVE_ELBO = "negative_elbo";

/** The negative ELBO minus the image's code length: a likelihood ratio. */
export const INPUT_COMPLEXITY = "input_complexity";

/** The score that calibrates error maps: the largest error of a pixel. */
export const MAX_ERROR = "max_error";

/** The error of the whole image and the largest of a pixel: neither a smear nor a speck hides in the other. */
export const GLOBAL_AND_LOCAL = `blurred_mse+${MAX_ERROR}`;

/** The same and the likelihood: neither does a simple image hide, such as a single stroke. */
export const GLOBAL_LOCAL_AND_LIKELIHOOD = `${GLOBAL_AND_LOCAL}+${INPUT_COMPLEXITY}`;

/** As `GLOBAL_AND_LOCAL` without the blur: also fine grain counts. */
export const SHARP_AND_LOCAL = `mse+${MAX_ERROR}`;

/** Facts about a model that decide which scores it has. */
export interface ReconstructingModel {
  /** Whether its loss has a KL divergence. @default {false} */
  readonly variational?: boolean;
  /** Its reconstruction loss. @default {one that is no likelihood of samples in [0, 1]} */
  readonly loss?: ReconstructionLoss;
}

/**
 * The scores of every model that reconstructs images.
 *
 * @param model The model. @default {not variational}
 * @returns Their descriptions; `reconstructionScore` computes them.
 */
export function reconstructionScores(
  { variational = false, loss }: ReconstructingModel = {},
): ScoreDescription[] {
  return [
    {
      name: "blurred_mse",
      summary: "mean squared error after a blur of one pixel, over the image's root mean square",
    },
    { name: "mse", summary: "mean squared error of the reconstruction" },
    {
      name: MAX_ERROR,
      summary: "largest squared error of a pixel after the blur, over the image's root mean square",
    },
    ...variational
      ? [{
        name: NEGATIVE_ELBO,
        summary: "negative evidence lower bound: reconstruction loss + beta * KL, nats",
      }]
      : [],
    ...variational && loss === "bce"
      ? [{
        name: INPUT_COMPLEXITY,
        summary:
          "negative_elbo - code length of the image by its own statistics (after Serrà et al. 2019), nats",
      }]
      : [],
  ];
}

/** The score of a model whose loss has no KL divergence. */
export const LOSS_SCORE: ScoreDescription = {
  name: LOSS,
  summary: "reconstruction loss as trained, summed over pixels",
};

/** Scores that were renamed, by their old name. */
const RENAMED: Readonly<Record<string, string>> = {
  nse: "blurred_mse",
  peak: MAX_ERROR,
  elbo: "negative_elbo",
};

/**
 * The scores that a combined one names.
 *
 * @param name Names joined by `+`, or one.
 * @returns The names.
 * @throws {StrayError} `usage` If a name is missing beside a `+`.
 */
export function splitScore(name: string): readonly string[] {
  const parts = name.split("+");
  if (!parts.includes("")) return parts;
  throw new StrayError(
    "usage",
    `Cannot score by "${name}" as a score must be a name, or several joined by +: a name is missing`,
    { hint: "for instance --score mse+max_error; info lists the scores of a model" },
  );
}

/**
 * Today's name of a score.
 *
 * @param name A name, perhaps of an earlier version, or several joined by `+`.
 * @param offered Names of a model's scores: these stay, though another model's had the name once.
 * @default {none}
 * @returns The name; the same if it was never renamed.
 */
export function currentScoreName(name: string, offered: readonly string[] = []): string {
  if (name.includes("+")) {
    return name.split("+").map((part) => currentScoreName(part, offered)).join("+");
  }
  if (offered.includes(name)) return name;
  const [base, suffix] = splitSuffix(name);
  return Object.hasOwn(RENAMED, base) ? RENAMED[base]! + suffix : name;
}

/**
 * The score that a name stands for among those of a model: `loss` is the negative ELBO of a
 * variational one.
 *
 * @param name A name, perhaps of an earlier version.
 * @param offered Names of the model's scores.
 * @returns One of them; undefined if it has no such score.
 */
export function chooseScore(name: string, offered: readonly string[]): string | undefined {
  const current = currentScoreName(name, offered), [base, suffix] = splitSuffix(current);
  const names = [current, ...base === LOSS ? [NEGATIVE_ELBO + suffix] : []];
  return names.find((each) => offered.includes(each));
}

function splitSuffix(name: string): [base: string, suffix: string] {
  const suffix = name.endsWith(LABEL_SUFFIX) ? LABEL_SUFFIX : "";
  return [name.slice(0, name.length - suffix.length), suffix];
}
