/** The files of a folder and of its class folders. */

import { readFailure } from "./_errors.ts";
import { nameInFolder, resolvePath } from "./_names.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** Files that `simulate` writes beside its images; skipped without a warning. */
const COMPANIONS: ReadonlySet<string> = new Set(["manifest.ndjson", "simulation.json"]);

/** Number of names in the warning. */
const SHOWN = 3;

/** Skipped entries of a folder. */
export class Skipped {
  /** Names of files that are not images. */
  readonly names: string[] = [];
  /** Number of hidden files and folders. */
  hidden = 0;
  /** Number of pipes, devices and circular links. */
  special = 0;

  /** One line about all of them; undefined if there are none. */
  describe(folder: string): string | undefined {
    const { names, hidden, special } = this;
    const parts: string[] = [];
    if (names.length > 0) {
      const prefix = folder.endsWith("/") ? folder : `${folder}/`;
      const shown = names.toSorted().slice(0, SHOWN).map((name) => name.slice(prefix.length));
      parts.push(
        `${count(names.length, "file that is not an image", "files that are not images")}: ` +
          shown.join(", ") + (names.length > SHOWN ? ", …" : ""),
      );
    }
    if (hidden > 0) parts.push(count(hidden, "hidden file", "hidden files"));
    if (special > 0) {
      const [one, many] = ["pipe, device or circular link", "pipes, devices or circular links"];
      parts.push(count(special, one, many));
    }
    return parts.length === 0 ? undefined : `${folder}: skipped ${parts.join("; ")}`;
  }
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/**
 * Yields the files of a folder, with each folder's entries in code-unit order of their names.
 *
 * The name of a subfolder is the label of all files below it. Links are followed unless circular.
 * Devices and pipes are skipped. An unreadable subfolder becomes a failed sample.
 *
 * @throws {StrayError} If the folder cannot be read.
 */
export async function* walkFolder(
  base: string | undefined,
  folder: string,
  skipped: Skipped,
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
      skipped.hidden++;
      continue;
    }
    const name = nameInFolder(folder, entry.name);
    const { isDirectory, isFile } = entry.isSymlink ? await follow(base, name, folders) : entry;
    if (isDirectory) {
      const label = within.label ?? entry.name;
      yield* walkFolder(base, name, skipped, { label, folders });
    } else if (!isFile) skipped.special++;
    else if (!COMPANIONS.has(entry.name)) yield nameWithin(name, within.label);
  }
}

function nameWithin(path: string, label: string | undefined): EntryName {
  return label === undefined ? { path } : { path, label };
}

/** The target of a link; neither file nor folder if the link is circular. */
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
    return { isDirectory: false, isFile: true }; // reading it reports the error
  }
}
