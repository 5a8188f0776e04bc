/** Maps of the mass that smooth lenses lack: FITS files and a picture per image, in a folder. */

import { join } from "../src/path.ts";
import type { CommandContext } from "../src/cli/mod.ts";
import type { ScoredEntry, ScoredSample } from "../src/detection/mod.ts";
import { encodePng } from "../src/images/mod.ts";
import { drawHeatmap, valueRange } from "../src/report/mod.ts";
import { encodeFits } from "../src/simulation/mod.ts";
import { writeFileAtomically } from "../src/write_file.ts";
import { openMapFolder, plainName } from "./_heatmaps.ts";

/** Ratio of mass to noise from which pictures show it in orange. */
const SHOWN_FROM = 3;

/**
 * A map of mass as `drawHeatmap` takes errors.
 *
 * @param significance Ratio of mass to noise.
 * @returns The same, above 1 where it is shown in orange, and 0 where there is less mass than in the smooth lens.
 */
export function shownMass(significance: Float32Array): Float32Array {
  return significance.map((ratio) => Math.max(0, ratio / SHOWN_FROM));
}

/** A folder of maps of mass. */
export class MassMapFolder {
  readonly #name: string;
  readonly #path: string;
  readonly #pixelScale: number;

  private constructor(name: string, path: string, pixelScale: number) {
    this.#name = name;
    this.#path = path;
    this.#pixelScale = pixelScale;
  }

  /**
   * Creates the folder if it does not exist.
   *
   * @param pixelScale Pixel side of the images, arcsec.
   * @throws {StrayError} `usage` If this task may not write; `write` if the folder cannot be created.
   */
  static async open(
    name: string,
    pixelScale: number,
    resolve: CommandContext["resolve"],
  ): Promise<MassMapFolder> {
    const path = await openMapFolder(name, "--mass-maps", "map mass in", resolve);
    return new MassMapFolder(name, path, pixelScale);
  }

  /**
   * Writes the maps of a batch.
   *
   * @param first Index of its first entry in the stream, from 0.
   * @param batch Images with maps of their mass.
   * @returns Names of the FITS files of the convergence, relative to the caller's folder; undefined for images that
   * were not scored.
   * @throws {StrayError} `write` If the disk is full or the folder is not writable.
   */
  async writeAll(
    first: number,
    batch: readonly ScoredEntry[],
  ): Promise<(string | undefined)[]> {
    return await Promise.all(
      batch.map((entry, i) => "error" in entry ? undefined : this.#write(first + i, entry)),
    );
  }

  async #write(number: number, { path, mass }: ScoredSample): Promise<string> {
    const { image, convergence, significance } = mass!, { width, height } = image;
    const name = plainName(number, path);
    const shape = { width, height, pixelScale: this.#pixelScale, unit: "" };
    const grey = Float32Array.from(image.data), range = valueRange([grey]);
    const picture = drawHeatmap(grey, shownMass(significance), {
      width,
      height,
      channels: 1,
      range,
    });
    const files = [
      ["convergence.fits", encodeFits(convergence, shape)],
      ["significance.fits", encodeFits(significance, shape)],
      ["png", await encodePng(picture)],
    ] as const;
    for (const [ending, bytes] of files) {
      await writeFileAtomically(join(this.#path, `${name}.${ending}`), bytes);
    }
    return join(this.#name, `${name}.convergence.fits`);
  }
}
