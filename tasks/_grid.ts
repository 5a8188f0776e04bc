/** All combinations of values of flags. */

import { type FlagName, parseFlags } from "../src/cli/mod.ts";
import { StrayError } from "../src/errors.ts";

/** The values of one run, by flag. */
export type Run = Readonly<Record<string, string>>;

/**
 * The runs of a grid, the last flag changing fastest.
 *
 * @param grids `FLAG=A,B` each, as `--grid` gives them; the dashes of FLAG may be left out.
 * @param names The flags that may be in it.
 * @returns The runs; every value is one that its flag takes.
 * @throws {StrayError} `usage` If a flag is unknown, repeated or has a wrong value.
 */
export function gridRuns(grids: readonly string[], names: readonly FlagName[]): Run[] {
  const axes = grids.map((grid) => {
    const [, name = "", list = ""] = /^(?:--)?([^=]+)=(.+)$/s.exec(grid) ?? [];
    const values = list.split(",").map((value) => value.trim());
    if (name === "" || values.includes("")) {
      throw usage(
        `Cannot sweep as --grid must be FLAG=A,B: current value is "${grid}"`,
        "for instance --grid latent=2,4,8",
      );
    }
    if (new Set(values).size < values.length) {
      throw usage(`Cannot sweep as the values of --grid ${name} must differ: found "${list}"`);
    }
    // Says what is wrong with a flag or a value as train would.
    for (const value of values) {
      parseFlags({ name: "sweep --grid", flags: names }, [`--${name}=${value}`]);
    }
    return { name, values };
  });
  const repeated = axes.find(({ name }, i) => axes.findIndex((axis) => axis.name === name) < i);
  if (repeated) {
    throw usage(
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

/** A run in words, fit for a file's name: `latent=2,beta=0.5`. */
export function nameOf(run: Run): string {
  return Object.entries(run).map(([name, value]) => `${name}=${value}`).join(",");
}

function usage(message: string, hint?: string): StrayError {
  return new StrayError("usage", message, { hint });
}
