/** Splits the name of a part of a file, `FILE#PART`, where there is no file of the whole name. */

import { resolvePath } from "./_path.ts";

/** A file, and which part of it. */
export interface SplitName {
  /** As the user gave it. */
  readonly file: string;
  readonly selector: string;
}

/**
 * Finds the file in a name with `#`: the longest part before a `#` that is a file.
 *
 * @param base What relative paths are relative to.
 * @param name A name of which the whole is no file.
 * @returns The parts, or `undefined` if no part before a `#` is a file.
 */
export async function splitName(
  base: string | undefined,
  name: string,
): Promise<SplitName | undefined> {
  for (let at = name.lastIndexOf("#"); at > 0; at = name.lastIndexOf("#", at - 1)) {
    const file = name.slice(0, at);
    const info = await Deno.stat(resolvePath(base, file)).catch(() => undefined);
    if (info !== undefined && !info.isDirectory) return { file, selector: name.slice(at + 1) };
  }
  return undefined;
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
