/** Comparison of a model as data with its stored values, before memory is taken for it. */

import type { StoredWeights } from "./model.ts";
import { modelTypeOf } from "./registry.ts";
import type { ModelSpec } from "./spec.ts";

/**
 * Asserts that the values of a model are there, in the shapes that its spec gives: a spec costs no more
 * memory than the file that holds it.
 *
 * @param spec The model as data.
 * @param weights Its values by name; there may be more.
 * @throws {TypeError} If one is missing or of another shape.
 */
export function requireWeights(spec: ModelSpec, weights: StoredWeights): void {
  for (const { name, shape } of modelTypeOf(spec).learning?.parameters(spec) ?? []) {
    const stored = weights.get(name);
    if (!stored) throw new TypeError(`its weight "${name}" is missing`);
    if (stored.shape.join() === shape.join()) continue;
    throw new TypeError(
      `the shape of its weight "${name}" must be [${shape}]: current shape is [${stored.shape}]`,
    );
  }
}
