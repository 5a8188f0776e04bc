/** Reads files that the user names. */

import { StrayError } from "../src/errors.ts";

/**
 * Reads a file as it is: a model, a checkpoint, a network, a graph or an image.
 *
 * @param path Its absolute path.
 * @param name Its path as the user gave it.
 * @param kind The kind of file, for messages. @default {"model"}
 * @returns The bytes.
 * @throws {StrayError} `not_found`, `denied` or `input` If it cannot be read.
 */
export async function readUserFile(
  path: string,
  name: string,
  kind: "model" | "network" | "checkpoint" | "image" | "graph" = "model",
): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    const [code, reason] = cause instanceof Deno.errors.NotFound
      ? ["not_found", "there is no such file"] as const
      : cause instanceof Deno.errors.IsADirectory
      ? ["input", "it must be a file: it is a folder"] as const
      : ["denied", (cause as Error).message] as const;
    const remedy = code === "not_found" ? "train one: deno task train --help" : "give a model file";
    throw new StrayError(code, `Cannot read the ${kind} "${name}" as ${reason}`, {
      hint: kind === "model" ? remedy : undefined,
      cause,
    });
  }
}
