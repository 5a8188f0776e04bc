/** Folders of simulated images: class folders or stacks, a manifest, and the settings. */

import { join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeRecipe } from "../lensing/mod.ts";
import { removeRemains, writeFileAtomically } from "../write_file.ts";
import { digestOf, type ImageDigest, Manifest } from "./manifest.ts";
import {
  allImages,
  type ImageId,
  imageName,
  imagePath,
  isStacked,
  type SimulationSettings,
} from "./settings.ts";
import type { SimulatedImage } from "./simulated_image.ts";
import { Stack } from "./_stack.ts";
import { npyLayout, npzLayout } from "./_stack_layouts.ts";
import { isPartialName, syncFiles, writeFailure, writeQuickly } from "./_write.ts";

/** Name of the manifest of a folder of simulated images. */
export const MANIFEST = "manifest.ndjson";
/** The file of the settings in a folder. */
export const SETTINGS = "simulation.json";

/**
 * An output folder for images, which are written in any order, each complete or not at all.
 *
 * A folder can be resumed with the same settings; only missing images are then made. The number of
 * images and the classes may differ, except for `npz` and for the stacks of a shard, which have a folder of
 * their own.
 */
export class ImageFolder {
  readonly #path: string;
  readonly #settings: SimulationSettings;
  readonly #manifest: Manifest;
  readonly #existing: ReadonlySet<string>;
  readonly #stacks: ReadonlyMap<string, Stack>;
  /** Files written in this run, not yet safe on the disk. */
  readonly #written: string[] = [];
  /** Number of images that were not as the manifest says, and are made again. */
  readonly damaged: number;

  private constructor(
    path: string,
    settings: SimulationSettings,
    manifest: Manifest,
    existing: Set<string>,
    stacks: ReadonlyMap<string, Stack>,
  ) {
    this.#path = path;
    this.#settings = settings;
    this.#manifest = manifest;
    this.#existing = existing;
    this.#stacks = stacks;
    const damaged = [...manifest.images].filter(([image, digest]) =>
      digest && existing.has(image) && !this.#isWhole(image, digest)
    );
    for (const [image] of damaged) existing.delete(image);
    this.damaged = damaged.length;
  }

  /**
   * Opens or creates a folder.
   *
   * @param path Path of the folder.
   * @param settings Settings of its images.
   * @param name Folder as the user wrote it, for messages.
   * @returns The folder.
   * @throws {StrayError} `write` If it cannot be written; `usage` If it has images of other
   *   settings.
   */
  static async open(
    path: string,
    settings: SimulationSettings,
    name: string = path,
  ): Promise<ImageFolder> {
    try {
      await Deno.mkdir(path, { recursive: true });
      await removeRemains(path);
    } catch (cause) {
      throw writeFailure(path, cause);
    }
    await checkSettings(path, settings, name);
    const manifest = await Manifest.open(join(path, MANIFEST));
    try {
      const { stacks, kept } = await openStacks(path, settings);
      const existing = new Set<string>();
      for (const id of stacks.size > 0 ? allImages(settings) : []) {
        if (kept.has(stackOf(id, settings))) existing.add(imagePath(id, settings));
      }
      for (const lensClass of settings.classes) {
        if (settings.maps) await namesIn(join(path, "maps", lensClass));
        if (stacks.size > 0) continue;
        const files = await namesIn(join(path, lensClass));
        for (const file of files) existing.add(`${lensClass}/${file}`);
      }
      return new ImageFolder(path, settings, manifest, existing, stacks);
    } catch (error) {
      manifest.close();
      throw error;
    }
  }

