/** The files of a folder, and of the class folders in it. */

import { readFailure } from "./_failure.ts";
import { nameInFolder, resolvePath } from "./_path.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** What `simulate` keeps beside its images: no one means them as images, and no one need be told. */
const COMPANIONS: ReadonlySet<string> = new Set(["manifest.ndjson", "simulation.json"]);

/** What was not taken from a folder. */
export interface PassedOver {
  /** Files that are no images. */
  readonly names: string[];
  /** Hidden files and folders. */
  hidden: number;
  /** Pipes and devices, and links to a folder that they are in. */
  special: number;
}

/** Nothing, so far. */
export function nothingPassedOver(): PassedOver {
  return { names: [], hidden: 0, special: 0 };
}

/**
 * Yields the files of a folder, each folder's entries in code-unit order of their names.
 *
 * A file below a folder of the folder has that folder's name as its label. Links are followed, but
 * not to a folder that they are in. Devices and pipes are left out. A folder in the folder that
 * cannot be read is a failed sample in its place.
 *
 * @param base What relative paths are relative to.
 * @param folder The folder, as the user gave it.
 * @param passedOver Takes down what is left out.
 * @throws {StrayError} If the folder cannot be read.
 */
export async function* walkFolder(
  base: string | undefined,
  folder: string,
  passedOver: PassedOver,
  within: { readonly label?: string; readonly folders: readonly string[] } = { folders: [] },
): AsyncGenerator<EntryName | FailedSample> {
  const folders = [...within.folders, resolvePath(base, folder)];
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(resolvePath(base, folder)));
  } catch (cause) {
    const error = readFailure(cause, folder);
    if (within.folders.length === 0) throw error;
    yield { ...nameWithin(folder, within.label), error };
    return;
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
    } else if (!isFile) passedOver.special++;
    else if (!COMPANIONS.has(entry.name)) yield nameWithin(name, within.label);
  }
}

function nameWithin(path: string, label: string | undefined): EntryName {
  return label === undefined ? { path } : { path, label };
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
  const { names, hidden, special } = passedOver;
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
  if (special > 0) {
    parts.push(count(special, "pipe, device or circular link", "pipes, devices or circular links"));
  }
  return parts.length === 0 ? undefined : `${folder}: passed over ${parts.join("; ")}`;
}

/** Names that the warning lists. */
const SHOWN = 3;

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
