/** A recipe: what each parameter of a simulated lens is drawn from. */

import { StrayError } from "../../errors.ts";
import { suggest } from "../../suggest.ts";
import { checkParameter } from "./check_parameter.ts";
import { type Distribution, writeDistribution } from "./distribution.ts";
import { limitsOf } from "./draw.ts";
import { ALTERNATIVES, PARAMETER_NAMES, type ParameterName, PARAMETERS } from "./parameters.ts";

/** Distributions by parameter. */
export type Distributions = Readonly<Partial<Record<ParameterName, Distribution>>>;

/** A recipe that has everything: every parameter, and of alternatives exactly one. */
export interface Recipe {
  /** What it is called: a built-in name, or that of its file. */
  readonly name: string;
  /** What it is for, in a sentence or two. */
  readonly about: string;
  /** What each parameter is drawn from. */
  readonly parameters: Distributions;
}

/** Distributions in words, or numbers, by parameter. */
export type RecipeChanges = Readonly<Record<string, number | string>>;

/** What a recipe says, before what it extends is added: plain JSON. */
export interface RecipeSource {
  /** What it is for. */
  readonly about?: string | undefined;
  /** The built-in recipe that has what this one does not say. */
  readonly extends?: string | undefined;
  /** A distribution in words, or a number, by parameter. */
  readonly parameters: RecipeChanges;
}

/**
 * Distributions with some changed.
 *
 * Setting one of several alternatives takes the others away.
 *
 * @param base What is changed.
 * @param changes Distributions in words, or numbers, by parameter.
 * @param thing What is being read, for messages, such as `the recipe "my.json"`.
 * @returns The new distributions.
 * @throws {StrayError} `usage` If there is no such parameter, or a distribution does not suit it.
 */
export function extendRecipe(
  base: Distributions,
  changes: RecipeChanges,
  thing: string,
): Distributions {
  const found: Partial<Record<ParameterName, Distribution>> = { ...base };
  const set = new Set<ParameterName>();
  for (const [key, value] of Object.entries(changes)) {
    const name = PARAMETER_NAMES.find((name) => name === key);
    if (name === undefined) {
      const near = suggest(key, PARAMETER_NAMES);
      throw new StrayError("usage", `Cannot use ${thing} as it has no parameter "${key}"`, {
        hint: near === undefined
          ? `the parameters are ${PARAMETER_NAMES.join(", ")}`
          : `did you mean ${near}`,
      });
    }
    try {
      found[name] = checkParameter(name, value);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new StrayError(
        "usage",
        `Cannot use ${thing} as ${name} ${cause.message}: current value is ${
          typeof value === "string" ? `"${value}"` : value
        }`,
        { hint: hintOf(value), cause },
      );
    }
    for (const other of alternativesTo(name)) {
      if (set.has(other)) {
        throw new StrayError(
          "usage",
          `Cannot use ${thing} as ${other} and ${name} say the same in two ways`,
          { hint: "give one of the two" },
        );
      }
      delete found[other];
    }
    set.add(name);
  }
  return found;
}

/**
 * Completes a recipe: gives it what every recipe has, and checks that it can be drawn from.
 *
 * @param name What it is called.
 * @param about What it is for.
 * @param given What it says.
 * @returns The recipe, its parameters in the order of the table.
 * @throws {StrayError} `usage` If something is missing, or the source may lie before the lens.
 */
export function completeRecipe(name: string, about: string, given: Distributions): Recipe {
  const thing = `the recipe "${name}"`;
  const parameters: Partial<Record<ParameterName, Distribution>> = {};
  for (const key of PARAMETER_NAMES) {
    const entry = PARAMETERS[key];
    const distribution = given[key] ??
      ("usual" in entry ? checkParameter(key, entry.usual) : undefined);
    if (distribution !== undefined) parameters[key] = distribution;
  }
  for (const options of ALTERNATIVES) {
    const whole = options.filter((keys) => keys.every((key) => parameters[key] !== undefined));
    if (whole.length === 1) continue;
    const either = options.map((keys) => keys.join(" with ")).join(" or ");
    throw new StrayError("usage", `Cannot use ${thing} as it must have ${either}`, {
      hint: "add it, or extend a recipe that has it",
    });
  }
  const [, farthest] = limitsOf(parameters["lens.redshift"]!);
  const [nearest] = limitsOf(parameters["source.redshift"]!);
  if (!(nearest > farthest)) {
    const write = (key: ParameterName) => writeDistribution(parameters[key]!);
    throw new StrayError(
      "usage",
      `Cannot use ${thing} as source.redshift must be above lens.redshift: current values are ` +
        `${write("source.redshift")} and ${write("lens.redshift")}`,
      { hint: "a source in front of the lens is not lensed" },
    );
  }
  return { name, about, parameters };
}

/**
 * A recipe with some parameters changed, all at once.
 *
 * @param recipe What is changed.
 * @param changes Distributions in words, or numbers, by parameter.
 * @param thing What asks for the changes, for messages, such as `--set`.
 * @returns The new recipe, complete.
 * @throws {StrayError} `usage` If there is no such parameter, a distribution does not suit it, or the
 *   source may lie before the lens.
 */
export function changeRecipe(recipe: Recipe, changes: RecipeChanges, thing: string): Recipe {
  const { name, about, parameters } = recipe;
  return completeRecipe(name, about, extendRecipe(parameters, changes, thing));
}

/**
 * A recipe with another number of pixels, and the same field of view if its pixels have one size.
 *
 * @param recipe The recipe.
 * @param size Columns and rows. A width that differs makes pixels larger or smaller.
 * @returns The new recipe.
 * @throws {StrayError} `usage` If there are too few or too many pixels.
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
 * Writes a recipe as plain JSON that can be read again.
 *
 * @param recipe The recipe.
 * @returns All of it, extending nothing.
 */
export function writeRecipe(recipe: Recipe): RecipeSource {
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
  return "a normal distribution has no limits unless they are given: normal(MEAN, DEVIATION, LOW, HIGH)";
}
