/** Writing of many small files, each complete or absent. */

import { basename, dirname, join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeReason } from "../write_file.ts";

/**
 * Writes a file under a hidden name beside it, then renames it.
 *
 * Unlike `writeFileAtomically` it does not wait for the disk: a crash of the machine may lose the
 * file, a crash of the program does not.
 *
 * @param path Destination.
 * @param bytes Content.
 * @throws {StrayError} `write` If writing fails, as on a full disk; no file is left then.
 */
export function writeQuickly(path: string, bytes: Uint8Array): void {
  const temporary = partialName(path);
  try {
    Deno.writeFileSync(temporary, bytes);
    Deno.renameSync(temporary, path);
  } catch (cause) {
    try {
      Deno.removeSync(temporary);
    } catch {
      // was not created
    }
    throw writeFailure(path, cause);
  }
}

/** The name of an incomplete file: hidden, so that no source reads it as an image. */
export function partialName(path: string): string {
  return join(dirname(path), `.${basename(path)}.partial`);
}

/** The error of a file that cannot be written. */
export function writeFailure(path: string, cause: unknown): StrayError {
  if (cause instanceof StrayError) return cause;
  return new StrayError("write", `Cannot write "${path}" as ${writeReason(path, cause)}`, {
    hint: "free disk space or choose another --out, then run the same command again: it resumes",
    cause,
  });
}
