/** A recipe of one's own, from plain JSON. */

import * as v from "valibot";
import { StrayError } from "../../errors.ts";
import { suggest } from "../../suggest.ts";
import { RECIPE_NAMES, type RecipeName, RECIPES } from "./built_in.ts";
import { completeRecipe, extendRecipe, type Recipe, type RecipeSource } from "./recipe.ts";

const FIELDS = ["name", "about", "extends", "parameters"];

const SOURCE: v.GenericSchema<unknown, RecipeSource> = v.strictObject({
  name: v.optional(v.string()),
  about: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  extends: v.optional(v.string()),
  parameters: v.record(v.string(), v.union([v.pipe(v.number(), v.finite()), v.string()])),
});

/**
 * Checks plain JSON as a recipe, and adds what it extends.
 *
 * @param json Such as `{"extends": "model-b", "parameters": {"source.redshift": "uniform(0.8, 1.2)"}}`.
 * @param name What it is called: its file, for messages and the manifest.
 * @returns The recipe, complete.
 * @throws {StrayError} `usage` If a field or a parameter is unknown or does not suit, or something is
 *   missing.
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
  const thing = `the recipe "${name}"`;
  const parsed = v.safeParse(SOURCE, json);
  if (!parsed.success) throw wrongField(parsed.issues[0], thing);
  const { about, parameters, extends: base } = parsed.output;
  const below = base === undefined ? undefined : builtInRecipe(base, `Cannot extend "${base}"`);
  const distributions = extendRecipe(below?.parameters ?? {}, parameters, thing);
  return completeRecipe(name, about ?? below?.about ?? "", distributions);
}

/**
 * A built-in recipe.
 *
 * @param name Its name.
 * @param cannot How the message begins. @default {Cannot simulate by "NAME"}
 * @returns The recipe.
 * @throws {StrayError} `usage` If there is none of that name.
 */
export function builtInRecipe(
  name: string,
  cannot: string = `Cannot simulate by "${name}"`,
): Recipe {
  if (Object.hasOwn(RECIPES, name)) return RECIPES[name as RecipeName];
  const near = suggest(name, RECIPE_NAMES);
  throw new StrayError("usage", `${cannot} as there is no such recipe`, {
    hint: near === undefined
      ? `the recipes are ${RECIPE_NAMES.join(", ")}; one of your own ends in .json`
      : `did you mean ${near}`,
  });
}

function wrongField(issue: v.BaseIssue<unknown>, thing: string): StrayError {
  const at = v.getDotPath(issue) ?? "it";
  if (issue.expected === "never") {
    const near = suggest(at, FIELDS);
    return new StrayError("usage", `Cannot use ${thing} as it has no field "${at}"`, {
      hint: near === undefined ? `the fields are ${FIELDS.join(", ")}` : `did you mean ${near}`,
    });
  }
  return new StrayError(
    "usage",
    `Cannot use ${thing} as ${at} must be ${issue.expected ?? "as documented"}: ` +
      `current value is ${issue.received}`,
    { hint: "parameters are numbers, or distributions in words" },
  );
}
