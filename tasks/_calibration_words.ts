/** Words about calibrations: the smallest p-value, and the number of images that a lower one takes. */

import { countOf } from "../src/count_of.ts";
import { imagesFor } from "../src/metrics/mod.ts";
import type { CalibrationRecord } from "../src/store/mod.ts";

/** The false positive rate of `score`, where no other is given. */
export const DEFAULT_FPR = 0.05;
/** False positive rates of which people are told whether a model reaches them. */
const RATES = [DEFAULT_FPR, 0.01] as const;
/** The remedy where a rate is not reached. */
export const RAISE_FPR = "raise --fpr, or train or calibrate on more images";

/** A calibration in words: `60 images by 5 folds`. */
export function describeCalibration({ method, folds, images }: CalibrationRecord): string {
  const how: Readonly<Record<CalibrationRecord["method"], string>> = {
    split: " set aside",
    cross: `, by ${folds} folds`,
    loo: ", each left out in turn",
    own: " of their own",
  };
  return countOf(images, "image") + how[method];
}

/**
 * The reach of a calibration: `p from 0.016; --fpr 0.01 takes 99 images`.
 *
 * @param images Number of images that calibrate.
 */
export function describeReach(images: number): string {
  const beyond = RATES.filter((rate) => images < imagesFor(rate));
  const needs = beyond.map((rate) => `--fpr ${rate} takes ${imagesFor(rate)}`).join(", ");
  return `p from ${leastP(images)}${needs && `; ${needs} images`}`;
}

/**
 * The warning about a false positive rate that a calibration cannot reach.
 *
 * @param fpr The false positive rate.
 * @param images Number of images that calibrate.
 * @returns The warning; undefined if the rate can be reached.
 */
export function tooFewImages(fpr: number, images: number): string | undefined {
  const needed = imagesFor(fpr);
  if (images >= needed) return undefined;
  return `the model was calibrated on too few images for --fpr ${fpr}, which takes at least ` +
    `${needed}: current number is ${images}, so p is at least ${leastP(images)} and no image can ` +
    "be called an anomaly";
}

/**
 * The reason why no image was an anomaly at a false discovery rate, if that is the calibration.
 *
 * @param fdr The false discovery rate.
 * @param count Number of images that were judged.
 * @param images Number of images that calibrate.
 * @returns The reason; undefined if the calibration would allow a single anomaly.
 */
export function tooFewForFdr(fdr: number, count: number, images: number): string | undefined {
  const fewest = Math.ceil(count / fdr / (images + 1) - 1e-6);
  if (fewest <= 1) return undefined;
  if (fewest > count) {
    return `--fdr ${fdr} cannot be reached: ${images} images calibrate, so that p is at least ` +
      `${leastP(images)}, above ${fdr}; calibrate on at least ${imagesFor(fdr)} images`;
  }
  return `--fdr ${fdr} finds at least ${fewest} anomalies among ${count} images or none, as ${images} ` +
    `images calibrate and p is at least ${leastP(images)}; label fewer images at a time, or ` +
    "calibrate on more images";
}

/** The smallest p-value, rounded up so that it works as `--fpr`. */
export function leastP(images: number): string {
  const exact = 1 / (images + 1), short = Number(exact.toPrecision(2));
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 1);
  return String(short >= exact ? short : Number((short + unit).toPrecision(2)));
}
