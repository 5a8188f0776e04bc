/** The identity of a file, whatever name it is called by. */

import { basename, dirname, isAbsolute, join } from "./path.ts";

/** Most links that are followed, as in Linux. */
const MAX_LINKS = 40;

/**
 * Follows symbolic links to the file that writing to a path would change or create.
 *
 * @param path A path; the file need not exist.
 * @returns The path of the file; unchanged if its folder does not exist.
 */
export function followLinks(path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      return Deno.realPathSync(target);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return target;
    }
    try {
      const next = Deno.readLinkSync(target); // a link to a file that does not exist yet
      target = isAbsolute(next) ? next : join(dirname(target), next);
    } catch {
      break; // no link
    }
  }
  try {
    return join(Deno.realPathSync(dirname(target)), basename(target));
  } catch {
    return target;
  }
}

/**
 * The identity of a file or folder: device and inode, or its real path where the system has none or the
 * file does not exist yet.
 *
 * @param path A path; relative ones start at the working folder.
 * @returns A text that is equal for two names of one file, hard links included.
 */
export function fileIdentity(path: string): string {
  try {
    const { dev, ino } = Deno.statSync(path);
    if (ino !== null) return `${dev}:${ino}`;
  } catch {
    // It does not exist yet.
  }
  return followLinks(path);
}

/**
 * The identity of an input: that of a file, or for `FILE#PART` that of the file.
 *
 * @param path Its path.
 */
export function inputIdentity(path: string): string {
  const at = path.lastIndexOf("#");
  return at < 0 || exists(path) ? fileIdentity(path) : inputIdentity(path.slice(0, at));
}

/**
 * Whether a file or folder exists, as far as the program may see.
 *
 * @param path Its path.
 */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
