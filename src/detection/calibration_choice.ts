/** The choice of a calibration method. */

import type { Entry } from "../datasets/mod.ts";
import { StrayError } from "../errors.ts";
import type { ModelType } from "../models/mod.ts";
import type { CalibrationMethod, CalibrationMethodName } from "./calibration_method.ts";
import { CROSS_CALIBRATION } from "./cross_calibration.ts";
import { LEAVE_ONE_OUT } from "./leave_one_out.ts";
import { OWN_CALIBRATION } from "./own_calibration.ts";
import { SPLIT_CALIBRATION } from "./split_calibration.ts";

/** How to calibrate: a method, or a source of normal images that do not train. */
export type CalibrationChoice =
  | "split"
  | "cross"
  | `cross:${number}`
  | "loo"
  | AsyncIterable<Entry>;

/** All methods by name. */
export const CALIBRATION_METHODS: Readonly<Record<CalibrationMethodName, CalibrationMethod>> = {
  split: SPLIT_CALIBRATION,
  cross: CROSS_CALIBRATION,
  loo: LEAVE_ONE_OUT,
  own: OWN_CALIBRATION,
};

/** Number of images from which a split loses little: it sets 39 or more of them aside. */
const SPLIT_FROM = 400;
/** Folds of models that learn in steps, and of those that do not. */
const LEARNING_FOLDS = 5, FOLDS = 10;
/** Fewest folds where a score compares with kept images: half of few images are another model. */
const MIN_REMEMBERING_FOLDS = 5;

/** A method with its number of folds, 0 for a method without. */
export interface ChosenCalibration {
  /** The method. */
  readonly method: CalibrationMethodName;
  /** Number of further models. */
  readonly folds: number;
}

/**
 * Reads a calibration method as users write it.
 *
 * @param text `split`, `cross`, `cross:K` or `loo`.
 * @returns The choice; undefined if it is none of these.
 * @throws {StrayError} `usage` If K is no whole number from 2.
 */
export function parseCalibration(
  text: string,
): Exclude<CalibrationChoice, AsyncIterable<Entry>> | undefined {
  if (text === "split" || text === "cross" || text === "loo") return text;
  if (!text.startsWith("cross:")) return undefined;
  const folds = /^cross:(\d{1,9})$/.exec(text)?.[1];
  if (folds !== undefined && Number(folds) >= 2) return `cross:${Number(folds)}`;
  throw new StrayError(
    "usage",
    `Cannot calibrate by "${text}" as the number of folds must be a whole number of at least 2`,
    { hint: "for instance --calibrate cross:5" },
  );
}

/** Facts about a model and its score that decide how it can be calibrated. */
export interface CalibratedModel extends Pick<ModelType, "learning"> {
  /** Whether the score compares with kept images. */
  readonly remembers: boolean;
  /** Whether leave-one-out is exact in closed form. */
  readonly leavesOneOut: boolean;
  /** Whether leave-one-out is usual for any number of images. @default {false} */
  readonly allCalibrate?: boolean | undefined;
}

/**
 * Settles how to calibrate.
 *
 * By default leave-one-out for models that name it; a split where there are at least 400 images; below, leave-one-out
 * for models that have it in closed form, and folds for all others: 5 for models that learn in steps, else 10.
 *
 * @param choice The user's.
 * @param model The model.
 * @param count Number of images.
 * @returns The method.
 * @throws {StrayError} `usage` If there are more folds than images, or too few for the model.
 */
export function chooseCalibration(
  choice: CalibrationChoice | undefined,
  { learning, remembers, leavesOneOut, allCalibrate = false }: CalibratedModel,
  count: number,
): ChosenCalibration {
  if (typeof choice === "object") return { method: "own", folds: 0 };
  const usual = count >= SPLIT_FROM && !allCalibrate ? "split" : leavesOneOut ? "loo" : "cross";
  const named = choice ?? usual;
  if (named === "split") return { method: "split", folds: 0 };
  if (named === "loo") {
    return leavesOneOut ? { method: "loo", folds: 0 } : { method: "cross", folds: count };
  }
  const folds = named === "cross"
    ? Math.min(count, learning ? LEARNING_FOLDS : FOLDS)
    : Number(named.slice("cross:".length));
  // With leave-one-out in closed form an image changes nothing but its own distance.
  const least = Math.min(count, remembers && !leavesOneOut ? MIN_REMEMBERING_FOLDS : 0);
  if (folds < least) {
    throw new StrayError(
      "usage",
      `Cannot calibrate by ${folds} folds as there must be at least ${least} for neighbours ` +
        "among components: fewer images are closer to each other, and p-values too low",
      { hint: `for instance --calibrate cross:${least}` },
    );
  }
  if (folds <= count) return { method: "cross", folds };
  throw new StrayError(
    "usage",
    `Cannot calibrate by ${folds} folds as there must be at least as many images: ` +
      `current number is ${count}`,
    { hint: "--calibrate loo has a fold per image" },
  );
}

/** A method as the settings of a checkpoint have it; undefined for a split. */
export function calibrationSetting({ method, folds }: ChosenCalibration): string | undefined {
  if (method === "split") return undefined;
  if (method === "own") return "images of their own";
  return method === "cross" ? `cross:${folds}` : method;
}
