/** Schedules of the learning rate. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../named_numbers.ts";
import { plateaus } from "./_plateaus.ts";

/** The names of the schedules. */
export type ScheduleName = "constant" | "exponential" | "cosine" | "plateau" | "one-cycle";

/** A schedule, understood. */
export type Schedule = NamedNumbers<ScheduleName>;

/** The schedules, each with its numbers in their order. */
const SCHEDULES: NumberTable<ScheduleName> = {
  constant: [],
  exponential: [{ name: "factor", value: 0.95, least: 0, most: 1, open: true }],
  cosine: [],
  plateau: [
    { name: "factor", value: 0.5, least: 0, most: 1, open: true },
    { name: "patience", value: 2, least: 1, whole: true },
  ],
  "one-cycle": [],
};

/** Of `one-cycle`, as in PyTorch: the part that rises, and what the rate is divided by at both ends. */
const RISE = 0.3, START = 25, END = 1e4;

/** How far a training is. */
export interface SchedulePosition {
  /** Steps of the optimiser that were done. */
  readonly step: number;
  /** Steps of the whole training, if it is not stopped early. */
  readonly steps: number;
  /** The epoch, from 1. */
  readonly epoch: number;
  /** Validation losses of the epochs that were done. */
  readonly validationLosses: readonly number[];
}

/**
 * Reads a schedule.
 *
 * @param text `constant`, `exponential:FACTOR`, `cosine`, `plateau:FACTOR,PATIENCE` or `one-cycle`.
 * @returns The schedule with all its numbers.
 * @throws {RangeError} If there is no such schedule, or a number is wrong; the message is what must be.
 */
export function parseSchedule(text: string): Schedule {
  return parseNamedNumbers(text, SCHEDULES);
}

/** Whether a schedule depends on how long the training is to be. */
export function followsLength({ name }: Schedule): boolean {
  return name === "cosine" || name === "one-cycle";
}

/**
 * Epochs in which the rate still rises.
 *
 * @param schedule Which.
 * @param epochs Of the whole training.
 * @returns Of `one-cycle` 3 in 10, rounded up; else 0.
 */
export function risingEpochs({ name }: Schedule, epochs: number): number {
  return name === "one-cycle" ? Math.ceil(RISE * epochs) : 0;
}

/**
 * What a learning rate is multiplied by.
 *
 * A function of the position alone, so that a training that is resumed goes on as it would have.
 *
 * - `constant`: 1.
 * - `exponential:FACTOR`: FACTOR^(epochs done).
 * - `cosine`: (1 + cos(π t / T)) / 2 after t of T steps (Loshchilov and Hutter 2017, arXiv 1608.03983,
 *   equation 5, without restarts).
 * - `plateau:FACTOR,PATIENCE`: times FACTOR whenever more than PATIENCE epochs in a row have not had a
 *   validation loss lower than the best one by 1 in 10,000, as `ReduceLROnPlateau` of PyTorch.
 * - `one-cycle`: from 1/25 up to 1 over the first 30 % of the steps and down to 1/250,000, by cosines
 *   (Smith and Topin 2019, arXiv 1708.07120, as `OneCycleLR` of PyTorch with a constant momentum).
 *
 * @param schedule Which.
 * @param position How far the training is.
 * @returns In [0, 1].
 */
export function rateFactor({ name, numbers }: Schedule, position: SchedulePosition): number {
  const { step, steps, epoch, validationLosses } = position;
  const [factor = 1, patience = 1] = numbers;
  switch (name) {
    case "constant":
      return 1;
    case "exponential":
      return factor ** (epoch - 1);
    case "cosine":
      return between(1, 0, step / steps);
    case "plateau":
      return factor ** plateaus(validationLosses, patience);
    case "one-cycle": {
      const top = RISE * steps - 1, last = steps - 1;
      if (step < top) return between(1 / START, 1, step / top);
      return between(1, 1 / (START * END), (step - top) / (last - top));
    }
  }
}

/** From one value to another along half a cosine. */
function between(from: number, to: number, part: number): number {
  return to + (from - to) / 2 * (1 + Math.cos(Math.PI * Math.max(0, Math.min(1, part))));
}
