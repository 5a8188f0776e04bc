/** Heatmaps of scored images: one file per image, in a folder. */

import { basename, extname, join } from "../src/path.ts";
import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { ScoredEntry, ScoredSample } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import {
  encodePng,
  encodeTiff,
  type Image,
  mapToSource,
  type ModelInput,
} from "../src/images/mod.ts";
import { encodeNpy } from "../src/npy.ts";
import { imageHeatmap } from "../src/report/mod.ts";
import { writeFileAtomically } from "../src/write_file.ts";

/** Digits of an image's index in the name of its heatmap. */
const DIGITS = 6;

/** Steps of a 16-bit sample per unit of an error: 1, the limit of what is normal, is 1000. */
export const TIFF_STEPS = 1000;

/** How heatmaps are written: a picture, the numbers, or white where they exceed what is normal. */
export type HeatmapFormat = "png" | "npy" | "tiff" | "mask";

/**
 * Makes a folder for maps of images.
 *
 * @param name The folder as the user wrote it.
 * @param flag The flag that named it.
 * @param action The action that needs it, for messages.
 * @param resolve Resolves relative paths.
 * @returns Its path.
 * @throws {StrayError} `usage` If this task may not write; `write` if the folder cannot be created.
 */
export async function openMapFolder(
  name: string,
  flag: string,
  action: string,
  resolve: CommandContext["resolve"],
): Promise<string> {
  const path = resolve(name);
  if (Deno.permissions.querySync({ name: "write", path }).state !== "granted") {
    throw usageError(
      `Cannot ${action} "${name}" as the command must be allowed to write: ` +
        "the task score may only read",
      `deno task stray score ${flag} DIR is the same command, and may write`,
    );
  }
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StrayError("write", `Cannot make the folder "${name}" as ${reason}`, { cause });
  }
  return path;
}

/** A folder of heatmaps. */
export class HeatmapFolder {
  readonly #name: string;
  readonly #path: string;
  readonly #format: HeatmapFormat;

  private constructor(name: string, path: string, format: HeatmapFormat) {
    this.#name = name;
    this.#path = path;
    this.#format = format;
  }

  /**
   * Creates the folder if it does not exist.
   *
   * @throws {StrayError} `usage` If this task may not write; `write` if the folder cannot be created.
   */
  static async open(
    name: string,
    format: HeatmapFormat,
    resolve: CommandContext["resolve"],
  ): Promise<HeatmapFolder> {
    const path = format === "mask"
      ? await openMapFolder(name, "--masks", "draw masks in", resolve)
      : await openMapFolder(name, "--heatmaps", "draw heatmaps in", resolve);
    return new HeatmapFolder(name, path, format);
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
    const name = `${plainName(number, path)}.${this.#format === "mask" ? "png" : this.#format}`;
    const { image, errors } = inspection!;
    const bytes = await encode(image, errors!, input, this.#format);
    await writeFileAtomically(join(this.#path, name), bytes);
    return join(this.#name, name);
  }
}

/** A heatmap as a file, in the size of the image. */
async function encode(
  image: Image,
  errors: Float32Array,
  input: ModelInput,
  format: HeatmapFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = image;
  const map = mapToSource(errors, input, image);
  if (format === "npy") return encodeNpy(map, [height, width]);
  if (format === "tiff") {
    const steps = Uint16Array.from(map, (error) => Math.min(65535, Math.round(error * TIFF_STEPS)));
    return encodeTiff(steps, width, height);
  }
  if (format === "mask") {
    const data = Uint8Array.from(map, (error) => error > 1 ? 255 : 0);
    return await encodePng({ width, height, channels: 1, data, white: 255 });
  }
  return await encodePng(imageHeatmap(image, errors, input));
}

/**
 * The name of an image's file among maps.
 *
 * @param number Index of the image, from 0.
 * @param path Path of the image.
 * @returns The index, and the last part of the path with characters that every file system accepts.
 */
export function plainName(number: number, path: string): string {
  const name = basename(path), stem = name.slice(0, name.length - extname(name).length);
  const plain = stem.replace(/[^\w.-]+/g, "_").slice(0, 80) || "image";
  return `${String(number).padStart(DIGITS, "0")}-${plain}`;
}
