/** Errors in messages between threads: structured cloning drops a {@linkcode StrayError}'s code. */

import { type ErrorCode, StrayError } from "../errors.ts";

/** An error on its way between threads. */
export interface SentError {
  readonly message: string;
  /** Present for a {@linkcode StrayError}. */
  readonly code?: ErrorCode | undefined;
  readonly hint?: string | undefined;
  readonly stack?: string | undefined;
  readonly cause?: SentError | undefined;
}

/**
 * Turns an error into a message.
 *
 * @param error Anything thrown.
 * @returns A message for `postMessage`.
 */
export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  const { code, hint } = error instanceof StrayError ? error : {};
  const cause = error.cause === undefined ? undefined : sendError(error.cause);
  return { message, stack, code, hint, cause };
}

/**
 * Turns a message back into an error.
 *
 * @param sent A message of {@linkcode sendError}.
 * @returns A {@linkcode StrayError} if the sent error was one, or else an `Error`.
 *
 * @example
 * ```ts
 * import { StrayError } from "../errors.ts";
 * import { receiveError, sendError } from "./sent_error.ts";
 *
 * const sent = structuredClone(sendError(new StrayError("empty", "Cannot decode 0 bytes")));
 * const error = receiveError(sent);
 * if (!(error instanceof StrayError) || error.code !== "empty") throw new Error("code is lost");
 * ```
 */
export function receiveError(sent: SentError): Error {
  const { message, code, hint, stack } = sent;
  const cause = sent.cause && receiveError(sent.cause);
  const error = code
    ? new StrayError(code, message, { hint, cause })
    : new Error(message, { cause });
  if (stack !== undefined) error.stack = stack;
  return error;
}
