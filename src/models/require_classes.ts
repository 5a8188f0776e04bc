/** The labels that a supervised model needs. */

import { StrayError } from "../errors.ts";

/**
 * Asserts that all images have labels.
 *
 * @param name The model, for the error.
 * @param classes The labels; absent where not all images have one.
 * @param least Fewest labels.
 * @returns The labels.
 * @throws {StrayError} `label` If there are fewer.
 */
export function requireClasses(
  name: string,
  classes: readonly string[] = [],
  least: number,
): readonly string[] {
  if (classes.length >= least) return classes;
  throw new StrayError(
    "label",
    `Cannot train "${name}" as all images must have labels, at least ${least} different ones: ` +
      `current number is ${classes.length}`,
    { hint: "use a folder of class folders, or IDX with its labels file" },
  );
}
