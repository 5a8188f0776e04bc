/** Masks of anomalies, found by the names of their images, beside the maps of `score --heatmaps`. */

import { type CommandContext, type ScoreRecord, usageError } from "../src/cli/mod.ts";
import { isFailed, readSources } from "../src/datasets/mod.ts";
import { StrayError } from "../src/errors.ts";
import { type Image, toChannels } from "../src/images/mod.ts";
import { PixelMetrics } from "../src/metrics/mod.ts";
import { basename, dirname, extname, join } from "../src/path.ts";
import { TIFF_STEPS } from "./_heatmaps.ts";

/** Endings of a mask's name after that of its image, the last before the extension. */
const ENDINGS = ["", "_mask"];

/** Pixel metrics of records, as they come. */
export class MaskComparison {
  readonly #metrics = new PixelMetrics();
  readonly #name: string;
  readonly #resolve: CommandContext["resolve"];
  /** Files by their path in the folder without extension. */
  readonly #files: ReadonlyMap<string, string>;
  #masks = 0;
  #missing = 0;

  private constructor(
    name: string,
    files: ReadonlyMap<string, string>,
    resolve: CommandContext["resolve"],
  ) {
    this.#name = name;
    this.#files = files;
    this.#resolve = resolve;
  }

  /**
   * Lists the masks of a folder.
   *
   * @throws {StrayError} `usage` If this task may not read; `not_found` If there is no such folder.
   */
  static async open(name: string, resolve: CommandContext["resolve"]): Promise<MaskComparison> {
    const path = resolve(name);
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") {
      throw usageError(
        `Cannot read masks in "${name}" as the command must be allowed to read: the task evaluate ` +
          "may not",
        "deno task stray evaluate --masks DIR is the same command, and may read",
      );
    }
    const files = new Map<string, string>();
    await list(path, "", name, files);
    return new MaskComparison(name, files, resolve);
  }

  /** Number of anomalies without a mask. */
  get missing(): number {
    return this.#missing;
  }

  /**
   * Compares a record's heatmap with its mask.
   *
   * @param record A record with a `heatmap`.
   * @param anomalous Whether the image is an anomaly, and so has a mask.
   * @throws {StrayError} `input` If the record has no heatmap of numbers; `shape` if map and mask differ
   * in size; any error of reading them.
   */
  async add(record: ScoreRecord, anomalous: boolean): Promise<void> {
    const { heatmap } = record.fields;
    if (typeof heatmap !== "string" || heatmap.endsWith(".png")) {
      throw new StrayError(
        "input",
        `Cannot compare line ${record.line} of ${
          record.source ?? "stdin"
        } with a mask as heatmap must be the name of an ` +
          `npy or tiff file: current value is ${JSON.stringify(heatmap) ?? "missing"}`,
        { hint: "score --heatmaps DIR --heatmap-format npy writes them" },
      );
    }
    const file = anomalous ? this.#find(record.path ?? "") : undefined;
    if (anomalous && file === undefined) {
      this.#missing++;
      return;
    }
    const image = await readImage(this.#resolve(heatmap), heatmap);
    const map = Float32Array.from(
      image.data,
      (value) => image.data instanceof Float32Array ? value : value / TIFF_STEPS,
    );
    const mask = file === undefined ? undefined : toChannels(
      await readImage(join(this.#resolve(this.#name), file), join(this.#name, file)),
      1,
    );
    if (mask && (mask.width !== image.width || mask.height !== image.height)) {
      throw new StrayError(
        "shape",
        `Cannot compare "${heatmap}" with its mask "${
          join(this.#name, file!)
        }" as both must have one ` +
          `size: current sizes are ${image.width} x ${image.height} and ${mask.width} x ${mask.height}`,
        { hint: "a heatmap has the size of its image" },
      );
    }
    if (mask) this.#masks++;
    this.#metrics.add({ map, mask: mask?.data, width: image.width });
  }

  /** The metrics, and the number of masks. */
  evaluate(): { readonly pixelAuroc: number; readonly aupro: number; readonly masks: number } {
    if (this.#masks === 0) {
      throw new StrayError(
        "not_found",
        `Cannot compare with masks as "${this.#name}" must have a mask of an anomaly: found none for ` +
          `${this.#missing} anomalies`,
        {
          hint:
            "a mask of photos/bent/000.png is bent/000.png, bent/000_mask.png, or either without bent",
        },
      );
    }
    return { ...this.#metrics.evaluate(), masks: this.#masks };
  }

  /** The mask of an image: in a folder of its folder's name, or in none. */
  #find(path: string): string | undefined {
    const stem = basename(path).slice(0, basename(path).length - extname(path).length);
    const folder = basename(dirname(path));
    for (const place of [`${folder}/${stem}`, stem]) {
      for (const ending of ENDINGS) {
        const file = this.#files.get(place + ending);
        if (file !== undefined) return file;
      }
    }
    return undefined;
  }
}

/** The only image of a file. */
async function readImage(path: string, name: string): Promise<Image> {
  for await (const entry of readSources([path])) {
    if (!isFailed(entry)) return entry.image;
    const { code, message, hint } = entry.error;
    throw new StrayError(code, message.replaceAll(path, name), { hint, cause: entry.error });
  }
  throw new StrayError("empty", `Cannot read "${name}" as it must be an image: it is empty`);
}

/** Lists a folder and the folders in it. */
async function list(
  path: string,
  inner: string,
  name: string,
  files: Map<string, string>,
): Promise<void> {
  try {
    for await (const entry of Deno.readDir(path)) {
      const file = inner + entry.name;
      if (entry.isDirectory) await list(join(path, entry.name), `${file}/`, name, files);
      else files.set(file.slice(0, file.length - extname(file).length), file);
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory)) {
      throw cause;
    }
    throw new StrayError("not_found", `Cannot read masks as there is no folder "${name}"`, {
      cause,
    });
  }
}
