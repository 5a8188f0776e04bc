/** Reads model files and checkpoints. */

import { StrayError } from "../src/errors.ts";

/**
 * Reads a model file.
 *
 * @param path Its absolute path.
 * @param name Its path as the user gave it.
 * @returns The bytes.
 * @throws {StrayError} `not_found`, `denied` or `input` If it cannot be read.
 */
export async function readModelBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    const folder = cause instanceof Deno.errors.IsADirectory;
    const reason = missing
      ? "there is no such file"
      : folder
      ? "it must be a file: it is a folder"
      : (cause as Error).message;
    throw new StrayError(
      missing ? "not_found" : folder ? "input" : "denied",
      `Cannot read the model "${name}" as ${reason}`,
      { hint: missing ? "train one: deno task train --help" : "give a model file", cause },
    );
  }
}
