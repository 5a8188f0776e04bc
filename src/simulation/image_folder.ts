/** A folder of simulated images: class folders or stacks, a manifest, and what they were made by. */

import { join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeRecipe } from "../lensing/mod.ts";
import { writeFileAtomically } from "../write_file.ts";
import { Manifest } from "./manifest.ts";
import {
  allImages,
  type ImageId,
  imageName,
  imagePath,
  type SimulationSettings,
} from "./settings.ts";
import type { SimulatedImage } from "./simulated_image.ts";
import { Stack } from "./_stack.ts";
import { npyLayout, npzLayout } from "./_stack_layouts.ts";
import { writeFailure, writeQuickly } from "./_write.ts";

const MANIFEST = "manifest.ndjson";
const SETTINGS = "simulation.json";

/**
 * A folder that images are written to, in any order, each whole or not at all.
 *
 * It can be taken up again by the same settings: then only the images that are missing are made. The
 * number of images and the classes may be others then, but for `npz`.
 */
export class ImageFolder {
  readonly #path: string;
  readonly #settings: SimulationSettings;
  readonly #manifest: Manifest;
  readonly #there: ReadonlySet<string>;
  readonly #stacks: ReadonlyMap<string, Stack>;

  private constructor(
    path: string,
    settings: SimulationSettings,
    manifest: Manifest,
    there: ReadonlySet<string>,
    stacks: ReadonlyMap<string, Stack>,
  ) {
    this.#path = path;
    this.#settings = settings;
    this.#manifest = manifest;
    this.#there = there;
    this.#stacks = stacks;
  }

  /**
   * Opens a folder, or makes one.
   *
   * @param path Where it is.
   * @param settings What its images are made by.
   * @param name The folder as the user gave it, for messages.
   * @returns The folder.
   * @throws {StrayError} `write` If it cannot be written; `usage` If it holds images of other settings.
   */
  static async open(
    path: string,
    settings: SimulationSettings,
    name: string = path,
  ): Promise<ImageFolder> {
    try {
      await Deno.mkdir(path, { recursive: true });
    } catch (cause) {
      throw writeFailure(path, cause);
    }
    await checkSettings(path, settings, name);
    const manifest = await Manifest.open(join(path, MANIFEST));
    try {
      const { stacks, kept } = await openStacks(path, settings);
      const there = new Set<string>();
      for (const lensClass of settings.classes) {
        if (stacks.size > 0) continue;
        for (const file of await namesIn(join(path, lensClass))) there.add(`${lensClass}/${file}`);
      }
      if (stacks.size > 0) {
        for (const id of allImages(settings)) {
          if (kept.has(stackOf(id, settings))) there.add(imagePath(id, settings));
        }
      }
      if (settings.maps) {
        for (const c of settings.classes) await namesIn(join(path, "maps", c));
      }
      return new ImageFolder(path, settings, manifest, there, stacks);
    } catch (error) {
      manifest.close();
      throw error;
    }
  }

