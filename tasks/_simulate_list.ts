/** The table of recipes and parameters for `simulate --list`. */

import { alignColumns } from "../src/cli/mod.ts";
import { PARAMETER_NAMES, parameterEntry, RECIPE_NAMES, RECIPES } from "../src/lensing/mod.ts";

/**
 * Lists one line per recipe (name, purpose), then one per parameter (name, unit, meaning).
 *
 * @returns Lines with aligned columns.
 */
export function listOfRecipes(): string[] {
  const recipes = RECIPE_NAMES.map((name) => [name, RECIPES[name].about] as const);
  const parameters = PARAMETER_NAMES.map((name) => {
    const { unit, about, choices, perSubhalo } = parameterEntry(name);
    const meaning = [
      about,
      ...choices ? [`one of ${choices.join(", ")}`] : [],
      ...perSubhalo ? ["drawn for each subhalo"] : [],
    ].join("; ");
    return [name, unit, meaning] as const;
  });
  return [...alignColumns(recipes), "", ...alignColumns(parameters)];
}
