/** Which classes are taken for which. */

import { checkLengths } from "./_check_lengths.ts";

/** Numbers of classes, one an image. */
export type Classes = Uint8Array | Uint16Array | Uint32Array | Int32Array;

/**
 * Counts how often an image of one class is taken for one of another.
 *
 * @param actual The class of each image, a whole number from 0 to less than `classes`.
 * @param predicted The class that it is taken for.
 * @param classes How many classes there are.
 * @returns `classes` x `classes` counts, row-major: row the actual class, column the predicted one, as
 * scikit-learn's `confusion_matrix`. Its diagonal is what was right.
 * @throws {TypeError} If the lengths differ or are 0.
 * @throws {RangeError} If a class is out of its range.
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
