/** Standard error of the AUROC. */

import type { Ranking } from "./rank.ts";
import { auroc } from "./ranking.ts";

/**
 * The standard error of the AUROC by DeLong's variance: that of the mean share of the other group that an
 * image is on the right side of, over positives and over negatives.
 *
 * Source: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44, by ranks as in Sun and Xu 2014, IEEE
 * Signal Processing Letters 21. Cost: one pass over the distinct scores.
 *
 * @param ranking Scores with labels, ranked.
 * @returns The standard error; a group of one image adds none.
 *
 * @example
 * ```ts
 * import { aurocStandardError } from "./auroc_standard_error.ts";
 * import { rank } from "./rank.ts";
 *
 * // Positives are above 2 and 1 of 2 negatives, negatives below 2 and 1 of 2 positives.
 * const ranking = rank(Float64Array.of(1, 3, 2, 4), Uint8Array.of(0, 0, 1, 1));
 * if (aurocStandardError(ranking) !== Math.sqrt(0.125 / 2 + 0.125 / 2)) throw new Error("unexpected error");
 * ```
 */
export function aurocStandardError(ranking: Ranking): number {
  const { positives, negatives, truePositives, falsePositives } = ranking, area = auroc(ranking);
  let ofPositives = 0, ofNegatives = 0, tp = 0, fp = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const nextTp = truePositives[i]!, nextFp = falsePositives[i]!;
    const below = 1 - (fp + nextFp) / 2 / negatives, above = (tp + nextTp) / 2 / positives;
    ofPositives += (nextTp - tp) * (below - area) ** 2;
    ofNegatives += (nextFp - fp) * (above - area) ** 2;
    tp = nextTp;
    fp = nextFp;
  }
  return Math.sqrt(
    ofPositives / positives / Math.max(1, positives - 1) +
      ofNegatives / negatives / Math.max(1, negatives - 1),
  );
}