  /** The images that are not there yet, in order. */
  get missing(): ImageId[] {
    return allImages(this.#settings).filter((id) => {
      const path = imagePath(id, this.#settings);
      return !(this.#there.has(path) && this.#manifest.has(path));
    });
  }

  /** Paths and labels of the images that are there already, in order. */
  get present(): { readonly path: string; readonly label: string }[] {
    const missing = new Set(this.missing.map((id) => imagePath(id, this.#settings)));
    return allImages(this.#settings)
      .map((id) => ({ path: imagePath(id, this.#settings), label: id.lensClass }))
      .filter(({ path }) => !missing.has(path));
  }

  /**
   * Writes an image, its maps, and then its line of the manifest.
   *
   * @param image The image.
   * @throws {StrayError} `write` If the disk is full, say; the image is then not in the folder.
   */
  write({ record, bytes, maps }: SimulatedImage): void {
    const id = { lensClass: record.label, index: record.index };
    if (maps) {
      const to = join(this.#path, "maps", imageName(id));
      writeQuickly(`${to}.npz`, maps.npz);
      writeQuickly(`${to}.json`, new TextEncoder().encode(maps.curves));
    }
    const stack = this.#stacks.get(stackOf(id, this.#settings));
    if (stack) stack.write(Number(record.path.split("#").at(-1)), bytes);
    else writeQuickly(join(this.#path, record.path), bytes);
    this.#manifest.add(record.path, JSON.stringify(record));
  }

  /**
   * Closes the folder when all images are there: names the stacks, and puts the manifest in order.
   *
   * @throws {StrayError} `write` If the disk is full, say.
   */
  async finish(): Promise<void> {
    for (const stack of this.#stacks.values()) await stack.finish();
    await this.#manifest.finish(
      allImages(this.#settings).map((id) => imagePath(id, this.#settings)),
    );
  }

  /** Closes the folder before that; what was written stays. */
  close(): void {
    for (const stack of this.#stacks.values()) stack.close();
    this.#manifest.close();
  }
}

/** The file of the stack that an image is in. */
function stackOf({ lensClass }: ImageId, { format }: SimulationSettings): string {
  return format === "npz" ? "images.npz" : `${lensClass}.npy`;
}

async function openStacks(
  path: string,
  settings: SimulationSettings,
): Promise<{ readonly stacks: Map<string, Stack>; readonly kept: Set<string> }> {
  const stacks = new Map<string, Stack>(), kept = new Set<string>();
  const { format, classes, count, recipe: { parameters } } = settings;
  if (format !== "npy" && format !== "npz") return { stacks, kept };
  const constant = (name: "image.width" | "image.height" | "image.colour") => {
    const distribution = parameters[name];
    if (distribution?.kind === "constant") return distribution.value;
    throw new StrayError(
      "usage",
      `Cannot write ${format} as ${name} must be a constant: images of a stack are alike`,
      { hint: "--size WxH, or --format png" },
    );
  };
  const size = {
    width: Number(constant("image.width")),
    height: Number(constant("image.height")),
    channels: constant("image.colour") === "rgb" ? 3 : 1,
  } as const;
  const names = format === "npz" ? ["images.npz"] : classes.map((c) => `${c}.npy`);
  for (const name of names) {
    const layout = format === "npz" ? npzLayout(settings, size) : npyLayout(count, size);
    const opened = await Stack.open(join(path, name), layout, format === "npy");
    stacks.set(name, opened.stack);
    if (opened.kept) kept.add(name);
  }
  return { stacks, kept };
}

/** The files of a folder, which is made if need be. */
async function namesIn(path: string): Promise<string[]> {
  try {
    await Deno.mkdir(path, { recursive: true });
    return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Writes what the images are made by, or compares it with what is there. */
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
    throw new StrayError("decode", `Cannot go on in "${name}" as its ${SETTINGS} is damaged`, {
      hint: "give another --out, or delete the folder",
      cause,
    });
  }
  for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    const [before, now] = [found[key], wanted[key]].map((value) => JSON.stringify(value));
    if (before === now) continue;
    throw new StrayError(
      "usage",
      `Cannot go on in "${name}" as its ${key} must be as before, ${before ?? "none"}: ` +
        `current value is ${now ?? "none"}`,
      { hint: "give another --out, or delete the folder" },
    );
  }
}

/** What images of the same name must have in common, flat. */
function describe(settings: SimulationSettings): Record<string, unknown> {
  const { recipe, seed, format, maps, sources, psf, version, classes, count } = settings;
  return {
    version,
    recipe: recipe.name,
    seed,
    format,
    maps,
    sources: sources.map((image) => image.name),
    ...(psf && { psf: psf.name }),
    ...(format === "npz" && { classes, count }),
    ...writeRecipe(recipe).parameters,
  };
}
