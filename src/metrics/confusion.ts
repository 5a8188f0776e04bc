/** Rates of a binary classification by a threshold. */

import { StrayError } from "../errors.ts";

/** Rates at a threshold, each in [0, 1]. */
export interface ConfusionRates {
  /** True positive rate: fraction of positives above the threshold. */
  readonly tpr: number;
  /** False positive rate: fraction of negatives above the threshold. */
  readonly fpr: number;
  /** Fraction of positives among the scores above the threshold; NaN if none is above. */
  readonly precision: number;
  /** Harmonic mean of precision and `tpr`; 0 if no positive is above the threshold. */
  readonly f1: number;
}

/**
 * Rates if images with `score > threshold` are classified as positive, as thresholds of conformal p-values
 * are defined.
 *
 * @param scores Higher is more positive.
 * @param positive 1 for a positive, 0 for a negative, one per score.
 * @param threshold One for all, or one per score.
 * @returns The rates.
 * @throws {TypeError} If the lengths differ.
 * @throws {StrayError} `label` If there are no positives or no negatives.
 *
 * @example
 * ```ts
 * import { confusionAt } from "./confusion.ts";
 *
 * const rates = confusionAt(Float64Array.of(1, 2, 3), Uint8Array.of(0, 0, 1), 1);
 * if (rates.tpr !== 1 || rates.fpr !== 0.5 || rates.f1 !== 2 / 3) throw new Error("unexpected rates");
 * ```
 */
export function confusionAt(
  scores: Float64Array,
  positive: Uint8Array,
  threshold: number | Float64Array,
): ConfusionRates {
  const lengths = [scores, positive, ...(typeof threshold === "number" ? [] : [threshold])]
    .map(({ length }) => length);
  if (lengths.some((length) => length !== scores.length)) {
    throw new TypeError(
      "Cannot compute rates as there must be one label and threshold per score: " +
        `current lengths are ${lengths.join(", ")}`,
    );
  }
  const counts = { positives: 0, negatives: 0, found: 0, mistaken: 0 };
  for (let i = 0; i < scores.length; i++) {
    const above = scores[i]! > (typeof threshold === "number" ? threshold : threshold[i]!);
    if (positive[i]) {
      counts.positives++;
      if (above) counts.found++;
    } else {
      counts.negatives++;
      if (above) counts.mistaken++;
    }
  }
  const { positives, negatives, found, mistaken } = counts;
  if (positives === 0 || negatives === 0) {
    throw new StrayError(
      "label",
      "Cannot compare scores as there must be both positives and negatives: " +
        `current numbers are ${positives} and ${negatives}`,
    );
  }
  return {
    tpr: found / positives,
    fpr: mistaken / negatives,
    precision: found / (found + mistaken),
    f1: 2 * found / (positives + found + mistaken),
  };
}
