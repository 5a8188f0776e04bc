/** The files of a folder, and of the class folders in it. */

import { readFailure } from "./_failure.ts";
import { nameInFolder, resolvePath } from "./_path.ts";
import type { EntryName } from "./sample.ts";

/** What `simulate` keeps beside its images: no one means them as images, and no one need be told. */
const COMPANIONS: ReadonlySet<string> = new Set(["manifest.ndjson", "simulation.json"]);

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
  within: { readonly label?: string; readonly folders: readonly string[] } = { folders: [] },
): AsyncGenerator<EntryName> {
  const folders = [...within.folders, resolvePath(base, folder)];
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(resolvePath(base, folder)));
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
    const { isDirectory, isFile } = entry.isSymlink ? await follow(base, name, folders) : entry;
    if (isDirectory) {
      const label = within.label ?? entry.name;
      yield* walkFolder(base, name, passedOver, { label, folders });
    } else if (isFile && !COMPANIONS.has(entry.name)) {
      yield within.label === undefined ? { path: name } : { path: name, label: within.label };
    }
  }
}

/** What a link leads to; a folder that the link is in counts as nothing. */
async function follow(
  base: string | undefined,
  name: string,
  folders: readonly string[],
): Promise<{ readonly isDirectory: boolean; readonly isFile: boolean }> {
  const path = resolvePath(base, name);
  try {
    const info = await Deno.stat(path);
    if (!info.isDirectory) return info;
    const target = await Deno.realPath(path);
    for (const folder of folders) {
      if (await Deno.realPath(folder) === target) return { isDirectory: false, isFile: false };
    }
    return info;
  } catch {
    return { isDirectory: false, isFile: true }; // reading it says what is wrong
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
