/** The facts of a source that are known without its images: whether its header is sound, and their number. */

import { StrayError } from "../errors.ts";
import { hasImageExtension } from "../images/mod.ts";
import { type ContainerOptions, openContainer } from "./_container.ts";
import { countEach } from "./_container_entries.ts";
import { cannotRead, damagedGzip, readFailure } from "./_errors.ts";
import { hasContainerName, resolvePath, splitName } from "./_names.ts";
import { containerOf, countsAsImage, findContainer, openSniffed } from "./_sniffed.ts";

/**
 * Checks the header, key and index of a container.
 *
 * @param name Name of the source.
 * @param exists Whether it is a file; otherwise it may be a part of one.
 * @param base Folder that relative names start from.
 * @param options How containers are opened.
 * @throws {StrayError} If it is a container, by content or by name, that cannot be read. Errors of image
 *   files are left to those who read it.
 */
export async function checkContainer(
  name: string,
  exists: boolean,
  base: string | undefined,
  options: ContainerOptions,
): Promise<void> {
  const { file, selector } = (exists ? undefined : await splitName(base, name)) ?? { file: name };
  const path = resolvePath(base, file);
  try {
    if (!(await Deno.stat(path)).isFile) return; // a pipe cannot be read twice
    const { format, container, damage } = await findContainer(path, file);
    if (!container) {
      if (!hasContainerName(file)) return;
      if (damage !== undefined) throw damagedGzip(file, damage);
      const reason = "its content must be npy, npz, IDX or HDF5, as its name says: " +
        `current format is ${format ?? "unknown"}`;
      throw cannotRead("format", file, reason);
    }
    const { images, index } = await openContainer(container, selector, options);
    try {
      if (index !== undefined) images.checkIndex(index);
    } finally {
      await images.close();
    }
  } catch (error) {
    const failure = readFailure(error, file);
    if (error instanceof StrayError || hasContainerName(file)) throw failure;
  }
}

/** How a source is counted. */
export interface CountOptions {
  /** Whether it is in a folder, where only images count. */
  readonly inFolder: boolean;
  /**
   * Whether containers are read where their headers may not tell, and files in folders are opened; else a
   * container is infinite there, and every such file one image.
   */
  readonly exact: boolean;
}

/**
 * Counts the entries that reading a source yields, without reading images.
 *
 * @param name Name of the source, or of a file in a folder.
 * @param how How it is counted.
 * @param base Folder that relative names start from.
 * @param options How containers are opened.
 * @returns The number; 1 for a file that cannot be read, as its error is an entry.
 * @throws {StrayError} `input` If it is a pipe, which cannot be read twice.
 */
export async function countSource(
  name: string,
  { inFolder, exact }: CountOptions,
  base: string | undefined,
  options: ContainerOptions,
): Promise<number> {
  if (hasImageExtension(name) || inFolder && !exact && !hasContainerName(name)) return 1;
  let file = name, selector: string | undefined;
  try {
    await Deno.stat(resolvePath(base, name));
  } catch {
    const split = inFolder ? undefined : await splitName(base, name);
    if (!split || /^(.*#)?\d+$/s.test(split.selector)) return 1;
    ({ file, selector } = split);
  }
  const path = resolvePath(base, file);
  if (!inFolder && !(await Deno.stat(path)).isFile) {
    throw cannotRead("input", name, "its images must be counted first: it is a pipe", "save it");
  }
  try {
    const { reader, format, gzipped } = await openSniffed(path);
    try {
      if (inFolder && !await countsAsImage(reader, format, name)) return 0;
    } finally {
      await reader.close();
    }
    const container = containerOf(file, path, format, gzipped);
    if (!container) return 1;
    const { images, index } = await openContainer(container, selector, options);
    try {
      return index === undefined ? await countEach(images, exact) : 1;
    } finally {
      await images.close();
    }
  } catch (error) {
    readFailure(error, name);
    return 1; // reading it reports the error
  }
}
