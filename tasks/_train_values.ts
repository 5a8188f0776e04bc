/** Values of flags of `train`: what is more than a number or a word. */

import { usageError } from "../src/cli/mod.ts";
import { MAX_COUNT } from "../src/shape.ts";
import type { LoadOptions } from "../src/training/mod.ts";

/** Parses `--keep-images`: the number of images to keep. */
export function parseKeep(text: string): number {
  const count = text === "all" ? Infinity : Number(text);
  if (count === Infinity || (Number.isInteger(count) && count >= 1 && count <= MAX_COUNT)) {
    return count;
  }
  throw usageError(
    `Cannot use --keep-images as it must be a whole number from 1 to ${MAX_COUNT}, or all: ` +
      `current value is "${text}"`,
    "the default is 20000",
  );
}

/** Parses `--scale`. */
export function parseScale(text: string | undefined): LoadOptions["scale"] {
  if (text === undefined) return undefined;
  if (text === "depth" || text === "auto" || text === "none") return { kind: text };
  if (text === "percentile") return { kind: "percentile", low: 0.5, high: 99.5 };
  const numbers = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  const [low = NaN, high = NaN] = numbers;
  if (numbers.length === 2 && low < high) {
    if (isFloat32(low) && isFloat32(high) && isFloat32(high - low)) {
      return { kind: "range", low, high };
    }
    throw usageError(
      "Cannot use --scale as LOW, HIGH and their difference must be numbers that float32 holds, 0 or " +
        `from 1.2e-38 to 3.4e38 in magnitude: current value is "${text}"`,
      "give the range of the samples; --scale auto finds it",
    );
  }
  throw usageError(
    `Cannot use --scale as it must be depth, auto, percentile, none or LOW,HIGH: current value is "${text}"`,
    "for instance --scale 0,4095",
  );
}

/** Whether float32 holds a number without losing all its digits. */
function isFloat32(number: number): boolean {
  const magnitude = Math.abs(number);
  return magnitude === 0 || magnitude >= 2 ** -126 && magnitude < 2 ** 128;
}
