/** `--max-errors`: how many inputs may fail before a command that is done ends with 3. */

import { ExitCode, usageError } from "../src/cli/mod.ts";

/** The exit code of a command that is done, by the number of inputs and of those that failed. */
export type EndCode = (failed: number, inputs: number) => ExitCode;

/**
 * Parses `--max-errors`.
 *
 * @param text `N`, `P%` or undefined for none.
 * @returns The exit code by numbers: 0 within the bound, else 3.
 * @throws {StrayError} `usage` If it is neither a whole number nor a percentage.
 */
export function readMaxErrors(text: string | undefined = "0"): EndCode {
  const [, digits = "", percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const bound = digits === "" ? NaN : Number(digits);
  const valid = percent ? bound <= 100 : Number.isSafeInteger(bound);
  if (!valid) {
    throw usageError(
      `Cannot use --max-errors as it must be a whole number or a percentage: current value is "${text}"`,
      "for instance --max-errors 10, or --max-errors 1%",
    );
  }
  return (failed, inputs) =>
    failed <= (percent ? inputs * bound / 100 : bound) ? ExitCode.done : ExitCode.someFailed;
}
