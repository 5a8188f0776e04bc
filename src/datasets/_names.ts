/** Names of sources, as the user gives them: paths, and `FILE#PART`. */

import { isMissing } from "./_errors.ts";
import { isAbsolute, join } from "../path.ts";

/** The path to open. */
export function resolvePath(base: string | undefined, name: string): string {
  return base === undefined || isAbsolute(name) ? name : join(base, name);
}

/** The name of a folder's entry. */
export function nameInFolder(folder: string, entry: string): string {
  return folder.endsWith("/") ? folder + entry : `${folder}/${entry}`;
}

/** Whether a name is that of a container. */
export function hasContainerName(name: string): boolean {
  return /(\.np[yz]|[-.]idx\d-[a-z]+)(\.gz)?$|\.(h5|hdf5)$/i.test(name);
}

/** Whether a source is there, as the user names it: stdin, a file, a folder, or a part of a file. */
export async function sourceExists(base: string | undefined, name: string): Promise<boolean> {
  if (name === "-") return true;
  try {
    await Deno.stat(resolvePath(base, name));
    return true;
  } catch (error) {
    return !isMissing(error) || await splitName(base, name) !== undefined;
  }
}

/** Splits `FILE#PART` after the longest part that is a file; undefined if there is none. */
export async function splitName(
  base: string | undefined,
  name: string,
): Promise<{ readonly file: string; readonly selector: string } | undefined> {
  for (let at = name.lastIndexOf("#"); at > 0; at = name.lastIndexOf("#", at - 1)) {
    const file = name.slice(0, at);
    const info = await Deno.stat(resolvePath(base, file)).catch(() => undefined);
    if (info !== undefined && !info.isDirectory) return { file, selector: name.slice(at + 1) };
  }
  return undefined;
}
