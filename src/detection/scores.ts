/** The scores that a model offers. */

import { StrayError } from "../errors.ts";
import { type ModelSpec, modelTypeOf } from "../models/mod.ts";

/** The names of the scores of a model. */
export function scoreNames(spec: ModelSpec): string[] {
  return modelTypeOf(spec).scores(spec).map(({ name }) => name);
}

/**
 * Asserts that a model has a score.
 *
 * @param name The score's name.
 * @param spec The model.
 * @throws {StrayError} `usage` If it has no such score.
 */
export function requireScore(name: string, spec: ModelSpec): void {
  const names = scoreNames(spec);
  if (names.includes(name)) return;
  throw new StrayError(
    "usage",
    `Cannot score by "${name}" as "${spec.name}" must have that score: it has ${names.join(", ")}`,
  );
}
