/** The parameters of one image, drawn from a recipe. */

import type { Random } from "../../random.ts";
import { draw } from "./draw.ts";
import type { LensClass } from "./lens_class.ts";
import { parameterEntry, type ParameterName } from "./parameters.ts";
import type { Recipe } from "./recipe.ts";
import { stream } from "./stream.ts";

/** Parameters with their values: numbers, words, and of those of each subhalo a list. */
export type Parameters = Readonly<
  Partial<Record<ParameterName, number | string | readonly number[]>>
>;

/** Which image of a series. */
export interface ImageName {
  /** The seed of the series. */
  readonly seed: number;
  /** Its class. */
  readonly lensClass: LensClass;
  /** Its place in the class, from 0. */
  readonly index: number;
}

/** Draws of a number below its least before that is taken. */
const MOST_DRAWS = 1000;

/**
 * Draws the parameters of an image.
 *
 * Each parameter has a generator of its own, from the image's name and the parameter's: the image is
 * the same whenever and wherever it is made, and a change to one distribution leaves the other
 * parameters as they were. Images of different classes have nothing in common.
 *
 * @param recipe What to draw from.
 * @param image Which image.
 * @returns All parameters that its class has, in the order of the table.
 *
 * @example
 * ```ts
 * import { drawParameters, RECIPES } from "../mod.ts";
 *
 * const image = { seed: 1, lensClass: "no_sub", index: 0 } as const;
 * const parameters = drawParameters(RECIPES["model-a"], image);
 * if (parameters["lens.redshift"] !== 0.5) throw new Error("unexpected redshift");
 * ```
 */
export function drawParameters(recipe: Recipe, image: ImageName): Parameters {
  const { seed, lensClass, index } = image;
  const drawn: Partial<Record<ParameterName, number | string | readonly number[]>> = {};
  for (const [key, distribution] of Object.entries(recipe.parameters)) {
    const name = key as ParameterName;
    if (name.startsWith("subhalo.") && lensClass !== "cdm") continue;
    if (name.startsWith("vortex.") && lensClass !== "vortex") continue;
    const constant = distribution.kind === "constant";
    const random = constant ? undefined : stream(seed, lensClass, index, name);
    const { each, least = -Infinity } = parameterEntry(name);
    const next = () => {
      if (constant) return distribution.value;
      let value = draw(distribution, random as Random);
      for (let i = 0; i < MOST_DRAWS && (value as number) < least; i++) {
        value = draw(distribution, random as Random);
      }
      return typeof value === "number" ? Math.max(value, least) : value;
    };
    if (each) {
      const count = drawn["subhalo.number"] as number;
      drawn[name] = Array.from({ length: count }, () => next() as number);
    } else {
      const value = next();
      drawn[name] = name === "subhalo.number" ? Math.round(value as number) : value;
    }
  }
  return drawn;
}
