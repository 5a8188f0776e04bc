/** The error for wrong usage. */

import { StrayError } from "../errors.ts";
import { suggest } from "../suggest.ts";

/**
 * An error for a mistake on the command line.
 *
 * @param message The action that is not possible, and the reason.
 * @param hint The remedy.
 * @returns The error, of code `usage`.
 *
 * @example
 * ```ts
 * import { usageError } from "./usage_error.ts";
 *
 * const error = usageError("Cannot train as --out must be given", "add --out FILE");
 * if (error.code !== "usage") throw new Error("unexpected code");
 * ```
 */
export function usageError(message: string, hint?: string): StrayError {
  return new StrayError("usage", message, { hint });
}

/**
 * The hint for a mistyped name.
 *
 * @param typed The name as typed.
 * @param names The names that exist.
 * @param otherwise The hint if none is near.
 * @returns `did you mean …`, or `otherwise`.
 */
export function didYouMean(
  typed: string,
  names: readonly string[],
  otherwise?: string,
): string | undefined {
  const near = suggest(typed, names);
  return near === undefined ? otherwise : `did you mean ${near}`;
}
