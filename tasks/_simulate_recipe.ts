/** The recipe of `simulate`: built in or from a file, with a camera and changes. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";
import {
  builtInRecipe,
  changeRecipe,
  instrumentChanges,
  parseRecipe,
  type Recipe,
  resizeRecipe,
} from "../src/lensing/mod.ts";

/** The flags that determine the recipe. */
export const RECIPE_FLAGS = ["recipe", "set", "instrument", "size", "source", "psf"] as const;

type Context = Pick<CommandContext<typeof RECIPE_FLAGS[number]>, "flags" | "resolve">;

/**
 * Reads the recipe and applies the flags.
 *
 * Order: recipe; `--instrument`; `--source` and `--psf`; `--set`; `--size`. The size keeps the
 * field of view unless `--instrument` or `--set` determines the pixel scale.
 *
 * @param context Flags, and the resolver of relative paths.
 * @param base The recipe to change. @default {that of `--recipe`, or model-b}
 * @returns The complete recipe.
 * @throws {StrayError} `usage` If the recipe or a change is invalid; `not_found` If the file is
 *   missing.
 */
export async function chosenRecipe(
  { flags, resolve }: Context,
  base?: Recipe,
): Promise<Recipe> {
  const { recipe: name = "model-b", instrument, size, source, psf } = flags;
  let recipe = base ??
    (name.endsWith(".json") ? await readRecipe(resolve(name), name) : builtInRecipe(name));
  if (instrument !== undefined) {
    recipe = changeRecipe(recipe, instrumentChanges(instrument), `--instrument ${instrument}`);
  }
  if (source !== undefined) {
    recipe = changeRecipe(recipe, { "source.profile": "image" }, "--source");
  }
  if (psf !== undefined) recipe = changeRecipe(recipe, { "psf.kind": "image" }, "--psf");
  const changes = Object.fromEntries(flags.set.map(parseSet));
  recipe = changeRecipe(recipe, changes, "--set");
  if (!size) return recipe;
  const scaled = instrument !== undefined || "image.pixel_scale" in changes;
  const { width, height } = size;
  return scaled
    ? changeRecipe(recipe, { "image.width": width, "image.height": height }, "--size")
    : resizeRecipe(recipe, size);
}

async function readRecipe(path: string, name: string): Promise<Recipe> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new StrayError("not_found", `Cannot read the recipe "${name}" as there is no such file`, {
      hint: "simulate --recipe model-b --show prints a template",
      cause,
    });
  }
  try {
    return parseRecipe(JSON.parse(text), name);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new StrayError(
      "usage",
      `Cannot read the recipe "${name}" as it must be JSON: ${cause.message}`,
      { cause },
    );
  }
}

function parseSet(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals).trim(), text.slice(equals + 1)];
  throw usageError(
    `Cannot use --set as it must be KEY=DISTRIBUTION: current value is "${text}"`,
    'example: --set "source.redshift=uniform(0.8, 1.2)"',
  );
}
