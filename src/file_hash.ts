/** Hashes of files. */

import { createHash } from "node:crypto";

/** The expected hash of a file. */
export interface FileHash {
  /** MD5 finds damage, not forgery. */
  readonly algorithm: "md5" | "sha256";
  /** Hexadecimal digest, as `md5sum` and `sha256sum` print it, in upper or lower case. */
  readonly digest: string;
}

const CHUNK = 1 << 18;

/**
 * Hashes a file, in one pass and in constant memory.
 *
 * @param path The file.
 * @param algorithms Hash algorithms.
 * @param signal Aborts with its reason.
 * @returns One digest per algorithm, in lower-case hexadecimal.
 * @throws {Error} Deno's error, if the file cannot be read.
 *
 * @example
 * ```ts
 * import { hashFile } from "./file_hash.ts";
 *
 * const path = await Deno.makeTempFile();
 * const [digest] = await hashFile(path, ["md5"]);
 * await Deno.remove(path);
 * if (digest !== "d41d8cd98f00b204e9800998ecf8427e") throw new Error("unexpected digest");
 * ```
 */
export async function hashFile(
  path: string,
  algorithms: readonly FileHash["algorithm"][],
  signal?: AbortSignal,
): Promise<string[]> {
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  using file = await Deno.open(path);
  const buffer = new Uint8Array(CHUNK);
  for (;;) {
    signal?.throwIfAborted();
    const count = await file.read(buffer);
    if (count === null) break;
    for (const hash of hashes) hash.update(buffer.subarray(0, count));
  }
  return hashes.map((hash) => hash.digest("hex"));
}
