/** `--cache`: room for images that stay until a command ends. */

import type { CommandContext } from "../src/cli/mod.ts";
import { budgetBytes, type MemoryBudget } from "../src/memory_budget.ts";
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
