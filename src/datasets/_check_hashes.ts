/** Refuses a source whose content is not the one that was meant, before anything is read of it. */

import { StrayError } from "../errors.ts";
import { hashFile, isSameDigest } from "../file_hash.ts";
import { readFailure } from "./_failure.ts";
import { resolvePath } from "./_path.ts";
import { isMissing, splitName } from "./_split_name.ts";
import type { AnyImage } from "./sample.ts";
import type { SourceOptions } from "./source_options.ts";

/** Digits of a digest. */
const LENGTHS = { md5: 32, sha256: 64 } as const;

/**
 * Compares the only source with the hashes that it must have; of `FILE#PART` the whole file counts.
 *
 * @throws {StrayError} `hash` If it has another; `usage` if there is not one source, or it is no
 *   file, or a digest cannot be one.
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
    if (!isFile) throw notOneFile(isDirectory ? `the folder "${source}"` : `"${source}", no file`);
    const found = await hashFile(path, hashes.map(({ algorithm }) => algorithm), signal);
    for (const [i, { algorithm, digest }] of hashes.entries()) {
      const current = found[i] ?? "";
      if (isSameDigest(digest, current)) continue;
      throw new StrayError(
        "hash",
        `Cannot use ${JSON.stringify(file)} as its ${algorithm} hash must be ` +
          `${digest.toLowerCase()}: current value is ${current}`,
        { hint: "the file is damaged or another one: download it again" },
      );
    }
  } catch (error) {
    throw readFailure(error, file);
  }
}

/** The file that a source is, or is a part of. */
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
    { hint: "give one file, or leave out --md5 and --sha256" },
  );
}
