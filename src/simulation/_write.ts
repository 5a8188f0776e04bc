/** Writing of many small files, each complete or absent. */

import { basename, dirname, join } from "../path.ts";
import { StrayError } from "../errors.ts";
import { writeReason } from "../write_file.ts";

/**
 * Writes a file under a hidden name beside it, then renames it.
 *
 * Unlike `writeFileAtomically` it does not wait for the disk: a crash of the machine may lose the
 * file, a crash of the program does not. `syncFiles` waits for many at once.
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

/** Whether a name is that of an incomplete file. */
export function isPartialName(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".partial");
}

/** Files that are waited for at a time. */
const SYNCS = 16;

/**
 * Waits until files are safe on the disk; 4,000 take half a second.
 *
 * @throws {StrayError} `write` If the disk fails.
 */
export async function syncFiles(paths: readonly string[]): Promise<void> {
  const left = paths.values();
  const syncSome = async () => {
    for (const path of left) {
      try {
        using file = await Deno.open(path);
        await file.sync();
      } catch (cause) {
        throw writeFailure(path, cause);
      }
    }
  };
  await Promise.all(Array.from({ length: SYNCS }, syncSome));
}

/** The error of a file that cannot be written. */
export function writeFailure(path: string, cause: unknown): StrayError {
  if (cause instanceof StrayError) return cause;
  const isFile = cause instanceof Deno.errors.AlreadyExists ||
    cause instanceof Deno.errors.NotADirectory;
  return new StrayError("write", `Cannot write "${path}" as ${writeReason(path, cause)}`, {
    hint: isFile
      ? "choose another --out: a new folder, or one of an earlier simulate"
      : "free disk space or choose another --out, then run the same command again: it resumes",
    cause,
  });
}
