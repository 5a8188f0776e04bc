/** Small series for tests. */

import { changeRecipe, RECIPES, resizeRecipe } from "../../src/lensing/mod.ts";
import type { RecipeName } from "../../src/lensing/mod.ts";
import type { ImageFolder, SimulationSettings } from "../../src/simulation/mod.ts";
import { simulateAll } from "../../src/simulation/mod.ts";

/** Settings of a series of 16 x 16 pixels. */
export function smallSettings(
  changes: Partial<SimulationSettings> = {},
  name: RecipeName = "model-b",
  parameters: Readonly<Record<string, number | string>> = {},
): SimulationSettings {
  const recipe = resizeRecipe(changeRecipe(RECIPES[name], parameters, "test"), {
    width: 16,
    height: 16,
  });
  return {
    recipe,
    classes: ["no_sub", "cdm", "vortex"],
    count: 4,
    seed: 7,
    format: "png",
    maps: false,
    sources: [],
    version: "test",
    ...changes,
  };
}

/** Simulates the missing images of a folder. */
export async function fill(folder: ImageFolder, settings: SimulationSettings): Promise<number> {
  const { missing } = folder;
  for await (const image of simulateAll(missing, settings, { workers: 1 })) folder.write(image);
  await folder.finish();
  return missing.length;
}

/** All files below a folder, by path, with their bytes in hexadecimal. */
export async function contents(folder: string, below = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) {
      for (const [key, value] of await contents(folder, path)) found.set(key, value);
    } else found.set(path, (await Deno.readFile(`${folder}/${path}`)).toHex());
  }
  return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
}
