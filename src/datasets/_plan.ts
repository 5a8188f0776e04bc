/** Looks at every source before the first image is read. */

import { StrayError } from "../errors.ts";
import { checkHashes } from "./_check_hashes.ts";
import { readFailure } from "./_failure.ts";
import { nothingPassedOver, walkFolder } from "./_folder.ts";
import type { Loader } from "./_loader.ts";
import { resolvePath } from "./_path.ts";
import { hasContainerName, hasImageName, isForFolders, openSniffed } from "./_sniffed.ts";
import { isMissing } from "./_split_name.ts";
import { isVectorName } from "./is_vector_name.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** How a source will be read. */
export interface Plan {
  /** `file` stands for containers and parts of them too. */
  readonly kind: "file" | "folder" | "stdin";
  readonly source: string;
}

/**
 * Says how to read each source.
 *
 * @throws {StrayError} If a source as a whole is of no use: a folder without images, a container
 *   that is missing or damaged, a key that it does not have, content of another hash.
 */
export async function checkSources(
  sources: readonly string[],
  loader: Loader<AnyImage>,
  options: SourceOptions<AnyImage>,
): Promise<Plan[]> {
  await checkHashes(sources, options);
  const plans: Plan[] = [];
  for (const source of sources) {
    options.signal?.throwIfAborted();
    plans.push(await checkSource(source, loader, options.baseDirectory));
  }
  if (plans.filter(({ kind }) => kind === "stdin").length > 1) {
    throw new StrayError("usage", `Cannot read "-" as stdin must be given at most once`);
  }
  return plans;
}

async function checkSource(
  source: string,
  loader: Loader<AnyImage>,
  base: string | undefined,
): Promise<Plan> {
  if (source === "-") return { kind: "stdin", source };
  if (source === "") {
    throw new StrayError("usage", 'Cannot read "" as a source must have a name: it is empty', {
      hint: "a variable of the shell may not be set; the caller's folder is .",
    });
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(resolvePath(base, source));
  } catch (error) {
    if (isMissing(error) && source.includes("#")) {
      await loader.check(source, false);
    } else if (
      source.endsWith("/") || hasContainerName(source) || isVectorName(source)
    ) {
      throw readFailure(error, source);
    }
    return { kind: "file", source };
  }
  if (info.isDirectory) {
    await checkFolder(source, base);
    return { kind: "folder", source };
  }
  // What is wrong with an image is said in its place.
  if (!hasImageName(source)) await loader.check(source, true);
  return { kind: "file", source };
}

/** Throws if there is no image in a folder. */
async function checkFolder(folder: string, base: string | undefined): Promise<void> {
  const passedOver = nothingPassedOver();
  let files = 0;
  for await (const entry of walkFolder(base, folder, passedOver)) {
    const { path } = entry;
    if ("error" in entry) return; // as good as an image that cannot be read
    if (hasImageName(path)) return;
    files++;
    try {
      const { reader, format } = await openSniffed(resolvePath(base, path));
      await reader.close();
      if (isForFolders(format)) return;
    } catch (error) {
      readFailure(error, path); // an unreadable file may or may not be an image
    }
  }
  throw new StrayError(
    "empty",
    `Cannot read ${JSON.stringify(folder)} as it must hold at least one image: ` +
      `current number of files is ${files + passedOver.hidden}` +
      (passedOver.hidden > 0 ? `, ${passedOver.hidden} of them hidden` : ""),
    {
      hint: files === 0
        ? "give a folder of images, or of class folders with images"
        : "give a container (IDX, npz) by its own name; images are told by content",
    },
  );
}
