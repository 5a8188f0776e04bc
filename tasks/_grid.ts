/** All combinations of values of flags. */

import { type FlagName, parseFlags, usageError } from "../src/cli/mod.ts";

/** The flags of one run and their values. */
export type Run = Readonly<Record<string, string>>;

/**
 * Expands a grid into runs; the last flag changes fastest.
 *
 * @param grids Values of `--grid`, each `FLAG=A,B`; the dashes of FLAG may be omitted.
 * @param names The flags allowed in a grid.
 * @returns The runs; every value is valid for its flag.
 * @throws {StrayError} `usage` If a flag is unknown, repeated or has a wrong value.
 */
export function gridRuns(grids: readonly string[], names: readonly FlagName[]): Run[] {
  const axes = grids.map((grid) => {
    const [, name = "", list = ""] = /^(?:--)?([^=]+)=(.+)$/s.exec(grid) ?? [];
    const values = list.split(",").map((value) => value.trim());
    if (name === "" || values.includes("")) {
      throw usageError(
        `Cannot sweep as --grid must be FLAG=A,B: current value is "${grid}"`,
        "for instance --grid latent=2,4,8",
      );
    }
    if (new Set(values).size < values.length) {
      throw usageError(`Cannot sweep as the values of --grid ${name} must differ: found "${list}"`);
    }
    // Checks flags and values as train does.
    for (const value of values) {
      parseFlags({ name: "sweep --grid", flags: names }, [`--${name}=${value}`]);
    }
    return { name, values };
  });
  const repeated = axes.find(({ name }, i) => axes.findIndex((axis) => axis.name === name) < i);
  if (repeated) {
    throw usageError(
      `Cannot sweep as --grid ${repeated.name} is given twice`,
      `separate the values by commas: --grid ${repeated.name}=A,B`,
    );
  }
  return axes.reduce<Run[]>(
    (runs, { name, values }) =>
      runs.flatMap((run) => values.map((value) => ({ ...run, [name]: value }))),
    [{}],
  );
}

/** A run as text that can be a file name: `latent=2,beta=0.5`. */
export function nameOf(run: Run): string {
  return Object.entries(run).map(([name, value]) => `${name}=${value}`).join(",");
}
