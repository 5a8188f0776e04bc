/** Heatmaps of scored images: one PNG per image, in a folder. */

import { basename, extname, join } from "../src/path.ts";
import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { ScoredEntry, ScoredSample } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { encodePng, type ModelInput } from "../src/images/mod.ts";
import { drawHeatmap, valueRange } from "../src/report/mod.ts";
import { writeFileAtomically } from "../src/write_file.ts";

/** Digits of an image's index in the name of its heatmap. */
const DIGITS = 6;

/** A folder of heatmaps. */
export class HeatmapFolder {
  readonly #name: string;
  readonly #path: string;

  private constructor(name: string, path: string) {
    this.#name = name;
    this.#path = path;
  }

  /**
   * Creates the folder if it does not exist.
   *
   * @throws {StrayError} `usage` If this task may not write; `write` if the folder cannot be created.
   */
  static async open(name: string, resolve: CommandContext["resolve"]): Promise<HeatmapFolder> {
    const path = resolve(name);
    if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") {
      throw usageError(
        `Cannot draw heatmaps in "${name}" as the command must be allowed to write: ` +
          "the task score may only read",
        "deno task stray score --heatmaps DIR is the same command, and may write",
      );
    }
    try {
      await Deno.mkdir(path, { recursive: true });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StrayError("write", `Cannot make the folder "${name}" as ${reason}`, { cause });
    }
    return new HeatmapFolder(name, path);
  }

  /**
   * Draws the heatmaps of a batch.
   *
   * @param first Index of its first entry in the stream, from 0.
   * @param batch Images with their error maps.
   * @param input Format of the model's input.
   * @returns File names relative to the caller's folder; undefined for images that were not scored.
   * @throws {StrayError} `write` If the disk is full or the folder is not writable.
   */
  async drawAll(
    first: number,
    batch: readonly ScoredEntry[],
    input: ModelInput,
  ): Promise<(string | undefined)[]> {
    return await Promise.all(
      batch.map((entry, i) => "error" in entry ? undefined : this.#draw(first + i, entry, input)),
    );
  }

  async #draw(number: number, { path, inspection }: ScoredSample, input: ModelInput) {
    const { pixels, errors } = inspection!;
    const range = input.scale.kind === "none" ? valueRange([pixels]) : [0, 1] as const;
    const image = drawHeatmap(pixels, errors, { ...input, range });
    const file = `${String(number).padStart(DIGITS, "0")}-${plainName(path)}.png`;
    await writeFileAtomically(join(this.#path, file), await encodePng(image));
    return join(this.#name, file);
  }
}

/** The last part of a path, with characters that every file system accepts. */
function plainName(path: string): string {
  const name = basename(path);
  return name.slice(0, name.length - extname(name).length).replace(/[^\w.-]+/g, "_").slice(0, 80) ||
    "image";
}
