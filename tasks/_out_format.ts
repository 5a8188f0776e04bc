/** The format of an output file, by `--format` or by the ending of its name. */

import { usageError } from "../src/cli/mod.ts";

/**
 * Decides the format of an output.
 *
 * @param out The file, as the user gave it; undefined for stdout.
 * @param given The value of `--format`; undefined if it is not given.
 * @param endings The format of each ending, in lower case with its dot.
 * @returns The format; undefined if neither decides.
 * @throws {StrayError} `usage` If the two contradict each other.
 */
export function outputFormat<F extends string>(
  out: string | undefined,
  given: F | undefined,
  endings: Readonly<Record<string, F>>,
): F | undefined {
  const ending = Object.keys(endings).find((ending) => out?.toLowerCase().endsWith(ending));
  const named = ending === undefined ? undefined : endings[ending];
  if (named !== undefined && given !== undefined && named !== given) {
    throw usageError(
      `Cannot write "${out}" as --format must be ${named} by the ending ${ending}: ` +
        `current value is ${given}`,
      "omit --format, or give another name",
    );
  }
  return given ?? named;
}
