/** The labels of sources, without reading images. */

import { openContainer } from "./_container.ts";
import { isMissing } from "./_errors.ts";
import { nameInFolder, resolvePath } from "./_names.ts";
import { findContainer } from "./_sniffed.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** The options that say where and how sources lie. */
export type PlaceOptions = Pick<
  SourceOptions<AnyImage>,
  "baseDirectory" | "vectors" | "maxPixels"
>;

/**
 * Lists the labels that images of sources may have, from the names of class folders and from the
 * labels of containers: quickly, so that a wrong label is told before any image is read.
 *
 * @param sources Names of the sources.
 * @param options Folder of relative paths, and how containers are read.
 * @returns All labels; undefined if only reading finds them, as for stdin, CSV and files inside
 * files, or if a source cannot be read.
 */
export async function listLabels(
  sources: readonly string[],
  { baseDirectory, vectors, maxPixels = 100_000_000 }: PlaceOptions = {},
): Promise<ReadonlySet<string> | undefined> {
  const labels = new Set<string>();
  for (const source of sources) {
    const found = source === "-" || source === ""
      ? undefined
      : await labelsOf(source, resolvePath(baseDirectory, source), { vectors, maxPixels });
    if (found === undefined) return undefined;
    for (const label of found) labels.add(label);
  }
  return labels;
}

async function labelsOf(
  source: string,
  path: string,
  options: { readonly vectors: boolean | undefined; readonly maxPixels: number },
): Promise<Iterable<string> | undefined> {
  try {
    const { isDirectory, isFile } = await Deno.stat(path);
    if (isDirectory) return await classFolders(path);
    if (!isFile) return undefined; // a pipe cannot be read twice
    const { container } = await findContainer(path, source);
    if (!container) return [];
    const { images } = await openContainer(container, undefined, options);
    try {
      if (!Number.isFinite(images.count)) return undefined;
      const labels = new Set<string>();
      for (let i = 0; i < images.count; i++) {
        const label = images.labelOf(i);
        if (label !== undefined) labels.add(label);
      }
      return labels;
    } finally {
      await images.close();
    }
  } catch {
    return undefined; // reading the source reports it
  }
}

/** The names of the class folders of a folder; hidden folders are none. */
async function classFolders(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
    if (name.startsWith(".")) continue;
    if (isDirectory || isSymlink && await isFolder(nameInFolder(path, name))) names.push(name);
  }
  return names;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
