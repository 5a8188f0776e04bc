/** Confusion matrices. */

import { checkLengths } from "./_check_lengths.ts";

/** Class indices, one per image. */
export type Classes = Uint8Array | Uint16Array | Uint32Array | Int32Array;

/**
 * Counts images by actual and predicted class.
 *
 * @param actual The class of each image, an integer from 0 to `classes` - 1.
 * @param predicted The predicted class of each image.
 * @param classes Number of classes.
 * @returns `classes` x `classes` counts, row-major: rows are actual classes, columns predicted ones, as in
 * scikit-learn's `confusion_matrix`.
 * @throws {TypeError} If the lengths differ or are 0.
 * @throws {RangeError} If a class is out of range.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "./confusion_matrix.ts";
 *
 * const actual = Uint8Array.of(0, 0, 1, 1), predicted = Uint8Array.of(0, 1, 1, 1);
 * const counts = confusionMatrix(actual, predicted, 2);
 * if (counts.join() !== "1,1,0,2") throw new Error("unexpected counts");
 * ```
 */
export function confusionMatrix(
  actual: Classes,
  predicted: Classes,
  classes: number,
): Uint32Array {
  checkLengths("count confusions", actual, predicted);
  const counts = new Uint32Array(classes * classes);
  for (let i = 0; i < actual.length; i++) {
    const row = actual[i]!, column = predicted[i]!;
    if (row < 0 || column < 0 || row >= classes || column >= classes) {
      throw new RangeError(
        `Cannot count confusions as the classes of image ${i} must be from 0 to ${classes - 1}: ` +
          `current values are ${row} and ${column}`,
      );
    }
    counts[row * classes + column]!++;
  }
  return counts;
}
