/** Recipes: the distributions of the parameters of simulated lenses. */

import { StrayError } from "../../errors.ts";
import { didYouMean } from "../../suggest.ts";
import { checkParameter } from "./check_parameter.ts";
import { type Distribution, writeDistribution } from "./distribution.ts";
import { limitsOf } from "./draw.ts";
import { checkPsfWidth } from "./psf_width.ts";
import { ALTERNATIVES, PARAMETER_NAMES, parameterEntry, type ParameterName } from "./parameters.ts";

/** Distributions by parameter. */
export type Distributions = Readonly<Partial<Record<ParameterName, Distribution>>>;

/** A complete recipe: every parameter, and exactly one of each group of alternatives. */
export interface Recipe {
  /** A built-in name, or the name of the file. */
  readonly name: string;
  /** Purpose, in a sentence or two. */
  readonly about: string;
  /** Distributions by parameter. */
  readonly parameters: Distributions;
}

/** Distributions in text form, or numbers, by parameter. */
export type RecipeChanges = Readonly<Record<string, number | string>>;

/** A recipe as plain JSON, before it is merged with the recipe that it extends. */
export interface RecipeJson {
  /** Purpose. */
  readonly about?: string | undefined;
  /** Built-in recipe that supplies all other parameters. */
  readonly extends?: string | undefined;
  /** Distributions in text form, or numbers, by parameter. */
  readonly parameters: RecipeChanges;
}

/**
 * Applies changes to distributions.
 *
 * Setting one of several alternatives removes the others.
 *
 * @param base Distributions to change.
 * @param changes Distributions in text form, or numbers, by parameter.
 * @param origin Origin of the changes for messages, such as `the recipe "my.json"`.
 * @returns The new distributions.
 * @throws {StrayError} `usage` If a parameter is unknown or a distribution does not suit it.
 */
export function extendRecipe(
  base: Distributions,
  changes: RecipeChanges,
  origin: string,
): Distributions {
  const merged: Partial<Record<ParameterName, Distribution>> = { ...base };
  const set = new Set<ParameterName>();
  for (const [key, value] of Object.entries(changes)) {
    const name = PARAMETER_NAMES.find((name) => name === key);
    if (name === undefined) {
      throw new StrayError("usage", `Cannot use ${origin} as it has no parameter "${key}"`, {
        hint: didYouMean(key, PARAMETER_NAMES, `the parameters are ${PARAMETER_NAMES.join(", ")}`),
      });
    }
    try {
      merged[name] = checkParameter(name, value);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new StrayError(
        "usage",
        `Cannot use ${origin} as ${name} ${cause.message}: current value is ${
          typeof value === "string" ? `"${value}"` : value
        }`,
        { hint: hintOf(value), cause },
      );
    }
    for (const other of alternativesTo(name)) {
      if (set.has(other)) {
        throw new StrayError(
          "usage",
          `Cannot use ${origin} as ${other} and ${name} are alternatives`,
          { hint: "set one of the two" },
        );
      }
      delete merged[other];
    }
    set.add(name);
  }
  return merged;
}

/**
 * Completes a recipe with defaults, and checks it.
 *
 * @param name Name.
 * @param about Purpose.
 * @param given Distributions of some parameters.
 * @returns The recipe, its parameters in the order of the table.
 * @throws {StrayError} `usage` If a parameter is missing, the source can lie in front of the lens, or the
 *   PSF can be too wide.
 */
export function completeRecipe(name: string, about: string, given: Distributions): Recipe {
  const origin = `the recipe "${name}"`;
  const parameters: Partial<Record<ParameterName, Distribution>> = {};
  for (const key of PARAMETER_NAMES) {
    const { default: value } = parameterEntry(key);
    const distribution = given[key] ?? (value === undefined ? value : checkParameter(key, value));
    if (distribution !== undefined) parameters[key] = distribution;
  }
  for (const options of ALTERNATIVES) {
    const whole = options.filter((keys) => keys.every((key) => parameters[key] !== undefined));
    if (whole.length === 1) continue;
    const either = options.map((keys) => keys.join(" with ")).join(" or ");
    throw new StrayError("usage", `Cannot use ${origin} as it must have ${either}`, {
      hint: "set it, or extend a recipe that has it",
    });
  }
  const write = (key: ParameterName) => writeDistribution(parameters[key]!);
  const [, farthest] = limitsOf(parameters["lens.redshift"]!);
  const [nearest] = limitsOf(parameters["source.redshift"]!);
  if (!(nearest > farthest)) {
    throw new StrayError(
      "usage",
      `Cannot use ${origin} as source.redshift must be above lens.redshift: current values are ` +
        `${write("source.redshift")} and ${write("lens.redshift")}`,
      { hint: "a source in front of the lens is not lensed" },
    );
  }
  const widest = limitsOf(parameters["psf.fwhm"]!)[1];
  const smallest = limitsOf(parameters["image.pixel_scale"]!)[0];
  // Distributions without limits are checked as their values are drawn.
  if (widest < Infinity && smallest > Number.MIN_VALUE) {
    checkPsfWidth(`Cannot use ${origin}`, `${write("psf.kind")}`, widest, smallest);
  }
  return { name, about, parameters };
}

/**
 * Changes some parameters of a recipe, all at once.
 *
 * @param recipe Recipe to change.
 * @param changes Distributions in text form, or numbers, by parameter.
 * @param origin Origin of the changes for messages, such as `--set`.
 * @returns The new recipe.
 * @throws {StrayError} `usage` If a parameter is unknown, a distribution does not suit it, the source
 *   can lie in front of the lens, or the PSF can be too wide.
 */
export function changeRecipe(recipe: Recipe, changes: RecipeChanges, origin: string): Recipe {
  const { name, about, parameters } = recipe;
  return completeRecipe(name, about, extendRecipe(parameters, changes, origin));
}

/**
 * Changes the number of pixels, and keeps the field of view if the pixel scale is a constant.
 *
 * @param recipe Recipe to change.
 * @param size Columns and rows; the width sets the pixel scale.
 * @returns The new recipe.
 * @throws {StrayError} `usage` If there are too few or too many pixels, or they are too small for the PSF.
 */
export function resizeRecipe(
  recipe: Recipe,
  { width, height }: { readonly width: number; readonly height: number },
): Recipe {
  const { "image.width": columns, "image.pixel_scale": scale } = recipe.parameters;
  const constant = columns?.kind === "constant" && scale?.kind === "constant";
  return changeRecipe(recipe, {
    "image.width": width,
    "image.height": height,
    ...(constant && { "image.pixel_scale": Number(scale.value) * Number(columns.value) / width }),
  }, "--size");
}

/**
 * Converts a recipe to plain JSON that `parseRecipe` reads.
 *
 * @param recipe Recipe.
 * @returns All parameters, without `extends`.
 */
export function writeRecipe(recipe: Recipe): RecipeJson {
  return {
    about: recipe.about,
    parameters: Object.fromEntries(
      Object.entries(recipe.parameters).map(([key, value]) => [key, writeDistribution(value)]),
    ),
  };
}

function alternativesTo(name: ParameterName): ParameterName[] {
  const options = ALTERNATIVES.find((options) => options.some((keys) => keys.includes(name)));
  return options?.filter((keys) => !keys.includes(name)).flat() ?? [];
}

function hintOf(value: number | string): string | undefined {
  if (typeof value !== "string" || !/^\s*(log)?normal\s*\(/i.test(value)) return undefined;
  return "a normal distribution is unlimited unless it has limits: normal(MEAN, DEVIATION, LOW, HIGH)";
}
