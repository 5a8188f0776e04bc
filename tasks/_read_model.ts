/** Reading a model file or a checkpoint. */

import { StrayError } from "../src/errors.ts";

/**
 * The bytes of a file.
 *
 * @param path As the system takes it.
 * @param name As the user gave it.
 * @returns The bytes.
 * @throws {StrayError} `not_found` or `denied` If it cannot be read.
 */
export async function readModelBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    const missing = cause instanceof Deno.errors.NotFound;
    const reason = missing ? "there is no such file" : (cause as Error).message;
    throw new StrayError(
      missing ? "not_found" : "denied",
      `Cannot read the model "${name}" as ${reason}`,
      { hint: missing ? "train one: deno task train --help" : "give a model file", cause },
    );
  }
}
