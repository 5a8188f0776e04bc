/** The error for wrong usage. */

import { StrayError } from "../errors.ts";

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
