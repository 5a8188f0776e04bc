/** The recipes and parameters that there are, for `simulate --list`. */

import { PARAMETER_NAMES, parameterEntry, RECIPE_NAMES, RECIPES } from "../src/lensing/mod.ts";

/**
 * One line a recipe: its name and what it is for; then one a parameter: name, unit, what it is.
 *
 * @returns The lines, in columns.
 */
export function listOfRecipes(): string[] {
  const recipes = RECIPE_NAMES.map((name) => [name, RECIPES[name].about] as const);
  const parameters = PARAMETER_NAMES.map((name) => {
    const { unit, about, words, each } = parameterEntry(name);
    const said = [
      about,
      ...words ? [`one of ${words.join(", ")}`] : [],
      ...each ? ["drawn for each"] : [],
    ].join("; ");
    return [name, unit, said] as const;
  });
  return [...columns(recipes), "", ...columns(parameters)];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((field, i) => field.padEnd(widths[i]!)).join("  ").trimEnd());
}
