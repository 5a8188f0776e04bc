/** The reconstruction losses, by name. */

import { type LossOutput, lossTerms, type PixelLoss } from "../../compute/names.ts";
import { StrayError } from "../../errors.ts";
import { writeNamedNumbers } from "../../named_numbers.ts";

/** A reconstruction loss: see `pixelLoss`. */
export type ReconstructionLoss = PixelLoss;

/** Losses that compare probabilities. */
const OF_PROBABILITIES: readonly string[] = ["bce", "focal"];

/** Whether a loss compares probabilities: it is defined for samples in [0, 1] alone. */
export function comparesProbabilities(loss: ReconstructionLoss): boolean {
  return OF_PROBABILITIES.includes(lossTerms(loss).name);
}

/** Minimum width and height for `ssim`: its window. */
const SSIM_SIDE = 11;

/**
 * Reads a loss as `--loss` gives it.
 *
 * @param text A name, and for `huber` and `focal` their numbers: `huber:0.1`, `focal:0.25,2,0`.
 * @returns The loss with all its numbers written out, so that later defaults do not change it.
 * @throws {StrayError} `usage` If there is no such loss, or a number is wrong.
 */
export function parseLoss(text: string): ReconstructionLoss {
  try {
    return writeNamedNumbers(lossTerms(text)) as ReconstructionLoss;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StrayError(
      "usage",
      `Cannot use --loss as it ${error.message}: current value is "${text}"`,
      { hint: "for instance --loss bce, --loss huber:0.1 or --loss focal:0.25,2" },
    );
  }
}

/** Whether a value from a file is a loss. */
export function isReconstructionLoss(text: unknown): text is ReconstructionLoss {
  try {
    return typeof text === "string" && lossTerms(text) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Asserts that a loss suits the images and the output of an architecture.
 *
 * @param loss The loss.
 * @param inputShape `[height, width, channels]`.
 * @param output The decoder's output.
 * @throws {StrayError} `usage` If the loss compares probabilities and the output is linear; `shape` if
 * images are smaller than the windows of `ssim`.
 */
export function checkLoss(
  loss: ReconstructionLoss,
  [height, width]: readonly number[],
  output: LossOutput = "sigmoid",
): void {
  const { name } = lossTerms(loss);
  if (output === "linear" && comparesProbabilities(loss)) {
    throw new StrayError(
      "usage",
      `Cannot use --loss ${name} as the model's output must be probabilities: it is linear`,
      { hint: "add --loss mse, l1 or huber" },
    );
  }
  if (name === "ssim" && !(height! >= SSIM_SIDE && width! >= SSIM_SIDE)) {
    throw new StrayError(
      "shape",
      `Cannot use --loss ssim as images must be at least ${SSIM_SIDE} x ${SSIM_SIDE}: ` +
        `current size is ${width} x ${height}`,
      { hint: "enlarge them by --size, or use another --loss" },
    );
  }
}
