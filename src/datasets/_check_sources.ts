/** Checks of all sources before the first image is read. */

import { StrayError } from "../errors.ts";
import { hasImageExtension } from "../images/mod.ts";
import { checkHashes } from "./_check_hashes.ts";
import { cannotRead, isMissing, readFailure } from "./_errors.ts";
import { Skipped, walkFolder } from "./_folder.ts";
import { hasContainerName, resolvePath } from "./_names.ts";
import { containerOf, countsAsImage, openSniffed } from "./_sniffed.ts";
import type { SourceReader } from "./_source_reader.ts";
import { isVectorName } from "./is_vector_name.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** A source, and how to read it. */
export interface CheckedSource {
  /** `file` includes containers and parts of them. */
  readonly kind: "file" | "folder" | "stdin";
  readonly source: string;
}

/**
 * Checks all sources.
 *
 * @throws {StrayError} If a source as a whole is unusable: a folder without images, a missing or
 *   damaged container, an unknown key, content of another hash.
 */
export async function checkSources(
  sources: readonly string[],
  reader: SourceReader<AnyImage>,
  options: SourceOptions<AnyImage>,
): Promise<CheckedSource[]> {
  await checkHashes(sources, options);
  const checked: CheckedSource[] = [];
  for (const source of sources) {
    options.signal?.throwIfAborted();
    const kind = await checkSource(source, reader, options.baseDirectory);
    checked.push({ kind, source });
  }
  if (checked.filter(({ kind }) => kind === "stdin").length > 1) {
    throw new StrayError("usage", 'Cannot read "-" as stdin must be given at most once');
  }
  return checked;
}

async function checkSource(
  source: string,
  reader: SourceReader<AnyImage>,
  base: string | undefined,
): Promise<CheckedSource["kind"]> {
  if (source === "-") return "stdin";
  if (source === "") {
    const hint = "a shell variable may be unset; the current folder is .";
    throw cannotRead("usage", "", "a source must have a name: it is empty", hint);
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(resolvePath(base, source));
  } catch (error) {
    if (isMissing(error) && source.includes("#")) await reader.check(source, false);
    else if (source.endsWith("/") || hasContainerName(source) || isVectorName(source)) {
      throw readFailure(error, source);
    }
    return "file";
  }
  if (info.isDirectory) {
    await checkFolder(source, base);
    return "folder";
  }
  if (!hasImageExtension(source)) await reader.check(source, true);
  return "file";
}

/** Throws if a folder has no image. */
async function checkFolder(folder: string, base: string | undefined): Promise<void> {
  const skipped = new Skipped();
  let files = 0, container: string | undefined;
  for await (const entry of walkFolder(base, folder, skipped)) {
    const { path } = entry;
    if ("error" in entry || hasImageExtension(path)) return; // a failed sample counts as an image
    files++;
    try {
      const { reader, format, gzipped } = await openSniffed(resolvePath(base, path));
      const found = await countsAsImage(reader, format, path);
      await reader.close();
      if (found) return;
      if (containerOf(path, path, format, gzipped)) container ??= path;
    } catch (error) {
      readFailure(error, path); // an unreadable file may or may not be an image
    }
  }
  const { hidden } = skipped;
  throw cannotRead(
    "empty",
    folder,
    `it must hold at least one image: current number of files is ${files + hidden}` +
      (hidden > 0 ? `, ${hidden} of them hidden` : ""),
    files === 0
      ? "give a folder of images, or of class folders with images"
      : container === undefined
      ? "images are recognised by content"
      : `give data sets by their own names, such as ${container}`,
  );
}
