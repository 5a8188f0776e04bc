/** The parameters of one image, drawn from a recipe. */

import type { Random } from "../../random.ts";
import type { Distribution } from "./distribution.ts";
import { draw } from "./draw.ts";
import type { LensClass } from "./lens_class.ts";
import { namedRandom } from "./named_random.ts";
import { parameterEntry, type ParameterName } from "./parameters.ts";
import type { Recipe } from "./recipe.ts";

/** Values by parameter: numbers, words, and a list where each subhalo has a value of its own. */
export type LensParameters = Readonly<
  Partial<Record<ParameterName, number | string | readonly number[]>>
>;

/** The identity of an image. */
export interface ImageKey {
  /** Seed of the series. */
  readonly seed: number;
  /** Class. */
  readonly lensClass: LensClass;
  /** Index in the class, from 0. */
  readonly index: number;
}

/** Maximum redraws of a number below its minimum, before it is clipped. */
const MAX_DRAWS = 1000;

/**
 * Draws the parameters of an image.
 *
 * Each parameter has its own generator, named by the image and the parameter. The image is
 * therefore the same in any order of work, and a change to one distribution leaves the other
 * parameters unchanged. Images of different classes share no draws.
 *
 * @param recipe Distributions.
 * @param image Image.
 * @returns All parameters of its class, in the order of the table.
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
export function drawParameters(recipe: Recipe, image: ImageKey): LensParameters {
  const { seed, lensClass, index } = image;
  const drawn: Partial<Record<ParameterName, number | string | readonly number[]>> = {};
  for (const [key, distribution] of Object.entries(recipe.parameters)) {
    const name = key as ParameterName;
    if (name.startsWith("subhalo.") && lensClass !== "cdm") continue;
    if (name.startsWith("vortex.") && lensClass !== "vortex") continue;
    const { perSubhalo, min, above } = parameterEntry(name);
    const next = distribution.kind === "constant"
      ? () => distribution.value
      : drawer(distribution, namedRandom(seed, lensClass, index, name), min ?? above ?? -Infinity);
    if (perSubhalo) {
      const count = drawn["subhalo.number"] as number;
      drawn[name] = Array.from({ length: count }, () => next() as number);
    } else {
      const value = next();
      drawn[name] = name === "subhalo.number" ? Math.round(value as number) : value;
    }
  }
  return drawn;
}

/** Draws again below the minimum. */
function drawer(distribution: Distribution, random: Random, least: number) {
  return () => {
    let value = draw(distribution, random);
    for (let i = 0; i < MAX_DRAWS && (value as number) < least; i++) {
      value = draw(distribution, random);
    }
    return typeof value === "number" ? Math.max(value, least) : value;
  };
}
