/** Errors of the system, said in stray's words. */

import { StrayError } from "../errors.ts";

/** A longer path is cut in messages: no system takes more. */
const LONGEST = 4096;

/**
 * Says an error of reading a file as a {@linkcode StrayError}; errors of ours stay as they are.
 *
 * @param error What was thrown.
 * @param path The file, as the user gave it.
 * @throws What was thrown, if it is neither ours nor the system's: a fault of the program, or an
 * abort.
 */
export function readFailure(error: unknown, path: string): StrayError {
  if (error instanceof StrayError) return error;
  if (!(error instanceof Error)) throw error;
  const cannot = `Cannot read ${JSON.stringify(cut(path, LONGEST))} as`;
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    // Deno gives names of other encodings with U+FFFD in them, by which nothing can be opened.
    const encoding = path.includes("\ufffd") ? ", or its name is not UTF-8" : "";
    return new StrayError("not_found", `${cannot} there is no such file or folder${encoding}`, {
      cause: error,
    });
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new StrayError("denied", `${cannot} Deno was not allowed to read it`, {
      hint: `run with --allow-read=${path}`,
      cause: error,
    });
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new StrayError("denied", `${cannot} the system denied access`, {
      hint: "check the permissions of the file and of its folder",
      cause: error,
    });
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return new StrayError("input", `${cannot} it must be a file: it is a folder`, { cause: error });
  }
  if ("code" in error && typeof error.code === "string" || isSystemError(error)) {
    return new StrayError("input", `${cannot} the system failed: ${reason(error)}`, {
      cause: error,
    });
  }
  throw error;
}

function isSystemError(error: Error): boolean {
  return Object.values(Deno.errors).some((type) => error instanceof type);
}

/** The system's message without the path that Deno adds. */
function reason(error: Error): string {
  return error.message.replace(/: \w+ '.*$/s, "");
}

/** A text, or its start and an ellipsis if it is longer than `length`. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
