/** Initial values of parameters. */

import type { Random } from "../../random.ts";
import { sizeOf } from "../../shape.ts";
import type { ParameterSpec } from "./layers.ts";

/**
 * Draws the initial values of a parameter.
 *
 * Source of the uniform range: Glorot and Bengio 2010, equation 16.
 *
 * @param parameter Shape and distribution.
 * @param random Source of the values.
 * @returns Values, row-major.
 */
export function initialValues(
  { shape, init }: Pick<ParameterSpec, "shape" | "init">,
  random: Random,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (init === "zeros") return values;
  if (init === "ones") return values.fill(1);
  if (init === "forget gates open") return values.fill(1, values.length / 4, values.length / 2);
  const limit = Math.sqrt(6 / (init.fanIn + init.fanOut));
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limit;
  return values;
}
