/** Recipes from plain JSON. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import { didYouMean } from "../../suggest.ts";
import { RECIPE_NAMES, type RecipeName, RECIPES } from "./built_in.ts";
import { completeRecipe, extendRecipe, type Recipe, type RecipeJson } from "./recipe.ts";

const FIELDS = ["name", "about", "extends", "parameters"];

const SOURCE: v.GenericSchema<unknown, RecipeJson> = v.strictObject({
  name: v.optional(v.string()),
  about: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  extends: v.optional(v.string()),
  parameters: v.optional(
    v.record(v.string(), v.union([v.pipe(v.number(), v.finite()), v.string()])),
    {},
  ),
});

/**
 * Parses plain JSON as a recipe, and merges it with the recipe that it extends.
 *
 * @param json Such as `{"extends": "model-b", "parameters": {"source.redshift": "uniform(0.8,
 *   1.2)"}}`.
 * @param name Name of the file, for messages and the manifest.
 * @returns The complete recipe.
 * @throws {StrayError} `usage` If a field or a parameter is unknown, unsuitable or missing.
 *
 * @example
 * ```ts
 * import { parseRecipe } from "./parse_recipe.ts";
 *
 * const json = { extends: "model-b", parameters: { "halo.einstein_radius": "uniform(0.8, 1.6)" } };
 * const { parameters } = parseRecipe(json, "mine.json");
 * if (parameters["halo.einstein_radius"]?.kind !== "uniform") throw new Error("not changed");
 * ```
 */
export function parseRecipe(json: unknown, name: string): Recipe {
  const origin = `the recipe "${name}"`;
  if (Array.isArray(json)) {
    throw new StrayError("usage", `Cannot use ${origin} as it must be an object: it is a list`);
  }
  const parsed = v.safeParse(SOURCE, json);
  if (!parsed.success) throw wrongField(parsed.issues[0], origin);
  const { about, parameters, extends: base } = parsed.output;
  const below = base === undefined ? undefined : builtInRecipe(base, `Cannot extend "${base}"`);
  const distributions = extendRecipe(below?.parameters ?? {}, parameters, origin);
  return completeRecipe(name, about ?? below?.about ?? "", distributions);
}

/**
 * Returns a built-in recipe.
 *
 * @param name Name of the recipe.
 * @param cannot Start of the error message. @default {Cannot simulate by "NAME"}
 * @returns The recipe.
 * @throws {StrayError} `usage` If the name is unknown.
 */
export function builtInRecipe(
  name: string,
  cannot: string = `Cannot simulate by "${name}"`,
): Recipe {
  if (Object.hasOwn(RECIPES, name)) return RECIPES[name as RecipeName];
  const recipes = `the recipes are ${RECIPE_NAMES.join(", ")}; a recipe file ends in .json`;
  throw new StrayError("usage", `${cannot} as there is no such recipe`, {
    hint: didYouMean(name, RECIPE_NAMES, recipes),
  });
}

function wrongField(issue: v.BaseIssue<unknown>, origin: string): StrayError {
  const at = v.getDotPath(issue) ?? "it";
  if (issue.expected === "never") {
    return new StrayError("usage", `Cannot use ${origin} as it has no field "${at}"`, {
      hint: didYouMean(at, FIELDS, `the fields are ${FIELDS.join(", ")}`),
    });
  }
  return new StrayError(
    "usage",
    `Cannot use ${origin} as ${at} must be ${issue.expected ?? "as documented"}: ` +
      `current value is ${issue.received}`,
    { hint: "parameters are numbers, or distributions such as uniform(0.8, 1.2)" },
  );
}
