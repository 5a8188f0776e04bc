/** The recipe that `simulate` was asked for: a built-in one or a file, a camera, and changes. */

import type { CommandContext, SizeValue } from "../src/cli/mod.ts";
import { suggest } from "../src/suggest.ts";
import { StrayError } from "../src/errors.ts";
import {
  completeRecipe,
  type Distributions,
  extendRecipe,
  instrumentChanges,
  type Recipe,
  RECIPE_NAMES,
  RECIPE_SOURCE,
  type RecipeName,
  RECIPES,
} from "../src/lensing/mod.ts";
import * as v from "valibot";

/** The flags that make a recipe. */
export const RECIPE_FLAGS = ["recipe", "set", "instrument", "size", "source"] as const;

type Context = Pick<CommandContext<typeof RECIPE_FLAGS[number]>, "flags" | "resolve">;

/**
 * Reads the recipe and makes the changes that the flags ask for.
 *
 * In this order: the recipe, what it extends below it; `--instrument`; `--source`; `--set`; `--size`,
 * which keeps the field of view, unless a camera or a `--set` says how large a pixel is.
 *
 * @param context Flags, and where relative paths start.
 * @returns The recipe, complete.
 * @throws {StrayError} `usage` If it or a change is wrong; `not_found` If there is no such file.
 */
export async function chosenRecipe({ flags, resolve }: Context): Promise<Recipe> {
  const { recipe: name = "model-b", instrument, size, source } = flags;
  const { about, distributions } = name.endsWith(".json")
    ? await readRecipe(resolve(name), name)
    : builtIn(name, `Cannot simulate by "${name}"`);
  let found = distributions;
  if (instrument !== undefined) {
    found = extendRecipe(found, instrumentChanges(instrument), `--instrument ${instrument}`);
  }
  if (source !== undefined) found = extendRecipe(found, { "source.profile": "image" }, "--source");
  const changes = flags.set.map(parseSet);
  for (const [key, value] of changes) found = extendRecipe(found, { [key]: value }, "--set");
  if (size) {
    const keep = instrument === undefined && !changes.some(([key]) => key === "image.pixel_scale");
    found = extendRecipe(found, sized(size, keep ? found : {}), "--size");
  }
  return completeRecipe(name, about, found);
}

function builtIn(name: string, cannot: string): { about: string; distributions: Distributions } {
  if (Object.hasOwn(RECIPES, name)) {
    const { about, parameters } = RECIPES[name as RecipeName];
    return { about, distributions: parameters };
  }
  const near = suggest(name, RECIPE_NAMES);
  throw new StrayError("usage", `${cannot} as there is no such recipe`, {
    hint: near === undefined
      ? `the recipes are ${RECIPE_NAMES.join(", ")}; one of your own ends in .json`
      : `did you mean ${near}`,
  });
}

async function readRecipe(
  path: string,
  name: string,
): Promise<{ about: string; distributions: Distributions }> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new StrayError("not_found", `Cannot read the recipe "${name}" as there is no such file`, {
      hint: "simulate --recipe model-b --show prints one to start from",
      cause,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new StrayError(
      "usage",
      `Cannot read the recipe "${name}" as it must be JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
  const parsed = v.safeParse(RECIPE_SOURCE, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const at = v.getDotPath(issue) ?? "it";
    const wanted = issue.expected === "never" ? "left out" : issue.expected ?? "as documented";
    const near = issue.expected === "never"
      ? suggest(at, ["name", "about", "extends", "parameters"])
      : undefined;
    throw new StrayError(
      "usage",
      `Cannot use the recipe "${name}" as ${at} must be ${wanted}: current value is ${issue.received}`,
      {
        hint: near === undefined
          ? "a recipe has about, extends and parameters: a number or a distribution in words each"
          : `did you mean ${near}`,
      },
    );
  }
  const { about = "", parameters } = parsed.output, base = parsed.output.extends;
  const thing = `the recipe "${name}"`;
  const below = base === undefined
    ? { about: "", distributions: {} }
    : builtIn(base, `Cannot use ${thing} that extends "${base}"`);
  return {
    about: about || below.about,
    distributions: extendRecipe(below.distributions, parameters, thing),
  };
}

function parseSet(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals).trim(), text.slice(equals + 1)];
  throw new StrayError(
    "usage",
    `Cannot use --set as it must be KEY=DISTRIBUTION: current value is "${text}"`,
    { hint: 'for instance --set "source.redshift=uniform(0.8, 1.2)"' },
  );
}

/** Another number of pixels; where a recipe's size is known, of the same field of view. */
function sized({ width, height }: SizeValue, recipe: Distributions): Record<string, number> {
  const [scale, columns] = [recipe["image.pixel_scale"], recipe["image.width"]].map((found) =>
    found?.kind === "constant" ? found.value as number : undefined
  );
  return {
    "image.width": width,
    "image.height": height,
    ...(scale !== undefined && columns !== undefined && {
      "image.pixel_scale": scale * columns / width,
    }),
  };
}
