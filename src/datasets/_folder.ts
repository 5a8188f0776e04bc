/** The files of a folder and of its class folders. */

import { countOf } from "../count_of.ts";
import type { StrayError } from "../errors.ts";
import { readFailure } from "./_errors.ts";
import { nameInFolder, resolvePath } from "./_names.ts";
import type { EntryName, FailedSample } from "./sample.ts";

/** Files that `simulate` writes beside its images; skipped without a warning. */
export const COMPANIONS: ReadonlySet<string> = new Set(["manifest.ndjson", "simulation.json"]);

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
  /** The first file that is an array, but not of images, and why. */
  #unfit: { readonly name: string; readonly reason: string } | undefined;
  /** Names of links to files outside of the folder, which are read. */
  readonly leaving: string[] = [];

  /** Adds a file that is not an image; `error` is that of an array of another shape. */
  add(name: string, error?: StrayError): void {
    this.names.push(name);
    if (error) this.#unfit ??= { name, reason: error.message.replace(/^.*" as /, "") };
  }

  /** One line about all of them; undefined if there are none. */
  describe(folder: string): string | undefined {
    const { names, hidden, special } = this;
    const parts: string[] = [];
    if (names.length > 0) {
      parts.push(
        `${countOf(names.length, "file that is not an image", "files that are not images")}: ` +
          some(names, folder) +
          (this.#unfit ? ` (${some([this.#unfit.name], folder)}: ${this.#unfit.reason})` : ""),
      );
    }
    if (hidden > 0) parts.push(countOf(hidden, "hidden file", "hidden files"));
    if (special > 0) {
      const [one, many] = ["pipe, device or circular link", "pipes, devices or circular links"];
      parts.push(countOf(special, one, many));
    }
    return parts.length === 0 ? undefined : `${folder}: skipped ${parts.join("; ")}`;
  }

  /** One line about links that lead out of a folder; undefined if there are none. */
  describeLeaving(folder: string): string | undefined {
    const { length } = this.leaving;
    if (length === 0) return undefined;
    const links = countOf(length, "link leads", "links lead");
    return `${folder}: ${links} out of the folder: ${some(this.leaving, folder)}`;
  }
}

/** The first names, relative to their folder. */
function some(names: readonly string[], folder: string): string {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  const shown = names.toSorted().slice(0, SHOWN).map((name) => name.slice(prefix.length));
  return shown.join(", ") + (names.length > SHOWN ? ", …" : "");
}

/** A folder whose entries are being read. */
interface OpenFolder {
  readonly path: string;
  readonly label: string | undefined;
  readonly entries: IterableIterator<Deno.DirEntry>;
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
): AsyncGenerator<EntryName | FailedSample> {
  const open: OpenFolder[] = [];
  const enter = async (path: string, label: string | undefined) => {
    open.push({ path, label, entries: await readFolder(base, path) });
  };
  await enter(folder, undefined);
  while (open.length > 0) {
    const { path, label, entries } = open.at(-1)!;
    const { value: entry, done } = entries.next();
    if (done) {
      open.pop();
      continue;
    }
    if (entry.name.startsWith(".")) {
      skipped.hidden++;
      continue;
    }
    const name = nameInFolder(path, entry.name);
    const { isDirectory, isFile } = entry.isSymlink
      ? await follow(
        resolvePath(base, name),
        open.map(({ path }) => resolvePath(base, path)),
        () => skipped.leaving.push(name),
      )
      : entry;
    if (isDirectory) {
      const own = label ?? entry.name;
      try {
        await enter(name, own);
      } catch (error) {
        yield { ...nameWithin(name, own), error: readFailure(error, name) };
      }
    } else if (!isFile) skipped.special++;
    else if (!COMPANIONS.has(entry.name)) yield nameWithin(name, label);
  }
}

async function readFolder(
  base: string | undefined,
  folder: string,
): Promise<IterableIterator<Deno.DirEntry>> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(resolvePath(base, folder)));
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).values();
  } catch (error) {
    throw readFailure(error, folder);
  }
}

function nameWithin(path: string, label: string | undefined): EntryName {
  return label === undefined ? { path } : { path, label };
}

/**
 * The target of a link; neither file nor folder if the link is circular.
 *
 * @param path The link.
 * @param folders The folders that it is in, the outermost first.
 * @param onLeave Called if the target is outside of the outermost.
 */
async function follow(
  path: string,
  folders: readonly string[],
  onLeave: () => void,
): Promise<{ readonly isDirectory: boolean; readonly isFile: boolean }> {
  try {
    const info = await Deno.stat(path);
    const target = await Deno.realPath(path);
    const root = await Deno.realPath(folders[0]!);
    if (!target.startsWith(root.endsWith("/") ? root : `${root}/`) && target !== root) onLeave();
    if (!info.isDirectory) return info;
    for (const folder of folders) {
      if (await Deno.realPath(folder) === target) return { isDirectory: false, isFile: false };
    }
    return info;
  } catch {
    return { isDirectory: false, isFile: true }; // reading it reports the error
  }
}
