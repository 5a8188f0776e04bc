/** A digest of names, by which runs find that they read the same sources. */

import { createHash } from "node:crypto";
import { hasImageExtension } from "../images/mod.ts";
import { Skipped, walkFolder } from "./_folder.ts";
import { resolvePath } from "./_names.ts";
import type { SourceOptions } from "./source_options.ts";

/**
 * Hashes the names of sources and, for folders, those of the files in them that have the extension of an
 * image. Contents are not read.
 *
 * @param sources Names of the sources, as for `readSources`.
 * @param options Folder of relative paths, and a signal.
 * @param stdin Content of `-`, where it is known. @default {left out}
 * @returns SHA-256, hexadecimal.
 * @throws {StrayError} If a folder cannot be read.
 *
 * @example
 * ```ts
 * import { digestSources } from "./digest_sources.ts";
 *
 * const [a, b] = await Promise.all([["a.png"], ["b.png"]].map((names) => digestSources(names)));
 * if (a === b) throw new Error("unexpected digest");
 * ```
 */
export async function digestSources(
  sources: readonly string[],
  { baseDirectory, signal }: Pick<SourceOptions, "baseDirectory" | "signal"> = {},
  stdin: Uint8Array = new Uint8Array(0),
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(sources)).update(stdin);
  for (const source of sources) {
    const info = await Deno.stat(resolvePath(baseDirectory, source)).catch(() => undefined);
    if (source === "-" || !info?.isDirectory) continue;
    for await (const { path } of walkFolder(baseDirectory, source, new Skipped())) {
      signal?.throwIfAborted();
      if (hasImageExtension(path)) hash.update(`${path}\0`);
    }
  }
  return hash.digest("hex");
}
