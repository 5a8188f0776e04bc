/** Schedules of the learning rate. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../named_numbers.ts";
import { MAX_COUNT } from "../shape.ts";

/** Name of a schedule. */
export type ScheduleName = "constant" | "exponential" | "cosine" | "plateau" | "one-cycle";

/** A parsed schedule. */
export type Schedule = NamedNumbers<ScheduleName>;

/** The schedules with their numbers, in order. */
const SCHEDULES: NumberTable<ScheduleName> = {
  constant: [],
  exponential: [{ name: "factor", value: 0.95, least: 0, most: 1, open: true }],
  cosine: [],
  plateau: [
    { name: "factor", value: 0.5, least: 0, most: 1, open: true },
    { name: "patience", value: 2, least: 1, most: MAX_COUNT, whole: true },
  ],
  "one-cycle": [],
};

/** PyTorch's `one-cycle`: fraction of the steps that rise, and ratios of the rate to its start and end. */
const RISE = 0.3, START = 25, END = 1e4;
/** Relative fall of a loss that ends a plateau. */
const MIN_FALL = 1e-4;

/** Progress of a training. */
export interface SchedulePosition {
  /** Steps done. */
  readonly step: number;
  /** Steps of the whole training, unless it ends early. */
  readonly steps: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Validation losses of the epochs done. */
  readonly validationLosses: readonly number[];
}

/**
 * Parses a schedule.
 *
 * @param text `constant`, `exponential:FACTOR`, `cosine`, `plateau:FACTOR,PATIENCE` or `one-cycle`.
 * @returns The schedule with all its numbers.
 * @throws {RangeError} If the schedule is unknown or a number is wrong; the message begins "must be".
 */
export function parseSchedule(text: string): Schedule {
  return parseNamedNumbers(text, SCHEDULES);
}

/** Whether a schedule depends on the length of the training. */
export function followsLength({ name }: Schedule): boolean {
  return name === "cosine" || name === "one-cycle";
}

/**
 * Epochs in which the rate rises.
 *
 * @param schedule The schedule.
 * @param epochs Epochs of the whole training.
 * @returns For `one-cycle` 30 % of the epochs, rounded up; else 0.
 */
export function risingEpochs({ name }: Schedule, epochs: number): number {
  return name === "one-cycle" ? Math.ceil(RISE * epochs) : 0;
}

/**
 * Factor of the learning rate.
 *
 * It depends on the position alone, so that a resumed training continues as if it had not stopped.
 *
 * - `constant`: 1.
 * - `exponential:FACTOR`: FACTOR^(epochs done).
 * - `cosine`: (1 + cos(π t / T)) / 2 after t of T steps (Loshchilov and Hutter 2017, arXiv 1608.03983,
 *   equation 5, without restarts).
 * - `plateau:FACTOR,PATIENCE`: times FACTOR whenever the validation loss has not fallen by 1 in 10,000
 *   below its best for more than PATIENCE epochs in a row, as in PyTorch's `ReduceLROnPlateau`.
 * - `one-cycle`: from 1/25 up to 1 over the first 30 % of the steps, then down to 1/250,000, by cosines
 *   (Smith and Topin 2019, arXiv 1708.07120; PyTorch's `OneCycleLR` with a constant momentum).
 *
 * @param schedule The schedule.
 * @param position Progress of the training.
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

/** Half a cosine from one value to another. */
function between(from: number, to: number, fraction: number): number {
  return to + (from - to) / 2 * (1 + Math.cos(Math.PI * Math.max(0, Math.min(1, fraction))));
}

/** Number of times that a loss has not fallen for more than `patience` epochs in a row. */
function plateaus(losses: readonly number[], patience: number): number {
  let best = Infinity, still = 0, count = 0;
  for (const loss of losses) {
    if (loss < best * (1 - MIN_FALL)) {
      best = loss;
      still = 0;
    } else if (++still > patience) {
      count++;
      still = 0;
    }
  }
  return count;
}
