/** The lenses that `lens-fit` fits: of a recipe, or of the folder that `simulate` wrote. */

import type { CommandContext } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import {
  changeRecipe,
  type LensFamily,
  lensFamilyOf,
  type Recipe,
  resizeRecipe,
  type Stretch,
} from "../src/lensing/mod.ts";
import type { LensChoice } from "../src/models/mod.ts";
import { dirname } from "../src/path.ts";
import { readFolderRecipe } from "../src/simulation/mod.ts";
import { readPsf } from "./_input_images.ts";
import { chosenRecipe } from "./_simulate_recipe.ts";

type Context = Pick<
  CommandContext<"recipe" | "instrument" | "set" | "free" | "psf" | "data">,
  "flags" | "resolve" | "directory" | "signal"
>;

/**
 * Reads the recipe and applies the flags.
 *
 * @param context Flags, and the resolver of relative paths.
 * @returns The lenses; undefined if there is no recipe.
 * @throws {StrayError} `usage` If a flag is given without a recipe, or a recipe is invalid; `not_found` if the file
 *   of the recipe is missing.
 */
export async function lensChoice(context: Context): Promise<LensChoice | undefined> {
  const { flags, resolve } = context, { recipe: named, instrument, set, free } = flags;
  const found = named === undefined ? await recipeOfData(context) : undefined;
  if (named === undefined && !found) {
    const flag = (["instrument", "free", "psf"] as const)
      .find((name) => flags[name] !== undefined) ?? (set.length > 0 ? "set" : undefined);
    if (!flag) return undefined;
    throw new StrayError(
      "usage",
      `Cannot use --${flag} as there must be a recipe of lenses: --data has none`,
      { hint: "add --recipe NAME, such as --recipe model-b" },
    );
  }
  const recipe = await chosenRecipe({
    flags: { ...flags, size: undefined, source: undefined },
    resolve,
  }, found);
  const keepsScale = instrument !== undefined ||
    set.some((change) => change.trim().startsWith("image.pixel_scale"));
  const image = flags.psf === undefined ? undefined : await readPsf(flags.psf, context);
  const psf = image && {
    width: image.width,
    height: image.height,
    data: Array.from(image.data),
  };
  const stretch = recipe.parameters["image.stretch"];
  let family: LensFamily | undefined;
  return {
    stretch: stretch?.kind === "constant" ? stretch.value as Stretch : "sqrt",
    // The images of a training have one size.
    familyOf: (size) =>
      family ??= lensFamilyOf(sized(recipe, size, keepsScale, found !== undefined), { free, psf }),
  };
}

/**
 * The recipe of the sources that `simulate` wrote.
 *
 * @throws {StrayError} `usage` If two have different ones.
 */
async function recipeOfData({ flags, resolve }: Context): Promise<Recipe | undefined> {
  let first: { readonly source: string; readonly recipe: Recipe } | undefined;
  for (const source of flags.data) {
    if (source === "-") continue;
    const path = resolve(source.split("#")[0]!);
    const recipe = await readFolderRecipe(path, source) ??
      await readFolderRecipe(dirname(path), source);
    if (recipe === undefined) continue;
    first ??= { source, recipe };
    const changed = differentParameter(first.recipe, recipe);
    if (changed === undefined) continue;
    throw new StrayError(
      "usage",
      `Cannot fit lenses as all --data must have one recipe: ${changed} of "${source}" is another ` +
        `than that of "${first.source}"`,
      { hint: "train on one of them, or name the recipe that holds for all: --recipe NAME" },
    );
  }
  return first?.recipe;
}

/** The first parameter in which recipes differ; substructure is no part of a smooth lens. */
function differentParameter(one: Recipe, other: Recipe): string | undefined {
  const [a, b] = [one, other].map(({ parameters }) =>
    new Map(Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]))
  );
  return [...a!.keys(), ...b!.keys()]
    .find((name) => !/^(subhalo|vortex)\./.test(name) && a!.get(name) !== b!.get(name));
}

/** The recipe for images of a size: as `simulate --size`, or those of the folder. */
function sized(
  recipe: Recipe,
  size: { readonly width: number; readonly height: number },
  keepsScale: boolean,
  isFolder: boolean,
): Recipe {
  const { "image.width": columns, "image.height": rows } = recipe.parameters;
  const value = (distribution: typeof columns) =>
    distribution?.kind === "constant" ? distribution.value : undefined;
  if (value(columns) === size.width && value(rows) === size.height) return recipe;
  if (isFolder) {
    throw new StrayError(
      "shape",
      `Cannot fit lenses as images must have the recipe's ${value(columns)} x ${
        value(rows)
      } pixels: ` +
        `current size is ${size.width} x ${size.height}`,
      { hint: "fit the images as simulate wrote them, or name their recipe by --recipe" },
    );
  }
  return keepsScale
    ? changeRecipe(recipe, { "image.width": size.width, "image.height": size.height }, "the images")
    : resizeRecipe(recipe, size);
}
