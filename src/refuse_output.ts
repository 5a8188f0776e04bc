/** Inputs that come in the course of reading, against the files that will be written. */

import { StrayError } from "./errors.ts";
import { exists, inputIdentity } from "./file_identity.ts";

/**
 * Refuses an input that is an output, as it would be destroyed. One that does not exist cannot be.
 *
 * @param outputs Identities (`fileIdentity`) of files that will be written.
 * @param path The input, or `FILE#PART`.
 * @param name Its name, as the user knows it.
 * @throws {StrayError} `usage` If it is one of them.
 */
export function refuseOutput(outputs: ReadonlySet<string>, path: string, name: string): void {
  if (outputs.size === 0 || !outputs.has(inputIdentity(path))) return;
  if (!path.includes("#") && !exists(path)) return;
  throw new StrayError(
    "usage",
    `Cannot read ${JSON.stringify(name)} as it must be another file than the output: ` +
      "it would be destroyed",
    { hint: "give another name to the output" },
  );
}
