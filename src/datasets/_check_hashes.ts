/** Checks a source against its expected hashes, before it is read. */

import { StrayError } from "../errors.ts";
import { hashFile } from "../file_hash.ts";
import { isMissing, readFailure } from "./_errors.ts";
import { resolvePath, splitName } from "./_names.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** Number of digits of a digest. */
const LENGTHS = { md5: 32, sha256: 64 } as const;

/**
 * Compares the hashes of the only source, or of the whole file of `FILE#PART`.
 *
 * @throws {StrayError} `hash` If one differs; `usage` if there is not one source, it is not a file,
 *   or a digest is malformed.
 */
export async function checkHashes(
  sources: readonly string[],
  options: SourceOptions<AnyImage>,
): Promise<void> {
  const { hashes = [], baseDirectory, signal } = options;
  if (hashes.length === 0) return;
  for (const { algorithm, digest } of hashes) {
    const length = LENGTHS[algorithm];
    if (digest.length === length && /^[0-9a-f]+$/i.test(digest)) continue;
    throw new StrayError(
      "usage",
      `Cannot check the ${algorithm} hash as it must be ${length} hexadecimal digits: ` +
        `current value is "${digest}"`,
    );
  }
  const [source = ""] = sources;
  if (sources.length !== 1) throw notOneFile(`${sources.length} sources`);
  if (source === "-") throw notOneFile("stdin");
  const file = await fileOf(source, baseDirectory);
  const path = resolvePath(baseDirectory, file);
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    if (!isFile) {
      throw notOneFile(isDirectory ? `the folder "${source}"` : `"${source}", not a file`);
    }
    const found = await hashFile(path, hashes.map(({ algorithm }) => algorithm), signal);
    for (const [i, { algorithm, digest }] of hashes.entries()) {
      const current = found[i] ?? "";
      const wanted = digest.toLowerCase();
      if (current === wanted) continue;
      throw new StrayError(
        "hash",
        `Cannot use ${JSON.stringify(file)} as its ${algorithm} hash must be ` +
          `${wanted}: current value is ${current}`,
        { hint: "the file is damaged or another one: download it again" },
      );
    }
  } catch (error) {
    throw readFailure(error, file);
  }
}

/** The file of a source, which may be `FILE#PART`. */
async function fileOf(source: string, base: string | undefined): Promise<string> {
  try {
    await Deno.stat(resolvePath(base, source));
    return source;
  } catch (error) {
    if (!isMissing(error)) return source;
    return (await splitName(base, source))?.file ?? source;
  }
}

function notOneFile(found: string): StrayError {
  return new StrayError(
    "usage",
    `Cannot check a hash as the source must be one file: current value is ${found}`,
    { hint: "give one file, or omit --md5 and --sha256" },
  );
}
