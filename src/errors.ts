/** The one error class that stray's own code throws for what a user can mend. */

/** What went wrong, as a word that programs can match. */
export type ErrorCode =
  | "usage" // a flag or argument is wrong
  | "not_found" // no such file or folder
  | "denied" // a permission, of Deno or of the system
  | "empty" // nothing in it
  | "format" // the bytes are of no format that stray knows
  | "decode" // the format is known, the bytes are damaged
  | "too_large" // more pixels, samples or bytes than allowed
  | "shape" // sizes or channels that do not fit
  | "value" // a number out of its range
  | "label" // a label that the source does not have
  | "model" // a model file is damaged or does not fit
  | "backend" // a compute backend cannot do it
  | "write" // cannot write the result
  | "hash" // the content is not that of the hash
  | "network" // a server that cannot be reached, or does not give what it should
  | "input"; // a line of input cannot be parsed

/** Options of {@linkcode StrayError}. */
export interface StrayErrorOptions {
  /** The remedy, one sentence, no full stop. Printed by the CLI as `hint: …`. */
  readonly hint?: string | undefined;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * An error that names the thing, what was wanted, what was found, and the remedy.
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
  /** The class, as programs see it. */
  override readonly name = "StrayError";
  /** What went wrong, as a word that programs can match. */
  readonly code: ErrorCode;
  /** The remedy, if there is one. */
  readonly hint: string | undefined;

  /**
   * Makes an error.
   *
   * @param code What went wrong, as a word that programs can match.
   * @param message One line: the thing, what was wanted, what was found.
   * @param options The remedy and the cause.
   */
  constructor(code: ErrorCode, message: string, options: StrayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
