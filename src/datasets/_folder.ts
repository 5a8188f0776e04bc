/** The files of a folder, and of the class folders in it. */

import { readFailure } from "./_failure.ts";
import { nameInFolder, resolvePath } from "./_path.ts";
import type { EntryName } from "./sample.ts";

/** What was not taken from a folder. */
export interface PassedOver {
  /** Files that are no images. */
  readonly names: string[];
  /** Hidden files and folders. */
  hidden: number;
}

/**
 * Yields the files of a folder, each folder's entries in code-unit order of their names.
 *
 * A file below a folder of the folder has that folder's name as its label. Links are followed, but
 * not to a folder that they are in. Devices and pipes are left out.
 *
 * @param base What relative paths are relative to.
 * @param folder The folder, as the user gave it.
 * @param passedOver Takes down the hidden files.
 * @throws {StrayError} If a folder cannot be read.
 */
export async function* walkFolder(
  base: string | undefined,
  folder: string,
  passedOver: PassedOver,
  within: { readonly label?: string; readonly realPaths: readonly string[] } = { realPaths: [] },
): AsyncGenerator<EntryName> {
  const path = resolvePath(base, folder);
  let entries: Deno.DirEntry[];
  let realPaths: readonly string[];
  try {
    const realPath = await Deno.realPath(path);
    if (within.realPaths.includes(realPath)) return;
    realPaths = [...within.realPaths, realPath];
    entries = await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    throw readFailure(error, folder);
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) {
      passedOver.hidden++;
      continue;
    }
    const name = nameInFolder(folder, entry.name);
    // A link to nothing counts as a file: reading it says what is wrong.
    const info = entry.isSymlink
      ? await Deno.stat(resolvePath(base, name)).catch(() => ({ isDirectory: false, isFile: true }))
      : entry;
    if (info.isDirectory) {
      const label = within.label ?? entry.name;
      yield* walkFolder(base, name, passedOver, { label, realPaths });
    } else if (info.isFile) {
      yield within.label === undefined ? { path: name } : { path: name, label: within.label };
    }
  }
}

/** One line about what was passed over, or `undefined` if there was nothing. */
export function describePassedOver(folder: string, passedOver: PassedOver): string | undefined {
  const { names, hidden } = passedOver;
  const parts: string[] = [];
  if (names.length > 0) {
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    const shown = names.slice().sort().slice(0, SHOWN).map((name) => name.slice(prefix.length));
    parts.push(
      `${count(names.length, "file that is no image", "files that are no images")}: ` +
        shown.join(", ") + (names.length > SHOWN ? ", …" : ""),
    );
  }
  if (hidden > 0) parts.push(count(hidden, "hidden file", "hidden files"));
  return parts.length === 0 ? undefined : `${folder}: passed over ${parts.join("; ")}`;
}

/** Names that the warning lists. */
const SHOWN = 3;

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