  /** The images that do not exist yet, in order. */
  get missing(): ImageId[] {
    return allImages(this.#settings).filter((id) => {
      const path = imagePath(id, this.#settings);
      return !(this.#existing.has(path) && this.#manifest.has(path));
    });
  }

  /** Paths and labels of existing images, in order. */
  get present(): { readonly path: string; readonly label: string }[] {
    const missing = new Set(this.missing.map((id) => imagePath(id, this.#settings)));
    return allImages(this.#settings)
      .map((id) => ({ path: imagePath(id, this.#settings), label: id.lensClass }))
      .filter(({ path }) => !missing.has(path));
  }

  /**
   * Writes an image, its maps, and then its manifest line.
   *
   * @param image Image.
   * @throws {StrayError} `write` If writing fails, as on a full disk; the image then counts as
   *   missing.
   */
  write({ record, bytes, maps }: SimulatedImage): void {
    const id = { lensClass: record.label, index: record.index };
    if (maps) {
      const to = join(this.#path, "maps", imageName(id));
      this.#writeFile(`${to}.npz`, maps.npz);
      this.#writeFile(`${to}.json`, new TextEncoder().encode(maps.curves));
    }
    const stack = this.#stacks.get(stackOf(id, this.#settings));
    if (stack) stack.write(placeIn(record.path), bytes);
    else this.#writeFile(join(this.#path, record.path), bytes);
    this.#manifest.add(record.path, record, digestOf(bytes));
  }

  #writeFile(path: string, bytes: Uint8Array): void {
    writeQuickly(path, bytes);
    this.#written.push(path);
  }

  /** Whether an image is on the disk as its line in the manifest tells. */
  #isWhole(image: string, wanted: ImageDigest): boolean {
    const stack = this.#stacks.get(image.split("#")[0]!);
    try {
      const found = digestOf(
        stack ? stack.read(placeIn(image)) : Deno.readFileSync(join(this.#path, image)),
      );
      const isWhole = found.bytes === wanted.bytes && found.sha256 === wanted.sha256;
      return isWhole && this.#mapsOf(image).every((path) => Deno.statSync(path).size > 0);
    } catch {
      return false;
    }
  }

  /** The files of an image's maps, if there are maps. */
  #mapsOf(image: string): string[] {
    const id = this.#settings.maps &&
      allImages(this.#settings).find((id) => imagePath(id, this.#settings) === image);
    if (!id) return [];
    const to = join(this.#path, "maps", imageName(id));
    return [`${to}.npz`, `${to}.json`];
  }

  /**
   * Completes the folder once all images exist: waits until they are safe on the disk, names the stacks
   * and sorts the manifest.
   *
   * @throws {StrayError} `write` If writing fails, as on a full disk.
   */
  async finish(): Promise<void> {
    await syncFiles(this.#written);
    for (const stack of this.#stacks.values()) await stack.finish();
    const { format, shard } = this.#settings;
    const series = { ...this.#settings, shard: isStacked(format) ? shard : undefined };
    await this.#manifest.finish(allImages(series).map((id) => imagePath(id, series)));
  }

  /** Closes an incomplete folder and keeps its content. */
  close(): void {
    for (const stack of this.#stacks.values()) stack.close();
    this.#manifest.close();
  }
}

/** The stack file of an image. */
function stackOf({ lensClass }: ImageId, { format }: SimulationSettings): string {
  return format === "npz" ? "images.npz" : `${lensClass}.npy`;
}

async function openStacks(
  path: string,
  settings: SimulationSettings,
): Promise<{ readonly stacks: Map<string, Stack>; readonly kept: Set<string> }> {
  const stacks = new Map<string, Stack>(), kept = new Set<string>();
  const { format, shard, recipe: { parameters } } = settings;
  if (!isStacked(format)) return { stacks, kept };
  const constant = (name: "image.width" | "image.height" | "image.colour") => {
    const distribution = parameters[name];
    if (distribution?.kind === "constant") return distribution.value;
    throw new StrayError(
      "usage",
      `Cannot write ${format} as ${name} must be constant: all images of a stack have one size`,
      { hint: "--size WxH, or --format png" },
    );
  };
  const size = {
    width: Number(constant("image.width")),
    height: Number(constant("image.height")),
    channels: constant("image.colour") === "rgb" ? 3 : 1,
  } as const;
  const images = Map.groupBy(allImages(settings), (id) => stackOf(id, settings));
  for (const [name, ids] of images) {
    const layout = format === "npz"
      ? npzLayout(ids.map(({ lensClass }) => lensClass), size)
      : npyLayout(ids.length, size);
    const opened = await Stack.open(join(path, name), layout, format === "npy" && !shard);
    stacks.set(name, opened.stack);
    if (opened.kept) kept.add(name);
  }
  return { stacks, kept };
}

/** Index of an image in its stack. */
function placeIn(image: string): number {
  return Number(image.split("#").at(-1));
}

/**
 * Lists the files of a folder; creates the folder if necessary, and removes partial files of killed
 * programs, as one program at a time writes into it.
 */
async function namesIn(path: string): Promise<string[]> {
  try {
    await Deno.mkdir(path, { recursive: true });
    const entries = await Array.fromAsync(Deno.readDir(path));
    for (const { name, isFile } of entries) {
      if (isFile && isPartialName(name)) await Deno.remove(join(path, name));
    }
    return entries.map(({ name }) => name).filter((name) => !isPartialName(name));
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Writes the settings, or compares them with those in the folder. */
async function checkSettings(
  path: string,
  settings: SimulationSettings,
  name: string,
): Promise<void> {
  const file = join(path, SETTINGS);
  const wanted = describe(settings);
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw writeFailure(file, error);
    const json = `${JSON.stringify(wanted, undefined, 2)}\n`;
    return await writeFileAtomically(file, new TextEncoder().encode(json));
  }
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new StrayError("decode", `Cannot resume "${name}" as its ${SETTINGS} is damaged`, {
      hint: "choose another --out, or delete the folder",
      cause,
    });
  }
  for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    const [before, now] = [found[key], wanted[key]].map((value) => JSON.stringify(value));
    if (before === now) continue;
    throw new StrayError(
      "usage",
      `Cannot resume "${name}" as its ${key} must be unchanged, ${before ?? "none"}: ` +
        `current value is ${now ?? "none"}`,
      { hint: "choose another --out, or delete the folder" },
    );
  }
}

/** Settings that must be equal for images of the same name to be equal, as a flat object. */
function describe(settings: SimulationSettings): Record<string, unknown> {
  const { recipe, seed, format, maps, sources, psf, version, classes, count, start = 0 } = settings;
  const isStack = isStacked(format), shard = isStack ? settings.shard : undefined;
  return {
    version,
    recipe: recipe.name,
    seed,
    format,
    maps,
    sources: sources.map((image) => image.name),
    ...(psf && { psf: psf.name }),
    ...((format === "npz" || shard) && { classes, count }),
    ...(shard && { shard: `${shard.index}/${shard.of}` }),
    ...(isStack && start > 0 && { start }),
    ...writeRecipe(recipe).parameters,
  };
}
