/** Writing many small files, each whole or not at all. */

import { basename, dirname, join } from "../path.ts";
import { StrayError } from "../errors.ts";

/**
 * Writes a file under a hidden name beside it, then renames it. Unlike `writeFileAtomically` it does
 * not wait for the disk: a crash of the machine may lose it, a crash of the program may not.
 *
 * @param path Where to.
 * @param bytes What.
 * @throws {StrayError} `write` If the disk is full, say; nothing is then left.
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
      // it was not there
    }
    throw writeFailure(path, cause);
  }
}

/** The name of a file that is not whole yet: hidden, so that no source takes it for an image. */
export function partialName(path: string): string {
  return join(dirname(path), `.${basename(path)}.partial`);
}

/** Why a file could not be written. */
export function writeFailure(path: string, cause: unknown): StrayError {
  if (cause instanceof StrayError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StrayError("write", `Cannot write "${path}" as ${reason}`, {
    hint: "make room or give another --out, then run the same again: it goes on where it ended",
    cause,
  });
}
