/** The recipe of a folder of simulated images. */

import { StrayError } from "../errors.ts";
import { changeRecipe, parseRecipe, type Recipe } from "../lensing/mod.ts";
import { join } from "../path.ts";
import { SETTINGS } from "./image_folder.ts";

/**
 * Reads the recipe that a folder was simulated by.
 *
 * @param folder Path of the folder.
 * @param name The folder as the user wrote it, for messages.
 * @returns The recipe, of images without a stretch where the folder has FITS files; undefined if `simulate` did not
 *   write the folder.
 * @throws {StrayError} `decode` If its settings are damaged.
 */
export async function readFolderRecipe(folder: string, name: string): Promise<Recipe | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(folder, SETTINGS));
  } catch {
    return undefined;
  }
  try {
    const settings: Record<string, unknown> = JSON.parse(text);
    const parameters = Object.fromEntries(
      Object.entries(settings).filter(([key]) => key.includes(".")),
    );
    const recipe = parseRecipe({ parameters }, String(settings.recipe));
    // FITS files hold electrons per second, whatever the stretch.
    return settings.format === "fits"
      ? changeRecipe(recipe, { "image.stretch": "none" }, name)
      : recipe;
  } catch (cause) {
    throw new StrayError(
      "decode",
      `Cannot read the recipe of "${name}" as ${SETTINGS} must be as simulate writes it`,
      { hint: "name the recipe by --recipe", cause },
    );
  }
}
