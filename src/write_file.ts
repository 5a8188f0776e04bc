/** Writing a file whole or not at all. */

import { dirname } from "./path.ts";
import { StrayError } from "./errors.ts";

/**
 * Writes a file under a temporary name beside it, then renames it: whoever reads the path finds the
 * old file or the new one, whole. If it cannot be written the old file survives.
 *
 * @param path Where to.
 * @param bytes What.
 * @throws {StrayError} `write` If the disk is full, or the folder is missing or not writable.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  // A second Ctrl-C ends the program in the midst of it.
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
 * Finds out whether `writeFileAtomically` may write a file, before work is done that would be lost.
 *
 * @param path Where to.
 * @throws {StrayError} `write` If the folder is missing or not writable, or the path is a folder.
 */
export async function checkWritable(path: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const there = await Deno.stat(path).catch(() => undefined);
    if (there?.isDirectory) throw new Error("it is a folder");
    (await Deno.open(temporary, { write: true, createNew: true })).close();
    await Deno.remove(temporary);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not there, or nothing can be done about it.
  }
}

function temporaryName(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.partial`;
}

function writeFailure(path: string, cause: unknown): StrayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StrayError("write", `Cannot write "${path}" as ${reason}`, {
    hint: `check that "${dirname(path)}" is a folder with room that may be written`,
    cause,
  });
}
