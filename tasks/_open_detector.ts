/** Opens the model of `--model`. */

import { type CommandContext, usageError } from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { readUserFile } from "./_read_file.ts";

/**
 * Opens the model that `--model` names, and reports the backend on stderr.
 *
 * @param action The command's action, for the message: "embed".
 * @returns The detector, which `dispose` frees, and the bytes of the model file.
 * @throws {StrayError} `usage` If there is no `--model`; any error of `Detector.open`.
 */
export async function openDetector(
  { flags, stderr, resolve }: CommandContext<"model" | "backend">,
  action: string,
  options: { readonly fpr?: number | undefined; readonly score?: string | undefined } = {},
): Promise<{ readonly detector: Detector; readonly bytes: Uint8Array }> {
  const { model: name, backend } = flags;
  if (name === undefined) {
    throw usageError(
      `Cannot ${action} as --model must be given`,
      "add --model FILE; train one with deno task train",
    );
  }
  const bytes = await readUserFile(resolve(name), name);
  const { Detector } = await import("../src/detection/mod.ts");
  const detector = await Detector.open(bytes, { ...options, backend, name });
  const { name: backendName, device, reason } = detector.backend;
  stderr.info(`backend ${backendName} on ${device}: ${reason}`);
  return { detector, bytes };
}
