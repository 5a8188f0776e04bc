/** Files written whole or not at all. */

import { dirname } from "./path.ts";
import { StrayError } from "./errors.ts";

/**
 * Writes a file under a temporary name beside it, then renames it: a reader of the path finds the
 * whole old file or the whole new one. The old file survives a failure.
 *
 * @param path The file.
 * @param bytes Its content.
 * @throws {StrayError} `write` If the disk is full, or the folder is missing or not writable.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  // A second Ctrl-C ends the program while it writes.
  const remove = () => removeIfThere(temporary);
  addEventListener("unload", remove);
  try {
    const file = await Deno.open(temporary, { write: true, createNew: true });
    try {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (cause) {
    remove();
    throw writeFailure(path, cause);
  } finally {
    removeEventListener("unload", remove);
  }
}

/**
 * Checks that `writeFileAtomically` can write a file, before work that would be lost.
 *
 * @param path The file.
 * @throws {StrayError} `write` If the folder is missing or not writable, or the path is a folder.
 */
export async function checkWritable(path: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isDirectory) throw new Error("it is a folder");
    (await Deno.open(temporary, { write: true, createNew: true })).close();
    await Deno.remove(temporary);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/**
 * Makes a folder, and those above it, if it does not exist.
 *
 * @param path The folder.
 * @throws {StrayError} `write` If it cannot be made, as where a file has its name.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It does not exist, or cannot be removed.
  }
}

function temporaryName(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.partial`;
}

/**
 * Converts the failure of writing a file or folder.
 *
 * @param path The file or folder.
 * @param cause The failure.
 * @returns An error `write` with a hint.
 */
export function writeFailure(path: string, cause: unknown): StrayError {
  const folder = dirname(path);
  return new StrayError("write", `Cannot write "${path}" as ${writeReason(path, cause)}`, {
    hint: isMissingFolder(cause)
      ? `make it: mkdir -p "${folder}"`
      : `check that "${folder}" is a writable folder with free space`,
    cause,
  });
}

/**
 * The reason why a file or folder could not be written, in words.
 *
 * @param path The file or folder.
 * @param cause The failure.
 * @returns The reason, without the name of a temporary file.
 */
export function writeReason(path: string, cause: unknown): string {
  if (isMissingFolder(cause)) return `its folder must exist: there is no "${dirname(path)}"`;
  // Without the path that Deno adds.
  return (cause instanceof Error ? cause.message : String(cause)).replace(/: \w+ '.*$/s, "");
}

function isMissingFolder(cause: unknown): boolean {
  return cause instanceof Deno.errors.NotFound;
}
