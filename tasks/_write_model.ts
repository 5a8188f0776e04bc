/** Writing a model that took long to make. */

import type { CommandContext } from "../src/cli/mod.ts";
import type { StrayError } from "../src/errors.ts";
import { fileIdentity } from "../src/file_identity.ts";
import { KeptElsewhere, writeFileAtomically, writeOrKeep } from "../src/write_file.ts";

/**
 * Writes a model. Where that fails, it is kept beside, and a user at a terminal is asked for another file.
 *
 * @param context The caller's folder, and the terminal.
 * @param out The file, as the user names it.
 * @param bytes The model.
 * @returns The file that was written, as the user names it.
 * @throws {StrayError} `write` If no file that the user names could be written; the message names the one
 * where the model is kept.
 */
export async function writeModel(
  context: CommandContext,
  out: string,
  bytes: Uint8Array,
): Promise<string> {
  const { resolve, directory, stderr, signal, ask, files } = context;
  try {
    await writeOrKeep(resolve(out), bytes, [directory]);
    return out;
  } catch (error) {
    let reason = (error as StrayError).message;
    while (ask !== undefined && !signal.aborted) {
      stderr.error(reason);
      const answer = await ask("another file for the model (none: give up):");
      if (!answer) break;
      if (files?.inputs.has(fileIdentity(resolve(answer)))) {
        reason = `Cannot write "${answer}" as it was read: it would be destroyed`;
        continue;
      }
      try {
        await writeFileAtomically(resolve(answer), bytes);
      } catch (next) {
        reason = (next as StrayError).message;
        continue;
      }
      if (error instanceof KeptElsewhere) await Deno.remove(error.kept).catch(() => {});
      return answer;
    }
    throw error;
  }
}
