/** Simulated lenses among scored images: what `simulate` wrote beside them. */

import type { CommandContext } from "../src/cli/mod.ts";
import { dirname, join } from "../src/path.ts";
import { refuseOutput } from "../src/refuse_output.ts";

/** An entry of a manifest, as far as reports use it. */
export interface LensRecord {
  /** Name of the recipe. */
  readonly recipe: string;
  /** The folder of the manifest. */
  readonly folder: string;
  /** Signal-to-noise ratio of the image. */
  readonly signalToNoise: number;
  /** Signal-to-noise ratio of the substructure alone; 0 without any. */
  readonly strength: number;
}

/** Folders above an image in which a manifest is looked for. */
const LEVELS = 2;
const MANIFEST = "manifest.ndjson";
const SETTINGS = "simulation.json";

/**
 * Finds the lenses among images.
 *
 * @param paths Paths of images.
 * @param context Where relative paths start, and the files that will be written.
 * @returns Entries by the index of their image; empty where no image has one.
 * @throws {StrayError} `usage` If a manifest, or the settings beside it, will be written.
 */
export async function readLensRecords(
  paths: readonly string[],
  { resolve, files }: Pick<CommandContext, "resolve" | "files">,
): Promise<ReadonlyMap<number, LensRecord>> {
  const manifests = new Map<string, ReadonlyMap<string, LensRecord>>();
  const found = new Map<number, LensRecord>();
  for (const [i, path] of paths.entries()) {
    if (path.includes("\0")) continue;
    let folder = resolve(path);
    for (let level = 0; level < LEVELS; level++) {
      folder = dirname(folder);
      let manifest = manifests.get(folder);
      if (!manifest) manifests.set(folder, manifest = await readManifest(folder));
      const record = manifest.get(resolve(path));
      if (!record) continue;
      for (const name of files ? [MANIFEST, SETTINGS] : []) {
        refuseOutput(files!.outputs, join(folder, name), join(folder, name));
      }
      found.set(i, record);
      break;
    }
  }
  return found;
}

/** Entries by the absolute path of their image; none where there is no manifest. */
async function readManifest(folder: string): Promise<ReadonlyMap<string, LensRecord>> {
  const records = new Map<string, LensRecord>();
  const text = await Deno.readTextFile(join(folder, MANIFEST)).catch(() => "");
  for (const line of text.split("\n")) {
    try {
      const { path, recipe, signal_to_noise: signalToNoise, residual } = JSON.parse(line);
      const strength = residual?.signal_to_noise;
      if (typeof path !== "string" || !(signalToNoise > 0) || !(strength >= 0)) continue;
      records.set(join(folder, path), { recipe: `${recipe}`, folder, signalToNoise, strength });
    } catch {
      // Another program's file of the same name, or an incomplete last line.
    }
  }
  return records;
}

/** Distributions of the parameters of a recipe. */
export interface RecipeTable {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/**
 * Reads the recipes of lenses, each once.
 *
 * @param records Entries of their manifests.
 * @returns The recipes that could be read, in the order of the lenses.
 */
export async function readRecipes(records: Iterable<LensRecord>): Promise<RecipeTable[]> {
  const { readFolderRecipe } = await import("../src/simulation/mod.ts");
  const { writeRecipe } = await import("../src/lensing/mod.ts");
  const tables = new Map<string, RecipeTable>();
  for (const folder of new Set(Array.from(records, ({ folder }) => folder))) {
    const recipe = await readFolderRecipe(folder, folder).catch(() => undefined);
    if (!recipe) continue;
    const parameters = Object.entries(writeRecipe(recipe).parameters)
      .map(([name, value]) => [name, `${value}`] as const);
    tables.set(`${recipe.name} ${parameters.join()}`, { name: recipe.name, parameters });
  }
  return [...tables.values()];
}
