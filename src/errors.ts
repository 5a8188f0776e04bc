/** The one error class for failures that a user can fix. */

/** The kind of failure, as a word that programs can match. */
export type ErrorCode =
  | "usage" // wrong flag or argument
  | "not_found" // missing file or folder
  | "denied" // missing permission, of Deno or of the system
  | "empty" // no content
  | "format" // unsupported format
  | "decode" // supported format, damaged bytes
  | "too_large" // more pixels, samples or bytes than allowed
  | "shape" // wrong size or channels
  | "value" // number out of range
  | "label" // label that the source does not have
  | "model" // damaged or unfit model file
  | "backend" // compute backend unavailable or unfit
  | "write" // result cannot be written
  | "hash" // content of another hash
  | "network" // server unreachable, or with a wrong answer
  | "input" // line of input that cannot be parsed
  | "internal"; // fault of the program

/** Longest message, characters: more than any path has. */
const MAX_MESSAGE = 5000;

/** Options of {@linkcode StrayError}. */
export interface StrayErrorOptions {
  /** The remedy: one sentence, no full stop; the CLI prints `hint: …`. */
  readonly hint?: string | undefined;
  /** The error behind this one. */
  readonly cause?: unknown;
}

/**
 * An error with the thing, the requirement, the current value and the remedy.
 *
 * The message reads `Cannot <do what> "<thing>" as <field> must be <wanted>: current value is
 * <got>`: capital first, no full stop.
 *
 * @example
 * ```ts
 * import { StrayError } from "./errors.ts";
 *
 * const error = new StrayError("not_found", 'Cannot read "a.png" as there is no such file');
 * if (error.code !== "not_found") throw new Error("unexpected code");
 * ```
 */
export class StrayError extends Error {
  /** Name of the class. */
  override readonly name = "StrayError";
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** The remedy, if any. */
  readonly hint: string | undefined;

  /**
   * Makes an error.
   *
   * @param code The kind of failure.
   * @param message One line: the thing, the requirement, the current value; cut after 5000 characters.
   * @param options The remedy and the cause.
   */
  constructor(code: ErrorCode, message: string, options: StrayErrorOptions = {}) {
    super(cutText(message, MAX_MESSAGE), { cause: options.cause });
    this.code = code;
    this.hint = options.hint && cutText(options.hint, MAX_MESSAGE);
  }
}

/**
 * Cuts a text that may come from a file and be of any length.
 *
 * @param text The text.
 * @param length Its greatest length, characters.
 * @returns The text, with an ellipsis if it was longer.
 */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/**
 * Names the image of an error, in place of "the image".
 *
 * @param error The error.
 * @param name Name of the image.
 * @param hint The remedy. @default {that of the error}
 * @returns The error with the name.
 */
export function withImageName(error: StrayError, name: string, hint = error.hint): StrayError {
  const message = error.message.replace(/the (image|vector)/, JSON.stringify(name));
  return new StrayError(error.code, message, { hint, cause: error });
}

/**
 * Turns the failure of one image into that image's error, so that the stream goes on.
 *
 * @param error Anything thrown.
 * @param name Name of the image, for messages.
 * @returns A {@linkcode StrayError}: `too_large` where memory ends, `internal` for a fault of the program.
 * @throws The error, if it is an abort.
 */
export function imageFailure(error: unknown, name = "the image"): StrayError {
  if (error instanceof StrayError) return error;
  const isError = error instanceof Error;
  if (isError && (error.name === "AbortError" || error.name === "Interrupted")) throw error;
  const thing = JSON.stringify(name);
  const reason = isError ? `${error.name}: ${error.message}` : String(error);
  if (/allocation failed|out of memory|Invalid (typed )?array (buffer )?length/i.test(reason)) {
    return new StrayError(
      "too_large",
      `Cannot read ${thing} as its content must fit in memory: ${reason}`,
      { hint: "use fewer --workers, or a machine with more memory", cause: error },
    );
  }
  return new StrayError("internal", `Cannot read ${thing} as stray has a fault: ${reason}`, {
    hint: "please report it with the file",
    cause: error,
  });
}
