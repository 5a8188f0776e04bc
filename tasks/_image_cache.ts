/** `--cache`: room for images that stay until a command ends. */

import type { CommandContext } from "../src/cli/mod.ts";
import { budgetBytes, type MemoryBudget } from "../src/memory_budget.ts";
import { countEntries, type SourceOptions } from "../src/datasets/mod.ts";
import type { ImageCache } from "../src/training/mod.ts";
import { makeFolder } from "../src/write_file.ts";

/** Room for images in the memory budget: half of it where `--cache` has a folder for the others. */
export async function openImageCache(
  { flags, resolve }: CommandContext<"cache">,
  memory: MemoryBudget,
): Promise<ImageCache> {
  const { ImageCache } = await import("../src/training/mod.ts");
  if (flags.cache === undefined) return new ImageCache({ budget: memory });
  const folder = resolve(flags.cache);
  await makeFolder(folder);
  return new ImageCache({ folder, bytes: budgetBytes(memory) / 2, budget: memory });
}

/**
 * Counts the images of `--data`, where their number is certain: not all are taken by label, and files of a folder may
 * be no images.
 */
export async function countImages(
  { flags, resolve }: CommandContext<"data" | "normal" | "hold-out">,
  options: SourceOptions,
): Promise<number | undefined> {
  if (flags.normal || flags["hold-out"]) return undefined;
  const areFolders = await Promise.all(
    flags.data.map((name) =>
      Deno.stat(resolve(name)).then(({ isDirectory }) => isDirectory, () => false)
    ),
  );
  return areFolders.includes(true) ? undefined : await countEntries(flags.data, options);
}
