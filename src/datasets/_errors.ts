/** Errors of reading sources. */

import { cutText, type ErrorCode, imageFailure, StrayError } from "../errors.ts";

/** Maximum length of a path in messages; no system allows longer ones. */
const MAX_PATH = 4096;

/** The error `Cannot read "name" as reason`. */
export function cannotRead(
  code: ErrorCode,
  name: string,
  reason: string,
  hint?: string,
  cause?: unknown,
): StrayError {
  const message = `Cannot read ${JSON.stringify(name)} as ${reason}`;
  return new StrayError(code, message, { hint, cause });
}

/** The error of a file whose gzip data end early or are wrong. */
export function damagedGzip(name: string, damage: string): StrayError {
  return cannotRead("decode", name, `its gzip data are damaged: ${damage}`);
}

/**
 * Turns any error of reading into a {@linkcode StrayError}; one that is already is returned.
 *
 * @throws The error, if it is an abort.
 */
export function readFailure(error: unknown, path: string): StrayError {
  if (error instanceof StrayError) return error;
  if (!(error instanceof Error)) return imageFailure(error, path);
  const failure = (code: ErrorCode, reason: string, hint?: string) =>
    cannotRead(code, cutText(path, MAX_PATH), reason, hint, error);
  if (isMissing(error)) {
    // Deno replaces bytes that are not UTF-8 in names by U+FFFD, and cannot open such names.
    const encoding = path.includes("\ufffd") ? ", or its name is not UTF-8" : "";
    return failure("not_found", `there is no such file or folder${encoding}`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return failure("denied", "Deno was not allowed to read it", `run with --allow-read=${path}`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    const hint = "check the permissions of the file and of its folder";
    return failure("denied", "the system denied access", hint);
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return failure("input", "it must be a file: it is a folder");
  }
  // Deno has no class for most errors of the system.
  const isSystemError = /\(os error \d+\)/.test(error.message) ||
    Object.values(Deno.errors).some((type) => error instanceof type);
  if (!isSystemError) return imageFailure(error, path);
  // Without the path that Deno adds.
  return failure("input", `the system failed: ${error.message.replace(/: \w+ '.*$/s, "")}`);
}

/** Whether the error is that of a missing file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
