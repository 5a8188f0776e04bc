/** Reconstruction losses by name, with the numbers that they take. */

import { type NamedNumbers, type NumberTable, parseNamedNumbers } from "../../named_numbers.ts";

/** The names of the losses. */
export type LossName = "mse" | "bce" | "l1" | "huber" | "focal" | "ssim";

/**
 * A reconstruction loss in a word: its name, and for some, after a colon, their numbers.
 *
 * `huber:DELTA` and `focal:GAMMA,ALPHA,THRESHOLD`; numbers that are left out are the defaults.
 */
export type PixelLoss = LossName | `huber:${string}` | `focal:${string}`;

/** The losses, each with its numbers in their order. */
export const LOSSES: NumberTable<LossName> = {
  mse: [],
  bce: [],
  l1: [],
  huber: [{ name: "delta", value: 0.1, least: 0, open: true }],
  focal: [
    { name: "gamma", value: 0.25, least: 0 },
    { name: "alpha", value: 2, least: 0, open: true },
    { name: "threshold", value: 0 },
  ],
  ssim: [],
};

/**
 * Reads a loss.
 *
 * @param loss A name, and after a colon numbers separated by commas.
 * @returns The loss with all its numbers.
 * @throws {RangeError} If there is no such loss, or a number is wrong; the message is what must be.
 */
export function lossTerms(loss: string): NamedNumbers<LossName> {
  return parseNamedNumbers(loss, LOSSES);
}
