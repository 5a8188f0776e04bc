/** Paths as the user gave them. */

import { isAbsolute, join } from "../path.ts";

/** The path to open for a path as the user gave it. */
export function resolvePath(base: string | undefined, path: string): string {
  return base === undefined || isAbsolute(path) ? path : join(base, path);
}

/** The name of a folder's entry, as the user would write it. */
export function nameInFolder(folder: string, entry: string): string {
  return folder.endsWith("/") ? folder + entry : `${folder}/${entry}`;
}
